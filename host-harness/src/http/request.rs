//! A guest's request, checked and turned into one that may be sent.

use super::policy::Policy;
use crate::{
    contract::bindings::erp::integration::http as contract, limits::Limits,
    registration::Registration,
};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, header};
use std::time::Duration;
use zeroize::Zeroizing;

const HEADERS: usize = 32;
const HEADER_BYTES: usize = 16 * 1024;

/// Fields that the host sets, and hop-by-hop fields (RFC 9110 section 7.6.1).
const FORBIDDEN: [&str; 14] = [
    "authorization",
    "proxy-authorization",
    "proxy-connection",
    "cookie",
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "upgrade",
    "te",
    "trailer",
    "keep-alive",
    "user-agent",
    "expect",
];

/// A request that the policy allows, with its credentials. It is complete: the
/// transport adds `host`, `content-length` and `user-agent`.
pub(super) struct Allowed {
    pub(super) request: http::Request<Bytes>,
    pub(super) timeout: Duration,
    /// Whether the client's own credentials go along.
    pub(super) as_client: bool,
    pub(super) guard: Option<contract::Guard>,
    pub(super) keep: Option<String>,
}

/// Checks a guest's request; the error says why it is denied.
pub(super) fn check(
    request: contract::Request,
    policy: &Policy,
    registration: Option<&Registration>,
    limits: &Limits,
) -> Result<Allowed, &'static str> {
    let method = match request.method.as_str() {
        "GET" => Method::GET,
        "POST" => Method::POST,
        "PUT" => Method::PUT,
        "PATCH" => Method::PATCH,
        "DELETE" => Method::DELETE,
        _ => return Err("the method is not allowed"),
    };
    let target = policy.check(&request.uri)?;
    if request.body.len() > limits.http_body {
        return Err("the body is too large");
    }
    let mut allowed = http::Request::new(Bytes::from(request.body));
    *allowed.method_mut() = method;
    *allowed.uri_mut() = (target.url.as_str().parse()).map_err(|_| "the URI cannot be sent")?;
    *allowed.headers_mut() = headers(&request.headers)?;
    let as_client = matches!(request.authorization, contract::Authorization::Client);
    if let Some(value) = authorization(request.authorization, target.client, registration)? {
        allowed.headers_mut().insert(header::AUTHORIZATION, value);
    }
    Ok(Allowed {
        request: allowed,
        timeout: Duration::from_millis(request.timeout.into()).min(limits.http_timeout),
        as_client,
        guard: request.guard,
        keep: request.keep,
    })
}

fn headers(fields: &[contract::Field]) -> Result<http::HeaderMap, &'static str> {
    let bytes: usize = fields
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    if fields.len() > HEADERS || bytes > HEADER_BYTES {
        return Err("there are too many headers, or too large ones");
    }
    let mut headers = http::HeaderMap::with_capacity(fields.len());
    for (name, value) in fields {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| "not a header name")?;
        if FORBIDDEN.contains(&name.as_str()) {
            return Err("a header is not the plugin's to set");
        }
        if !value.is_ascii() {
            return Err("not a header value");
        }
        let value = HeaderValue::from_str(value).map_err(|_| "not a header value")?;
        headers.append(name, value);
    }
    Ok(headers)
}

fn authorization(
    authorization: contract::Authorization,
    client_allowed: bool,
    registration: Option<&Registration>,
) -> Result<Option<HeaderValue>, &'static str> {
    match authorization {
        contract::Authorization::None => Ok(None),
        contract::Authorization::Client if !client_allowed => {
            Err("the client's credentials do not go to this origin")
        }
        contract::Authorization::Client => registration
            .and_then(Registration::basic_header)
            .ok_or("there are no usable client credentials")
            .map(Some),
        contract::Authorization::Bearer(token) => bearer(&Zeroizing::new(token)).map(Some),
    }
}

