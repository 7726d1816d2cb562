//! Who looks at a connection after each visit.

use crate::connection::Connection;

/// Looks at connections, to tell somebody what it sees.
#[async_trait::async_trait]
pub trait Watch: Send + Sync + 'static {
    /// Called after a visit, and soon after something of the company has
    /// changed. Returns the Unix second at which to look again at the latest;
    /// none where any day will do. Whatever goes wrong is its own to tell.
    async fn look(&self, connection: &Connection) -> Option<u64>;
}

/// Sees nothing.
pub(super) struct NoWatch;

#[async_trait::async_trait]
impl Watch for NoWatch {
    async fn look(&self, _: &Connection) -> Option<u64> {
        None
    }
}
