//! When each connection is to be visited next, remembered across restarts.

use crate::storage::{ConnectionId, StorageError};

/// Seconds for which a connection that was taken is left to whoever took it. A
/// visit ends long before; one that was cut off is made again after that.
pub const HOLD: u64 = 15 * 60;

/// Seconds after which every connection is visited again at the latest.
pub const FARTHEST: u64 = 24 * 3600;

/// What is planned for more than so many seconds ahead was planned under another
/// clock. A round takes time, and what it plans is not later than that.
pub const ASTRAY: u64 = 2 * FARTHEST;

/// A connection whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Its name in the storage.
    pub id: ConnectionId,
    /// Whose it is.
    pub company: String,
    /// How many visits in a row have failed.
    pub failures: u32,
}

/// Remembers when to visit; implement it beside a [`Storage`](crate::Storage) of
/// your own. Times are Unix seconds.
#[async_trait::async_trait]
pub trait Schedule: Send + Sync + 'static {
    /// At most `limit` live connections of this plugin that are due: never
    /// planned, planned for `now` or earlier, or for later than `now` +
    /// [`ASTRAY`]. The longest overdue come first. Each is put off until `now`
    /// + [`HOLD`], atomically, so that no other process visits it too.
    ///
    /// # Errors
    ///
    /// Any but [`StorageError::Conflict`] and [`StorageError::Gone`].
    async fn take(&self, plugin: &str, now: u64, limit: u32) -> Result<Vec<Due>, StorageError>;

    /// The connection is due again at `next`; so many visits in a row have
    /// failed. One that was removed meanwhile is none any more.
    ///
    /// # Errors
    ///
    /// As [`Schedule::take`].
    async fn plan(&self, id: &ConnectionId, next: u64, failures: u32) -> Result<(), StorageError>;

    /// The connection is due at `at`, unless it is earlier.
    ///
    /// # Errors
    ///
    /// As [`Schedule::take`].
    async fn plan_by(&self, company: &str, plugin: &str, at: u64) -> Result<(), StorageError>;
}
