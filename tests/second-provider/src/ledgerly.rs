//! What is said to Ledgerly, and how its answers are read.

use form_urlencoded::Serializer;
use serde_json::Value;

use crate::attempt::Words;
use crate::cause::Cause;
use crate::contract::{Credential, Error, Guard, HttpError, Request, Response};
use crate::effects::Effects;
use crate::grant::Company;
use crate::registration::Registration;
use crate::words::harmless;

/// Milliseconds for one exchange.
const TIMEOUT: u32 = 20_000;

/// A pause that Ledgerly asks for is taken for no longer than this, in seconds.
const LONGEST_PAUSE: u32 = 900;

/// A form for the token or revocation endpoint. The host adds the client's
/// credentials, which this plugin never sees.
pub fn form(uri: &str, fields: &[(&str, &str)]) -> Request {
    let mut body = Serializer::new(String::new());
    body.extend_pairs(fields);
    Request {
        method: "POST".to_owned(),
        uri: uri.to_owned(),
        headers: vec![
            ("accept".into(), "application/json".into()),
            (
                "content-type".into(),
                "application/x-www-form-urlencoded".into(),
            ),
        ],
        authorization: Credential::Client,
        body: body.finish().into_bytes(),
        timeout: TIMEOUT,
        guard: None,
        keep: None,
    }
}

/// The request that spends a code (RFC 6749 section 4.1.3), once: it goes out
/// only under this guard, and its answer is kept.
pub fn redeem(
    registration: &Registration,
    code: &str,
    verifier: &str,
    guard: Guard,
    keep: String,
) -> Request {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &registration.redirect_uri),
        ("code_verifier", verifier),
    ];
    Request {
        guard: Some(guard),
        keep: Some(keep),
        ..form(&registration.token, &fields)
    }
}

/// Revokes a token (RFC 7009 section 2.1); whether Ledgerly confirmed it.
pub fn revoke(effects: &impl Effects, registration: &Registration, token: &str) -> bool {
    let fields = [("token", token), ("token_type_hint", "access_token")];
    let Some(uri) = &registration.revoke else {
        return false;
    };
    let answer = effects.send(&form(uri, &fields));
    answer.is_ok_and(|answer| is_success(&answer))
}

/// A read below the API root.
pub fn read(registration: &Registration, path: &str, token: &str) -> Request {
    Request {
        method: "GET".to_owned(),
        uri: format!("{}/{path}", registration.api),
        headers: vec![("accept".into(), "application/json".into())],
        authorization: Credential::Bearer(token.to_owned()),
        body: Vec::new(),
        timeout: TIMEOUT,
        guard: None,
        keep: None,
    }
}

/// Sends a request to the API; any answer that needs no pause is a result.
pub fn ask(effects: &impl Effects, request: &Request) -> Result<Response, Error> {
    let answer = effects.send(request).map_err(|error| unsent(&error))?;
    match answer.status {
        429 => Err(Cause::RateLimited.retry(pause(&answer))),
        _ => Ok(answer),
    }
}

/// Why there is no answer, for a request that may be repeated.
pub fn unsent(error: &HttpError) -> Error {
    match error {
        HttpError::Denied(_) => Cause::EgressDenied.into(),
        HttpError::Limited(after) => Cause::RateLimited.retry(*after),
        HttpError::NotSent(_) => Cause::ProviderUnreachable.into(),
        HttpError::NoAnswer(_) | HttpError::Other(_) => Cause::ProviderSilent.into(),
    }
}

/// `Retry-After` (RFC 9110 section 10.2.3) in milliseconds; a minute where it
/// is missing, because Ledgerly counts requests by the minute.
fn pause(answer: &Response) -> u32 {
    let mut headers = answer.headers.iter();
    let header = headers.find(|(name, _)| name.eq_ignore_ascii_case("retry-after"));
    let seconds = header.and_then(|(_, value)| value.trim().parse::<u32>().ok());
    seconds.unwrap_or(60).clamp(1, LONGEST_PAUSE) * 1000
}

/// Whether the status is 2xx.
pub fn is_success(answer: &Response) -> bool {
    (200..300).contains(&answer.status)
}

/// `GET me`: which company a token is for. None when Ledgerly refuses to say.
pub fn organization(
    effects: &impl Effects,
    registration: &Registration,
    token: &str,
) -> Result<Option<Company>, Error> {
    let answer = ask(effects, &read(registration, "me", token))?;
    if answer.status >= 500 {
        return Err(Cause::ProviderFailing.into());
    }
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let text = |name| body.get(name).and_then(Value::as_str);
    let shown = |name| harmless(text(name).unwrap_or_default(), &[token]);
    let id = text("id").filter(|id| is_success(&answer) && !id.is_empty());
    Ok(id.map(|id| Company {
        id: id.to_owned(),
        name: shown("name"),
        number: shown("number"),
    }))
}

/// Ledgerly's own code and words (the shape of RFC 6749 section 5.2, in its API
/// as well). `sent` is what must not be told even if it is echoed.
pub fn words(body: &[u8], sent: &[&str]) -> Words {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name| body.get(name).and_then(Value::as_str).unwrap_or_default();
    Words {
        code: harmless(text("error"), sent),
        message: harmless(text("error_description"), sent),
    }
}
