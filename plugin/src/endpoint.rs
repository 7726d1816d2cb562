//! Requests to the token and revocation endpoints.
//!
//! The crate `oauth2` builds them; this module sends them and keeps the answer
//! to itself: the crate never sees an answer, because its errors would carry
//! the raw body. The client's credentials are the host's to add.

use std::cell::RefCell;
use std::time::Duration;

use http::header::AUTHORIZATION;
use oauth2::basic::BasicClient;
use oauth2::{
    AuthorizationCode, ClientId, ClientSecret, HttpRequest, PkceCodeVerifier, RedirectUrl,
    RefreshToken, RevocationUrl, StandardRevocableToken, TokenUrl,
};
use thiserror::Error;
use url::Url;

use crate::api;
use crate::attempt::Asked;
use crate::contract::{Field, Guard, HttpError, RequestAuthorization};
use crate::effects::{Effects, Request, Response, header};
use crate::registration::Registration;

/// For one whole exchange.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(20);

/// Which organization's consent is meant.
const TENANT_ID: &str = "tenantid";

/// Makes the crate put the client into the header instead of the body; the
/// header itself never leaves this module.
const PLACEHOLDER: &str = "added-by-the-host";

/// The crate refuses to revoke over plain `http`, which a loopback server
/// speaks; the real URL is put in afterwards.
const REVOCATION_PLACEHOLDER: &str = "https://placeholder.invalid/";

/// Why no answer was obtained.
#[derive(Debug, Error)]
pub enum SendError {
    /// The request could not be built from what the operator configured.
    #[error("the request could not be built")]
    Request,
    /// The host's HTTP says why.
    #[error("no answer: {0}")]
    Http(#[source] HttpError),
}

/// Redeems an authorization code (RFC 6749 section 4.1.3). It is sent once,
/// and the answer kept under `keep`.
///
/// # Errors
/// When there is no answer.
pub fn exchange_code(
    effects: &impl Effects,
    token: &Url,
    asked: &Asked,
    code: AuthorizationCode,
    guard: Guard,
    keep: String,
) -> Result<Response, SendError> {
    let redirect = RedirectUrl::new(asked.redirect_uri.clone()).map_err(|_| SendError::Request)?;
    let client = client(&asked.client_id)
        .set_token_uri(TokenUrl::from_url(token.clone()))
        .set_redirect_uri(redirect);
    let mut request = client.exchange_code(code);
    if let Some(verifier) = &asked.verifier {
        request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.0.clone()));
    }
    let wire = Wire::new(effects, token, Some(guard), Some(keep));
    // The crate's verdict is of no interest: the wire never shows it an answer.
    drop(request.request(&|request| Err(wire.carry(request))));
    wire.answer()
}

/// Spends a refresh token (RFC 6749 section 6). It is sent once, under `guard`,
/// and the answer kept under `keep`.
///
/// # Errors
/// When there is no answer.
pub fn refresh(
    effects: &impl Effects,
    registration: &Registration,
    token: RefreshToken,
    guard: Guard,
    keep: String,
) -> Result<Response, SendError> {
    let endpoint = &registration.endpoints.token;
    let client =
        client(&registration.client_id).set_token_uri(TokenUrl::from_url(endpoint.clone()));
    let wire = Wire::new(effects, endpoint, Some(guard), Some(keep));
    let request = client.exchange_refresh_token(&token);
    drop(request.request(&|request| Err(wire.carry(request))));
    wire.answer()
}

/// Asks for an access token in the name of the client (RFC 6749 section 4.4),
/// for the organization of this tenant id. Without `scope` the consent's own
/// scopes are granted. Source: Fortnox, Client Credentials.
///
/// # Errors
/// When there is no answer.
pub fn client_credentials(
    effects: &impl Effects,
    registration: &Registration,
    tenant_id: &str,
) -> Result<Response, SendError> {
    let endpoint = &registration.endpoints.token;
    let client =
        client(&registration.client_id).set_token_uri(TokenUrl::from_url(endpoint.clone()));
    let mut wire = Wire::new(effects, endpoint, None, None);
    wire.tenant = Some(header(TENANT_ID, tenant_id).ok_or(SendError::Request)?);
    let request = client.exchange_client_credentials();
    drop(request.request(&|request| Err(wire.carry(request))));
    wire.answer()
}

/// Revokes a refresh token (RFC 7009 section 2.1); true when confirmed. A server
/// without a revocation endpoint confirms nothing.
///
/// # Errors
/// When there is no answer.
pub fn revoke(
    effects: &impl Effects,
    registration: &Registration,
    token: RefreshToken,
) -> Result<bool, SendError> {
    let Some(revocation) = &registration.endpoints.revoke else {
        return Ok(false);
    };
    let placeholder = RevocationUrl::new(REVOCATION_PLACEHOLDER.to_owned());
    let client = client(&registration.client_id)
        .set_revocation_url(placeholder.map_err(|_| SendError::Request)?);
    let request = client
        .revoke_token(StandardRevocableToken::RefreshToken(token))
        .map_err(|_| SendError::Request)?;
    let wire = Wire::new(effects, revocation, None, None);
    drop(request.request(&|request| Err(wire.carry(request))));
    Ok(wire.answer()?.status.is_success())
}

