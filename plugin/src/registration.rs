//! The operator's registration, checked.
//!
//! [`Registration::read`] is the only way in: what it returns can carry a
//! journey. Nobody is sent to Fortnox, and nothing is sent there, on the ground
//! of a registration that would fail later.

use http::Uri;

use crate::address;
use crate::cause::Cause;
use crate::contract::App;
use crate::effects::Effects;
use crate::error::Error;

/// Where Fortnox is. Source: Fortnox, Authorization.
const AUTHORIZE: &str = "https://apps.fortnox.se/oauth-v1/auth";
const TOKEN: &str = "https://apps.fortnox.se/oauth-v1/token";
const REVOKE: &str = "https://apps.fortnox.se/oauth-v1/revoke";
const API: &str = "https://api.fortnox.se/";

/// What an authorization request says (RFC 6749 section 4.1.1, RFC 7636 section
/// 4.3; Fortnox, Get Authorization-Code).
pub(crate) const SENT: [&str; 9] = [
    "response_type",
    "client_id",
    "state",
    "code_challenge",
    "code_challenge_method",
    "redirect_uri",
    "scope",
    "access_type",
    "account_type",
];
/// What its answer says (RFC 6749 sections 4.1.2 and 4.1.2.1, RFC 9207).
const RETURNED: [&str; 6] = [
    "code",
    "state",
    "error",
    "error_description",
    "error_uri",
    "iss",
];

/// An app at Fortnox, fit for use.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The public client identifier.
    pub client_id: String,
    /// Sent byte for byte in both requests (RFC 6749 section 4.1.3).
    pub redirect_uri: String,
    /// Scopes that the app carries.
    pub scopes: Vec<String>,
    /// Where the provider is.
    pub endpoints: Endpoints,
    /// Whether authorization requests carry a code challenge (RFC 7636).
    pub pkce: bool,
}

/// The endpoint tuple of one authorization server and its API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// Authorization endpoint (RFC 6749 section 3.1).
    pub authorize: Uri,
    /// Token endpoint (RFC 6749 section 3.2).
    pub token: Uri,
    /// Revocation endpoint (RFC 7009); none where another server has none.
    pub revoke: Option<Uri>,
    /// Root of the API.
    pub api: Uri,
    /// How the server names itself in the callback (RFC 9207), when it does.
    pub issuer: Option<String>,
}

impl Registration {
    /// The host's registration.
    ///
    /// # Errors
    /// [`Error::Misconfigured`] with what the operator has to mend.
    pub fn read(effects: &impl Effects) -> Result<Registration, Error> {
        let app = effects
            .registration()
            .ok_or(Error::Misconfigured(Cause::Unregistered))?;
        Registration::check(app).map_err(Error::Misconfigured)
    }

    fn check(app: App) -> Result<Registration, Cause> {
        if !is_client_id(&app.client_id) {
            return Err(Cause::ClientIdInvalid);
        }
        if !address::absolute(&app.redirect_uri).is_some_and(|uri| leaves_room(&uri, &RETURNED)) {
            return Err(Cause::RedirectUriInvalid);
        }
        let named = |name: &str| {
            let mut values = app.endpoints.iter().filter(|(key, _)| key == name);
            (
                values.next().map(|(_, value)| value.as_str()),
                values.next(),
            )
        };
        let endpoint = |name: &str, own: &str| match named(name) {
            (value, None) => address::absolute(value.unwrap_or(own)).ok_or(Cause::EndpointInvalid),
            _ => Err(Cause::EndpointInvalid),
        };
        // What belongs to one server must not go to another (RFC 9700 section
        // 4.4): who names one endpoint names them all.
        let is_named = |name: &str| named(name).0.is_some();
        let elsewhere = ["authorize", "token", "revoke", "api"]
            .into_iter()
            .any(is_named);
        if elsewhere && !["authorize", "token", "api"].into_iter().all(is_named) {
            return Err(Cause::EndpointInvalid);
        }
        let authorize = endpoint("authorize", AUTHORIZE)?;
        if !leaves_room(&authorize, &SENT) {
            return Err(Cause::EndpointInvalid);
        }
        let endpoints = Endpoints {
            authorize,
            token: endpoint("token", TOKEN)?,
            revoke: match elsewhere && !is_named("revoke") {
                true => None,
                false => Some(endpoint("revoke", REVOKE)?),
            },
            api: endpoint("api", API)?,
            issuer: match named("issuer") {
                (value, None) => value.map(str::to_owned),
                _ => return Err(Cause::EndpointInvalid),
            },
        };
        let pkce = !app
            .options
            .iter()
            .any(|(name, value)| name == "pkce" && value == "off");
        Ok(Registration {
            client_id: app.client_id,
            redirect_uri: app.redirect_uri,
            scopes: app.scopes,
            endpoints,
            pkce,
        })
    }

