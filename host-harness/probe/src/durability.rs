//! Checks of what survives when the host's process is killed.
//!
//! They take two calls. The first puts cells, has an answer kept, and then asks
//! the server to hold a request; whoever runs the server kills the host while
//! it is held. The second call, with the host started anew on the same storage,
//! finds out from the server that the first one was cut off, and looks for
//! everything whose put had returned. The server, which must be the same one,
//! is the witness: a host that loses everything loses its own marks, too.

use std::time::Duration;

use crate::{
    check::Lapse,
    contract::{Precondition, Request},
    http::filled,
    trial::{Trial, get},
};

/// What to do, in the words of a record.
pub(crate) const HOW: &str = "Call `configure` with `kill` = `true`, then `check-access`; kill the \
                              host's process while the server holds a request; start the host \
                              again on the same storage, beside the same server, and call \
                              `check-access` once more.";

const FIRST: &str = "durable-1";
const CELLS: [&str; 4] = [FIRST, "durable-2", "durable-3", "durable-4"];
const KEPT: &str = "durable-kept";
/// Age and version of the first cell, some time after its write.
const NOTE: &str = "durable-note";
const WAIT: Duration = Duration::from_millis(1500);
const SIZE: usize = 1024;
/// Behind the run's name when no answer was kept in the first place; the server
/// remembers it, as it remembers the run.
const UNKEPT: &str = ".unkept";

/// What was left of a call that was cut off.
pub(crate) struct Survivors {
    lost: Vec<&'static str>,
    /// What the note says of the first cell, and what the host says now.
    aged: Option<(Stamp, Stamp)>,
    /// None when there was no kept answer to lose.
    kept: Option<bool>,
}

/// Version and age of a cell.
type Stamp = (String, u64);

impl Survivors {
    fn of<'a>(trial: &'a Trial<'_>) -> Result<&'a Self, Lapse> {
        trial.shared.survivors.get(|| match cut_off(trial)? {
            Some(run) => Self::look(trial, &run),
            None => Err(hold(trial)?),
        })
    }

    fn look(trial: &Trial<'_>, held: &str) -> Result<Self, Lapse> {
        let run = held.strip_suffix(UNKEPT).unwrap_or(held);
        let holds = |name: &str, value: &[u8]| {
            let key = format!("kit-{name}");
            Ok::<_, Lapse>(trial.exists(&key)? && trial.get(&key)?.value == value)
        };
        let mut lost = Vec::new();
        for name in CELLS {
            if !holds(name, &value(run, name))? {
                lost.push(name);
            }
        }
        let kept = match run == held {
            true => Some(holds(KEPT, &filled(&format!("{run}.{KEPT}"), SIZE))?),
            false => None,
        };
        let aged = Self::aged(trial);
        for name in CELLS.into_iter().chain([KEPT, NOTE]) {
            trial.cell(name)?;
        }
        Ok(Self { lost, aged, kept })
    }

    fn aged(trial: &Trial<'_>) -> Option<(Stamp, Stamp)> {
        let note = trial.effects.get(&format!("kit-{NOTE}")).ok()?.value;
        let note = String::from_utf8(note).ok()?;
        let (age, version) = note.split_once(' ')?;
        let now = trial.effects.get(&format!("kit-{FIRST}")).ok()?;
        let noted = (version.to_owned(), age.parse().ok()?);
        Some((noted, (now.version, now.age)))
    }
}

pub(crate) fn age_durable(trial: &Trial<'_>) -> Result<(), Lapse> {
    let Some((noted, now)) = &Survivors::of(trial)?.aged else {
        let words = "The cell, or what was noted of it, is gone; see put-durable.";
        return Err(Lapse::untried("lost", words));
    };
    if noted.0 != now.0 {
        let words = "A cell had another version after the kill. storage.entry.version: it changes \
                     with a write.";
        return Err(Lapse::fails("other-version", words));
    }
    if now.1 < noted.1 {
        let words = format!(
            "A cell that was {} milliseconds old before the kill was {} after it. \
             storage.entry.age: since the write, by the storage's own clock.",
            noted.1, now.1
        );
        return Err(Lapse::fails("younger", words));
    }
    Ok(())
}

pub(crate) fn put_durable(trial: &Trial<'_>) -> Result<(), Lapse> {
    let lost = &Survivors::of(trial)?.lost;
    if lost.is_empty() {
        return Ok(());
    }
    let words = format!(
        "{} of {} cells were gone after the kill though their puts had returned. storage.put \
         returns the new version once it is durable.",
        lost.len(),
        CELLS.len()
    );
    Err(Lapse::fails(format!("lost-{}", lost.len()), words))
}

pub(crate) fn keep_durable(trial: &Trial<'_>) -> Result<(), Lapse> {
    match Survivors::of(trial)?.kept {
        Some(true) => Ok(()),
        Some(false) => {
            let words = "A kept answer was gone after the kill though `send` had returned. \
                         http.request.keep: the body is durable before `send` returns.";
            Err(Lapse::fails("lost", words))
        }
        None => {
            let words = "No answer was kept before the kill; see keep-stored and keep-first.";
            Err(Lapse::untried("not-kept", words))
        }
    }
}

/// The run that the server held when its host went away, once.
fn cut_off(trial: &Trial<'_>) -> Result<Option<String>, Lapse> {
    let answer = trial.answered(&get(format!("{}/held", trial.endpoint("api")?)))?;
    let run = String::from_utf8_lossy(&answer.body).into_owned();
    Ok(Some(run).filter(|run| !run.is_empty()))
}

/// Writes what must survive and waits to be killed; whoever comes back was not.
fn hold(trial: &Trial<'_>) -> Result<Lapse, Lapse> {
    let kept = trial.cell(KEPT)?;
    let uri = format!("{}&size={SIZE}", trial.uri("answer", KEPT)?);
    trial.answered(&Request {
        method: "POST".to_owned(),
        keep: Some(kept.clone()),
        ..get(uri)
    })?;
    let mark = if trial.exists(&kept)? { "" } else { UNKEPT };
    for name in CELLS {
        let key = trial.cell(name)?;
        let put = (trial.effects).put(&key, &value(&trial.run, name), &Precondition::Absent);
        put.map_err(|_| Lapse::untried("put-refused", "The host did not take the cells."))?;
    }
    trial.wait(WAIT)?;
    let first = trial.get(&format!("kit-{FIRST}"))?;
    let note = format!("{} {}", first.age, first.version);
    trial.put(&trial.cell(NOTE)?, note.as_bytes())?;
    let uri = format!("{}&run={}{mark}", trial.uri("hold", "hold")?, trial.run);
    let _ = trial.effects.send(&Request {
        timeout: 60_000,
        ..get(uri)
    });
    // A host that gave up looks to the server like one that was killed.
    cut_off(trial)?;
    Ok(Lapse::untried("not-killed", HOW))
}

fn value(run: &str, name: &str) -> Vec<u8> {
    format!("{run} {name}").into_bytes()
}
