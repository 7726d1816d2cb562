//! Where a plugin may send requests, and with which credentials.
//!
//! Origins are compared as parsed by the WHATWG rules, whole: scheme, host and
//! port. Nothing granted means nothing reachable. A loopback origin is never
//! granted to a plugin that merely asks for it, only by the operator.

use url::{Host, Url};

/// Scheme, host and port: `https`, or `http` with a loopback IP literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    https: bool,
    host: Host<String>,
    port: u16,
}

impl Origin {
    /// The origin of a URL; none if it is none that could be granted.
    fn of(url: &Url) -> Option<Self> {
        let host = url.host()?.to_owned();
        let https = match url.scheme() {
            "https" => true,
            "http" if is_loopback(&host) => false,
            _ => return None,
        };
        let port = url.port_or_known_default().filter(|port| *port != 0)?;
        Some(Self { https, host, port })
    }

    /// What a plugin asks for: `https`, a name, and nothing after the port.
    fn requested(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok().filter(is_bare)?;
        let origin = Self::of(&url)?;
        let named = matches!(origin.host, Host::Domain(_)) && url.path() == "/";
        (origin.https && named && url.query().is_none()).then_some(origin)
    }
}

fn is_loopback(host: &Host<String>) -> bool {
    match host {
        Host::Domain(_) => false,
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// Neither userinfo nor fragment.
fn is_bare(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none() && url.fragment().is_none()
}

/// The grants of one plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Policy {
    granted: Vec<Origin>,
    client: Vec<Origin>,
}

/// An origin that is not granted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Not what any host grants: `https`, a name, and nothing after the port.
    #[error("{0:?} is not an https origin with a name")]
    NotAnOrigin(String),
    /// The plugin asks for it, and the operator did not grant it.
    #[error("the plugin asks for {0:?}, which the operator does not grant")]
    NotGranted(String),
}

impl Policy {
    /// If the operator names any of the endpoints `token`, `revoke` and `api`,
    /// exactly their origins are granted, and the client's credentials go to
    /// the first two. Else the plugin gets what it asks for, which has to be
    /// among the operator's `grants` where there are any; the host cannot know
    /// which of these has the token endpoint, so the client's credentials may
    /// go to each of them.
    ///
    /// An endpoint that is no usable URL grants nothing: it is the plugin that
    /// has to tell the operator.
    pub(crate) fn new<'a>(
        requested: impl IntoIterator<Item = &'a str>,
        grants: Option<&[String]>,
        endpoints: &[(String, String)],
    ) -> Result<Self, OriginError> {
        let named = |names: &[&str]| -> Vec<_> {
            (endpoints.iter())
                .filter(|(name, url)| names.contains(&name.as_str()) && !url.is_empty())
                .map(|(_, url)| Url::parse(url).ok().as_ref().and_then(Origin::of))
                .collect()
        };
        let operator = named(&["token", "revoke", "api"]);
        if !operator.is_empty() {
            return Ok(Self {
                granted: operator.into_iter().flatten().collect(),
                client: named(&["token", "revoke"]).into_iter().flatten().collect(),
            });
        }
        let origin = |text: &str| {
            Origin::requested(text).ok_or_else(|| OriginError::NotAnOrigin(text.to_owned()))
        };
        let grants = grants
            .map(|grants| {
                grants
                    .iter()
                    .map(|text| origin(text))
                    .collect::<Result<Vec<_>, _>>()
            })
            .transpose()?;
        let granted = (requested.into_iter())
            .map(|text| {
                let asked = origin(text)?;
                match &grants {
                    Some(grants) if !grants.contains(&asked) => {
                        Err(OriginError::NotGranted(text.to_owned()))
                    }
                    _ => Ok(asked),
                }
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            client: granted.clone(),
            granted,
        })
    }

    /// Parses a request's URI; says what is wrong with it unless it is absolute
    /// and within a granted origin.
    pub(super) fn check(&self, uri: &str) -> Result<Target, &'static str> {
        // The WHATWG parser drops or bends these; no plugin needs them.
        if !uri
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        {
            return Err("the URI holds a character that no URI has");
        }
        let url = Url::parse(uri).map_err(|_| "the URI is not absolute, or not a URI")?;
        if !is_bare(&url) || uri.contains('#') {
            return Err("the URI has userinfo or a fragment");
        }
        let origin = Origin::of(&url).filter(|origin| self.granted.contains(origin));
        let origin = origin.ok_or("the origin of the URI is not granted")?;
        let client = self.client.contains(&origin);
        Ok(Target { url, client })
    }
}

