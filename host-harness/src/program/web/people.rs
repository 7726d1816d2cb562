//! Who can sign in to the demonstration: people of two companies, no password.
//!
//! A real host has accounts. All that the rest of the page wants to know of them
//! is here: a key, a name, and the company on whose behalf a person acts.

/// Somebody who can sign in.
#[derive(Debug, PartialEq, Eq)]
pub struct Person {
    /// What the sign-in form sends.
    pub key: &'static str,
    /// As it is shown, and written into the company log.
    pub name: &'static str,
    /// The company, and its name towards the plugin.
    pub company: &'static str,
}

impl Person {
    /// The first letters of the first and the last name.
    pub fn initials(&self) -> String {
        let mut parts = self.name.split(' ').filter_map(|part| part.chars().next());
        let first = parts.next();
        first.into_iter().chain(parts.next_back()).collect()
    }
}

const NORDLYS: &str = "Nordlys Bygg AS";
const BJORKDALA: &str = "Björkdala Konsult AB";

/// Everybody, by company.
pub const PEOPLE: [Person; 3] = [
    Person {
        key: "kari",
        name: "Kari Nordmann",
        company: NORDLYS,
    },
    Person {
        key: "ola",
        name: "Ola Hansen",
        company: NORDLYS,
    },
    Person {
        key: "maja",
        name: "Maja Lindqvist",
        company: BJORKDALA,
    },
];

/// The person of a key.
pub fn find(key: &str) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| person.key == key)
}

/// The companies with their people, in order.
pub fn companies() -> Vec<(&'static str, Vec<&'static Person>)> {
    [NORDLYS, BJORKDALA]
        .map(|company| {
            let people = PEOPLE.iter().filter(|person| person.company == company);
            (company, people.collect())
        })
        .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_everybody_when_grouped_then_nobody_is_lost() {
        let grouped: usize = companies().iter().map(|(_, people)| people.len()).sum();
        assert_eq!(grouped, PEOPLE.len());
        assert_eq!(find("kari").unwrap().initials(), "KN");
        assert_eq!(find("eve"), None);
    }
}
