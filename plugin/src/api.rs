//! One request to the API with an access token (RFC 6750 section 2.1).

use std::time::Duration;

use http::{Method, Uri};
use oauth2::AccessToken;

use crate::cause::Cause;
use crate::contract::{HttpError, RequestAuthorization};
use crate::effects::{Effects, Request, Response};
use crate::error::Error;
use crate::retry_after::retry_after;

/// When to try again where nobody said: Fortnox counts requests in five
/// seconds. Source: Fortnox, Rate limits.
pub const RETRY: Duration = Duration::from_secs(5);

/// A read of this address.
pub fn get(uri: Uri, token: &AccessToken, timeout: Duration) -> Request {
    Request {
        method: Method::GET,
        uri,
        headers: vec![("accept".to_owned(), "application/json".to_owned())],
        body: Vec::new(),
        authorization: bearer(token),
        timeout,
        guard: None,
        keep: None,
    }
}

/// In the name of the grant.
pub fn bearer(token: &AccessToken) -> RequestAuthorization {
    RequestAuthorization::Bearer(token.secret().clone())
}

/// Sends a request once; any answer is a result.
///
/// # Errors
/// [`Error::Misconfigured`] where the host forbids it, else
/// [`Error::Unavailable`].
pub fn send(effects: &impl Effects, request: Request) -> Result<Response, Error> {
    effects.send(request).map_err(|error| {
        let (cause, after) = match error {
            HttpError::Denied(_) => return Error::Misconfigured(Cause::EgressDenied),
            HttpError::Limited(pause) => (Cause::RateLimited, Duration::from_millis(pause.into())),
            HttpError::NotSent(_) => (Cause::ProviderUnreachable, RETRY),
            HttpError::NoAnswer(_) | HttpError::Other(_) => (Cause::ProviderSilent, RETRY),
        };
        Error::Unavailable { cause, after }
    })
}

/// For how long not to ask again.
pub fn pause(response: &Response) -> Duration {
    retry_after(response).unwrap_or(RETRY)
}
