//! `call`: one request to the API, with the grant's access token, which goes
//! below the API root and nowhere else (RFC 6750 section 5.3).

use crate::area::{finding, learn};
use crate::cause::Cause;
use crate::contract::{ApiRequest, Credential, Error, Request, Response, Severity};
use crate::effects::Effects;
use crate::grant::at_work;
use crate::ledgerly;
use crate::registration::{ENTRIES, Registration};
use crate::settings::language;

/// Calls the API. It is called a second time only when it has refused the token,
/// which it does before it acts (RFC 6750 section 3.1), and there is another.
///
/// # Errors
/// As [`crate::access_token`]; `rejected` for a request that is none, `forbidden`
/// where Ledgerly refuses the area, `unavailable` when it cannot be reached or
/// wants a pause.
pub fn call(effects: &impl Effects, request: &ApiRequest) -> Result<Response, Error> {
    let mut grant = at_work(effects, None)?;
    let registration = Registration::read(effects)?;
    let path = below(&request.path).ok_or(Cause::CallInvalid)?;
    if !["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&request.method.as_str()) {
        return Err(Cause::CallInvalid.into());
    }
    let send = |token: &str| {
        let request = Request {
            method: request.method.clone(),
            uri: format!("{}/{path}", registration.api),
            headers: request.headers.clone(),
            authorization: Credential::Bearer(token.to_owned()),
            body: request.body.clone(),
            timeout: request.timeout,
            guard: None,
            keep: None,
        };
        ledgerly::ask(effects, &request)
    };
    let mut answer = send(&grant.access_token)?;
    if answer.status == 401 {
        grant = at_work(effects, Some(&grant.access_token))?;
        answer = send(&grant.access_token)?;
    }
    let area = path.split(['/', '?']).next();
    if area.is_none_or(|area| area != ENTRIES) {
        return Ok(answer);
    }
    // What cannot be noted is not worth the caller's answer.
    let seen = learn(effects, &grant, &answer).ok().flatten();
    match seen.and_then(|seen| seen.refusal) {
        None => Ok(answer),
        Some(refusal) => {
            let (cause, since) = (refusal.cause, refusal.since);
            let locale = language(effects);
            let error = Severity::Error;
            let finding = finding(effects, cause, error, refusal.words, since, locale);
            Err(Error::Forbidden(finding))
        }
    }
}

/// The path without its first slash; none for one that leaves the API root,
/// however it is written: `%2e` is a dot to a server, too.
fn below(path: &str) -> Option<&str> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\\#".contains(&byte);
    let leaves = |segment: &str| {
        let dots = segment.to_ascii_lowercase().replace("%2e", ".");
        dots == "." || dots == ".."
    };
    let mut segments = path.split('?').next()?.split('/');
    let stays = path.bytes().all(plain) && !path.starts_with('/') && !segments.any(leaves);
    stays.then_some(path)
}
