//! Cells: JSON documents with a `format` number, read and written whole.
//!
//! Guarantees: a cell that is damaged or of a newer format is an error and
//! never overwritten; a write holds only if nobody has written since the read;
//! a write whose outcome is in doubt is read back before anyone relies on it.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::cause::Cause;
use crate::contract::{Error, Precondition, StorageError, Version};
use crate::effects::Effects;

/// The format this version reads and writes.
const FORMAT: u32 = 1;

/// How often a lost race is decided anew before the caller hears `busy`.
const ROUNDS: usize = 5;

/// A kind of cell.
pub trait Kind: Serialize + DeserializeOwned {
    /// The storage key.
    const KEY: &'static str;
}

/// A cell as read.
pub struct Cell<T> {
    /// What it holds.
    pub value: T,
    /// Precondition of the next write.
    pub version: Version,
    /// Milliseconds since the write, by the storage's own clock.
    pub age: u64,
}

#[derive(Serialize, Deserialize)]
struct Document<T> {
    format: u32,
    value: T,
}

/// Reads a cell; none when there is no such cell.
pub fn read<T: Kind>(effects: &impl Effects) -> Result<Option<Cell<T>>, Error> {
    let entry = match effects.get(T::KEY) {
        Ok(entry) => entry,
        Err(StorageError::Missing(_)) => return Ok(None),
        // A read leaves no doubt: what is there cannot be opened.
        Err(StorageError::Other(_)) => return Err(Cause::CellUnreadable.into()),
        Err(error) => return Err(error.into()),
    };
    match serde_json::from_slice(&entry.value) {
        Ok(Document {
            format: FORMAT,
            value,
        }) => Ok(Some(Cell {
            value,
            version: entry.version,
            age: entry.age,
        })),
        _ => Err(Cause::CellUnreadable.into()),
    }
}

/// Writes a cell, provided that it still is as it was read; none `before` means
/// that there was none. Returns the new version, none when a race was lost.
pub fn save<T: Kind>(
    effects: &impl Effects,
    before: Option<&Cell<T>>,
    value: &T,
) -> Result<Option<Version>, Error> {
    let format = FORMAT;
    let bytes =
        serde_json::to_vec(&Document { format, value }).map_err(|_| Cause::StorageFailing)?;
    let when = match before {
        None => Precondition::Absent,
        Some(cell) => Precondition::Unchanged(cell.version.clone()),
    };
    match effects.put(T::KEY, &bytes, &when) {
        Ok(version) => Ok(Some(version)),
        Err(StorageError::Conflict(_)) => Ok(None),
        Err(error @ (StorageError::InDoubt(_) | StorageError::Other(_))) => {
            match effects.get(T::KEY) {
                Ok(entry) if entry.value == bytes => Ok(Some(entry.version)),
                _ => Err(error.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// Reads, decides and writes; a lost race is read and decided again. No value
/// means that nothing is to change.
pub fn change<T: Kind>(
    effects: &impl Effects,
    mut decide: impl FnMut(Option<&Cell<T>>) -> Result<Option<T>, Error>,
) -> Result<(), Error> {
    for _ in 0..ROUNDS {
        let before = read(effects)?;
        let Some(after) = decide(before.as_ref())? else {
            return Ok(());
        };
        if save(effects, before.as_ref(), &after)?.is_some() {
            return Ok(());
        }
    }
    Err(Cause::Busy.into())
}

impl<T: Kind> Cell<T> {
    /// Deletes the cell, unless somebody has written since; whether it is gone.
    pub fn delete(&self, effects: &impl Effects) -> Result<bool, Error> {
        match effects.delete(T::KEY, &Precondition::Unchanged(self.version.clone())) {
            Ok(()) => Ok(true),
            Err(StorageError::Conflict(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
