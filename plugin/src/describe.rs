//! `describe` and `explain`: what needs no connection.

use crate::advice;
use crate::area::{Area, COMPANY_INFORMATION};
use crate::catalogue::{Locale, message};
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
    Some(advice::explain(cause, Locale::nearest(locale)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_any_language_when_described_then_only_the_words_differ() {
        let descriptions = ["sv", "nb", "en"].map(describe);
        let [sv, nb, en] = &descriptions;
        assert!(sv.summary != nb.summary && nb.summary != en.summary);
        for each in &descriptions {
            assert_eq!(each.id, "fortnox");
            assert_eq!(each.name, "Fortnox");
            assert_eq!(each.locales, ["sv", "nb", "en"]);
            let keys = |descriptor: &Descriptor| -> Vec<String> {
                let fields = descriptor.form.iter();
                fields.map(|field| field.key.clone()).collect()
            };
            assert_eq!(keys(each), keys(en));
        }
        assert_eq!(describe("de").summary, en.summary);
    }

    #[test]
    fn given_a_host_when_it_grants_then_two_origins_and_six_scopes_are_all() {
        let descriptor = describe("en");
        let origins: Vec<_> = descriptor
            .origins
            .iter()
            .map(|origin| (origin.url.as_str(), origin.requests, origin.window))
            .collect();
        let expected = [
            ("https://apps.fortnox.se", 0, 0),
            ("https://api.fortnox.se", 25, 5_000),
        ];
        assert_eq!(origins, expected);
        let scopes = [
            "companyinformation",
            "customer",
            "project",
            "invoice",
            "payment",
            "supplierinvoice",
        ];
        assert_eq!(descriptor.scopes, scopes);
    }

    #[test]
    fn given_the_form_when_described_then_the_account_alone_is_locked_and_nothing_required() {
        for field in describe("en").form {
            assert_eq!(field.locked, field.key == "account", "{}", field.key);
            assert!(!field.required && !field.label.is_empty() && !field.section.is_empty());
        }
    }

    #[test]
    fn given_the_icon_when_described_then_it_is_svg_without_script() {
        let icon = describe("en").icon;
        assert!(icon.contains("<svg") && !icon.contains("<script"));
    }

    #[test]
    fn given_a_cause_code_when_explained_then_it_has_words_and_another_has_none() {
        let explanation = explain("user-declined", "sv").unwrap();
        let expected = advice::explain(Cause::UserDeclined, Locale::Sv);
        assert_eq!(explanation, expected);
        for code in ["", "no-such-cause", "User-Declined"] {
            assert!(explain(code, "sv").is_none(), "{code}");
        }
    }
}
