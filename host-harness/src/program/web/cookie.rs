//! Cookies: one way to read them, one way to write them.
//!
//! All have the prefix `__Host-`, which browsers take only over TLS or from this
//! machine, for this host alone and all its paths. None can be read by scripts;
//! `SameSite=Lax` lets them come along when the provider sends the browser back.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

const ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Lax";

/// The value of a cookie, as the browser sent it. Others on this host may have set
/// cookies of any bytes; they do not stand in the way.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter();
    lines
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| str::from_utf8(pair).ok()?.trim().split_once('='))
        .find_map(|(found, value)| (found == name).then_some(value))
}

/// A `Set-Cookie` line; without an age, in seconds, until the browser closes.
pub fn set(name: &str, value: &str, max_age: Option<u32>) -> String {
    match max_age {
        Some(seconds) => format!("{name}={value}; Max-Age={seconds}; {ATTRIBUTES}"),
        None => format!("{name}={value}; {ATTRIBUTES}"),
    }
}

/// A `Set-Cookie` line that takes the cookie away.
pub fn clear(name: &str) -> String {
    set(name, "", Some(0))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn given_cookies_in_any_shape_when_read_then_only_the_exact_name_answers() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "a=1; __Host-x=2;b".parse().unwrap());
        headers.append(COOKIE, "c=3=4".parse().unwrap());
        assert_eq!(read(&headers, "__Host-x"), Some("2"));
        assert_eq!(read(&headers, "c"), Some("3=4"));
        assert_eq!(read(&headers, "x"), None);
        assert_eq!(read(&headers, "b"), None);
        let foreign = HeaderValue::from_bytes(b"n=\xc5\xff; __Host-y=4; \xe5=5").unwrap();
        headers.append(COOKIE, foreign);
        assert_eq!(read(&headers, "__Host-y"), Some("4"));
    }

    #[test]
    fn given_a_cookie_when_set_then_it_is_for_this_host_and_no_script() {
        let line = set("__Host-x", "v", None);
        assert_eq!(line, "__Host-x=v; Path=/; Secure; HttpOnly; SameSite=Lax");
        assert!(clear("__Host-x").starts_with("__Host-x=; Max-Age=0; Path=/"));
    }
}
