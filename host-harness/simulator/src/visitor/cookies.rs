//! The visitor's cookies: name and value per host and port, sent to the paths
//! they are for. Expiry is not kept, as a visitor does not live that long, but a
//! cookie with `Max-Age=0` goes.

use std::collections::BTreeMap;

use http::HeaderValue;
use url::Url;

#[derive(Debug, Default)]
pub(super) struct Cookies(BTreeMap<Key, String>);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    origin: String,
    path: String,
    name: String,
}

impl Cookies {
    pub(super) fn store(&mut self, url: &Url, line: &HeaderValue) {
        let Ok(line) = line.to_str() else { return };
        let mut parts = line.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
            return;
        };
        let attribute = |wanted: &str| {
            let found = parts.clone().filter_map(|part| part.split_once('='));
            found
                .filter(|(name, _)| name.eq_ignore_ascii_case(wanted))
                .map(|(_, v)| v)
                .next_back()
        };
        let key = Key {
            origin: origin(url),
            path: attribute("path").unwrap_or("/").to_owned(),
            name: name.to_owned(),
        };
        match attribute("max-age") {
            Some("0") => self.0.remove(&key),
            _ => self.0.insert(key, value.to_owned()),
        };
    }

    pub(super) fn header(&self, url: &Url) -> Option<String> {
        let origin = origin(url);
        let fitting = self
            .0
            .iter()
            .filter(|(key, _)| key.origin == origin && covers(&key.path, url.path()));
        let pairs: Vec<String> = fitting
            .map(|(key, value)| format!("{}={value}", key.name))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

/// RFC 6265 section 5.1.4.
fn covers(cookie: &str, path: &str) -> bool {
    path.strip_prefix(cookie)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || cookie.ends_with('/'))
}

/// Unlike in a browser the port counts, so that two hosts of one test stay apart.
fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_a_cookie_when_asked_for_then_only_its_origin_and_path_get_it() {
        let mut cookies = Cookies::default();
        let url: Url = "http://127.0.0.1:1/a/b".parse().unwrap();
        cookies.store(&url, &HeaderValue::from_static("n=v; Path=/a; HttpOnly"));
        assert_eq!(cookies.header(&url).as_deref(), Some("n=v"));
        for other in ["http://127.0.0.1:2/a/b", "http://127.0.0.1:1/ab"] {
            assert_eq!(cookies.header(&other.parse().unwrap()), None);
        }
        cookies.store(&url, &HeaderValue::from_static("n=; Path=/a; Max-Age=0"));
        assert_eq!(cookies.header(&url), None);
    }
}