fn client(client_id: &str) -> BasicClient {
    BasicClient::new(ClientId::new(client_id.to_owned()))
        .set_client_secret(ClientSecret::new(PLACEHOLDER.to_owned()))
}

/// Carries one request to the host and holds on to the answer.
struct Wire<'a, E> {
    effects: &'a E,
    endpoint: &'a Url,
    guard: Option<Guard>,
    keep: Option<String>,
    tenant: Option<Field>,
    answer: RefCell<Option<Result<Response, HttpError>>>,
}

/// What the crate is told instead of an answer.
#[derive(Debug, Error)]
#[error("the answer is not for this crate")]
struct Withheld;

impl<'a, E: Effects> Wire<'a, E> {
    fn new(
        effects: &'a E,
        endpoint: &'a Url,
        guard: Option<Guard>,
        keep: Option<String>,
    ) -> Wire<'a, E> {
        Wire {
            effects,
            endpoint,
            guard,
            keep,
            tenant: None,
            answer: RefCell::new(None),
        }
    }

    /// Only ever withholds, which its type says: what the crate would do with an
    /// answer is then not even linked.
    fn carry(&self, request: HttpRequest) -> Withheld {
        let (parts, body) = request.into_parts();
        let Some(uri) = api::address(self.endpoint) else {
            return Withheld;
        };
        let mut headers = Vec::from_iter(self.tenant.clone());
        for (name, value) in &parts.headers {
            if *name != AUTHORIZATION
                && let Ok(value) = value.to_str()
            {
                headers.extend(header(name.as_str(), value));
            }
        }
        let answer = self.effects.send(Request {
            method: parts.method,
            uri,
            headers,
            body,
            authorization: RequestAuthorization::Client,
            timeout: TIMEOUT,
            guard: self.guard.clone(),
            keep: self.keep.clone(),
        });
        *self.answer.borrow_mut() = Some(answer);
        Withheld
    }

    fn answer(self) -> Result<Response, SendError> {
        self.answer
            .into_inner()
            .ok_or(SendError::Request)?
            .map_err(SendError::Http)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::FakeHost;

    fn revoked(host: &FakeHost, address: &str) -> Result<bool, SendError> {
        let mut registration = Registration::read(host).unwrap();
        registration.endpoints.revoke = Some(address.parse().unwrap());
        revoke(host, &registration, RefreshToken::new("token".into()))
    }

    #[test]
    fn given_a_revocation_when_answered_then_only_a_success_confirms_it() {
        for (status, confirmed) in [
            (200, true),
            (204, true),
            (302, false),
            (400, false),
            (503, false),
        ] {
            let host = FakeHost::new();
            host.answer(status, "");
            assert_eq!(revoked(&host, "https://a.example/r").unwrap(), confirmed);
        }
    }

    #[test]
    fn given_a_server_without_revocation_when_revoked_then_nothing_is_sent_or_confirmed() {
        let host = FakeHost::new();
        let mut registration = Registration::read(&host).unwrap();
        registration.endpoints.revoke = None;
        let token = RefreshToken::new("token".into());
        assert!(!revoke(&host, &registration, token).unwrap());
        assert!(host.sent.borrow().is_empty());
    }

    #[test]
    fn given_no_answer_when_revoked_then_the_hosts_reason_is_told() {
        let host = FakeHost::new();
        host.exchange(|_, _| Err(HttpError::NotSent("scripted".into())));
        let error = revoked(&host, "https://a.example/r").unwrap_err();
        assert!(matches!(error, SendError::Http(HttpError::NotSent(_))));
    }

    #[test]
    fn given_an_endpoint_with_a_query_when_asked_then_the_address_is_kept_to_the_letter() {
        let address = "http://127.0.0.1:8080/a%2Fb/revoke?realm=x&y=%C3%A5";
        let host = FakeHost::new();
        host.answer(200, "");
        revoked(&host, address).unwrap();
        assert_eq!(host.visited(), [address]);
    }

    #[test]
    fn given_any_request_when_it_leaves_then_the_client_is_the_hosts_to_add() {
        let host = FakeHost::new();
        host.answer(200, "");
        revoked(&host, "https://a.example/r").unwrap();
        let sent = host.sent.borrow();
        assert!(matches!(
            sent[0].authorization,
            RequestAuthorization::Client
        ));
        let shown = format!("{:?}{:?}", sent[0].headers, host.form(0));
        assert!(
            !shown.contains(PLACEHOLDER) && !shown.contains("AbCdEf123456"),
            "{shown}"
        );
        assert!(!shown.to_lowercase().contains("authorization"), "{shown}");
    }

    #[test]
    fn given_an_address_that_http_does_not_take_when_asked_then_nothing_is_sent() {
        let host = FakeHost::new();
        let long = format!("https://a.example/{}", "a".repeat(70_000));
        assert!(matches!(revoked(&host, &long), Err(SendError::Request)));
        assert!(host.sent.borrow().is_empty());
    }
}
