//! Text that somebody outside wrote: `error_description`, API messages.
//!
//! What comes out is one printable line of at most 200 characters that can be
//! drawn anywhere: no control, format or bidirectional characters, no angle
//! brackets. RFC 6749 appendix A.8 allows ASCII only; letters beyond it stay,
//! because Fortnox writes Swedish.

use crate::json::{Json, Value, member, object};

/// A provider's own code and words, made harmless; empty where it gave none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Such as `access_denied` or `2000663`.
    pub code: String,
    /// Such as "Har inte behörighet för scope".
    pub message: String,
}

impl Words {
    /// Words as they came from outside.
    pub fn new(code: &str, message: &str) -> Words {
        Words {
            code: harmless(&masked(code)),
            message: harmless(&masked(message)),
        }
    }

    /// Words as they came from outside, less the secrets that the sender knows
    /// and may have put into them.
    pub fn without(secrets: &[&str], code: &str, message: &str) -> Words {
        let clean = |text: &str| {
            let known = secrets.iter().filter(|secret| secret.len() >= SECRET);
            known.fold(text.to_owned(), |text, secret| {
                text.replace(*secret, "[...]")
            })
        };
        Words::new(&clean(code), &clean(message))
    }

    /// Both in one line; none where there is nothing to say.
    pub fn line(&self) -> Option<String> {
        match (self.code.as_str(), self.message.as_str()) {
            ("", "") => None,
            ("", message) => Some(message.to_owned()),
            (code, "") => Some(code.to_owned()),
            (code, message) => Some(format!("{message} ({code})")),
        }
    }
}

impl Json for Words {
    fn read(value: &Value) -> Option<Self> {
        Some(Words {
            code: member(value, "code")?,
            message: member(value, "message")?,
        })
    }

    fn write(&self) -> Value {
        object(vec![
            ("code", self.code.write()),
            ("message", self.message.write()),
        ])
    }
}

/// The text, without what looks like a token: a long run of the characters of
/// RFC 6750 section 2.1, or of their percent-encoding, with letters and digits in
/// it. Words and codes of people have no digits in such runs.
fn masked(text: &str) -> String {
    let is_token =
        |character: char| character.is_ascii_alphanumeric() || "-._~+/=%_".contains(character);
    let mut masked = String::new();
    let mut run = String::new();
    // One more than there is ends the last run.
    for character in text.chars().map(Some).chain([None]) {
        if let Some(character) = character.filter(|character| is_token(*character)) {
            run.push(character);
            continue;
        }
        let has = |kind: fn(&char) -> bool| run.chars().any(|it| kind(&it));
        let long = run.len() >= TOKEN;
        match long && has(char::is_ascii_digit) && has(char::is_ascii_alphabetic) {
            true => masked.push_str("[...]"),
            false => masked.push_str(&run),
        }
        run.clear();
        masked.extend(character);
    }
    masked
}

/// Runs of so many characters may be a token: Fortnox' refresh tokens have 40.
const TOKEN: usize = 24;

/// Shorter ones are no secrets, and would be found in any word.
const SECRET: usize = 8;

/// Longest text that is kept, in characters.
const MAX: usize = 200;

/// The text, made harmless.
pub fn harmless(text: &str) -> String {
    let mut clean = String::new();
    let mut gap = false;
    for character in text.chars() {
        let character = match character {
            '<' => '‹',
            '>' => '›',
            '‹' | '›' | '…' => character,
            c if c.is_ascii_graphic() => c,
            c if c.is_alphanumeric() && c < '\u{250}' => c,
            _ => {
                gap = true;
                continue;
            }
        };
        if gap && !clean.is_empty() {
            clean.push(' ');
        }
        gap = false;
        clean.push(character);
        if clean.chars().count() >= MAX {
            clean = clean.chars().take(MAX - 1).chain(['…']).collect();
            break;
        }
    }
    clean
}

/// The text in lower case: English and Swedish letters, which are those of the
/// words that are looked for.
pub fn lower(text: &str) -> String {
    let lower = |character| match character {
        'Å' => 'å',
        'Ä' => 'ä',
        'Ö' => 'ö',
        other => other.to_ascii_lowercase(),
    };
    text.chars().map(lower).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_echoed_secret_is_taken_out_before_the_words_are_shortened() {
        let message = format!("{} c0de-123 is c0de-123", "å".repeat(190));
        let words = Words::without(&["c0de-123", "", "odd"], "odd c0de-123", &message);
        assert_eq!(words.code, "odd [...]");
        assert_eq!(words.message, format!("{} [...] is…", "å".repeat(190)));
    }

    #[test]
    fn swedish_words_stay_as_they_are() {
        let text = "Saknar behörighet för kundregister. (kod 2001538) Ärende: \"å\" & 50%";
        assert_eq!(harmless(text), text);
    }

    #[test]
    fn controls_markup_and_direction_are_taken_out() {
        let text = "  <script>a\r\n\u{1b}[31mb</script>\u{202e}c\u{0}\u{feff} ";
        assert_eq!(harmless(text), "‹script›a [31mb‹/script› c");
    }

    #[test]
    fn what_looks_like_a_token_is_taken_out_whatever_its_encoding() {
        let refresh = "4f6e12aa9b0c4f6e12aa9b0c4f6e12aa9b0c4f6e";
        for token in [
            refresh,
            "eyJhbGciOiJIUzI1NiJ9.eyJ0ZW5hbnRJZCI6MX0.x-y",
            "a%2Bb%2Fc%3D1a%2Bb%2Fc%3D1",
        ] {
            let words = Words::new(token, &format!("the token \"{token}\", is old"));
            assert_eq!(words.message, "the token \"[...]\", is old", "{token}");
            assert!(!words.code.contains("4f6e"), "{}", words.code);
        }
        for text in [
            "error_missing_system_admin_right",
            "Leverantörsfakturaregistretsbehörighet saknas (2001538)",
            "https://developer.fortnox.se/general/",
        ] {
            assert_eq!(
                Words::new(text, text),
                Words {
                    code: text.into(),
                    message: text.into()
                }
            );
        }
    }

    proptest! {
        #[test]
        fn harmless_text_is_printable_short_and_stays_as_it_is(text in "\\PC{0,300}|.{0,300}") {
            let once = harmless(&text);
            prop_assert!(once.chars().count() <= MAX);
            let harmful = once.contains(['<', '>', '\n', '\r', '\u{1b}', '\u{202e}']);
            prop_assert!(!harmful);
            prop_assert_eq!(harmless(&once), once);
        }
    }

    #[test]
    fn latin_letters_end_where_the_phonetic_ones_begin() {
        assert_eq!(harmless("a\u{24f}\u{250}b"), "a\u{24f} b");
    }

    #[test]
    fn two_hundred_characters_are_enough() {
        assert_eq!(harmless(&"å".repeat(199)), "å".repeat(199));
        let long = harmless(&"å".repeat(5000));
        assert_eq!(long.chars().count(), 200);
        assert!(long.ends_with('…'));
    }
}
