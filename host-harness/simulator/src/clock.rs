//! The simulator's time: whole Unix seconds, movable forward by whoever holds
//! a clone, so that 45 days pass in no time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A clock shared between the simulator and its user. Clones are the same clock.
#[derive(Clone, Debug)]
pub struct Clock {
    base: Base,
    moved: Arc<AtomicU64>,
}

#[derive(Clone, Copy, Debug)]
enum Base {
    System,
    Fixed(u64),
}

impl Clock {
    /// Follows the machine's clock.
    pub fn system() -> Self {
        Self::on(Base::System)
    }

    /// Stands still at a Unix time in seconds until it is moved.
    pub fn fixed(unix_seconds: u64) -> Self {
        Self::on(Base::Fixed(unix_seconds))
    }

    fn on(base: Base) -> Self {
        let moved = Arc::new(AtomicU64::new(0));
        Self { base, moved }
    }

    /// Now, in Unix seconds.
    pub fn now(&self) -> u64 {
        let base = match self.base {
            Base::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| since.as_secs()),
            Base::Fixed(at) => at,
        };
        base.saturating_add(self.moved.load(Ordering::SeqCst))
    }

    /// Moves the clock forward, by whole seconds.
    pub fn advance(&self, by: Duration) {
        self.moved.fetch_add(by.as_secs(), Ordering::SeqCst);
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_a_fixed_clock_when_a_clone_is_advanced_then_both_moved() {
        let clock = Clock::fixed(1000);
        clock.clone().advance(Duration::from_secs(60));
        assert_eq!(clock.now(), 1060);
    }
}
