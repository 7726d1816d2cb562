//! Requests to the token and revocation endpoints.
//!
//! Guarantees: each is sent once; the client's credentials are the host's to
//! add and never pass through here.

use std::time::Duration;

use form_urlencoded::Serializer;
use http::{Method, Uri};
use oauth2::{AuthorizationCode, RefreshToken};

use crate::attempt::Asked;
use crate::contract::{Field, Guard, HttpError, RequestAuthorization};
use crate::effects::{Effects, Request, Response};
use crate::registration::Registration;

/// For one whole exchange.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(20);

/// Redeems an authorization code (RFC 6749 section 4.1.3). It is sent once,
/// and the answer kept under `keep`.
///
/// # Errors
/// The host's, when there is no answer.
pub fn exchange_code(
    effects: &impl Effects,
    token: &Uri,
    asked: &Asked,
    code: &AuthorizationCode,
    guard: Guard,
    keep: String,
) -> Result<Response, HttpError> {
    let mut parameters = vec![
        ("grant_type", "authorization_code"),
        ("code", code.secret()),
    ];
    if let Some(verifier) = &asked.verifier {
        parameters.push(("code_verifier", &verifier.0)); // RFC 7636 section 4.5
    }
    parameters.push(("redirect_uri", &asked.redirect_uri));
    effects.send(Request {
        guard: Some(guard),
        keep: Some(keep),
        ..post(token, &parameters)
    })
}

/// Spends a refresh token (RFC 6749 section 6). It is sent once, under `guard`,
/// and the answer kept under `keep`.
///
/// # Errors
/// The host's, when there is no answer.
pub fn refresh(
    effects: &impl Effects,
    registration: &Registration,
    token: &RefreshToken,
    guard: Guard,
    keep: String,
) -> Result<Response, HttpError> {
    let parameters = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.secret()),
    ];
    effects.send(Request {
        guard: Some(guard),
        keep: Some(keep),
        ..post(&registration.endpoints.token, &parameters)
    })
}

/// Asks for an access token in the name of the client (RFC 6749 section 4.4),
/// for the organization of this tenant id. Without `scope` the consent's own
/// scopes are granted. Source: Fortnox, Client Credentials.
///
/// # Errors
/// The host's, when there is no answer.
pub fn client_credentials(
    effects: &impl Effects,
    registration: &Registration,
    tenant_id: &str,
) -> Result<Response, HttpError> {
    let parameters = [("grant_type", "client_credentials")];
    let mut request = post(&registration.endpoints.token, &parameters);
    request.headers.push(field("tenantid", tenant_id));
    effects.send(request)
}

/// Revokes a refresh token (RFC 7009 section 2.1); true when confirmed. A server
/// without a revocation endpoint confirms nothing.
///
/// # Errors
/// The host's, when there is no answer.
pub fn revoke(
    effects: &impl Effects,
    registration: &Registration,
    token: &RefreshToken,
) -> Result<bool, HttpError> {
    let Some(revocation) = &registration.endpoints.revoke else {
        return Ok(false);
    };
    let parameters = [
        ("token", token.secret().as_str()),
        ("token_type_hint", "refresh_token"),
    ];
    let response = effects.send(post(revocation, &parameters))?;
    Ok(response.status.is_success())
}

/// A form (RFC 6749 appendix B) in the client's name.
fn post(endpoint: &Uri, parameters: &[(&str, &str)]) -> Request {
    let mut form = Serializer::new(String::new());
    form.extend_pairs(parameters);
    Request {
        method: Method::POST,
        uri: endpoint.clone(),
        headers: vec![
            field("accept", "application/json"),
            field("content-type", "application/x-www-form-urlencoded"),
        ],
        body: form.finish().into_bytes(),
        authorization: RequestAuthorization::Client,
        timeout: TIMEOUT,
        guard: None,
        keep: None,
    }
}

fn field(name: &str, value: &str) -> Field {
    (name.to_owned(), value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::FakeHost;

    fn revoked(host: &FakeHost, address: &str) -> Result<bool, HttpError> {
        let mut registration = Registration::read(host).unwrap();
        registration.endpoints.revoke = Some(address.parse().unwrap());
        revoke(host, &registration, &RefreshToken::new("token".into()))
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
        assert!(!revoke(&host, &registration, &token).unwrap());
        assert!(host.sent.borrow().is_empty());
    }

    #[test]
    fn given_no_answer_when_revoked_then_the_hosts_reason_is_told() {
        let host = FakeHost::new();
        host.exchange(|_, _| Err(HttpError::NotSent("scripted".into())));
        let error = revoked(&host, "https://a.example/r").unwrap_err();
        assert!(matches!(error, HttpError::NotSent(_)));
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
        assert!(!shown.contains("AbCdEf123456"), "{shown}");
        assert!(!shown.to_lowercase().contains("authorization"), "{shown}");
    }
}
