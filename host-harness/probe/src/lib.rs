//! Checks a host from inside: whether its storage and its HTTP keep what the
//! contract (`wit/`) promises to plugins.
//!
//! It is a plugin as any other to the host, and talks to a server of its own on
//! loopback, whose address stands in the host's registration. [`check_access`]
//! runs the checks of [`CHECKS`] and answers one record for each. A check that
//! fails says what the host did and which duty it broke; one that could not be
//! tried says why. Checks leave nothing behind but the records, so that they can
//! be run again on the same connection. A run sends 31
//! requests at most.
//!
//! What survives the end of the host's process takes two calls with the setting
//! `kill`, and nothing else is checked then: see [`durability`].

mod broken;
mod check;
pub mod contract;
mod describe;
pub mod durability;
pub mod effects;
mod guard;
mod http;
mod keep;
mod policy;
mod report;
mod settings;
mod storage;
mod table;
mod tally;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod trial;

#[cfg(target_os = "wasi")]
mod component;
#[cfg(target_os = "wasi")]
#[path = "../../../plugin/src/libc_shims.rs"]
mod libc_shims;

pub use check::{Check, Lapse, Round};
pub use describe::describe;
pub use effects::Effects;
pub use report::{check_access, status};
pub use settings::configure;
pub use table::CHECKS;
