//! What people read: one file per language, a line per text, the same keys in
//! each (a test holds them together). No text is put together in code, except
//! that `{name}` stands for a name.

use serde::{Deserialize, Serialize};

/// A language of this plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// English.
    En,
    /// German.
    De,
}

impl Locale {
    /// All, in the order of the form.
    pub const ALL: [Locale; 2] = [Locale::En, Locale::De];

    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Locale::En => "en",
            Locale::De => "de",
        }
    }

    /// The language of a tag, whatever its region; English for any other.
    pub fn nearest(tag: &str) -> Locale {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        let same = |locale: &Locale| locale.tag().eq_ignore_ascii_case(language);
        Locale::ALL.into_iter().find(same).unwrap_or(Locale::En)
    }

    /// The lines `key = text` of this language.
    pub(crate) const fn file(self) -> &'static str {
        match self {
            Locale::En => include_str!("../words/en.txt"),
            Locale::De => include_str!("../words/de.txt"),
        }
    }

    /// A text; empty for a key that is in no file.
    pub fn text(self, key: &str) -> &'static str {
        let text = |line: &'static str| line.strip_prefix(key)?.strip_prefix(" = ");
        self.file().lines().find_map(text).unwrap_or_default()
    }
}

/// Text of the provider, made harmless: printable, one line, short, and without
/// the secrets that were sent, should a server echo them.
pub fn harmless(text: &str, secrets: &[&str]) -> String {
    let mut text = text.to_owned();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        text = text.replace(secret, "[...]");
    }
    let printable = text.chars().map(|c| match c {
        '<' => '‹',
        '>' => '›',
        c if c.is_control() => ' ',
        c => c,
    });
    printable.take(200).collect::<String>().trim().to_owned()
}
