//! `call`: one request to the API, with the grant's access token.
//!
//! The token goes to the API root and nowhere else (RFC 6750 section 5.3). A
//! call is made once, and a second time only when the API has refused the
//! token, which it does before it acts (RFC 6750 section 3.1).

use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{HeaderName, HeaderValue, StatusCode};
use oauth2::AccessToken;
use url::Url;

use crate::access_token::switched_on;
use crate::cause::Cause;
use crate::contract::{ApiRequest, ApiResponse, HttpError, RequestAuthorization};
use crate::effects::{Effects, Request, Response};
use crate::error::Error;
use crate::registration::Registration;
use crate::renewal::{self, Demand};

/// When to try again where nobody said: Fortnox counts requests in five
/// seconds. Source: Fortnox, Rate limits.
const RETRY: Duration = Duration::from_secs(5);

/// A pause that the API asks for is taken for no longer than this.
const LONGEST_PAUSE: u64 = 15 * 60;

/// Calls the API.
///
/// # Errors
/// As [`crate::access_token`]; [`Error::Rejected`] for a request that is none,
/// [`Error::Unavailable`] when the API cannot be reached or wants a pause.
pub fn call(effects: &impl Effects, request: &ApiRequest) -> Result<ApiResponse, Error> {
    switched_on(effects)?;
    let registration = Registration::read(effects)?;
    let invalid = Error::Rejected(Cause::CallInvalid);
    let Some(url) = resource(&registration.endpoints.api, &request.path) else {
        return Err(invalid);
    };
    let Some(http) = build(request, &url) else {
        return Err(invalid);
    };
    let token = |refused| {
        let grant = renewal::supply(effects, Demand::AccessToken { refused })?;
        Ok::<_, Error>(grant.value.access_token)
    };
    let present = token(None)?;
    let mut response = send(effects, request, &http, &present)?;
    if response.status() == StatusCode::UNAUTHORIZED {
        let renewed = token(Some(present.secret()))?;
        response = send(effects, request, &http, &renewed)?;
    }
    if response.status() == StatusCode::TOO_MANY_REQUESTS {
        return Err(Error::Unavailable {
            cause: Cause::RateLimited,
            after: pause(&response),
        });
    }
    Ok(told(response))
}

fn send(
    effects: &impl Effects,
    request: &ApiRequest,
    http: &http::Request<Vec<u8>>,
    token: &AccessToken,
) -> Result<Response, Error> {
    let answer = effects.send(Request {
        http: http.clone(),
        authorization: RequestAuthorization::Bearer(token.secret().clone()),
        timeout: Duration::from_millis(request.timeout.into()),
        guard: None,
        keep: None,
    });
    answer.map_err(|error| {
        let (cause, after) = match error {
            HttpError::Denied(_) => return Error::Misconfigured(Cause::EgressDenied),
            HttpError::Limited(pause) => (Cause::RateLimited, Duration::from_millis(pause.into())),
            HttpError::NotSent(_) => (Cause::ProviderUnreachable, RETRY),
            HttpError::NoAnswer(_) | HttpError::Other(_) => (Cause::ProviderSilent, RETRY),
        };
        Error::Unavailable { cause, after }
    })
}

fn build(request: &ApiRequest, url: &Url) -> Option<http::Request<Vec<u8>>> {
    let mut builder = http::Request::builder()
        .method(request.method.as_str())
        .uri(url.as_str());
    for (name, value) in &request.headers {
        let name = HeaderName::try_from(name).ok()?;
        builder = builder.header(name, HeaderValue::from_str(value).ok()?);
    }
    builder.body(request.body.clone()).ok()
}

/// The address of a path below the root; none for one that leaves it.
fn resource(root: &Url, path: &str) -> Option<Url> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\' && byte != b'#';
    if !path.bytes().all(is_plain) {
        return None;
    }
    let mut root = root.clone();
    root.set_query(None);
    let below = format!("{}/", root.as_str().trim_end_matches('/'));
    let path = path.strip_prefix('/').unwrap_or(path);
    // An empty first segment would be the beginning of another host.
    if path.starts_with('/') {
        return None;
    }
    let url = Url::parse(&format!("{below}{path}")).ok()?;
    url.as_str().starts_with(&below).then_some(url)
}

/// `Retry-After` in seconds (RFC 9110 section 10.2.3).
fn pause(response: &Response) -> Duration {
    let header = response.headers().get(RETRY_AFTER);
    let seconds = header
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.trim().parse::<u64>().ok());
    seconds.map_or(RETRY, |seconds| {
        Duration::from_secs(seconds.clamp(1, LONGEST_PAUSE))
    })
}

fn told(response: Response) -> ApiResponse {
    let headers = response.headers().iter().filter_map(|(name, value)| {
        let value = value.to_str().ok()?;
        Some((name.as_str().to_owned(), value.to_owned()))
    });
    ApiResponse {
        status: response.status().as_u16(),
        headers: headers.collect(),
        body: response.into_body(),
    }
}

#[cfg(test)]
mod tests;
