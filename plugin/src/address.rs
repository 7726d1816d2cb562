//! Addresses that every reader takes alike.
//!
//! The host reads them again, with a reader of its own, and so does the browser.
//! Guarantees: what is accepted here leads them to the same server and, below a
//! root, never out of it; whatever readers are known to disagree about is
//! refused.

use std::net::IpAddr;

use http::Uri;

/// An absolute URI without fragment (RFC 6749 sections 3.1 and 3.1.2) and
/// without userinfo, over TLS or at a loopback IP literal: a name such as
/// `localhost` may resolve to anything.
pub fn absolute(text: &str) -> Option<Uri> {
    let uri: Uri = text.parse().ok()?;
    let authority = uri.authority()?;
    let host = authority.host();
    // Userinfo would stand before the host or behind the colon.
    let port = authority.as_str().strip_prefix(host)?;
    let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(is_number);
    if !is_plain(text) || !is_port {
        return None;
    }
    let ip = match host.strip_prefix('[') {
        Some(host) => Some(IpAddr::V6(host.strip_suffix(']')?.parse().ok()?)),
        None => host.parse().ok().map(IpAddr::V4),
    };
    let is_secure = match uri.scheme_str()? {
        "https" => ip.is_some() || is_name(host),
        "http" => ip.is_some_and(|ip| ip.is_loopback()),
        _ => false,
    };
    is_secure.then_some(uri)
}

/// The address of a path, with or without a query, below a root whose own query
/// is left out.
pub fn below(root: &Uri, path: &str) -> Option<Uri> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let mut segments = path.split('?').next()?.split('/');
    // An empty first segment would be the beginning of another host.
    if !is_plain(path) || path.starts_with('/') || segments.any(is_dots) {
        return None;
    }
    let (scheme, authority) = (root.scheme_str()?, root.authority()?);
    let root = root.path().trim_end_matches('/');
    format!("{scheme}://{authority}{root}/{path}").parse().ok()
}

/// Visible ASCII, of which some readers take `\` for `/`, and some drop what comes
/// behind `#`. What else is no character of a URI all of them encode alike.
fn is_plain(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\' && byte != b'#';
    text.bytes().all(is_plain)
}

/// A port (RFC 3986 section 3.2.3), written out.
fn is_number(port: &str) -> bool {
    port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
}

/// A name of letters, digits, hyphens and underscores that nobody takes for a
/// number: some read `0x7f.1` as an IP address.
fn is_name(host: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(is_letter);
    let labels = host.strip_suffix('.').unwrap_or(host);
    let last = labels.rsplit('.').next().unwrap_or_default();
    labels.split('.').all(is_label) && !last.starts_with(|first: char| first.is_ascii_digit())
}

/// A segment that stays where it is or steps upwards (RFC 3986 section 3.3),
/// encoded or not (WHATWG URL, double-dot URL path segment).
fn is_dots(segment: &str) -> bool {
    let segment = segment.to_ascii_lowercase().replace("%2e", ".");
    segment == "." || segment == ".."
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::*;

    const ROOTS: [&str; 3] = [
        "https://api.example/",
        "https://api.example:8443/v1/root?x=y",
        "http://[::1]:8080",
    ];

    #[test]
    fn given_a_path_below_the_root_then_it_is_kept_to_the_letter() {
        let root = absolute("https://api.example/v1/?x=y").unwrap();
        for (path, expected) in [
            ("", "https://api.example/v1/"),
            ("3/customers", "https://api.example/v1/3/customers"),
            (
                "/3/customers?a=/../b",
                "https://api.example/v1/3/customers?a=/../b",
            ),
            ("3/%C3%A5/...", "https://api.example/v1/3/%C3%A5/..."),
        ] {
            assert_eq!(below(&root, path).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn given_a_path_that_may_leave_the_root_then_there_is_no_address() {
        for root in ROOTS {
            let root = absolute(root).unwrap();
            for path in [
                "//evil.example/3",
                "/../../3",
                "..",
                "3/../3",
                "3/./3",
                "3/%2e%2e/%2E./x",
                "\\evil.example",
                "3\\..\\x",
                "3/customers#x",
                "3/cust omers",
                "3/å",
                "3/\n",
            ] {
                assert_eq!(below(&root, path), None, "{root} {path}");
            }
        }
    }

    #[test]
    fn given_a_host_that_readers_disagree_about_then_there_is_no_address() {
        for text in [
            "https://a.example\\@evil.example/",
            "https://a.example@a.example:443/",
            "https://a.example:1@a.example:443/",
            "https://a.example:1@a.example/",
            "https://[::1]@[::1]:443/",
            "https://a.example:+443/",
            "https://a.example:/",
            "https://a.example:99999/",
            "https://a.example:8o/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://127.1/",
            "https://a..example/",
            "https://.example/",
            "https://a%2eexample/",
            "https://a.exa*mple/",
            "https://[::1/",
            "https://[::1]a/",
            "https://[::1%25lo]/",
            "https://[v1.x]/",
            "http://127.0.0.1.example/",
            "http://0.0.0.0/",
            "https:/a.example/",
            "https:a.example",
            "//a.example/",
            "a.example:443",
            "*",
        ] {
            assert_eq!(absolute(text), None, "{text}");
        }
        let long = format!("https://a.example/{}", "a".repeat(70_000));
        assert_eq!(absolute(&long), None);
        for text in [
            "https://a_b.Example.:8443/",
            "https://xn--exmpel-bua.example/x",
            "https://192.0.2.1/x",
            "https://[2001:db8::1]:1/",
            "http://127.255.0.1/",
            "HTTPS://3.a.example?x",
        ] {
            assert!(absolute(text).is_some(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_browser_finds_the_same_server_at_whatever_is_accepted(
            text in "https?:/{1,3}([a-c1.:@%+\\\\\\[\\]]|a:1|a@){1,12}[/?#.a]{0,3}"
        ) {
            if let Some(uri) = absolute(&text) {
                let url = Url::parse(&text).unwrap();
                prop_assert_eq!(url.host_str().unwrap(), uri.host().unwrap());
                let port = uri.port_u16();
                prop_assert_eq!(url.port_or_known_default().unwrap(), port.unwrap_or(443), "{}", text);
                prop_assert!(url.username().is_empty() && url.fragment().is_none());
            }
        }

        #[test]
        fn a_browser_stays_below_the_root_at_whatever_is_accepted(
            root in 0..ROOTS.len(),
            path in "([./\\\\a?#%@:]|%2[eEfF5]|\\PC){0,16}"
        ) {
            let root = absolute(ROOTS[root]).unwrap();
            if let Some(uri) = below(&root, &path) {
                let url = Url::parse(&uri.to_string()).unwrap();
                let root = Url::parse(&root.to_string()).unwrap();
                prop_assert_eq!(url.origin(), root.origin());
                // Nothing was folded: there are as many segments as before.
                let segments = |path: &str| path.split('/').count();
                prop_assert_eq!(segments(url.path()), segments(uri.path()));
                prop_assert!(url.path().starts_with(root.path()));
            }
        }
    }
}
