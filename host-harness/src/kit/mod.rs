//! The kit: what a host author runs their own storage and HTTP against.
//!
//! A small component, the [`PROBE`], implements the contract's world, and its
//! `check-access` examines the host that runs it: one record a duty, with the
//! verdict and, where it is broken, in plain words what the host did instead. A
//! [`Server`] on loopback misbehaves as the probe asks it to, and counts what
//! reached it.
//!
//! A host in Rust gives its parts to [`examine`]; one in another language loads the
//! probe like any plugin, with the server's registration. Durability takes two
//! calls with a kill in between: see the probe's form.

mod examine;
mod server;

pub use examine::{ExamineError, examine, registration};
pub use server::Server;

/// The probe's bytes, built along with this library.
pub const PROBE: &[u8] = include_bytes!(env!("PROBE_COMPONENT_FILE"));
