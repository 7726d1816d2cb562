//! Whose forms are obeyed: those of the simulator's own pages. It is on
//! loopback, but any page in a browser on this machine can post to it.

use http::HeaderMap;
use http::header::ORIGIN;

/// Whether a browser sent this from a page of this origin, or no browser sent it
/// at all. A name that resolves to loopback is another origin, also where its
/// pages come from here.
///
/// Browsers send `Sec-Fetch-Site` to loopback addresses (Fetch Metadata); older
/// ones name at least the origin of a POST.
pub(super) fn is_own(headers: &HeaderMap, own: &str) -> bool {
    let header = |name: &str| headers.get(name).map(|value| value.as_bytes());
    let site = header("sec-fetch-site").unwrap_or(b"none");
    let origin = header(ORIGIN.as_str()).unwrap_or(own.as_bytes());
    matches!(site, b"same-origin" | b"none") && origin == own.as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "http://127.0.0.1:8181";

    fn is_obeyed(headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        is_own(&headers.collect(), OWN)
    }

    #[test]
    fn given_the_own_page_or_no_browser_when_posting_then_obeyed() {
        assert!(is_obeyed(&[
            ("sec-fetch-site", "same-origin"),
            ("origin", OWN)
        ]));
        assert!(is_obeyed(&[("sec-fetch-site", "none")]));
        assert!(is_obeyed(&[("origin", OWN)]));
        assert!(is_obeyed(&[]));
    }

    #[test]
    fn given_another_page_when_posting_then_refused() {
        for site in ["cross-site", "same-site", "", "Same-Origin"] {
            assert!(
                !is_obeyed(&[("sec-fetch-site", site), ("origin", OWN)]),
                "{site}"
            );
        }
        for origin in [
            "null",
            "",
            "http://127.0.0.1",
            "http://127.0.0.1:8182",
            "https://127.0.0.1:8181",
            "http://127.0.0.2:8181",
            "http://rebound.example:8181",
        ] {
            assert!(!is_obeyed(&[("origin", origin)]), "{origin}");
        }
    }
}
