//! `call`: one request to the API, with the grant's access token.
//!
//! The token goes to the API root and nowhere else (RFC 6750 section 5.3). A
//! call is made once, and a second time only when the API has refused the
//! token, which it does before it acts (RFC 6750 section 3.1). What the answer
//! says of the access is noted; a grant never ends by it.

use std::time::Duration;

use http::{Method, Uri};
use oauth2::AccessToken;

use crate::access::refusal::{Meaning, meaning};
use crate::access::{self, Lesson};
use crate::access_token::switched_on;
use crate::advice::{self, Subject};
use crate::api;
use crate::api_error;
use crate::area::Area;
use crate::cause::Cause;
use crate::company_log::CompanyLog;
use crate::contract::{ApiRequest, ApiResponse, RequestAuthorization, Severity};
use crate::effects::{Effects, Request, Response, header};
use crate::error::Error;
use crate::grant::Grant;
use crate::provider_text::{Words, harmless};
use crate::registration::Registration;
use crate::renewal::{self, Demand};

/// What a call may do.
const METHODS: [Method; 5] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];

/// Bytes below which the body of a success may be an error all the same.
const SHORT: usize = 2048;

/// Calls the API.
///
/// # Errors
/// As [`crate::access_token`]; [`Error::Rejected`] for a request that is none,
/// [`Error::Forbidden`] where Fortnox refuses the register to this grant,
/// [`Error::Unavailable`] when the API cannot be reached or wants a pause.
pub fn call(effects: &impl Effects, request: &ApiRequest) -> Result<ApiResponse, Error> {
    switched_on(effects)?;
    let registration = Registration::read(effects)?;
    let invalid = Error::Rejected(Cause::CallInvalid);
    let Some(uri) = registration.endpoints.resource(&request.path) else {
        return Err(invalid);
    };
    let Some(plain) = build(request, uri) else {
        return Err(invalid);
    };
    let send = |token: &AccessToken| -> Result<(Response, Meaning, Words), Error> {
        let authorized = Request {
            authorization: api::bearer(token),
            ..plain.clone()
        };
        let response = api::send(effects, authorized)?;
        // A success is long, and says nothing of a refusal; an error is short.
        let is_error = !response.status.is_success() || response.body.len() < SHORT;
        let words = match is_error {
            true => api_error::words(&response.body, &[token.secret()]),
            false => Words::default(),
        };
        let meaning = meaning(response.status, &words);
        Ok((response, meaning, words))
    };
    let supply = |refused: Option<&str>| {
        renewal::supply(effects, Demand::AccessToken { refused }).map(|cell| cell.value)
    };
    let mut grant = supply(None)?;
    let (mut response, mut meaning, mut words) = send(&grant.access_token)?;
    if meaning == Meaning::Token {
        let refused = grant.access_token.secret().clone();
        grant = supply(Some(&refused))?;
        (response, meaning, words) = send(&grant.access_token)?;
        if meaning == Meaning::Token {
            access::not_accepted(effects, &grant, &words);
        }
    }
    match meaning {
        Meaning::Limited => Err(Error::Unavailable {
            cause: Cause::RateLimited,
            after: api::pause(&response),
        }),
        Meaning::Token | Meaning::Failing | Meaning::Request => Ok(told(response)),
        _ => judged(effects, &grant, request, meaning, words).map_or(Ok(told(response)), Err),
    }
}

/// What the answer says of the register, noted; the error where it was refused.
fn judged<E: Effects>(
    effects: &E,
    grant: &Grant,
    request: &ApiRequest,
    meaning: Meaning,
    words: Words,
) -> Option<Error> {
    let area = Area::of_path(&request.path);
    let cause = access::cause(meaning, area, grant);
    let path = register(&request.path);
    let lesson = Lesson {
        key: area.map_or(path.clone(), |area| area.key().to_owned()),
        refused: cause.map(|cause| (cause, words.clone())),
        writing: request.method != Method::GET.as_str(),
        checking: false,
    };
    access::learn(effects, grant, &[lesson]);
    let subject = Subject {
        cause: cause?,
        area,
        register: Some(&path),
        account: Some(grant.account),
    };
    let locale = CompanyLog::open(effects).locale;
    let finding = advice::finding(subject, Severity::Error, effects.now(), words, locale);
    Some(Error::Forbidden(Box::new(finding)))
}

/// The register that a path belongs to: its first two segments.
fn register(path: &str) -> String {
    let end = path.find('?').unwrap_or(path.len());
    let segments = path.get(..end).unwrap_or_default().split('/');
    let first: Vec<&str> = segments.filter(|part| !part.is_empty()).take(2).collect();
    harmless(&first.join("/").to_ascii_lowercase())
}

fn build(request: &ApiRequest, uri: Uri) -> Option<Request> {
    let headers = request.headers.iter();
    let headers = headers.map(|(name, value)| header(name, value));
    Some(Request {
        method: METHODS
            .into_iter()
            .find(|known| *known == *request.method)?,
        uri,
        headers: headers.collect::<Option<Vec<_>>>()?,
        body: request.body.clone(),
        authorization: RequestAuthorization::None,
        timeout: Duration::from_millis(request.timeout.into()),
        guard: None,
        keep: None,
    })
}

fn told(response: Response) -> ApiResponse {
    ApiResponse {
        status: response.status.as_u16(),
        headers: response.headers,
        body: response.body,
    }
}

#[cfg(test)]
mod tests;
