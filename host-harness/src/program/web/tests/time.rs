//! A clock that stands still until it is moved.

use std::sync::Mutex;
use std::time::Duration;

use host_harness::{Clock, SystemClock};

/// Starts in 2026.
pub struct Standing(Mutex<Duration>);

impl Default for Standing {
    fn default() -> Self {
        Self(Mutex::new(Duration::from_secs(1_780_000_000)))
    }
}

impl Standing {
    /// Starts at the system's time.
    pub fn now() -> Self {
        Self(Mutex::new(SystemClock.now()))
    }

    /// Moves it.
    pub fn advance(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for Standing {
    fn now(&self) -> Duration {
        *self.0.lock().unwrap()
    }
}
