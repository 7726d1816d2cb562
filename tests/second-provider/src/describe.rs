//! `describe` and `explain`: what needs no connection, and no import.

use crate::cause::Cause;
use crate::contract::{Descriptor, Explanation, Origin};
use crate::registration::{ENTRIES, ORGANIZATION, ORIGINS};
use crate::settings::form;
use crate::words::Locale;

/// Stable: part of every connection's scope, so it never changes.
pub const ID: &str = "ledgerly";

/// What the plugin is.
pub fn describe(locale: &str) -> Descriptor {
    let locale = Locale::nearest(locale);
    let [login, api] = ORIGINS;
    let origin = |url: &str, requests, window| Origin {
        url: url.to_owned(),
        requests,
        window,
    };
    Descriptor {
        id: ID.to_owned(),
        name: "Ledgerly".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        vendor: "The example of the guide".to_owned(),
        homepage: "https://ledgerly.example/".to_owned(),
        summary: locale.text("summary").to_owned(),
        icon: include_str!("icon.svg").to_owned(),
        origins: vec![origin(login, 0, 0), origin(api, 60, 60_000)],
        scopes: [ORGANIZATION, ENTRIES].map(str::to_owned).to_vec(),
        locales: Locale::ALL.map(|locale| locale.tag().to_owned()).to_vec(),
        form: form(locale),
    }
}

/// A cause code in words; none for a code that is none of ours.
pub fn explain(code: &str, locale: &str) -> Option<Explanation> {
    Some(Cause::from_code(code)?.explain(Locale::nearest(locale)))
}
