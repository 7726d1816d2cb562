//! Checks of `http.send`: what goes out is what was asked, once, and what comes
//! back is what the server sent.

use crate::{
    check::{Lapse, Told as _},
    contract::{Guard, HttpError, Request, RequestAuthorization, Response},
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
    let answer = trial.answered(&get(format!("{uri}&to={to}")))?;
    let rule = "http: the host must not follow redirects, and returns the status as it is.";
    if answer.status != 302 || values(&answer, "location").len() != 1 {
        let words = format!(
            "To a redirect (302) with a location the host answered {} and {:?}. {rule}",
            answer.status,
            values(&answer, "location")
        );
        return Err(Lapse::fails(answer.code(), words));
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

/// A POST whose connection is reset when the server has read it.
fn reset<'a>(trial: &'a Trial<'_>) -> Result<&'a Answer, Lapse> {
    (trial.shared.reset).get(|| {
        Ok(trial.effects.send(&Request {
            method: "POST".to_owned(),
            body: b"spend=once".to_vec(),
            ..get(trial.uri("reset", "reset")?)
        }))
    })
}

pub(crate) fn post_once(trial: &Trial<'_>) -> Result<(), Lapse> {
    reset(trial)?;
    once(trial, "reset", "a POST whose connection was reset");
    Ok(())
}

pub(crate) fn get_once(trial: &Trial<'_>) -> Result<(), Lapse> {
    let _ = trial.effects.send(&get(trial.uri("close", "get-once")?));
    once(trial, "get-once", "a GET whose connection was closed");
    Ok(())
}

fn once(trial: &Trial<'_>, name: &str, what: &'static str) {
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

pub(crate) fn reset_unanswered(trial: &Trial<'_>) -> Result<(), Lapse> {
    let code = match reset(trial)? {
        Err(HttpError::NoAnswer(_) | HttpError::Other(_)) => return Ok(()),
        other => other.code(),
    };
    trial.claim("reset", move |seen| {
        if seen.count == 0 {
            return Err(not_reached());
        }
        let words = format!(
            "The connection was reset when the server had read the request, and the host answered \
             `{code}`. http.error: `not-sent` is for when no byte reached the server; after that \
             it is `no-answer`."
        );
        Err(Lapse::fails(code.clone(), words))
    });
    Ok(())
}

pub(crate) fn not_reached() -> Lapse {
    let words = "The request did not come to the server, so that nothing can be said.";
    Lapse::untried("not-reached", words)
}

pub(crate) fn timeout(trial: &Trial<'_>) -> Result<(), Lapse> {
    // Four seconds, a byte at a time: a limit on silence alone is not enough.
    let uri = format!("{}&size=80", trial.uri("slow", "timeout")?);
    let begin = trial.effects.now();
    let answer = trial.effects.send(&Request {
        timeout: 1000,
        ..get(uri)
    });
    let elapsed = trial.effects.now().saturating_sub(begin).as_millis();
    let in_time = elapsed < 3000;
    match answer {
        Err(HttpError::NoAnswer(_) | HttpError::Other(_)) if in_time => Ok(()),
        other => {
            let words = format!(
                "To a request with a timeout of 1000 milliseconds, whose answer comes a byte at a \
                 time for 4000, the host answered `{}` after {elapsed}. http.request.timeout: \
                 milliseconds for the whole exchange; beyond it is `no-answer`.",
                other.code()
            );
            let seen = if in_time {
                other.code()
            } else {
                "too-late".to_owned()
            };
            Err(Lapse::fails(seen, words))
        }
    }
}

/// A refusal, with a key under which it must not be kept.
pub(crate) fn refusal<'a>(trial: &'a Trial<'_>) -> Result<&'a Answer, Lapse> {
    trial.shared.refusal.get(|| {
        let uri = trial.uri("answer", "refusal")?;
        Ok(trial.effects.send(&Request {
            method: "POST".to_owned(),
            keep: Some(trial.cell("refusal")?),
            ..get(format!("{uri}&status=400&size=64"))
        }))
    })
}

pub(crate) fn refusal_returned(trial: &Trial<'_>) -> Result<(), Lapse> {
    let answer = refusal(trial)?;
    let whole =
        |answer: &Response| answer.status == 400 && answer.body == filled(&trial.id("refusal"), 64);
    if answer.as_ref().is_ok_and(whole) {
        return Ok(());
    }
    let words = format!(
        "To a refusal (400) with a body the host answered `{}`, or with another body. http.send: \
         whatever the final status, it is an answer.",
        answer.code()
    );
    Err(Lapse::fails(answer.code(), words))
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
