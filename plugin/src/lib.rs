//! Connects a company to Fortnox: settings, the OAuth 2.0 journey, the grant.
//!
//! The core is plain Rust behind one trait, [`Effects`]: one module per export
//! of the contract (`wit/integration.wit`), and one per thing they share. It
//! keeps nothing between calls; what lasts is in the connection's cells. The
//! component is a thin edge around it, and native programs can use the same
//! code with effects of their own.

mod access;
mod access_token;
mod address;
mod admission;
mod advice;
mod api;
mod api_error;
mod area;
mod attempt;
mod begin_authorize;
mod call;
mod callback;
mod catalogue;
mod cause;
mod cell;
mod claims;
mod code_exchange;
mod company_log;
mod configure;
pub mod contract;
mod describe;
mod diagnostics;
pub mod effects;
mod endpoint;
mod error;
mod fingerprint;
#[cfg(test)]
mod fuzz;
mod grant;
mod handle_callback;
mod health;
mod json;
mod maintain;
mod organization;
mod provider_text;
mod refusal;
mod registration;
mod remove;
mod renewal;
mod retry_after;
mod settings;
mod status;
#[cfg(test)]
mod testing;
mod token_response;

#[cfg(target_os = "wasi")]
mod component;
#[cfg(target_os = "wasi")]
mod libc_shims;

pub use access::check_access;
pub use access_token::{Token, access_token};
pub use begin_authorize::{Authorization, Binding, begin_authorize};
pub use call::call;
pub use cause::Cause;
pub use configure::{configure, set_enabled};
pub use describe::{describe, explain};
pub use diagnostics::diagnostics;
pub use effects::Effects;
pub use error::Error;
pub use handle_callback::handle_callback;
pub use maintain::maintain;
pub use remove::remove;
pub use status::status;
