//! Connects a company to Ledgerly, an invented bookkeeping service: the example
//! for those who write a plugin. `README.md` walks through it.
//!
//! The core is plain Rust behind one trait, [`Effects`]. It keeps nothing
//! between calls: every function reads the connection's cells, acts, and
//! writes. The component is a thin edge around it, and tests run the same code
//! natively over a host in memory.

// The contract's error is the core's own; its size is paid once a call.
#![allow(clippy::result_large_err)]

mod area;
mod attempt;
mod begin_authorize;
mod call;
mod cause;
mod cell;
mod contract;
mod describe;
mod diagnostics;
mod effects;
mod grant;
mod handle_callback;
mod ledgerly;
mod registration;
mod remove;
mod settings;
mod status;
mod words;

#[cfg(target_os = "wasi")]
mod component;
#[cfg(target_os = "wasi")]
mod libc_shims;
#[cfg(test)]
mod tests;

pub use area::check_access;
pub use begin_authorize::begin_authorize;
pub use call::call;
pub use describe::{describe, explain};
pub use diagnostics::diagnostics;
pub use effects::Effects;
pub use grant::access_token;
pub use handle_callback::{handle_callback, maintain};
pub use remove::remove;
pub use settings::{configure, set_enabled};
pub use status::status;
