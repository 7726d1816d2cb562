//! Loads integration plugins into a business system.
//!
//! A plugin is a WebAssembly component of the world `erp:integration/plugin`;
//! it connects the companies of this host with one provider. The host gives it
//! HTTP, storage, a log and the operator's registration, and keeps control over
//! each: a plugin reaches the granted origins, the cells of one company, and
//! nothing else. This library knows no provider.
//!
//! ```no_run
//! use host_harness::{
//!     Database, Host, KeyRing, Registration, ReqwestOptions, ReqwestTransport, SqliteLog,
//!     SqliteStorage, SystemRandom,
//! };
//! use std::sync::Arc;
//!
//! # async fn embed() -> Result<(), Box<dyn std::error::Error>> {
//! let database = Database::open("integrations.db").await?;
//! let storage = Arc::new(SqliteStorage::new(database.clone()));
//! let key_ring = KeyRing::open_or_create("integrations.keys", &*storage, &SystemRandom).await?;
//! let registration = Registration::new(
//!     "client-id",
//!     "client-secret",
//!     "https://erp.example/callback",
//!     ["customer", "invoice"],
//! );
//! let host = Host::builder(std::fs::read("plugin.wasm")?)
//!     .registration(registration)
//!     .storage(storage)
//!     .key_ring(key_ring)
//!     .transport(Arc::new(ReqwestTransport::new(ReqwestOptions::default())?))
//!     .log(Arc::new(SqliteLog::new(database)))
//!     .build()
//!     .await?;
//!
//! let connection = host.connection("Acme AB")?.acting_as("anna");
//! connection.configure(vec![("customers".into(), "true".into())], "sv").await?;
//! let authorization = connection.begin_authorize().await?;
//! // Send the browser to `authorization.url`, with `authorization.binding` as a cookie.
//! # Ok(())
//! # }
//! ```
//!
//! What a host may replace is a trait with a ready part: [`Storage`],
//! [`CompanyLog`], [`Transport`], [`Schedule`], [`Clock`] and [`Random`].
//!
//! A [`Keeper`] keeps connections alive that nobody uses, and [`notices`] says
//! what a person should be told of.

mod backoff;
mod call;
mod changes;
mod clock;
pub mod conformance;
mod connection;
pub mod contract;
mod error;
mod flights;
mod host;
mod http;
mod imports;
mod invitation;
mod keeper;
#[cfg(feature = "kit")]
pub mod kit;
mod limits;
mod load;
mod log;
pub mod notices;
mod queue;
mod random;
mod registration;
mod sandbox;
mod secret;
mod sqlite;
pub mod storage;
#[cfg(test)]
mod testing;
mod under_way;

pub use crate::http::{
    Part, ReqwestError, ReqwestOptions, ReqwestTransport, Resolver, SystemResolver, Transport,
    TransportError,
};
pub use clock::{Clock, SystemClock};
pub use connection::Connection;
pub use error::{CallError, Crash, HostError};
pub use host::{BuildError, Host, HostBuilder};
pub use invitation::{Invitation, InvitationKey, SqliteInvitations};
pub use keeper::{ASTRAY, Due, FARTHEST, HOLD, Keeper, Schedule, SqliteSchedule, Watch};
pub use limits::Limits;
pub use load::LoadError;
pub use log::{
    CompanyLog, Entry, Level, LogError, LogQuery, NoLog, SqliteLog, StoredEntry, one_line,
};
pub use queue::{Queues, Turn};
pub use random::{Random, RandomError, SystemRandom};
pub use registration::{BasicDialect, Registration};
pub use secret::{Authorization, Token};
pub use sqlite::{Database, DatabaseError};
pub use storage::{KeyRing, SqliteStorage, Storage};

/// The plugin of this workspace, built along with this library.
#[cfg(feature = "plugin")]
pub const PLUGIN: &[u8] = include_bytes!(env!("PLUGIN_COMPONENT_FILE"));
