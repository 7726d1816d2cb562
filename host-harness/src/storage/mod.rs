//! Storage of cells: what a host author implements, and what stands before it.
//!
//! A [`Storage`] sees opaque bytes only. The library seals every value before
//! it arrives here (XChaCha20-Poly1305 under a key per connection, which is
//! itself wrapped under the [`KeyRing`]), and checks keys and sizes, so that an
//! implementation is a small table with atomic, conditional writes.
//!
//! [`SqliteStorage`] is the ready part for one machine.

mod clock;
mod envelope;
mod key_ring;
mod sqlite;
pub(crate) mod vault;

pub use clock::{Stamp, StorageClock, SystemStorageClock};
pub use key_ring::{KeyId, KeyRing, KeyRingError};
pub use sqlite::SqliteStorage;

use crate::random::{self, Random, RandomError};
use std::time::Duration;

/// Names one scope: one company's connection through one plugin, from the day
/// it was added until it is removed. Never given out twice.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ConnectionId(String);

/// Names one write of one cell. Never given out twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(String);

macro_rules! identifier {
    ($name:ident) => {
        impl $name {
            /// 128 random bits.
            pub(crate) fn random(random: &dyn Random) -> Result<Self, RandomError> {
                Ok(Self(hex(&random::array::<16>(random)?)))
            }

            /// An identifier as it was stored, or as a guest named it.
            pub fn from_stored(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text to store.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    };
}
identifier!(ConnectionId);
identifier!(Version);

/// A live connection as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Its name.
    pub id: ConnectionId,
    /// Its data key, wrapped; useless without the key ring.
    pub wrapped_key: Vec<u8>,
}

/// A cell as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The write that made it.
    pub version: Version,
    /// The sealed value.
    pub sealed: Vec<u8>,
    /// Time since that write, by the storage's own clock.
    pub age: Duration,
}

/// What must hold at the moment of a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Precondition {
    /// Nothing.
    Always,
    /// The cell does not exist.
    Absent,
    /// The cell exists at this version.
    Unchanged(Version),
}

/// What leads a callback back to its connection: SHA-256 of two secrets, so
/// that the storage holds neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Of the authorization request's `state`.
    pub state: [u8; 32],
    /// Of the browser's binding.
    pub binding: [u8; 32],
}

/// By which half of a [`Route`] a connection is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteKey {
    /// By [`Route::state`].
    State([u8; 32]),
    /// By [`Route::binding`].
    Binding([u8; 32]),
}

/// Why a storage could not do its part. The source is for the operator.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The precondition did not hold; nothing changed.
    #[error("the cell is not as it was expected to be")]
    Conflict,
    /// The connection has been removed; nothing was written, and never will be.
    #[error("the connection has been removed")]
    Gone,
    /// Nothing was written. Trying again later may help.
    #[error("the storage is not available")]
    Unavailable(#[source] Source),
    /// Perhaps written.
    #[error("the storage does not know whether it wrote")]
    InDoubt(#[source] Source),
    /// What is stored cannot be read; it was left as it is.
    #[error("what is stored is damaged, or sealed with another key")]
    Damaged(#[source] Source),
}

/// The cause of a [`StorageError`].
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// Durable cells and connections; implement it to keep them elsewhere.
///
/// Every method is atomic, also against other processes. A read sees every
/// write completed before it. What a write confirms survives a power loss.
#[async_trait::async_trait]
pub trait Storage: Send + Sync + 'static {
    /// The live connection of this company through this plugin.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] or [`StorageError::Damaged`].
    async fn find(&self, company: &str, plugin: &str) -> Result<Option<Scope>, StorageError>;

    /// Stores `scope` as the live connection unless there is one; returns the
    /// one that is live now.
    ///
    /// # Errors
    ///
    /// Any but [`StorageError::Conflict`] and [`StorageError::Gone`].
    async fn create(
        &self,
        company: &str,
        plugin: &str,
        scope: Scope,
    ) -> Result<Scope, StorageError>;

    /// The cell as last written; none also when the connection is gone.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] or [`StorageError::Damaged`].
    async fn get(&self, id: &ConnectionId, key: &str) -> Result<Option<Cell>, StorageError>;

    /// How many cells the connection has.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] or [`StorageError::Damaged`].
    async fn count(&self, id: &ConnectionId) -> Result<u32, StorageError>;

    /// Writes the cell if `when` holds; its age counts from now.
    ///
    /// # Errors
    ///
    /// Any; [`StorageError::Gone`] once the connection has been erased.
    async fn put(
        &self,
        id: &ConnectionId,
        key: &str,
        version: &Version,
        sealed: Vec<u8>,
        when: &Precondition,
    ) -> Result<(), StorageError>;

    /// Deletes the cell if `when` holds; deleting nothing is success under
    /// [`Precondition::Always`] and [`Precondition::Absent`].
    ///
    /// # Errors
    ///
    /// Any but [`StorageError::Gone`].
    async fn delete(
        &self,
        id: &ConnectionId,
        key: &str,
        when: &Precondition,
    ) -> Result<(), StorageError>;

    /// Erases the connection: its cells, its route and its wrapped key, so that
    /// copies of the cells elsewhere cannot be opened any more either. Erasing
    /// nothing is success.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] or [`StorageError::InDoubt`].
    async fn erase(&self, id: &ConnectionId) -> Result<(), StorageError>;

    /// Replaces the connection's route.
    ///
    /// # Errors
    ///
    /// Any but [`StorageError::Conflict`].
    async fn set_route(&self, id: &ConnectionId, route: &Route) -> Result<(), StorageError>;

    /// The company whose live connection has this route.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] or [`StorageError::Damaged`].
    async fn find_route(&self, plugin: &str, by: RouteKey) -> Result<Option<String>, StorageError>;

    /// Whether no connection is stored, of any plugin: then nothing is sealed.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] or [`StorageError::Damaged`].
    async fn is_empty(&self) -> Result<bool, StorageError>;
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
