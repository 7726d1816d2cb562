//! Everything the checks can do to the world, behind one trait: the host's
//! imports, one to one, so that nothing stands between a check and the host.

use std::time::Duration;

use crate::contract::{
    App, Entry, HttpError, Level, Precondition, Request, Response, StorageError, Version,
};

/// What the host grants to one call on one connection.
pub trait Effects {
    /// The operator's registration, which tells where the server is.
    fn registration(&self) -> Option<App>;

    /// Since 1970.
    fn now(&self) -> Duration;

    /// 64 bits from a cryptographically secure source.
    fn random(&self) -> u64;

    /// One HTTP exchange under the host's policy.
    ///
    /// # Errors
    /// As the contract's `http.error`.
    fn send(&self, request: &Request) -> Result<Response, HttpError>;

    /// Reads a cell.
    ///
    /// # Errors
    /// As the contract's `storage.error`.
    fn get(&self, key: &str) -> Result<Entry, StorageError>;

    /// Writes a cell.
    ///
    /// # Errors
    /// As the contract's `storage.error`.
    fn put(&self, key: &str, value: &[u8], when: &Precondition) -> Result<Version, StorageError>;

    /// Deletes a cell.
    ///
    /// # Errors
    /// As the contract's `storage.error`.
    fn delete(&self, key: &str, when: &Precondition) -> Result<(), StorageError>;

    /// One line for the company's people. Never fails.
    fn log(&self, level: Level, event: &str, message: &str);
}
