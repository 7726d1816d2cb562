//! HTTP under the host's policy.
//!
//! A plugin reaches the granted origins and nothing else, never sees the client
//! secret, and has each request sent at most once. What a host may replace is
//! the [`Transport`]; policy, credentials and the order of an exchange are
//! fixed here.

mod address;
pub(crate) mod exchange;
mod pause;
pub(crate) mod policy;
mod request;
mod reqwest;
mod transport;

pub use reqwest::{ReqwestError, ReqwestOptions, ReqwestTransport, Resolver, SystemResolver};
pub use transport::{Part, Transport, TransportError};
