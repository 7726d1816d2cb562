//! How a call can fail: the plugin said no, the plugin broke, or the host did.
//!
//! None of these types holds a secret, a guest's panic text or a guest's
//! backtrace.

use crate::{contract, random::RandomError, storage::StorageError};

/// Why a call has no result.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The plugin answered, and the answer is an error of the contract.
    #[error("the plugin refused: {0:?}")]
    Refused(contract::Error),
    /// The plugin broke off. Its instance is gone; what it stored before is
    /// consistent, and the next call starts anew.
    #[error("the plugin broke off: {0}")]
    Crashed(#[from] Crash),
    /// The host could not do its part.
    #[error("the host failed")]
    Host(#[from] HostError),
}

/// What made a plugin break off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Crash {
    /// It computed too long without calling the host, or the whole call took
    /// too long.
    #[error("it took too long")]
    Deadline,
    /// It asked for more memory, tables or instances than it may have.
    #[error("it needs more memory than it may have")]
    Memory,
    /// Its calls nest too deep.
    #[error("its stack overflowed")]
    Stack,
    /// It used a host function beyond a limit, or one that this call forbids.
    #[error("it used {0} beyond its limit")]
    Limit(&'static str),
    /// Anything else: a panic, or an answer that breaks the contract.
    #[error("it trapped")]
    Trap,
}

/// What the host could not do.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The company's name cannot be used: it is empty, longer than 256 bytes
    /// or holds a control character.
    #[error("not a usable name of a company")]
    Company,
    /// The storage cannot open, route or erase the connection.
    #[error("the storage failed")]
    Storage(#[from] StorageError),
    /// The secure source of randomness failed.
    #[error("no secure random bytes")]
    Random(#[from] RandomError),
    /// The runtime could not run the component.
    #[error("the component cannot be run: {0}")]
    Runtime(String),
}
