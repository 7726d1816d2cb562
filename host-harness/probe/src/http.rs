//! Checks of `http.send`: what goes out is what was asked, once, and what comes
//! back is what the server sent.

use crate::{
    check::{Lapse, Told as _},
    contract::{Guard, Request, RequestAuthorization, Response},
    trial::{Answer, Trial, get},
};

/// Sent and told back byte by byte.
const BODY: [u8; 6] = [0, 0xff, 0x0d, 0x0a, 0xc3, 0x28];
const ASK: &str = "as  it \"is\"; a,b";

/// The one request that has everything a request can have: a method with a
/// body, a header, a credential, and a guard that holds.
pub(crate) fn whole<'a>(trial: &'a Trial<'_>) -> Result<&'a Answer, Lapse> {
    trial.shared.whole.get(|| {
        let key = trial.cell("whole")?;
        let version = trial.put(&key, b"whole")?;
        let max_age = 60_000;
        Ok(trial.effects.send(&Request {
            method: "PUT".to_owned(),
            headers: vec![("X-Kit-Ask".to_owned(), ASK.to_owned())],
            authorization: RequestAuthorization::Bearer(token(trial)),
            body: BODY.to_vec(),
            guard: Some(Guard {
                key,
                version,
                max_age,
            }),
            ..get(trial.uri("echo", "whole")?)
        }))
    })
}

/// The bearer token of [`whole`].
pub(crate) fn token(trial: &Trial<'_>) -> String {
    format!("kit.{}~-+/=", trial.run)
}

/// The answer to [`whole`].
pub(crate) fn answered<'a>(trial: &'a Trial<'_>) -> Result<&'a Response, Lapse> {
    whole(trial)?.as_ref().map_err(|error| {
        let words = "The host did not send a right request; see guard-holds.";
        Lapse::untried(error.code(), words)
    })
}

pub(crate) fn request_exact(trial: &Trial<'_>) -> Result<(), Lapse> {
    let answer = answered(trial)?;
    let body: String = BODY.iter().map(|byte| format!("{byte:02x}")).collect();
    for (header, sent, seen) in [
        ("x-kit-method", "PUT", "other-method"),
        ("x-kit-ask", ASK, "other-header"),
        ("x-kit-body", body.as_str(), "other-body"),
    ] {
        let came = values(answer, header);
        if came != [sent] {
            let words = format!(
                "The server got {came:?} where {sent:?} was to be sent. http.request: method, \
                 headers and body go out as they are."
            );
            return Err(Lapse::fails(seen, words));
        }
    }
    Ok(())
}

pub(crate) fn answer_headers(trial: &Trial<'_>) -> Result<(), Lapse> {
    let parts = values(answered(trial)?, "x-kit-part");
    if parts == ["one", "two"] {
        return Ok(());
    }
    let words = format!(
        "A header that the server sent twice, as `one` and `two`, came as {parts:?}. http.field: \
         a repeated field is a repeated entry."
    );
    Err(Lapse::fails("not-repeated", words))
}

pub(crate) fn answer_bytes(trial: &Trial<'_>) -> Result<(), Lapse> {
    if answered(trial)?.body.iter().copied().eq(0..=u8::MAX) {
        return Ok(());
    }
    let words = "A body that is not text came back changed. http.response: the body is as the \
                 server sent it.";
    Err(Lapse::fails("other-bytes", words))
}

pub(crate) fn redirect(trial: &Trial<'_>) -> Result<(), Lapse> {
    let uri = trial.uri("redirect", "redirect")?;
    let to = trial.id("redirect-target");
    let rule = "http: the host must not follow redirects, and returns the status as it is.";
    // 307 asks for the same request again, with its body (RFC 9110 section 15.4.8).
    for (method, status) in [("GET", 302), ("POST", 307)] {
        let answer = trial.answered(&Request {
            method: method.to_owned(),
            ..get(format!("{uri}&to={to}&status={status}"))
        })?;
        if answer.status != status || values(&answer, "location").len() != 1 {
            let words = format!(
                "To a redirect ({status}) with a location the host answered {} and {:?}. {rule}",
                answer.status,
                values(&answer, "location")
            );
            return Err(Lapse::fails(answer.code(), words));
        }
    }
    trial.claim("redirect-target", move |seen| match seen.count {
        0 => Ok(()),
        _ => {
            let words = format!("The host asked the server at the redirect's location. {rule}");
            Err(Lapse::fails("followed", words))
        }
    });
    Ok(())
}

pub(crate) fn not_reached() -> Lapse {
    let words = "The request did not come to the server, so that nothing can be said.";
    Lapse::untried("not-reached", words)
}

/// A refusal, with a key under which it must not be kept.
pub(crate) fn refusal<'a>(trial: &'a Trial<'_>) -> Result<&'a Answer, Lapse> {
    trial.shared.refusal.get(|| {
        let uri = trial.uri("answer", "refusal")?;
        Ok(trial.effects.send(&Request {
            method: "POST".to_owned(),
            keep: Some(trial.cell("refusal")?),
            ..get(format!("{uri}&status=401&size=64"))
        }))
    })
}

pub(crate) fn refusal_returned(trial: &Trial<'_>) -> Result<(), Lapse> {
    let answer = refusal(trial)?;
    once(trial, "refusal", "a POST that it refused");
    let whole =
        |answer: &Response| answer.status == 401 && answer.body == filled(&trial.id("refusal"), 64);
    if answer.as_ref().is_ok_and(whole) {
        return Ok(());
    }
    let words = format!(
        "To a refusal (401) with a body the host answered `{}`, or with another body. http.send: \
         whatever the final status, it is an answer.",
        answer.code()
    );
    Err(Lapse::fails(answer.code(), words))
}

pub(crate) fn failure_returned(trial: &Trial<'_>) -> Result<(), Lapse> {
    let uri = trial.uri("answer", "failure")?;
    let answer = trial.effects.send(&Request {
        method: "POST".to_owned(),
        ..get(format!("{uri}&status=503"))
    });
    once(trial, "failure", "a POST that it answered with 503");
    let asked = |answer: &Response| answer.status == 503 && values(answer, "retry-after") == ["7"];
    if answer.as_ref().is_ok_and(asked) {
        return Ok(());
    }
    let words = format!(
        "To a failure of the server (503 with `retry-after: 7`) the host answered `{}`, or left \
         the header out. http.send: whatever the final status, it is an answer, whole.",
        answer.code()
    );
    Err(Lapse::fails(answer.code(), words))
}

/// The request came once; whatever becomes of it, the host does not repeat it.
pub(crate) fn once(trial: &Trial<'_>, name: &str, what: &'static str) {
    trial.claim(name, move |seen| match seen.count {
        1 => Ok(()),
        0 => Err(not_reached()),
        count => {
            let words = format!(
                "The server got {what} {count} times. http: the host must not repeat a request by \
                 itself."
            );
            Err(Lapse::fails(format!("sent-{count}-times"), words))
        }
    });
}

/// The body that the server makes for an id.
pub(crate) fn filled(id: &str, size: usize) -> Vec<u8> {
    id.bytes().cycle().take(size).collect()
}

fn values<'a>(answer: &'a Response, name: &str) -> Vec<&'a str> {
    (answer.headers.iter())
        .filter(|(field, _)| field.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
        .collect()
}
