//! Scopes: Fortnox's names, the Swedish labels people see, and the licences of
//! which a company must hold one (Fortnox: Scopes).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::cast::Licence::{
    self, Anlaggning, Arkivplats, Bokforing, Kundfaktura, Lon, Order, Tidredovisning,
};

pub(crate) struct Scope {
    name: &'static str,
    label: &'static str,
    /// Any one of these is enough; none means that no module is needed.
    licences: &'static [Licence],
}

const fn scope(name: &'static str, label: &'static str, licences: &'static [Licence]) -> Scope {
    Scope {
        name,
        label,
        licences,
    }
}

static SCOPES: [Scope; 23] = [
    scope("archive", "Arkivplats", &[]),
    scope("article", "Artikel", &[Order, Kundfaktura]),
    scope("bookkeeping", "Bokföring", &[Bokforing, Kundfaktura]),
    scope("companyinformation", "Företagsinformation", &[]),
    scope(
        "connectfile",
        "Koppla filer",
        &[Bokforing, Anlaggning, Arkivplats],
    ),
    scope(
        "costcenter",
        "Kostnadsställe",
        &[Bokforing, Order, Kundfaktura],
    ),
    scope("currency", "Valuta", &[Bokforing, Order, Kundfaktura]),
    scope("customer", "Kund", &[Kundfaktura, Order]),
    scope("inbox", "Inkorg", &[]),
    scope("invoice", "Faktura", &[Order, Kundfaktura]),
    scope("noxfinansinvoice", "Nox Finans-faktura", &[Kundfaktura]),
    scope("offer", "Offert", &[Order]),
    scope("order", "Order", &[Order]),
    scope("payment", "Betalning", &[Bokforing, Order, Kundfaktura]),
    scope("price", "Pris", &[Order, Kundfaktura]),
    scope("print", "Utskrift", &[Order, Kundfaktura]),
    scope("profile", "Profil", &[]),
    scope("project", "Projekt", &[Bokforing, Order, Kundfaktura]),
    scope("salary", "Lön", &[Lon]),
    scope("settings", "Inställningar", &[]),
    scope("supplier", "Leverantör", &[Bokforing]),
    scope("supplierinvoice", "Leverantörsfaktura", &[Bokforing]),
    scope("timereporting", "Tidredovisning", &[Tidredovisning]),
];

fn find(name: &str) -> Option<&'static Scope> {
    SCOPES.iter().find(|scope| scope.name == name)
}

/// What the consent page calls a scope; a name that is not in the table is its
/// own label.
pub(crate) fn label(name: &str) -> &str {
    find(name).map_or(name, |scope| scope.label)
}

/// Whether one of the held licences covers the scope.
pub(crate) fn is_licensed(name: &str, held: impl Fn(Licence) -> bool) -> bool {
    find(name)
        .is_none_or(|scope| scope.licences.is_empty() || scope.licences.iter().copied().any(held))
}

/// Scope names in the order they were asked for (RFC 6749 section 3.3). Names
/// are case-sensitive, and none is there twice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub struct Scopes(Vec<String>);

impl Scopes {
    /// Reads a space-separated list.
    pub fn parse(text: &str) -> Self {
        text.split_ascii_whitespace().collect()
    }

    /// Whether the list has this name.
    pub fn contains(&self, name: &str) -> bool {
        self.iter().any(|scope| scope == name)
    }

    /// Whether every name is in the other list too.
    pub fn is_subset(&self, of: &Self) -> bool {
        self.iter().all(|name| of.contains(name))
    }

    /// Whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a name at the end, unless it is there.
    pub fn insert(&mut self, name: &str) {
        if !self.contains(name) {
            self.0.push(name.to_owned());
        }
    }

    /// Takes a name out.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|scope| scope != name);
    }

    /// The names in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The names that are in the other list too.
    pub(crate) fn within(&self, other: &Self) -> Self {
        self.iter().filter(|name| other.contains(name)).collect()
    }
}

impl<'a> FromIterator<&'a str> for Scopes {
    fn from_iter<I: IntoIterator<Item = &'a str>>(names: I) -> Self {
        let mut scopes = Self::default();
        for name in names {
            scopes.insert(name);
        }
        scopes
    }
}

impl From<Vec<String>> for Scopes {
    fn from(names: Vec<String>) -> Self {
        names.iter().map(String::as_str).collect()
    }
}

impl From<Scopes> for Vec<String> {
    fn from(scopes: Scopes) -> Self {
        scopes.0
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_a_list_with_repeats_when_parsed_then_order_is_kept_and_repeats_go() {
        let scopes = Scopes::parse("project  customer project");
        assert_eq!(scopes.to_string(), "project customer");
        assert!(!scopes.contains("Customer"));
    }

    #[test]
    fn given_a_list_in_a_file_when_read_then_as_if_parsed_and_written_as_read() {
        let scopes: Scopes = serde_json::from_str(r#"["project","customer","project"]"#).unwrap();
        assert_eq!(scopes, Scopes::parse("project customer project"));
        let text = serde_json::to_string(&scopes).unwrap();
        assert_eq!(text, r#"["project","customer"]"#);
    }

    #[test]
    fn given_a_scope_with_alternatives_when_one_licence_is_held_then_it_is_licensed() {
        assert!(is_licensed("customer", |licence| licence == Order));
        assert!(!is_licensed("supplierinvoice", |licence| licence == Order));
        assert!(is_licensed("companyinformation", |_| false));
        assert!(is_licensed("assets", |_| false));
    }
}
