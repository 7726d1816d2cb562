//! A limit on callbacks that fail, per client address and per session.
//!
//! Whoever guesses learns nothing here anyway; the limit keeps guessing from
//! filling logs and storage. A callback that the session itself began never
//! counts against its address: behind a proxy everybody has the same one.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use host_harness::Clock;

use super::session::Key;

/// Failures are forgotten this long after the first of them.
pub const WINDOW: Duration = Duration::from_secs(600);
/// So many failures within the window are borne from one address.
pub const PER_ADDRESS: u32 = 30;
/// And in one session.
pub const PER_SESSION: u32 = 10;
/// So many addresses and sessions are kept; beyond, the oldest is forgotten.
const MOST: usize = 10_000;

/// Who is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// A client address; of IPv6 the network, which is one customer's.
    Address(IpAddr),
    /// A session.
    Session(Key),
}

impl Source {
    /// The source of a client address.
    pub fn address(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V6(v6) => IpAddr::from((v6.to_bits() & (!0 << 64)).to_be_bytes()),
            v4 => v4,
        })
    }

    fn limit(&self) -> u32 {
        match self {
            Source::Address(_) => PER_ADDRESS,
            Source::Session(_) => PER_SESSION,
        }
    }
}

#[derive(Clone, Copy)]
struct Count {
    since: Duration,
    failures: u32,
}

/// The failures of everybody.
pub struct Throttle {
    clock: Arc<dyn Clock>,
    counts: Mutex<HashMap<Source, Count>>,
}

impl Throttle {
    /// Nobody has failed yet.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            counts: Mutex::default(),
        }
    }

    /// How long to wait, if one of these has failed too often.
    pub fn wait(&self, sources: &[Source]) -> Option<Duration> {
        let now = self.clock.now();
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = sources.iter().filter_map(|source| {
            let count = counts.get(source)?;
            let left = left(count, now)?;
            (count.failures >= source.limit()).then_some(left)
        });
        waits.max()
    }

    /// Notes a failure of each.
    pub fn failed(&self, sources: &[Source]) {
        let now = self.clock.now();
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for source in sources {
            if counts.len() >= MOST && !counts.contains_key(source) {
                make_room(&mut counts, now);
            }
            let fresh = Count {
                since: now,
                failures: 0,
            };
            let count = counts.entry(source.clone()).or_insert(fresh);
            if left(count, now).is_none() {
                *count = fresh;
            }
            count.failures = count.failures.saturating_add(1);
        }
    }
}

/// What is left of the window; none once it is over, or lies in a future from
/// which the clock was set back.
fn left(count: &Count, now: Duration) -> Option<Duration> {
    let age = now.checked_sub(count.since)?;
    WINDOW.checked_sub(age).filter(|left| !left.is_zero())
}

fn make_room(counts: &mut HashMap<Source, Count>, now: Duration) {
    counts.retain(|_, count| left(count, now).is_some());
    if counts.len() >= MOST {
        let oldest = counts.iter().min_by_key(|(_, count)| count.since);
        if let Some(oldest) = oldest.map(|(source, _)| source.clone()) {
            counts.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::time::Standing;
    use super::*;

    fn address(text: &str) -> Source {
        Source::address(text.parse().unwrap())
    }

    #[test]
    fn given_failures_when_the_limit_is_reached_then_wait_and_then_forget() {
        let clock = Arc::new(Standing::default());
        let throttle = Throttle::new(clock.clone());
        let sources = [address("10.0.0.1")];
        for _ in 0..PER_ADDRESS {
            assert_eq!(throttle.wait(&sources), None);
            throttle.failed(&sources);
        }
        assert_eq!(throttle.wait(&sources), Some(WINDOW));
        assert_eq!(throttle.wait(&[address("10.0.0.2")]), None);
        clock.advance(WINDOW - Duration::from_secs(1));
        assert_eq!(throttle.wait(&sources), Some(Duration::from_secs(1)));
        clock.advance(Duration::from_secs(1));
        assert_eq!(throttle.wait(&sources), None);
        throttle.failed(&sources);
        assert_eq!(throttle.wait(&sources), None, "a new window begins at one");
    }

    #[test]
    fn given_addresses_of_one_network_when_counted_then_they_are_one() {
        assert_eq!(address("2001:db8::1"), address("2001:db8::2:3:4:5"));
        assert_ne!(address("2001:db8::1"), address("2001:db8:0:1::1"));
        assert_eq!(address("::ffff:10.0.0.1"), address("10.0.0.1"));
    }

    #[test]
    fn given_more_addresses_than_are_kept_when_failing_then_the_oldest_goes() {
        let clock = Arc::new(Standing::default());
        let throttle = Throttle::new(clock.clone());
        let oldest = [address("192.0.2.1")];
        for _ in 0..PER_ADDRESS {
            throttle.failed(&oldest);
        }
        clock.advance(Duration::from_secs(1));
        for number in 0..u32::try_from(MOST).unwrap() {
            throttle.failed(&[Source::address(IpAddr::from(number.to_be_bytes()))]);
        }
        assert_eq!(throttle.wait(&oldest), None);
        assert_eq!(throttle.counts.lock().unwrap().len(), MOST);
    }
}
