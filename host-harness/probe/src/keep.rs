//! Checks of `http.request.keep`: that no answer is lost with the instance.

use std::time::Duration;

use crate::{
    check::{Lapse, Told as _},
    contract::{HttpError, Precondition, Request, StorageError},
    http::{filled, refusal},
    trial::{Answer, Trial, get, not_sent},
};

/// Small, so that a late host has no time while the body is handed over.
const SIZE: usize = 64;
/// Far more than answers with tokens have, and what a host may well cap.
const LARGE: usize = 64 * 1024;
/// For a host that stores an answer only when it has handed it out.
const LATE: Duration = Duration::from_millis(500);

/// One kept answer, and what the cell held afterwards.
pub(crate) struct Kept {
    sent: Vec<u8>,
    at_once: Option<Vec<u8>>,
    later: Option<Vec<u8>>,
}

impl Kept {
    fn of<'a>(trial: &'a Trial<'_>) -> Result<&'a Self, Lapse> {
        trial.shared.kept.get(|| {
            let (key, answer) = keep(trial, "keep-stored", "answer", SIZE)?;
            // Nothing between the two, so that what comes late is seen to be late.
            let at_once = cell(trial, &key);
            answer.map_err(|error| {
                let words = format!("The host had no answer to keep: {}.", error.code());
                Lapse::untried(error.code(), words)
            })?;
            let at_once = at_once?;
            let later = match at_once {
                Some(_) => None,
                None => {
                    trial.wait(LATE)?;
                    cell(trial, &key)?
                }
            };
            Ok(Self {
                sent: filled(&trial.id("keep-stored"), SIZE),
                at_once,
                later,
            })
        })
    }
}

/// Other checks make no sense before a plain answer is kept in time.
fn keeps(trial: &Trial<'_>) -> Result<(), Lapse> {
    match Kept::of(trial)?.at_once {
        Some(_) => Ok(()),
        None => {
            let words = "Not even a plain answer is kept in time; see keep-stored and keep-first.";
            Err(Lapse::untried("not-kept", words))
        }
    }
}

pub(crate) fn stored(trial: &Trial<'_>) -> Result<(), Lapse> {
    let kept = Kept::of(trial)?;
    let rule = "http.request.keep: a 2xx body is durable under this key.";
    match kept.at_once.as_ref().or(kept.later.as_ref()) {
        Some(value) if *value == kept.sent => Ok(()),
        Some(value) => {
            let words = format!(
                "Under the key of `keep` there are {} bytes that are not the body. {rule}",
                value.len()
            );
            Err(Lapse::fails("other-value", words))
        }
        None => {
            let words = format!("Nothing was stored under the key of `keep`. {rule}");
            Err(Lapse::fails("missing", words))
        }
    }
}

pub(crate) fn first(trial: &Trial<'_>) -> Result<(), Lapse> {
    let kept = Kept::of(trial)?;
    match (&kept.at_once, &kept.later) {
        (Some(_), _) => Ok(()),
        (None, Some(_)) => {
            let words = "The cell of `keep` was not there yet when `send` returned, and was later. \
                         http.request.keep: the body is durable before `send` returns.";
            Err(Lapse::fails("late", words))
        }
        (None, None) => {
            let words = "Nothing was stored at all; see keep-stored.";
            Err(Lapse::untried("not-kept", words))
        }
    }
}

pub(crate) fn occupied(trial: &Trial<'_>) -> Result<(), Lapse> {
    let key = trial.cell("keep-occupied")?;
    let version = trial.put(&key, b"kept before")?;
    let request = Request {
        method: "POST".to_owned(),
        keep: Some(key.clone()),
        ..get(trial.uri("answer", "keep-occupied")?)
    };
    let duty = "http.request.keep: if the key already holds a value, nothing is sent (`not-sent`).";
    let what = "a request whose `keep` names a cell that exists";
    trial.unsent("keep-occupied", &request, not_sent, what, duty)?;
    let entry = trial.get(&key)?;
    if entry.value == b"kept before" && entry.version == version {
        return Ok(());
    }
    let words = format!("The cell that `keep` named was changed. {duty}");
    Err(Lapse::fails("changed", words))
}

