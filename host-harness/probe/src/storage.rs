//! Checks of `storage`: preconditions, versions, ages and values.

use std::time::Duration;

use crate::{
    check::{Lapse, Told as _},
    contract::{Precondition, StorageError, Version},
    trial::Trial,
};

/// How long a cell is left alone, and the least age it then has: a clock in
/// whole seconds passes.
const WAIT: Duration = Duration::from_millis(1500);
const LEAST: u64 = 500;
/// Far more than a run takes: older means another unit than milliseconds.
const MOST: u64 = 600_000;

/// A cell that was left alone for a while.
pub(crate) struct Aged {
    pub(crate) key: String,
    pub(crate) version: Version,
    age: u64,
}

impl Aged {
    /// One cell for all checks that look at ages: waiting costs a request.
    pub(crate) fn of<'a>(trial: &'a Trial<'_>) -> Result<&'a Self, Lapse> {
        trial.shared.aged.get(|| {
            let key = trial.cell("aged")?;
            let version = trial.put(&key, b"aged")?;
            trial.wait(WAIT)?;
            let age = trial.get(&key)?.age;
            Ok(Self { key, version, age })
        })
    }

    /// Whether the storage's ages can be relied on at all.
    pub(crate) fn is_older(&self) -> bool {
        self.age >= LEAST
    }
}

pub(crate) fn put_seen(trial: &Trial<'_>) -> Result<(), Lapse> {
    let key = trial.cell("put-seen")?;
    for value in [b"one", b"two"] {
        let put = trial.effects.put(&key, value, &Precondition::Always);
        let version = put.map_err(|error| {
            let code = error.code();
            let words = format!(
                "A put under `always` was answered {code} {:?}.",
                error.text()
            );
            Lapse::fails(format!("put-{code}"), words)
        })?;
        match trial.effects.get(&key) {
            Ok(entry) if entry.value != value => {
                let words = "A get after a put answered another value than the one put. storage: \
                             a get sees every put completed before it.";
                return Err(Lapse::fails("other-value", words));
            }
            Ok(entry) if entry.version != version => {
                let words = "A get answered another version than the put before it. storage.put \
                             returns the new version.";
                return Err(Lapse::fails("other-version", words));
            }
            Ok(_) => {}
            Err(error) => {
                let code = error.code();
                let words = format!(
                    "A get after a put was answered {code} {:?}. storage: a get sees every put \
                     completed before it.",
                    error.text()
                );
                return Err(Lapse::fails(format!("get-{code}"), words));
            }
        }
    }
    Ok(())
}

pub(crate) fn value_exact(trial: &Trial<'_>) -> Result<(), Lapse> {
    let key = trial.cell("value-exact")?;
    let every: Vec<u8> = (0..=u8::MAX).collect();
    let values: [(&[u8], &str); 3] = [
        (&every, "bytes-changed"),
        (b"\0 \n\0", "end-changed"),
        (b"", "empty-changed"),
    ];
    for (value, seen) in values {
        trial.put(&key, value)?;
        if trial.get(&key)?.value != value {
            let words = format!(
                "A value of {} bytes came back as another. storage: a value is a list of bytes, \
                 of any bytes and any number.",
                value.len()
            );
            return Err(Lapse::fails(seen, words));
        }
    }
    Ok(())
}

pub(crate) fn key_exact(trial: &Trial<'_>) -> Result<(), Lapse> {
    let key = |last| trial.cell(&format!("key-exact-{}{last}", "0123456789".repeat(5)));
    let (one, two) = (key("a")?, key("b")?);
    trial.put(&one, b"one")?;
    if trial.exists(&two)? {
        let words = format!(
            "A put of one cell made another, whose key of {} characters differs in the last.",
            two.len()
        );
        return Err(Lapse::fails("one-cell", words));
    }
    Ok(())
}

pub(crate) fn get_missing(trial: &Trial<'_>) -> Result<(), Lapse> {
    let key = trial.cell("get-missing")?;
    let got = trial.effects.get(&key).map(drop);
    match got {
        Err(StorageError::Missing(_)) => Ok(()),
        other => {
            let seen = other.map_or_else(|error| error.code(), |()| "an-entry".to_owned());
            let words = "A get of a cell that does not exist must answer `missing`.";
            Err(Lapse::fails(seen, words))
        }
    }
}

pub(crate) fn put_absent(trial: &Trial<'_>) -> Result<(), Lapse> {
    let key = trial.cell("put-absent")?;
    let put = trial.effects.put(&key, b"first", &Precondition::Absent);
    let version = put.map_err(|error| {
        let words = "A put under `absent` was refused where there was no cell.";
        Lapse::fails(error.code(), words)
    })?;
    let second = trial.effects.put(&key, b"second", &Precondition::Absent);
    conflict(second, "A put under `absent` over a cell that exists")?;
    as_before(trial, &key, b"first", &version)
}

