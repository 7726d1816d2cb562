//! Forms are taken from this page only.
//!
//! Every POST passes here. The browser's own word comes first: `Sec-Fetch-Site`
//! says who made the form (Fetch Metadata), `Origin` where it stood (RFC 6454).
//! Both are refused when foreign; where a browser sends neither, the secret token
//! of the session still decides. Nothing is compared with `Host` or a forwarded
//! header: the page's own origin is configured.

use std::fmt;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_TYPE, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use subtle::ConstantTimeEq as _;
use url::form_urlencoded;

use super::problem::Problem;
use super::session::Who;
use super::site::Site;
use super::visit::{SignedIn, Visit};

/// The name of the token's field.
const FIELD: &str = "token";

/// A session's secret, in every form that is drawn for it.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A token of secure random text.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for a hidden field.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether a form carries this token; takes the same time for every answer.
    fn matches(&self, given: &str) -> bool {
        self.0.as_bytes().ct_eq(given.as_bytes()).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// A form that was sent from this page, in this session.
pub struct Posted {
    /// Who sent it.
    pub visit: Visit,
    fields: Vec<(String, String)>,
}

impl Posted {
    /// The first field of a name.
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        fields.find_map(|(found, value)| (found == name).then_some(value.as_str()))
    }

    /// Who sent it, signed in.
    ///
    /// # Errors
    ///
    /// [`Problem::SignedOut`].
    pub fn signed_in(&self) -> Result<SignedIn, Problem> {
        self.visit.signed_in().ok_or(Problem::SignedOut)
    }
}

impl FromRequest<Arc<Site>> for Posted {
    type Rejection = Problem;

    async fn from_request(request: Request, site: &Arc<Site>) -> Result<Self, Problem> {
        let visit = Visit::of(request.extensions());
        admit(request.headers(), &site.address.origin)?;
        let form = "application/x-www-form-urlencoded";
        let kind = request.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind
            .split(';')
            .next()
            .is_none_or(|kind| !kind.trim().eq_ignore_ascii_case(form))
        {
            return Err(Problem::NotAForm);
        }
        let body = match Bytes::from_request(request, site).await {
            Ok(body) => body,
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                return Err(Problem::TooLarge);
            }
            Err(_) => return Err(Problem::NotAForm),
        };
        let fields: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
        let posted = Posted { visit, fields };
        let session = match &posted.visit.session {
            Some(session) => session,
            None if posted.visit.departed => return Err(Problem::LinkOver),
            None => return Err(Problem::SignedOut),
        };
        let given = posted.field(FIELD).unwrap_or_default();
        if !session.token.matches(given) {
            // Drawn for somebody who has signed out since, as in another window.
            return Err(match session.who {
                Who::Person(_) => Problem::Forged,
                Who::Nobody | Who::Guest(_) => Problem::SignedOut,
            });
        }
        Ok(posted)
    }
}

/// What the browser itself says of the form's origin.
fn admit(headers: &HeaderMap, own: &str) -> Result<(), Problem> {
    let value = |name: &str| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or_default())
    };
    // `none` is a person's own doing, such as sending a form once more.
    let site = value("sec-fetch-site");
    if site.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return Err(Problem::Forged);
    }
    match value(ORIGIN.as_str()) {
        Some(origin) if origin != own => Err(Problem::Elsewhere),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_a_form_of_another_site_when_admitted_then_it_is_refused() {
        let own = "https://erp.example";
        let admitted = |site: Option<&str>, origin: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(site) = site {
                headers.insert("sec-fetch-site", site.parse().unwrap());
            }
            if let Some(origin) = origin {
                headers.insert(ORIGIN, origin.parse().unwrap());
            }
            admit(&headers, own).is_ok()
        };
        assert!(admitted(None, None));
        assert!(admitted(Some("same-origin"), Some(own)));
        assert!(admitted(Some("none"), None));
        for site in ["cross-site", "same-site", "", "SAME-ORIGIN"] {
            assert!(!admitted(Some(site), Some(own)), "{site}");
        }
        for origin in ["null", "https://erp.example:444", "http://erp.example", ""] {
            assert!(!admitted(Some("same-origin"), Some(origin)), "{origin}");
        }
    }

    #[test]
    fn given_a_token_when_compared_then_only_the_same_text_fits() {
        let token = Token::new("abc".into());
        assert!(token.matches("abc"));
        for other in ["", "ab", "abd", "abcd"] {
            assert!(!token.matches(other), "{other}");
        }
        assert_eq!(format!("{token:?}"), "Token");
    }
}
