//! Checks of exchanges that break: whether the host repeats what the server may
//! have acted on, and what it calls that.

use crate::{
    check::{Lapse, Told as _},
    contract::{HttpError, Request},
    http::{not_reached, once},
    trial::{Answer, Trial, get},
};

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

pub(crate) fn reset_unanswered(trial: &Trial<'_>) -> Result<(), Lapse> {
    let what = "The connection was reset when the server had read the request";
    unanswered(trial, "reset", reset(trial)?, what);
    Ok(())
}

/// As a web server does when it is restarted.
pub(crate) fn close_once(trial: &Trial<'_>) -> Result<(), Lapse> {
    let answer = trial.effects.send(&Request {
        method: "POST".to_owned(),
        body: b"spend=once".to_vec(),
        ..get(trial.uri("close", "close")?)
    });
    once(trial, "close", "a POST whose connection was closed");
    let what = "The connection was closed when the server had read the request";
    unanswered(trial, "close", &answer, what);
    Ok(())
}

/// As a web server does when it is overloaded.
pub(crate) fn silence(trial: &Trial<'_>) -> Result<(), Lapse> {
    let answer = trial.effects.send(&Request {
        method: "POST".to_owned(),
        timeout: 300,
        ..get(format!("{}&ms=1500", trial.uri("wait", "silence")?))
    });
    once(trial, "silence", "a POST that was not answered in time");
    let what = "The server had read the request and did not answer within its timeout";
    unanswered(trial, "silence", &answer, what);
    Ok(())
}

/// What the server has read is never called `not-sent`.
fn unanswered(trial: &Trial<'_>, name: &str, answer: &Answer, what: &'static str) {
    if let Err(HttpError::NoAnswer(_) | HttpError::Other(_)) = answer {
        return;
    }
    let code = answer.code();
    trial.claim(name, move |seen| {
        if seen.count == 0 {
            return Err(not_reached());
        }
        let words = format!(
            "{what}, and the host answered `{code}`. http.error: `not-sent` is for when no byte \
             reached the server; after that it is `no-answer`."
        );
        Err(Lapse::fails(code.clone(), words))
    });
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
