//! `describe` and `explain`: what needs no connection.

use crate::area::{Area, COMPANY_INFORMATION};
use crate::catalogue::{self, Locale, message};
use crate::cause::Cause;
use crate::contract::{Descriptor, Explanation, Origin};
use crate::settings::form;

/// Fortnox' limit per company and app: requests, and the window in
/// milliseconds. Source: Fortnox, Rate limits.
const LIMIT: (u32, u32) = (25, 5_000);

/// What the plugin is.
pub fn describe(locale: &str) -> Descriptor {
    let locale = Locale::nearest(locale);
    let origin = |url: &str, (requests, window)| Origin {
        url: url.to_owned(),
        requests,
        window,
    };
    let scopes = Area::ALL.into_iter().map(Area::scope);
    Descriptor {
        id: "fortnox".to_owned(),
        name: "Fortnox".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        vendor: "Fortnox plugin project".to_owned(),
        homepage: "https://www.fortnox.se/".to_owned(),
        summary: message::SUMMARY.text(locale).to_owned(),
        icon: include_str!("icon.svg").to_owned(),
        origins: vec![
            origin("https://apps.fortnox.se", (0, 0)),
            origin("https://api.fortnox.se", LIMIT),
        ],
        scopes: [COMPANY_INFORMATION]
            .into_iter()
            .chain(scopes)
            .map(str::to_owned)
            .collect(),
        locales: Locale::ALL.map(|locale| locale.tag().to_owned()).to_vec(),
        form: form(locale),
    }
}

/// A cause code in words; none for a code that is none of ours.
pub fn explain(code: &str, locale: &str) -> Option<Explanation> {
    let cause = Cause::from_code(code)?;
    Some(catalogue::explain(cause, Locale::nearest(locale)))
}