    /// The first of these scopes that the app does not carry.
    pub fn lacks<'a>(&self, scopes: &[&'a str]) -> Option<&'a str> {
        scopes
            .iter()
            .find(|scope| !self.scopes.iter().any(|carried| carried == *scope))
            .copied()
    }
}

impl Endpoints {
    /// An API resource; none where `path` may lead out of the API.
    pub fn resource(&self, path: &str) -> Option<Uri> {
        address::below(&self.api, path)
    }
}

/// RFC 6749 appendix A.1, without spaces and not empty.
fn is_client_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Whether a query has none of the parameters that are added to it: each must not
/// be there twice (RFC 6749 section 3.1).
fn leaves_room(uri: &Uri, parameters: &[&str]) -> bool {
    let query = uri.query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).all(|(name, _)| !parameters.contains(&name.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app() -> App {
        App {
            client_id: "AbCdEf123456".into(),
            redirect_uri: "https://erp.example/fortnox/callback".into(),
            scopes: vec!["companyinformation".into(), "customer".into()],
            endpoints: vec![],
            options: vec![],
        }
    }

    #[test]
    fn without_endpoints_they_are_fortnox_own() {
        let endpoints = Registration::check(app()).unwrap().endpoints;
        assert_eq!(
            endpoints.authorize.to_string(),
            "https://apps.fortnox.se/oauth-v1/auth"
        );
        assert_eq!(
            endpoints.token.to_string(),
            "https://apps.fortnox.se/oauth-v1/token"
        );
        assert_eq!(
            endpoints.revoke.as_ref().unwrap().to_string(),
            "https://apps.fortnox.se/oauth-v1/revoke"
        );
        assert_eq!(
            endpoints
                .resource("3/companyinformation")
                .unwrap()
                .to_string(),
            "https://api.fortnox.se/3/companyinformation"
        );
        assert_eq!(endpoints.issuer, None);
    }

    #[test]
    fn a_redirect_uri_must_be_https_or_a_loopback_literal_and_nothing_more() {
        let accepted = [
            "https://erp.example/callback",
            "https://erp.example:8443/a/b?tenant=1",
            "https://erp.example/@team/callback",
            "http://127.0.0.1:8080/callback",
            "http://127.1.2.3/callback",
            "http://[::1]:8080/callback",
        ];
        let refused = [
            "",
            "/callback",
            "erp.example/callback",
            "http://erp.example/callback",
            "http://localhost:8080/callback",
            "http://10.0.0.1/callback",
            "http://[::ffff:10.0.0.1]/callback",
            "https://user@erp.example/callback",
            "https://user:secret@erp.example/callback",
            "https://@erp.example/callback",
            "https:///user:pw@erp.example/callback",
            "https:////user@erp.example/callback",
            "https://erp.example/callback#done",
            "https://erp.example/callback#",
            "https://erp.example/call back",
            "https://erp.example/\ncallback",
            "ftp://erp.example/callback",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://erp.example/callback?tenant=1&state=x",
            "https://erp.example/callback?%63ode=",
            "https://erp.example/callback?error=x",
            "https://erp.example/callback?iss=x",
        ];
        for uri in accepted {
            let mut app = app();
            app.redirect_uri = uri.into();
            assert_eq!(Registration::check(app).unwrap().redirect_uri, uri);
        }
        for uri in refused {
            let mut app = app();
            app.redirect_uri = uri.into();
            assert_eq!(
                Registration::check(app).unwrap_err(),
                Cause::RedirectUriInvalid,
                "{uri}"
            );
        }
    }

    #[test]
    fn an_endpoint_must_be_https_or_a_loopback_literal_and_named_once() {
        let with = |endpoints: &[(&str, &str)]| {
            let mut app = app();
            app.endpoints = endpoints
                .iter()
                .map(|(name, url)| ((*name).to_owned(), (*url).to_owned()))
                .collect();
            Registration::check(app)
        };
        let others = [
            ("authorize", "https://id.example/authorize?tenant=1"),
            ("token", "http://127.0.0.2:9/token"),
            ("api", "https://api.example/base/"),
            ("issuer", "https://issuer.example"),
        ];
        let registration = with(&others).unwrap();
        assert_eq!(registration.endpoints.revoke, None);
        assert_eq!(
            registration.endpoints.token.to_string(),
            "http://127.0.0.2:9/token"
        );
        assert_eq!(
            registration.endpoints.resource("3/me").unwrap().to_string(),
            "https://api.example/base/3/me"
        );
        assert_eq!(
            registration.endpoints.issuer.as_deref(),
            Some("https://issuer.example")
        );
        for name in ["authorize", "token", "revoke", "api"] {
            for url in [
                "http://fortnox.example/",
                "https://a@b.example/",
                "nonsense",
                "https://b.example/#x",
            ] {
                let mut changed = others.to_vec();
                changed.retain(|(known, _)| *known != name);
                changed.push((name, url));
                let cause = with(&changed).unwrap_err();
                assert_eq!(cause, Cause::EndpointInvalid, "{name} {url}");
            }
            let mut twice = others.to_vec();
            twice.extend([(name, "https://a.example/"), (name, "https://b.example/")]);
            assert_eq!(with(&twice).unwrap_err(), Cause::EndpointInvalid);
            let alone = [(name, "https://a.example/")];
            assert_eq!(with(&alone).unwrap_err(), Cause::EndpointInvalid, "{name}");
        }
        for parameter in SENT {
            let mut changed = others.to_vec();
            let authorize = format!("https://id.example/?{parameter}=x");
            changed[0] = ("authorize", authorize.as_str());
            let cause = with(&changed).unwrap_err();
            assert_eq!(cause, Cause::EndpointInvalid, "{parameter}");
        }
        assert!(with(&[("issuer", "https://issuer.example")]).is_ok());
        let twice = [("issuer", "a"), ("issuer", "b")];
        assert_eq!(with(&twice).unwrap_err(), Cause::EndpointInvalid);
    }

    #[test]
    fn a_client_id_is_visible_ascii() {
        for id in ["", " ", "a b", "é", "a\n"] {
            let mut app = app();
            app.client_id = id.into();
            assert_eq!(
                Registration::check(app).unwrap_err(),
                Cause::ClientIdInvalid,
                "{id:?}"
            );
        }
    }

    #[test]
    fn pkce_is_on_unless_the_operator_says_off() {
        let with = |options: &[(&str, &str)]| {
            let mut app = app();
            app.options = options
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            Registration::check(app).unwrap().pkce
        };
        assert!(with(&[]));
        assert!(with(&[("pkce", "on"), ("unknown", "off")]));
        assert!(!with(&[("pkce", "off")]));
    }

    #[test]
    fn a_scope_the_app_does_not_carry_is_named() {
        let registration = Registration::check(app()).unwrap();
        assert_eq!(registration.lacks(&["customer"]), None);
        assert_eq!(
            registration.lacks(&["customer", "invoice", "payment"]),
            Some("invoice")
        );
    }
}
