//! Words: every text that people read, in every language.
//!
//! The texts are in `locales/*.ftl`; the build script turns them into the
//! tables here and proves that no language lacks one.

use crate::cause::Cause;
use crate::contract::{Actor, Explanation, Remedy};

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// A language this plugin speaks, in the order of the lines of a [`Message`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locale {
    /// English, also for whoever speaks none of these.
    En,
    /// Swedish.
    Sv,
    /// Norwegian, bokmål.
    Nb,
}

impl Locale {
    /// In the order in which people are offered them.
    pub const ALL: [Locale; 3] = [Locale::Sv, Locale::Nb, Locale::En];

    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Locale::En => "en",
            Locale::Sv => "sv",
            Locale::Nb => "nb",
        }
    }

    /// The language with exactly this tag.
    pub fn from_tag(tag: &str) -> Option<Locale> {
        Locale::ALL.into_iter().find(|locale| locale.tag() == tag)
    }

    /// The nearest language to a BCP 47 tag such as `sv-SE`, `no` or `nn-NO`;
    /// English for all others.
    pub fn nearest(tag: &str) -> Locale {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "sv" => Locale::Sv,
            "nb" | "nn" | "no" => Locale::Nb,
            _ => Locale::En,
        }
    }
}

/// One text in every language, a line for each; variables stand as `{name}`.
#[derive(Debug)]
pub struct Message(&'static str);

impl Message {
    /// The text in one language.
    pub fn text(&self, locale: Locale) -> &'static str {
        let mut lines = self.0.split('\n');
        lines.nth(locale as usize).unwrap_or_default()
    }

    /// The text with its variables filled in. A value is never searched for
    /// variables.
    pub fn with(&self, locale: Locale, values: &[(&str, &str)]) -> String {
        let mut filled = String::new();
        let mut rest = self.text(locale);
        while let Some((before, tail)) = rest.split_once('{') {
            let (name, after) = tail.split_once('}').unwrap_or((tail, ""));
            let value = values.iter().find(|(known, _)| *known == name);
            filled.push_str(before);
            filled.push_str(value.map_or("", |(_, value)| value));
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

/// A cause in words.
#[derive(Debug)]
struct Words {
    title: Message,
    detail: Message,
    remedies: &'static [(Actor, Message, Message)],
}

/// A cause's title, detail and remedies, with their variables filled in; nothing
/// only for a cause that the catalogue lacks, which a test rules out.
pub fn explain(cause: Cause, locale: Locale, values: &[(&str, &str)]) -> Explanation {
    let words = CAUSES
        .binary_search_by_key(&cause.code(), |(code, _)| code)
        .ok()
        .and_then(|index| CAUSES.get(index));
    let Some((_, words)) = words else {
        return Explanation {
            title: cause.code().to_owned(),
            detail: String::new(),
            remedies: Vec::new(),
        };
    };
    Explanation {
        title: words.title.with(locale, values),
        detail: words.detail.with(locale, values),
        remedies: words
            .remedies
            .iter()
            .map(|(who, step, place)| Remedy {
                who: *who,
                step: step.with(locale, values),
                place: place.with(locale, values),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_words_and_every_words_a_cause() {
        for cause in Cause::ALL {
            for locale in Locale::ALL {
                let explanation = explain(*cause, locale, &[]);
                assert_ne!(explanation.title, cause.code(), "{cause} in {locale:?}");
                assert!(!explanation.detail.is_empty(), "{cause} in {locale:?}");
                assert!(!explanation.remedies.is_empty(), "{cause} in {locale:?}");
            }
        }
        for (code, _) in CAUSES {
            assert!(Cause::from_code(code).is_some(), "no cause for {code}");
        }
        assert_eq!(CAUSES.len(), Cause::ALL.len());
    }

    #[test]
    fn no_sentence_is_the_same_in_two_languages() {
        for (code, words) in CAUSES {
            let mut messages = vec![&words.title, &words.detail];
            messages.extend(words.remedies.iter().map(|(_, step, _)| step));
            for message in messages {
                let [en, sv, nb] = [Locale::En, Locale::Sv, Locale::Nb].map(|it| message.text(it));
                assert!(en != sv && sv != nb && en != nb, "{code}: {en}");
            }
        }
    }

    #[test]
    fn variables_are_filled_once_and_values_are_not_searched() {
        let filled = message::LOG_AUTHORIZATION_SUCCEEDED.with(
            Locale::En,
            &[("name", "{number} AB"), ("number", "556000-0000")],
        );
        assert_eq!(
            filled,
            "Fortnox access was granted for {number} AB (556000-0000)."
        );
    }

    #[test]
    fn the_nearest_language_is_found_by_its_primary_tag() {
        assert_eq!(Locale::nearest("sv-SE"), Locale::Sv);
        assert_eq!(Locale::nearest("NN_no"), Locale::Nb);
        assert_eq!(Locale::nearest("no"), Locale::Nb);
        assert_eq!(Locale::nearest("de"), Locale::En);
        assert_eq!(Locale::nearest(""), Locale::En);
    }
}
