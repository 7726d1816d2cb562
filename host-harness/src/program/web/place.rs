//! The pages of this site. Where a request asks to return to, it names one of
//! these; an address never comes from outside (no open redirect).

/// A page that people can be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Signing in.
    SignIn,
    /// The list.
    Integrations,
    /// The integration's page.
    Integration,
    /// The page that asks before removing.
    Removal,
    /// What is left after removing.
    Removed,
    /// The wait for an exchange.
    Waiting,
    /// Where a return ends that was not accepted.
    TurnedAway,
    /// The company log.
    Log,
    /// The one authorization of a guest; their links are below it.
    Approval,
}

/// Paths of forms and files below no [`Place`].
const OTHER: [&str; 8] = [
    "/",
    "/log/csv",
    "/log/jsonl",
    "/support",
    "/sign-out",
    "/language",
    "/assets/style.css",
    "/assets/mark.svg",
];
/// Paths below the integration's page.
const BELOW: [&str; 9] = [
    "save",
    "check-access",
    "invite",
    "withdraw",
    "authorize",
    "enable",
    "disable",
    "resume",
    "waiting/end",
];

impl Place {
    const ALL: [Place; 9] = [
        Place::SignIn,
        Place::Integrations,
        Place::Integration,
        Place::Removal,
        Place::Removed,
        Place::Waiting,
        Place::TurnedAway,
        Place::Log,
        Place::Approval,
    ];

    /// Its name in forms.
    pub const fn name(self) -> &'static str {
        match self {
            Place::SignIn => "sign-in",
            Place::Integrations => "integrations",
            Place::Integration => "integration",
            Place::Removal => "removal",
            Place::Removed => "removed",
            Place::Waiting => "waiting",
            Place::TurnedAway => "turned-away",
            Place::Log => "log",
            Place::Approval => "approval",
        }
    }

    /// The page of a name.
    pub fn from_name(name: &str) -> Option<Place> {
        Place::ALL.into_iter().find(|place| place.name() == name)
    }

    /// Its path. A plugin's identifier is a path segment as it stands.
    pub fn path(self, plugin: &str) -> String {
        match self {
            Place::SignIn => "/sign-in".to_owned(),
            Place::Integrations => "/integrations".to_owned(),
            Place::Integration => format!("/integrations/{plugin}"),
            Place::Removal => format!("/integrations/{plugin}/remove"),
            Place::Removed => format!("/integrations/{plugin}/removed"),
            Place::Waiting => format!("/integrations/{plugin}/waiting"),
            Place::TurnedAway => "/turned-away".to_owned(),
            Place::Log => "/log".to_owned(),
            Place::Approval => "/approve".to_owned(),
        }
    }

    /// Whether a path is already one of this site's own.
    pub fn taken(path: &str, plugin: &str) -> bool {
        let integration = Place::Integration.path(plugin);
        OTHER.contains(&path)
            || path.starts_with("/approve/")
            || Place::ALL.iter().any(|place| place.path(plugin) == path)
            || BELOW
                .iter()
                .any(|below| format!("{integration}/{below}") == path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_a_name_when_it_is_not_a_page_then_it_leads_nowhere() {
        for place in Place::ALL {
            assert_eq!(Place::from_name(place.name()), Some(place));
        }
        for name in [
            "",
            "https://evil.example",
            "//evil.example",
            "/integrations",
            "../log",
        ] {
            assert_eq!(Place::from_name(name), None, "{name}");
        }
    }
}