pub(crate) fn put_unchanged(trial: &Trial<'_>) -> Result<(), Lapse> {
    let key = trial.cell("put-unchanged")?;
    let nowhere = Precondition::Unchanged("no-such-version".to_owned());
    let put = trial.effects.put(&key, b"nowhere", &nowhere);
    conflict(put, "A put under `unchanged` where there is no cell")?;
    let old = trial.put(&key, b"first")?;
    let unchanged = Precondition::Unchanged(old);
    let put = trial.effects.put(&key, b"second", &unchanged);
    let version = put.map_err(|error| {
        let words = "A put under `unchanged` was refused though the cell was at that version.";
        Lapse::fails(error.code(), words)
    })?;
    let put = trial.effects.put(&key, b"third", &unchanged);
    conflict(put, "A put under `unchanged` at an older version")?;
    as_before(trial, &key, b"second", &version)
}

pub(crate) fn delete_unchanged(trial: &Trial<'_>) -> Result<(), Lapse> {
    let key = trial.cell("delete-unchanged")?;
    let old = trial.put(&key, b"first")?;
    let version = trial.put(&key, b"second")?;
    let delete = trial.effects.delete(&key, &Precondition::Unchanged(old));
    conflict(delete, "A delete under `unchanged` at an older version")?;
    as_before(trial, &key, b"second", &version)?;
    let delete = (trial.effects).delete(&key, &Precondition::Unchanged(version));
    delete.map_err(|error| {
        let words = "A delete under `unchanged` was refused though the cell was at that version.";
        Lapse::fails(error.code(), words)
    })?;
    gone(trial, &key)?;
    let again = trial.put(&key, b"third")?;
    let delete = trial.effects.delete(&key, &Precondition::Absent);
    conflict(delete, "A delete under `absent` of a cell that exists")?;
    as_before(trial, &key, b"third", &again)?;
    trial.cell("delete-unchanged")?;
    let delete = (trial.effects).delete(&key, &Precondition::Unchanged(again));
    conflict(delete, "A delete under `unchanged` where there is no cell")
}

pub(crate) fn delete_always(trial: &Trial<'_>) -> Result<(), Lapse> {
    let key = trial.cell("delete-always")?;
    trial.put(&key, b"value")?;
    // The second time there is nothing left to delete.
    for _ in 0..2 {
        let delete = trial.effects.delete(&key, &Precondition::Always);
        delete.map_err(|error| {
            let words = "A delete under `always` was refused. storage.delete: deleting nothing is \
                         success under `always`.";
            Lapse::fails(error.code(), words)
        })?;
        gone(trial, &key)?;
    }
    Ok(())
}

pub(crate) fn version_unique(trial: &Trial<'_>) -> Result<(), Lapse> {
    let key = trial.cell("version-unique")?;
    let mut versions = Vec::new();
    for _ in 0..3 {
        // The same value each time, so that no version may come from the value.
        for _ in 0..2 {
            let version = trial.put(&key, b"value")?;
            if versions.contains(&version) {
                let words = "A put returned a version that the cell had before. storage.version: \
                             it never recurs for a key, not even after a delete.";
                return Err(Lapse::fails("recurred", words));
            }
            versions.push(version);
        }
        let delete = trial.effects.delete(&key, &Precondition::Always);
        delete.map_err(|error| Lapse::untried(error.code(), "The cell could not be deleted."))?;
    }
    Ok(())
}

pub(crate) fn age_grows(trial: &Trial<'_>) -> Result<(), Lapse> {
    let aged = Aged::of(trial)?;
    if !aged.is_older() || aged.age > MOST {
        let words = format!(
            "A cell that was left alone for {} milliseconds had the age {}. storage.entry.age: \
             milliseconds since the write.",
            WAIT.as_millis(),
            aged.age
        );
        return Err(Lapse::fails(format!("age-{}", aged.age), words));
    }
    // A cell of its own: the old one is still needed at its age.
    let key = trial.cell("age-anew")?;
    trial.put(&key, b"first")?;
    trial.put(&key, b"second")?;
    let age = trial.get(&key)?.age;
    if age >= aged.age {
        let words = format!(
            "A cell just written had the age {age}. storage.entry.age: milliseconds since the \
             write."
        );
        return Err(Lapse::fails("age-of-a-new-cell", words));
    }
    Ok(())
}

/// The precondition did not hold.
fn conflict<T>(outcome: Result<T, StorageError>, what: &str) -> Result<(), Lapse> {
    let seen = match outcome {
        Err(StorageError::Conflict(_)) => return Ok(()),
        Ok(_) => "conflict-missing".to_owned(),
        Err(error) => error.code(),
    };
    let words = format!(
        "{what} was not answered with `conflict`. storage: where the precondition does not hold, \
         the answer is `conflict` and nothing changes."
    );
    Err(Lapse::fails(seen, words))
}

/// Nothing changed.
fn as_before(trial: &Trial<'_>, key: &str, value: &[u8], version: &str) -> Result<(), Lapse> {
    let entry = trial.get(key)?;
    if entry.value == value && entry.version == version {
        return Ok(());
    }
    let words = "The cell changed though the answer was `conflict`, which means that nothing \
                 changed.";
    Err(Lapse::fails("changed-in-spite", words))
}

fn gone(trial: &Trial<'_>, key: &str) -> Result<(), Lapse> {
    if trial.exists(key)? {
        let words = "A cell was still there after its delete had returned.";
        return Err(Lapse::fails("still-there", words));
    }
    Ok(())
}
