//! The binding: a secret that only the browser which began an attempt holds.
//!
//! Each attempt has a cookie of its own, named after its `state`, so that several
//! open attempts in one browser, of several integrations or of several companies,
//! do not overwrite each other. The name gives nothing away: it is cut from the
//! hash of a secret of 256 bits. The cookie is short-lived, and taken away as soon
//! as the attempt is over.

use axum::http::HeaderMap;

use super::cookie;

const PREFIX: &str = "__Host-binding-";
/// Seconds; the provider's pages give people about as long.
const LIFETIME: u32 = 600;

/// The name of an attempt's cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding(String);

impl Binding {
    /// From the hash of the attempt's `state`.
    pub fn of(state: &[u8; 32]) -> Self {
        let digits = state.iter().take(8).map(|byte| format!("{byte:02x}"));
        Self(PREFIX.to_owned() + &digits.collect::<String>())
    }

    /// The line that gives the secret to the browser.
    pub fn give(&self, secret: &str) -> String {
        cookie::set(&self.0, secret, Some(LIFETIME))
    }

    /// What the browser brought back, if it did.
    pub fn brought<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        cookie::read(headers, &self.0).filter(|secret| !secret.is_empty())
    }

    /// The line that takes the secret away.
    pub fn take_away(&self) -> String {
        cookie::clear(&self.0)
    }
}

/// Whether a secret can be a cookie's value as it is (RFC 6265 section 4.1.1);
/// a plugin could hand out anything.
pub fn is_cookie_value(secret: &str) -> bool {
    let fits =
        |byte: u8| matches!(byte, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e);
    (1..=1024).contains(&secret.len()) && secret.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE;

    use super::*;

    #[test]
    fn given_two_attempts_when_both_bind_then_each_brings_its_own() {
        let (one, two) = (Binding::of(&[1; 32]), Binding::of(&[2; 32]));
        let pair = |line: String| line.split(';').next().unwrap().to_owned();
        let both = format!("{}; {}", pair(one.give("first")), pair(two.give("second")));
        let headers = HeaderMap::from_iter([(COOKIE, both.parse().unwrap())]);
        assert_eq!(one.brought(&headers), Some("first"));
        assert_eq!(two.brought(&headers), Some("second"));
        assert_eq!(Binding::of(&[3; 32]).brought(&headers), None);
        assert!(one.take_away().contains("Max-Age=0"));
    }

    #[test]
    fn given_a_secret_when_it_would_break_the_cookie_then_it_is_not_one() {
        assert!(is_cookie_value("aZ09-_"));
        for secret in ["", "a;b", "a b", "a\r\nSet-Cookie: x", "å", "\"a\"", "a,b"] {
            assert!(!is_cookie_value(secret), "{secret}");
        }
        assert!(!is_cookie_value(&"a".repeat(1025)));
    }
}
