//! Checks of `http.guard`: the claim under which a request goes out.

use crate::{
    check::{Lapse, Told as _},
    contract::{Guard, Request},
    http,
    storage::Aged,
    trial::{Trial, get, not_sent},
};

/// Less than the age of the cell, more than a slow host needs for a fresh one.
const TOO_YOUNG: u32 = 100;

pub(crate) fn version(trial: &Trial<'_>) -> Result<(), Lapse> {
    let key = trial.cell("guard-version")?;
    let old = trial.put(&key, b"first")?;
    trial.put(&key, b"second")?;
    let request = guarded(trial, "guard-version", key, old, 60_000)?;
    let duty = "http.guard: with the cell at another version nothing is sent and the answer is \
                `not-sent`.";
    trial.unsent(
        "guard-version",
        &request,
        not_sent,
        "a request whose guard names an older version",
        duty,
    )
}

pub(crate) fn age(trial: &Trial<'_>) -> Result<(), Lapse> {
    let aged = Aged::of(trial)?;
    if !aged.is_older() {
        let words = "The cell does not get older, so that no guard can be too old; see age-grows.";
        return Err(Lapse::untried("no-age", words));
    }
    let (key, version) = (aged.key.clone(), aged.version.clone());
    let request = guarded(trial, "guard-age", key, version, TOO_YOUNG)?;
    let duty = "http.guard: with a cell older than `max-age` milliseconds nothing is sent and the \
                answer is `not-sent`.";
    trial.unsent(
        "guard-age",
        &request,
        not_sent,
        "a request whose guard is older than its max-age",
        duty,
    )
}

pub(crate) fn gone(trial: &Trial<'_>) -> Result<(), Lapse> {
    let key = trial.cell("guard-gone")?;
    let version = trial.put(&key, b"first")?;
    trial.cell("guard-gone")?;
    let kept = trial.cell("guard-kept")?;
    let request = Request {
        keep: Some(kept.clone()),
        ..guarded(trial, "guard-gone", key, version, 60_000)?
    };
    let duty = "http.guard: without the cell nothing is sent and the answer is `not-sent`, also \
                with `keep`.";
    let what = "a request whose guard names a cell that was deleted, and that has a `keep`,";
    trial.unsent("guard-gone", &request, not_sent, what, duty)?;
    if trial.exists(&kept)? {
        let words = format!("Something was stored under `keep`. {duty}");
        return Err(Lapse::fails("kept", words));
    }
    Ok(())
}

pub(crate) fn holds(trial: &Trial<'_>) -> Result<(), Lapse> {
    let answer = http::whole(trial)?;
    if answer.is_ok() {
        return Ok(());
    }
    let words = format!(
        "To a right request under a guard that holds the host answered `{}` {:?}. http.guard: \
         only another version or a greater age keeps a request back.",
        answer.code(),
        answer.text()
    );
    Err(Lapse::fails(answer.code(), words))
}

fn guarded(
    trial: &Trial<'_>,
    name: &str,
    key: String,
    version: String,
    max_age: u32,
) -> Result<Request, Lapse> {
    Ok(Request {
        method: "POST".to_owned(),
        guard: Some(Guard {
            key,
            version,
            max_age,
        }),
        ..get(trial.uri("answer", name)?)
    })
}
