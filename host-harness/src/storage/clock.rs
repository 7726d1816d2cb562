//! The storage's own clock, from which the ages of cells come.
//!
//! Within one boot of the machine the boot clock decides, which no operator and
//! no time server can step. Across a boot only the wall clock is left. An age
//! that comes out negative counts as very old: who finds a claim must never
//! think it younger than it is.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The age of a write that seems to lie in the future.
pub(super) const VERY_OLD: Duration = Duration::from_secs(50 * 365 * 24 * 60 * 60);

/// A moment, by both clocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Which boot of the machine it belongs to; empty when unknown.
    pub boot: String,
    /// Milliseconds since that boot, time asleep included.
    pub since_boot: i64,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub wall: i64,
}

impl Stamp {
    /// How long before `now` this was.
    pub(super) fn age(&self, now: &Stamp) -> Duration {
        let millis = if self.boot == now.boot && !self.boot.is_empty() {
            now.since_boot.checked_sub(self.since_boot)
        } else {
            now.wall.checked_sub(self.wall)
        };
        millis
            .and_then(|millis| u64::try_from(millis).ok())
            .map_or(VERY_OLD, Duration::from_millis)
    }
}

/// Tells the moment; replaced in tests.
pub trait StorageClock: Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Stamp;
}

/// The machine's clocks.
#[derive(Debug, Clone)]
pub struct SystemStorageClock {
    boot: String,
}

impl SystemStorageClock {
    /// Reads which boot this is.
    pub fn new() -> Self {
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id");
        Self {
            boot: boot.unwrap_or_default().trim().to_owned(),
        }
    }
}

impl Default for SystemStorageClock {
    fn default() -> Self {
        Self::new()
    }
}

impl StorageClock for SystemStorageClock {
    fn now(&self) -> Stamp {
        let wall = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Stamp {
            boot: self.boot.clone(),
            since_boot: since_boot(),
            wall: i64::try_from(wall.as_millis()).unwrap_or(i64::MAX),
        }
    }
}

#[cfg(target_os = "linux")]
fn since_boot() -> i64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    now.tv_sec * 1000 + now.tv_nsec / 1_000_000
}

/// Elsewhere there is no boot identifier either, so this is never compared.
#[cfg(not(target_os = "linux"))]
fn since_boot() -> i64 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(boot: &str, since_boot: i64, wall: i64) -> Stamp {
        Stamp {
            boot: boot.into(),
            since_boot,
            wall,
        }
    }

    #[test]
    fn given_one_boot_when_the_wall_clock_steps_then_the_age_does_not() {
        let age = stamp("a", 1000, 50_000).age(&stamp("a", 3500, 10));
        assert_eq!(age, Duration::from_millis(2500));
    }

    #[test]
    fn given_another_boot_when_aging_then_the_wall_clock_decides() {
        let age = stamp("a", 9000, 50_000).age(&stamp("b", 10, 51_000));
        assert_eq!(age, Duration::from_secs(1));
    }

    #[test]
    fn given_no_boot_identifier_when_aging_then_the_wall_clock_decides() {
        let age = stamp("", 0, 50_000).age(&stamp("", 0, 50_007));
        assert_eq!(age, Duration::from_millis(7));
    }

    #[test]
    fn given_a_write_in_the_future_when_aging_then_it_is_very_old() {
        assert_eq!(stamp("a", 2, 0).age(&stamp("a", 1, 0)), VERY_OLD);
        assert_eq!(stamp("a", 0, 2).age(&stamp("b", 0, 1)), VERY_OLD);
        assert_eq!(stamp("a", 0, i64::MIN).age(&stamp("b", 0, 1)), VERY_OLD);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn given_the_boot_clock_when_read_then_it_says_what_the_system_says() {
        let uptime = std::fs::read_to_string("/proc/uptime").unwrap();
        let seconds: f64 = uptime.split(' ').next().unwrap().parse().unwrap();
        let after = Duration::from_millis(u64::try_from(since_boot()).unwrap()).as_secs_f64();
        // The file was read before the clock, and has hundredths.
        let between = after - seconds;
        assert!((-0.1..60.0).contains(&between), "{between}");
    }

    #[test]
    fn given_the_system_clocks_when_read_twice_then_time_does_not_run_backwards() {
        let clock = SystemStorageClock::new();
        assert_ne!(clock.now().age(&clock.now()), VERY_OLD);
    }
}
