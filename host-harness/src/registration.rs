//! The operator's registration of the host as an app at the provider.
//!
//! The client secret stays on this side: a plugin asks for it to be added to a
//! request and never sees it, not even when the server sends it back.

use crate::contract::bindings::erp::integration::registration::App;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;
use http::{HeaderValue, Response};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// How id and secret become HTTP Basic credentials. The two agree only for
/// secrets of letters and digits, and servers insist on one or the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BasicDialect {
    /// `id:secret` as they are (RFC 7617 section 2).
    #[default]
    Raw,
    /// Both form-encoded first (RFC 6749 section 2.3.1).
    Form,
}

/// In the place of a credential.
const REDACTED: &[u8] = b"[redacted]";

/// In bytes. A shorter secret is no secret, and would turn up by chance.
const SHORTEST_ECHO: usize = 8;

/// One app at the provider, as the operator registered it.
#[derive(Debug, Clone)]
pub struct Registration {
    /// The public client identifier (RFC 6749 section 2.2).
    pub client_id: String,
    /// The client secret; goes only to the token and revocation endpoints.
    pub client_secret: SecretString,
    /// Where the provider sends the browser back (RFC 6749 section 3.1.2).
    pub redirect_uri: String,
    /// Scopes the app carries at the provider.
    pub scopes: Vec<String>,
    /// Other URLs than the provider's own, by the names of the contract:
    /// `authorize`, `token`, `revoke`, `api`, `issuer`.
    pub endpoints: Vec<(String, String)>,
    /// Open settings of the plugin, by name.
    pub options: Vec<(String, String)>,
    /// How the secret is sent.
    pub basic: BasicDialect,
}

impl Registration {
    /// A registration with the provider's own endpoints and no options.
    pub fn new(
        client_id: impl Into<String>,
        client_secret: impl Into<SecretString>,
        redirect_uri: impl Into<String>,
        scopes: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            redirect_uri: redirect_uri.into(),
            scopes: scopes.into_iter().map(Into::into).collect(),
            endpoints: Vec::new(),
            options: Vec::new(),
            basic: BasicDialect::default(),
        }
    }

    /// What a plugin may know of it.
    pub(crate) fn app(&self) -> App {
        App {
            client_id: self.client_id.clone(),
            redirect_uri: self.redirect_uri.clone(),
            scopes: self.scopes.clone(),
            endpoints: self.endpoints.clone(),
            options: self.options.clone(),
        }
    }

    /// The value of `Authorization` for the client itself; none when id and
    /// secret do not fit a header.
    pub(crate) fn basic_header(&self) -> Option<HeaderValue> {
        let text = Zeroizing::new(format!("Basic {}", *self.basic_credentials()));
        let mut value = HeaderValue::from_str(&text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    fn basic_credentials(&self) -> Zeroizing<String> {
        let secret = self.client_secret.expose_secret();
        let pair = Zeroizing::new(match self.basic {
            BasicDialect::Raw => format!("{}:{secret}", self.client_id),
            BasicDialect::Form => format!("{}:{}", *form(&self.client_id), *form(secret)),
        });
        Zeroizing::new(BASE64_STANDARD.encode(pair.as_bytes()))
    }

    /// Takes the client's credentials out of a response, however they were
    /// written: as they are, form-encoded, or as the header that was sent.
    pub(crate) fn redact(&self, response: &mut Response<Bytes>) {
        let secret = self.client_secret.expose_secret();
        let encoded = form(secret);
        let credentials = self.basic_credentials();
        let echoes = [secret, encoded.as_str(), credentials.as_str()];
        for echo in echoes.map(str::as_bytes) {
            if echo.len() < SHORTEST_ECHO {
                continue;
            }
            if let Some(clean) = without(response.body(), echo) {
                *response.body_mut() = clean.into();
            }
            for value in response.headers_mut().values_mut() {
                if let Some(clean) = without(value.as_bytes(), echo)
                    && let Ok(clean) = HeaderValue::from_bytes(&clean)
                {
                    *value = clean;
                }
            }
        }
    }
}

/// `text` with `[redacted]` for every `part`; none when there is none.
fn without(text: &[u8], part: &[u8]) -> Option<Vec<u8>> {
    let mut clean = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.windows(part.len()).position(|window| window == part) {
        let (before, from) = rest.split_at(at);
        clean.extend_from_slice(before);
        clean.extend_from_slice(REDACTED);
        rest = from.get(part.len()..).unwrap_or_default();
    }
    let found = rest.len() < text.len();
    clean.extend_from_slice(rest);
    found.then_some(clean)
}

fn form(text: &str) -> Zeroizing<String> {
    Zeroizing::new(url::form_urlencoded::byte_serialize(text.as_bytes()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(basic: BasicDialect) -> String {
        let registration = Registration {
            basic,
            ..Registration::new("app:1", "p+/:%&", "https://host.example/cb", ["a"])
        };
        let value = registration.basic_header().unwrap();
        assert!(value.is_sensitive());
        let encoded = value.to_str().unwrap().strip_prefix("Basic ").unwrap();
        String::from_utf8(BASE64_STANDARD.decode(encoded).unwrap()).unwrap()
    }

    #[test]
    fn given_the_raw_dialect_when_encoding_then_id_and_secret_are_as_they_are() {
        assert_eq!(header(BasicDialect::Raw), "app:1:p+/:%&");
    }

    #[test]
    fn given_the_form_dialect_when_encoding_then_both_are_form_encoded() {
        assert_eq!(header(BasicDialect::Form), "app%3A1:p%2B%2F%3A%25%26");
    }

    #[test]
    fn given_a_response_that_echoes_the_credentials_when_redacted_then_nothing_of_them_is_left() {
        for basic in [BasicDialect::Raw, BasicDialect::Form] {
            let registration = Registration {
                basic,
                ..Registration::new("app:1", "p+/:%&secret", "https://host.example/cb", ["a"])
            };
            let header = registration.basic_header().unwrap();
            let sent = header.to_str().unwrap();
            let body = format!("<{sent}> p+/:%&secret, p%2B%2F%3A%25%26secretp+/:%&secret.");
            let mut response = Response::builder()
                .header("www-authenticate", format!("{sent} x"))
                .body(Bytes::from(body))
                .unwrap();
            registration.redact(&mut response);
            assert_eq!(
                response.body().as_ref(),
                b"<Basic [redacted]> [redacted], [redacted][redacted]."
            );
            assert_eq!(response.headers()["www-authenticate"], "Basic [redacted] x");
        }
    }

    #[test]
    fn given_a_response_without_the_credentials_when_redacted_then_it_stays_as_it_is() {
        let registration = Registration::new("id", "short", "https://host.example/cb", ["a"]);
        let mut response = Response::new(Bytes::from_static(b"a short \xff answer"));
        registration.redact(&mut response);
        assert_eq!(response.body().as_ref(), b"a short \xff answer");
    }

    #[test]
    fn given_a_secret_as_short_as_a_word_when_redacted_then_words_stay() {
        for (secret, expected) in [("seven77", "a seven77"), ("eight888", "a [redacted]")] {
            let registration = Registration::new("id", secret, "https://host.example/cb", ["a"]);
            let mut response = Response::new(Bytes::from(format!("a {secret}")));
            registration.redact(&mut response);
            assert_eq!(response.body().as_ref(), expected.as_bytes());
        }
    }

    #[test]
    fn given_a_registration_when_printed_then_the_secret_is_not_in_it() {
        let registration = Registration::new("id", "s3cret", "https://host.example/cb", ["a"]);
        assert!(!format!("{registration:?}").contains("s3cret"));
    }
}
