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
    AuthorizationCode, ClientId, ClientSecret, HttpRequest, HttpResponse, PkceCodeVerifier,
    RedirectUrl, RefreshToken, RevocationUrl, StandardRevocableToken, TokenUrl,
};
use thiserror::Error;
use url::Url;

use crate::attempt::Asked;
use crate::contract::{Guard, HttpError, RequestAuthorization};
use crate::effects::{Effects, Request, Response};

/// For one whole exchange.
const TIMEOUT: Duration = Duration::from_secs(20);

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
    drop(request.request(&|request| wire.carry(request)));
    wire.answer()
}

/// Revokes a refresh token (RFC 7009 section 2.1); true when confirmed.
///
/// # Errors
/// When there is no answer.
pub fn revoke(
    effects: &impl Effects,
    revocation: &Url,
    client_id: &str,
    token: RefreshToken,
) -> Result<bool, SendError> {
    let placeholder = RevocationUrl::new(REVOCATION_PLACEHOLDER.to_owned());
    let client = client(client_id).set_revocation_url(placeholder.map_err(|_| SendError::Request)?);
    let request = client
        .revoke_token(StandardRevocableToken::RefreshToken(token))
        .map_err(|_| SendError::Request)?;
    let wire = Wire::new(effects, revocation, None, None);
    drop(request.request(&|request| wire.carry(request)));
    Ok(wire.answer()?.status().is_success())
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
            answer: RefCell::new(None),
        }
    }

    fn carry(&self, mut request: HttpRequest) -> Result<HttpResponse, Withheld> {
        request.headers_mut().remove(AUTHORIZATION);
        *request.uri_mut() = self.endpoint.as_str().parse().map_err(|_| Withheld)?;
        let answer = self.effects.send(Request {
            http: request,
            authorization: RequestAuthorization::Client,
            timeout: TIMEOUT,
            guard: self.guard.clone(),
            keep: self.keep.clone(),
        });
        *self.answer.borrow_mut() = Some(answer);
        Err(Withheld)
    }

    fn answer(self) -> Result<Response, SendError> {
        self.answer
            .into_inner()
            .ok_or(SendError::Request)?
            .map_err(SendError::Http)
    }
}
