//! The time of day, as an injected capability.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Tells the time of day; replaced in tests.
pub trait Clock: Send + Sync + 'static {
    /// Time since 1970-01-01T00:00:00Z. Not monotonic.
    fn now(&self) -> Duration;
}

/// The operating system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        // A clock before 1970 reads as 1970.
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
    }
}
