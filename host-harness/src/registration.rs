//! The operator's registration of the host as an app at the provider.
//!
//! The client secret stays on this side: a plugin asks for it to be added to a
//! request and never sees it.

use crate::contract::bindings::erp::integration::registration::App;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use http::HeaderValue;
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
        let secret = self.client_secret.expose_secret();
        let pair = Zeroizing::new(match self.basic {
            BasicDialect::Raw => format!("{}:{secret}", self.client_id),
            BasicDialect::Form => format!("{}:{}", *form(&self.client_id), *form(secret)),
        });
        let text = Zeroizing::new(format!(
            "Basic {}",
            *Zeroizing::new(BASE64_STANDARD.encode(pair.as_bytes()))
        ));
        let mut value = HeaderValue::from_str(&text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
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
    fn given_a_registration_when_printed_then_the_secret_is_not_in_it() {
        let registration = Registration::new("id", "s3cret", "https://host.example/cb", ["a"]);
        assert!(!format!("{registration:?}").contains("s3cret"));
    }
}
