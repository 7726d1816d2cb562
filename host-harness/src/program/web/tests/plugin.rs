//! What a plugin may say, at its barest.

use host_harness::contract::{Descriptor, FormField, Kind, Report, Stage};

/// A plugin that says nothing of itself.
pub fn descriptor() -> Descriptor {
    Descriptor {
        id: "test".into(),
        name: String::new(),
        version: String::new(),
        vendor: String::new(),
        homepage: String::new(),
        summary: String::new(),
        icon: String::new(),
        origins: vec![],
        scopes: vec![],
        locales: vec![],
        form: vec![],
    }
}

/// A field of the form.
pub fn field(key: &str, kind: Kind) -> FormField {
    FormField {
        key: key.into(),
        section: String::new(),
        label: key.to_uppercase(),
        help: String::new(),
        kind,
        initial: String::new(),
        required: false,
        locked: false,
    }
}

/// A connection of which nothing is known.
pub fn report() -> Report {
    Report {
        stage: Stage::Unconfigured,
        headline: String::new(),
        enabled: false,
        settings: vec![],
        attempt: None,
        grant: None,
        access: vec![],
        findings: vec![],
        actions: vec![],
    }
}
