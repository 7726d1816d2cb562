//! Everything the core can do to the world: the world's imports as one trait.
//!
//! The component forwards it to the host; tests bring a host in memory. The
//! core touches nothing else, no clock and no randomness of its own.

use crate::contract::{
    App, Entry, HttpError, Level, Precondition, Request, Response, StorageError, Version,
};

/// What the host grants to one call on one connection.
pub trait Effects {
    /// The operator's registration; none until there is one.
    fn registration(&self) -> Option<App>;
    /// Unix seconds, for what people read. Ages come from [`Entry::age`].
    fn now(&self) -> u64;
    /// 256 bits from a secure source.
    fn random(&self) -> [u8; 32];
    /// One HTTP exchange under the host's policy.
    ///
    /// # Errors
    /// Only `not-sent`, `denied` and `limited` are certain to have had no effect.
    fn send(&self, request: &Request) -> Result<Response, HttpError>;
    /// Reads a cell.
    ///
    /// # Errors
    /// `missing` when there is no such cell.
    fn get(&self, key: &str) -> Result<Entry, StorageError>;
    /// Writes a cell and returns its new version once durable.
    ///
    /// # Errors
    /// `conflict` when the precondition did not hold.
    fn put(&self, key: &str, value: &[u8], when: &Precondition) -> Result<Version, StorageError>;
    /// Deletes a cell.
    ///
    /// # Errors
    /// `conflict` when the precondition did not hold.
    fn delete(&self, key: &str, when: &Precondition) -> Result<(), StorageError>;
    /// One line for the company's people. Never a secret.
    fn log(&self, level: Level, event: &str, message: &str);
}
