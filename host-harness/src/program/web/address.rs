//! Where browsers find this page: taken from the configured redirect URI, never
//! from what a request says (`Host`, `Forwarded`, `X-Forwarded-*`). Behind a proxy
//! it is the proxy's address.

use url::Url;

use super::place::Place;

/// The public address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Scheme, host and port, as browsers write them into `Origin`.
    pub origin: String,
    /// The path to which the provider sends browsers back.
    pub callback: String,
}

/// Why a redirect URI cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// Not a URL.
    #[error("the redirect_uri is not a URL")]
    NotAUrl(#[from] url::ParseError),
    /// Neither `http` nor `https`.
    #[error("the redirect_uri is not an http or https address")]
    NotHttp,
    /// One of this page's own paths.
    #[error("the path {0} of the redirect_uri is a page of its own here: register another one")]
    Taken(String),
}

impl Address {
    /// From the redirect URI, for the integration of this plugin.
    ///
    /// # Errors
    ///
    /// [`AddressError`].
    pub fn of(redirect_uri: &str, plugin: &str) -> Result<Self, AddressError> {
        let url = Url::parse(redirect_uri)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(AddressError::NotHttp);
        }
        let callback = url.path().to_owned();
        if Place::taken(&callback, plugin) {
            return Err(AddressError::Taken(callback));
        }
        Ok(Self {
            origin: url.origin().ascii_serialization(),
            callback,
        })
    }

    /// The address of the integration's page.
    pub fn integration(&self, plugin: &str) -> String {
        format!("{}{}", self.origin, Place::Integration.path(plugin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_redirect_uris_when_read_then_each_is_served_or_refused_in_words() {
        let address = |uri: &str| Address::of(uri, "id");
        let served = [
            ("https://erp.example/cb", "https://erp.example", "/cb"),
            (
                "https://erp.example:443/a/:b/{c}",
                "https://erp.example",
                "/a/:b/%7Bc%7D",
            ),
            (
                "http://127.0.0.1:8180/*x?y=1",
                "http://127.0.0.1:8180",
                "/*x",
            ),
            (
                "http://[::1]:1/integrations/id/callback",
                "http://[::1]:1",
                "/integrations/id/callback",
            ),
        ];
        for (uri, origin, callback) in served {
            let address = address(uri).unwrap();
            assert_eq!(
                (address.origin.as_str(), address.callback.as_str()),
                (origin, callback)
            );
        }
        for uri in ["", "x", "urn:x", "ftp://a/b"] {
            assert!(address(uri).is_err(), "{uri}");
        }
        for path in [
            "/",
            "/sign-in",
            "/integrations",
            "/integrations/id",
            "/assets/style.css",
            "/approve",
            "/approve/any",
            "/log/csv",
        ] {
            let taken = address(&format!("https://erp.example{path}"));
            assert!(matches!(taken, Err(AddressError::Taken(_))), "{path}");
        }
    }
}
