//! The languages this page speaks, and which one a visitor gets.
//!
//! The choice made on the page wins (a cookie that says nothing else), then the
//! browser's `Accept-Language`, then English.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

use super::cookie;

const COOKIE: &str = "__Host-language";
const YEAR: u32 = 365 * 24 * 3600;

/// A language of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locale {
    /// Swedish.
    Sv,
    /// Norwegian bokmål.
    Nb,
    /// English.
    En,
}

impl Locale {
    /// All, in the order of the switch.
    pub const ALL: [Locale; 3] = [Locale::Sv, Locale::Nb, Locale::En];

    /// BCP 47.
    pub const fn tag(self) -> &'static str {
        match self {
            Locale::Sv => "sv",
            Locale::Nb => "nb",
            Locale::En => "en",
        }
    }

    /// What its speakers call it.
    pub const fn name(self) -> &'static str {
        match self {
            Locale::Sv => "Svenska",
            Locale::Nb => "Norsk",
            Locale::En => "English",
        }
    }

    /// The language of a tag that this page has written itself.
    pub fn from_tag(tag: &str) -> Option<Locale> {
        Locale::ALL.into_iter().find(|locale| locale.tag() == tag)
    }

    /// The language for this request.
    pub fn of(headers: &HeaderMap) -> Locale {
        cookie::read(headers, COOKIE)
            .and_then(Locale::from_tag)
            .or_else(|| accepted(headers))
            .unwrap_or(Locale::En)
    }

    /// Keeps the choice in the browser, for a year.
    pub fn keep(self) -> String {
        cookie::set(COOKIE, self.tag(), Some(YEAR))
    }

    /// By primary language; Norwegian has three names (RFC 5646 section 2.2.1).
    fn spoken_by(range: &str) -> Option<Locale> {
        let primary = range.split('-').next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "sv" => Some(Locale::Sv),
            "nb" | "nn" | "no" => Some(Locale::Nb),
            "en" => Some(Locale::En),
            _ => None,
        }
    }
}

/// The first of the most wanted languages (RFC 9110 section 12.5.4).
fn accepted(headers: &HeaderMap) -> Option<Locale> {
    let mut best: Option<(f32, Locale)> = None;
    let lines = headers.get_all(ACCEPT_LANGUAGE).iter();
    for range in lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
    {
        let (name, weight) = range.trim().split_once(';').unwrap_or((range.trim(), ""));
        let weight = match weight.trim().strip_prefix("q=") {
            Some(text) => text.parse().unwrap_or(0.0),
            None => 1.0,
        };
        if let Some(locale) = Locale::spoken_by(name.trim())
            && weight > best.map_or(0.0, |(weight, _)| weight)
        {
            best = Some((weight, locale));
        }
    }
    best.map(|(_, locale)| locale)
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE as COOKIE_HEADER;

    use super::*;

    fn asked(accept: &str, cookie: &str) -> Locale {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, accept.parse().unwrap());
        headers.insert(COOKIE_HEADER, cookie.parse().unwrap());
        Locale::of(&headers)
    }

    #[test]
    fn given_a_browser_when_it_asks_then_the_most_wanted_language_is_taken() {
        let expected = [
            ("sv-SE,sv;q=0.9,en;q=0.8", Locale::Sv),
            ("de, nn;q=0.7, en;q=0.6", Locale::Nb),
            ("en;q=0.1, no-NO;q=0.2", Locale::Nb),
            ("SV", Locale::Sv),
            ("de", Locale::En),
            ("", Locale::En),
            ("sv;q=0", Locale::En),
            ("sv;q=nan,;;,q=1", Locale::En),
        ];
        for (accept, locale) in expected {
            assert_eq!(asked(accept, ""), locale, "{accept}");
        }
    }

    #[test]
    fn given_a_choice_when_the_browser_asks_for_another_then_the_choice_wins() {
        assert_eq!(asked("sv", "__Host-language=nb"), Locale::Nb);
        assert_eq!(asked("sv", "__Host-language=xx"), Locale::Sv);
    }
}
