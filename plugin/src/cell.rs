//! Cells: JSON documents with a `format` number, read and written whole.
//!
//! Guarantees: a cell of a newer format or a damaged one is a clear error and
//! never overwritten by mistake; members that this version does not know
//! survive a rewrite; a write whose outcome is in doubt is read back before
//! anyone relies on it.

use std::fmt;
use std::time::Duration;

use crate::cause::Cause;
use crate::contract::{Precondition, StorageError, Version};
use crate::effects::{Effects, Entry};
use crate::error::Error;
use crate::json::{Json, Members, Value};

/// The newest cell format this version reads and writes.
const FORMAT: u64 = 1;

/// A kind of cell. It is a JSON object.
pub trait Kind: Json {
    /// The storage key.
    const KEY: &'static str;
}

/// A cell as read or just written.
pub struct Cell<T> {
    /// What it holds.
    pub value: T,
    /// Precondition of the next write.
    pub version: Version,
    /// Since the write, by the storage's own clock.
    pub age: Duration,
    unknown: Members,
}

impl<T: fmt::Debug> fmt::Debug for Cell<T> {
    /// What this version does not know may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cell")
            .field("value", &self.value)
            .field("version", &self.version)
            .field("age", &self.age)
            .finish_non_exhaustive()
    }
}

/// Why a write did not happen.
#[derive(Debug)]
pub enum WriteError {
    /// Somebody else wrote first: read again and decide again.
    Conflict,
    /// The storage failed.
    Failed(Error),
}

impl From<WriteError> for Error {
    /// For callers to whom a lost race is no reason to decide again.
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Conflict => busy(),
            WriteError::Failed(error) => error,
        }
    }
}

/// The answer when others keep winning the race for a cell.
pub fn busy() -> Error {
    Error::Unavailable {
        cause: Cause::Busy,
        after: Duration::from_secs(1),
    }
}

/// How often a lost race is decided again before the caller hears `busy`.
pub const ROUNDS: usize = 5;

/// Reads a cell; none when there is no such cell.
pub fn read<T: Kind>(effects: &impl Effects) -> Result<Option<Cell<T>>, Error> {
    let Some((entry, members)) = open(effects, T::KEY)? else {
        return Ok(None);
    };
    let document = Value::Object(members);
    let value = T::read(&document).ok_or(unreadable(T::KEY))?;
    let unknown = besides(document, &value.write());
    Ok(Some(Cell {
        value,
        version: entry.version,
        age: entry.age,
        unknown,
    }))
}

/// The members of an object that another does not have.
fn besides(object: Value, known: &Value) -> Members {
    let mut members = members_of(object);
    members.retain(|(name, _)| known.get(name).is_none());
    members
}

fn members_of(object: Value) -> Members {
    match object {
        Value::Object(members) => members,
        _ => Members::new(),
    }
}

/// An entry, and the members in it; `format` is this version's.
fn open(effects: &impl Effects, key: &'static str) -> Result<Option<(Entry, Members)>, Error> {
    let entry = match effects.get(key) {
        Ok(entry) => entry,
        Err(StorageError::Missing(_)) => return Ok(None),
        // A read leaves no doubt: what is there cannot be opened.
        Err(StorageError::Other(_)) => return Err(unreadable(key)),
        Err(error) => return Err(error.into()),
    };
    let document = Value::parse(&entry.value).ok_or(unreadable(key))?;
    let format = document.get("format").and_then(Value::as_u64);
    let mut members = members_of(document);
    members.retain(|(name, _)| name != "format");
    match format {
        Some(FORMAT) => Ok(Some((entry, members))),
        Some(newer) if newer > FORMAT => Err(Error::Cell {
            key,
            cause: Cause::CellNewer,
        }),
        _ => Err(unreadable(key)),
    }
}

const fn unreadable(key: &'static str) -> Error {
    Error::Cell {
        key,
        cause: Cause::CellUnreadable,
    }
}

/// Writes a cell, provided that it still is as it was read (`before`); none
/// means that there was no such cell. Returns the new version.
pub fn save<T: Kind>(
    effects: &impl Effects,
    before: Option<&Cell<T>>,
    after: &T,
) -> Result<Version, WriteError> {
    let (unknown, when) = match before {
        None => (Members::new(), Precondition::Absent),
        Some(cell) => (
            cell.unknown.clone(),
            Precondition::Unchanged(cell.version.clone()),
        ),
    };
    put(effects, T::KEY, unknown, after.write(), when)
}

fn put(
    effects: &impl Effects,
    key: &str,
    unknown: Members,
    known: Value,
    when: Precondition,
) -> Result<Version, WriteError> {
    let mut members = unknown;
    members.extend(members_of(known));
    members.push(("format".to_owned(), FORMAT.into()));
    let bytes = Value::Object(members).to_text().into_bytes();
    match effects.put(key, &bytes, when) {
        Ok(version) => Ok(version),
        Err(StorageError::Conflict(_)) => Err(WriteError::Conflict),
        Err(error @ (StorageError::InDoubt(_) | StorageError::Other(_))) => {
            match effects.get(key) {
                Ok(entry) if entry.value == bytes => Ok(entry.version),
                _ => Err(WriteError::Failed(error.into())),
            }
        }
        Err(error) => Err(WriteError::Failed(error.into())),
    }
}

impl<T: Kind> Cell<T> {
    /// The cell after a write of its own.
    pub fn written(self, value: T, version: Version) -> Cell<T> {
        Cell {
            value,
            version,
            age: Duration::ZERO,
            unknown: self.unknown,
        }
    }

    /// Deletes the cell, provided that nobody has written since; a lost race
    /// is fine, because then the cell is somebody else's.
    pub fn delete(&self, effects: &impl Effects) -> Result<(), Error> {
        match effects.delete(T::KEY, Precondition::Unchanged(self.version.clone())) {
            Ok(()) | Err(StorageError::Conflict(_) | StorageError::Missing(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests;
