//! The file behind the handles, as the file system knows it.
//!
//! An open handle goes on with a file that was deleted or replaced, and what it
//! writes there is gone with the process. So nothing is read or written once
//! the path leads elsewhere; it works again when the file is back.

use crate::storage::{Source, StorageError};
use std::{
    fs::{self, Metadata},
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// A path, and the file that it led to.
#[derive(Debug)]
pub(super) struct Place {
    path: PathBuf,
    file: (u64, u64),
}

impl Place {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let path = fs::canonicalize(path)?;
        let file = identity(&fs::metadata(&path)?);
        Ok(Self { path, file })
    }

    /// Whether the path still leads to the same file.
    pub(super) fn check(&self) -> Result<(), StorageError> {
        let unavailable = |source: Source| StorageError::Unavailable(source);
        let found = fs::metadata(&self.path).map_err(|error| unavailable(error.into()))?;
        match identity(&found) == self.file {
            true => Ok(()),
            false => Err(unavailable("the database file was replaced".into())),
        }
    }
}

fn identity(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}
