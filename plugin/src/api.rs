//! One request to the API with an access token (RFC 6750 section 2.1).

use std::time::Duration;

use http::{Method, Uri};
use oauth2::AccessToken;

use crate::cause::Cause;
use crate::contract::{HttpError, RequestAuthorization};
use crate::effects::{Effects, Request, Response};
use crate::error::Error;

/// When to try again where nobody said: Fortnox counts requests in five
/// seconds. Source: Fortnox, Rate limits.
pub const RETRY: Duration = Duration::from_secs(5);

/// A pause that the API asks for is taken for no longer than this.
const LONGEST_PAUSE: u64 = 15 * 60;

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

/// `Retry-After` in seconds (RFC 9110 section 10.2.3).
pub fn pause(response: &Response) -> Duration {
    let header = response.header("retry-after");
    let seconds = header.and_then(|text| text.trim().parse::<u64>().ok());
    seconds.map_or(RETRY, |seconds| {
        Duration::from_secs(seconds.clamp(1, LONGEST_PAUSE))
    })
}