pub(crate) fn not_refusals(trial: &Trial<'_>) -> Result<(), Lapse> {
    let code = refusal(trial)?.code();
    if !trial.exists("kit-refusal")? {
        return Ok(());
    }
    let words = format!(
        "The body of a refusal (401), answered as `{code}`, was stored under the key of `keep`. \
         http.request.keep: a 2xx body is kept."
    );
    Err(Lapse::fails("kept", words))
}

pub(crate) fn empty(trial: &Trial<'_>) -> Result<(), Lapse> {
    keeps(trial)?;
    let (key, answer) = keep(trial, "keep-empty", "answer", 0)?;
    let code = answer.code();
    let rule = "http.request.keep: a 2xx body is stored, an empty one, too.";
    match cell(trial, &key)? {
        _ if answer.is_err() => Err(Lapse::untried(code, "There was no answer to keep.")),
        Some(value) if value.is_empty() => Ok(()),
        Some(_) => {
            let words = format!("Another value than the empty body was stored. {rule}");
            Err(Lapse::fails("other-value", words))
        }
        None => {
            let words = format!("Nothing was stored for a 2xx answer with an empty body. {rule}");
            Err(Lapse::fails("missing", words))
        }
    }
}

pub(crate) fn part(trial: &Trial<'_>) -> Result<(), Lapse> {
    keeps(trial)?;
    let size = 1000;
    let (key, answer) = keep(trial, "keep-part", "break", size)?;
    let rule = "http.request.keep: so is the part that came of one that breaks off, which is \
                `no-answer`.";
    if !matches!(answer, Err(HttpError::NoAnswer(_) | HttpError::Other(_))) {
        let code = answer.code();
        let words = format!("To an answer that broke off the host answered `{code}`. {rule}");
        return Err(Lapse::fails(code, words));
    }
    match cell(trial, &key)? {
        Some(value) if value == filled(&trial.id("keep-part"), size) => Ok(()),
        Some(value) => {
            let words = format!(
                "Of an answer that broke off after {size} bytes {} bytes were stored. {rule}",
                value.len()
            );
            Err(Lapse::fails("other-part", words))
        }
        None => {
            let words = format!("Nothing was stored of an answer that broke off. {rule}");
            Err(Lapse::fails("missing", words))
        }
    }
}

pub(crate) fn value_fits(trial: &Trial<'_>) -> Result<(), Lapse> {
    keeps(trial)?;
    let (key, answer) = keep(trial, "value-fits", "answer", LARGE)?;
    let Some(value) = cell(trial, &key)? else {
        let words = format!(
            "Of an answer with {LARGE} bytes nothing was kept; the host answered `{}`.",
            answer.code()
        );
        return Err(Lapse::untried("not-kept", words));
    };
    let rule = "storage: a value as large as the largest kept body fits.";
    if answer.is_ok() && value != filled(&trial.id("value-fits"), LARGE) {
        let words = format!(
            "Of an answer with {LARGE} bytes, which the host handed over, another value of {} \
             bytes was kept. {rule}",
            value.len()
        );
        return Err(Lapse::fails("other-kept", words));
    }
    let put = trial.effects.put(&key, &value, &Precondition::Always);
    let Err(error) = put else {
        if trial.get(&key)?.value == value {
            return Ok(());
        }
        let words = format!(
            "A put of {} bytes came back as another. {rule}",
            value.len()
        );
        return Err(Lapse::fails("other-value", words));
    };
    let words = format!(
        "The host kept {} bytes and did not take a put of the same. storage: a value as large as \
         the largest kept body fits.",
        value.len()
    );
    Err(Lapse::fails(error.code(), words))
}

/// One exchange whose answer is to be kept in a cell of the same name.
fn keep(
    trial: &Trial<'_>,
    name: &str,
    behaviour: &str,
    size: usize,
) -> Result<(String, Answer), Lapse> {
    let key = trial.cell(name)?;
    let request = Request {
        method: "POST".to_owned(),
        keep: Some(key.clone()),
        ..get(format!("{}&size={size}", trial.uri(behaviour, name)?))
    };
    let answer = trial.effects.send(&request);
    Ok((key, answer))
}

fn cell(trial: &Trial<'_>, key: &str) -> Result<Option<Vec<u8>>, Lapse> {
    match trial.effects.get(key) {
        Ok(entry) => Ok(Some(entry.value)),
        Err(StorageError::Missing(_)) => Ok(None),
        Err(error) => {
            let words = format!("The cell of `keep` cannot be read: {:?}.", error.text());
            Err(Lapse::untried(error.code(), words))
        }
    }
}