/// Where a request may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) url: Url,
    /// Whether the client's own credentials may go there.
    pub(super) client: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoints(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, url)| ((*name).into(), (*url).into()))
            .collect()
    }

    fn asked(origins: &[&str]) -> Policy {
        Policy::new(origins.iter().copied(), None, &[]).unwrap()
    }

    #[test]
    fn given_a_granted_origin_when_a_uri_is_within_then_it_passes() {
        let policy = asked(&["https://api.example", "https://id.example:8443"]);
        for uri in [
            "https://api.example/a?b=c",
            "https://API.example:443/",
            "https://id.example:8443/token",
        ] {
            assert!(policy.check(uri).unwrap().client, "{uri}");
        }
    }

    #[test]
    fn given_a_granted_origin_when_a_uri_only_resembles_it_then_it_is_denied() {
        let policy = asked(&["https://api.example"]);
        for uri in [
            "http://api.example/",
            "https://api.example:444/",
            "https://api.example:0/",
            "https://api.example:65536/",
            "https://api.example./",
            "https://api.example.evil.example/",
            "https://evil.example/?https://api.example/",
            "https://evil.example#@api.example/",
            "https://api.example@evil.example/",
            "https://user@api.example/",
            "https://user:pw@api.example/",
            "https://api.example/#",
            "https://api.example/#x",
            "https:\\\\api.example/",
            "https://api.example\\@evil.example/",
            "ht\ttps://api.example/",
            "https://api.example/a\nb",
            " https://api.example/",
            "https://\u{430}pi.example/",
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://[::ffff:10.0.0.1]/",
            "https://[fe80::1%25eth0]/",
            "//api.example/",
            "/a",
            "",
            "file:///etc/passwd",
        ] {
            assert!(policy.check(uri).is_err(), "{uri:?}");
        }
    }

    #[test]
    fn given_nothing_granted_when_checking_then_everything_is_denied() {
        assert!(asked(&[]).check("https://api.example/").is_err());
    }

    #[test]
    fn given_a_plugin_that_asks_for_loopback_or_a_path_when_granting_then_it_is_refused() {
        for origin in [
            "http://127.0.0.1:9",
            "https://127.0.0.1:9",
            "https://[::1]",
            "http://api.example",
            "https://api.example/path",
            "https://user@api.example",
            "https://api.example?x",
            "*",
        ] {
            assert_eq!(
                Policy::new([origin], None, &[]),
                Err(OriginError::NotAnOrigin(origin.into())),
                "{origin}"
            );
        }
    }

    #[test]
    fn given_grants_when_a_plugin_asks_for_less_or_for_more_then_only_less_is_granted() {
        let grants = [
            "https://api.example/".to_owned(),
            "https://id.example".to_owned(),
        ];
        let policy = Policy::new(["https://api.example:443"], Some(&grants), &[]).unwrap();
        assert!(policy.check("https://api.example/x").is_ok());
        assert!(policy.check("https://id.example/x").is_err());

        let other = "https://other.example";
        assert_eq!(
            Policy::new(["https://api.example", other], Some(&grants), &[]),
            Err(OriginError::NotGranted(other.into()))
        );
        assert_eq!(
            Policy::new([other], Some(&[]), &[]),
            Err(OriginError::NotGranted(other.into()))
        );
        assert_eq!(
            Policy::new([], Some(&["api.example".to_owned()]), &[]),
            Err(OriginError::NotAnOrigin("api.example".into()))
        );
    }

    #[test]
    fn given_operator_endpoints_when_granting_then_exactly_their_origins_are_granted() {
        let endpoints = endpoints(&[
            ("authorize", "https://login.example/auth"),
            ("token", "http://127.0.0.1:4000/token"),
            ("api", "https://api.example/v3"),
            ("revoke", ""),
        ]);
        let policy = Policy::new(["https://real.example"], None, &endpoints).unwrap();
        assert!(policy.check("http://127.0.0.1:4000/token").unwrap().client);
        assert!(!policy.check("https://api.example/x").unwrap().client);
        for uri in [
            "https://real.example/",
            "https://login.example/auth",
            "http://127.0.0.1:4001/",
        ] {
            assert!(policy.check(uri).is_err(), "{uri}");
        }
    }

    #[test]
    fn given_unusable_endpoints_when_granting_then_nothing_is_granted() {
        for url in [
            "nonsense",
            "http://token.example/",
            "ftp://127.0.0.1/",
            "http://10.0.0.1/",
        ] {
            let policy = Policy::new(
                ["https://real.example"],
                None,
                &endpoints(&[("token", url)]),
            )
            .unwrap();
            assert!(policy.granted.is_empty(), "{url}");
        }
    }
}