/// The grammar of RFC 6750 section 2.1, widened to what servers really issue:
/// printable ASCII without spaces.
fn bearer(token: &str) -> Result<HeaderValue, &'static str> {
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("not a bearer token");
    }
    let text = Zeroizing::new(format!("Bearer {token}"));
    let mut value = HeaderValue::from_str(&text).map_err(|_| "not a bearer token")?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> contract::Request {
        contract::Request {
            method: "POST".into(),
            uri: "https://id.example/token".into(),
            headers: vec![("Accept".into(), "application/json".into())],
            authorization: contract::Authorization::None,
            body: b"a=b".to_vec(),
            timeout: 20_000,
            guard: None,
            keep: None,
        }
    }

    fn checked(request: contract::Request) -> Result<Allowed, &'static str> {
        let endpoints = [
            ("token".to_owned(), "https://id.example/token".to_owned()),
            ("api".to_owned(), "https://api.example".to_owned()),
        ];
        let policy = Policy::new([], None, &endpoints).unwrap();
        let registration = Registration::new("id", "secret", "https://host.example/cb", ["a"]);
        check(request, &policy, Some(&registration), &Limits::default())
    }

    #[test]
    fn given_a_good_request_when_checked_then_it_goes_out_as_it_is() {
        let allowed = checked(request()).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(allowed.request.method(), "POST");
        assert_eq!(allowed.request.uri(), "https://id.example/token");
        assert_eq!(allowed.request.headers()["accept"], "application/json");
        assert_eq!(allowed.request.headers().len(), 1);
        assert_eq!(allowed.request.body().as_ref(), b"a=b");
        assert_eq!(allowed.timeout, Duration::from_secs(20));
    }

    #[test]
    fn given_a_long_timeout_when_checked_then_the_host_shortens_it() {
        let allowed = checked(contract::Request {
            timeout: u32::MAX,
            ..request()
        });
        assert_eq!(
            allowed.map(|allowed| allowed.timeout),
            Ok(Duration::from_secs(60))
        );
    }

    #[test]
    fn given_a_method_that_is_not_allowed_when_checked_then_it_is_denied() {
        for method in [
            "CONNECT",
            "TRACE",
            "OPTIONS",
            "HEAD",
            "post",
            "GET / HTTP/1.1",
            "",
        ] {
            let request = contract::Request {
                method: method.into(),
                ..request()
            };
            assert!(checked(request).is_err(), "{method}");
        }
    }

    #[test]
    fn given_a_header_that_the_host_sets_when_checked_then_it_is_denied() {
        for name in
            FORBIDDEN
                .into_iter()
                .chain(["Authorization", "HOST", "", "a b", "a\r\nb", "a:"])
        {
            let headers = vec![(name.to_owned(), "x".to_owned())];
            assert!(
                checked(contract::Request {
                    headers,
                    ..request()
                })
                .is_err(),
                "{name}"
            );
        }
    }

    #[test]
    fn given_a_header_value_with_control_characters_when_checked_then_it_is_denied() {
        for value in ["a\r\nHost: evil", "a\nb", "a\0b", "\u{7f}", "å"] {
            let headers = vec![("x-a".to_owned(), value.to_owned())];
            assert!(
                checked(contract::Request {
                    headers,
                    ..request()
                })
                .is_err(),
                "{value:?}"
            );
        }
    }

    #[test]
    fn given_too_many_or_too_large_headers_when_checked_then_they_are_denied() {
        let many = vec![("a".to_owned(), "b".to_owned()); HEADERS + 1];
        let large = vec![("a".to_owned(), "b".repeat(HEADER_BYTES))];
        for headers in [many, large] {
            assert!(
                checked(contract::Request {
                    headers,
                    ..request()
                })
                .is_err()
            );
        }
    }

    #[test]
    fn given_a_request_at_its_limits_when_checked_then_it_is_allowed() {
        let many = vec![("a".to_owned(), "b".to_owned()); 32];
        let large = vec![("a".to_owned(), "b".repeat(16 * 1024 - 1))];
        for headers in [many, large] {
            let body = vec![0; Limits::default().http_body];
            let allowed = checked(contract::Request {
                headers: headers.clone(),
                body,
                ..request()
            });
            assert_eq!(
                allowed.map(|allowed| allowed.request.headers().len()),
                Ok(headers.len())
            );
        }
    }

    #[test]
    fn given_a_method_of_the_contract_when_checked_then_it_is_sent_as_it_is() {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let allowed = checked(contract::Request {
                method: method.into(),
                ..request()
            });
            let sent = allowed.map(|allowed| allowed.request.method().to_string());
            assert_eq!(sent.as_deref(), Ok(method));
        }
    }

    #[test]
    fn given_a_body_beyond_the_limit_when_checked_then_it_is_denied() {
        let body = vec![0; Limits::default().http_body + 1];
        assert!(checked(contract::Request { body, ..request() }).is_err());
    }

    #[test]
    fn given_client_credentials_when_the_origin_has_no_token_endpoint_then_they_are_denied() {
        let client = |uri: &str| contract::Request {
            uri: uri.into(),
            authorization: contract::Authorization::Client,
            ..request()
        };
        let allowed = checked(client("https://id.example/token"));
        let allowed = allowed.unwrap_or_else(|error| panic!("{error}"));
        let value = &allowed.request.headers()["authorization"];
        assert_eq!(value, "Basic aWQ6c2VjcmV0");
        assert!(value.is_sensitive());
        assert!(checked(client("https://api.example/")).is_err());
    }

    #[test]
    fn given_a_bearer_token_of_another_shape_when_checked_then_it_is_denied() {
        for token in ["a\r\nx: y", "a b", "", "å"] {
            let authorization = contract::Authorization::Bearer(token.into());
            assert!(
                checked(contract::Request {
                    authorization,
                    ..request()
                })
                .is_err()
            );
        }
    }

    #[test]
    fn given_a_bearer_token_when_checked_then_it_is_sent_and_never_printed() {
        let authorization = contract::Authorization::Bearer("t.0-k".into());
        let allowed = checked(contract::Request {
            authorization,
            ..request()
        });
        let allowed = allowed.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(allowed.request.headers()["authorization"], "Bearer t.0-k");
        assert!(!format!("{:?}", allowed.request.headers()).contains("t.0-k"));
    }
}
