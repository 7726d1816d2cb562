//! What one call of a plugin may use.
//!
//! Every field has a default that is far above what a well-made plugin needs
//! and far below what would disturb the host. Whatever is exceeded ends that
//! call with a [`Crash`](crate::Crash), and nothing but that call.

use std::time::Duration;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// Limits of one call; see [`Limits::default`] for the values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Linear memory, in bytes, of all memories together.
    pub memory: usize,
    /// Elements of all tables together.
    pub table_elements: usize,
    /// Core instances, which includes the small ones a toolchain adds.
    pub instances: usize,
    /// Wasm stack in bytes.
    pub stack: usize,
    /// Time the plugin may compute between two calls of the host. Waiting for
    /// the host does not count, nor does time in which the machine ran
    /// something else. Rounded up to ticks of [`Limits::TICK`].
    pub cpu: Duration,
    /// Time the plugin may compute in the whole call, measured likewise.
    pub cpu_total: Duration,
    /// The whole call, waiting included. An HTTP exchange under way goes on to
    /// its end when this passes.
    pub deadline: Duration,
    /// Calls of any host function.
    pub host_calls: u32,
    /// Bytes the plugin may hand over in one call of a host function.
    pub host_call_bytes: usize,
    /// HTTP requests.
    pub http_requests: u32,
    /// One HTTP exchange, connecting included; a request may ask for less.
    pub http_timeout: Duration,
    /// Bytes of one HTTP request's body.
    pub http_body: usize,
    /// Random bytes asked for at once.
    pub random_request: u64,
    /// Random bytes of the whole call.
    pub random_total: u64,
    /// Log entries; later ones are dropped.
    pub log_entries: u32,
    /// Characters of one log message; longer ones are shortened.
    pub log_message: usize,
    /// Bytes of one stored value.
    pub value: usize,
    /// Cells of one connection; the plugin is refused a new one beyond.
    pub cells: u32,
}

impl Limits {
    /// The grain of [`Limits::cpu`].
    pub const TICK: Duration = Duration::from_millis(10);
    /// Bytes of a component file.
    pub const COMPONENT: usize = 2 * MIB;
    /// Bytes of a storage key, out of `a-z`, `0-9` and `-`.
    pub const KEY: usize = 128;

    /// A time in ticks, at least one.
    pub(crate) fn ticks(time: Duration) -> u32 {
        let ticks = time.as_nanos().div_ceil(Self::TICK.as_nanos());
        u32::try_from(ticks).unwrap_or(u32::MAX).max(1)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 32 * MIB,
            table_elements: 16 * KIB,
            instances: 16,
            stack: 512 * KIB,
            cpu: Duration::from_millis(500),
            cpu_total: Duration::from_secs(5),
            deadline: Duration::from_secs(150),
            host_calls: 512,
            host_call_bytes: 4 * MIB,
            http_requests: 32,
            http_timeout: Duration::from_secs(60),
            http_body: 64 * KIB,
            random_request: 1024,
            random_total: 16 * 1024,
            log_entries: 64,
            log_message: 2000,
            value: 128 * KIB,
            cells: 64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_a_part_of_a_tick_when_rounding_then_it_counts_whole() {
        for (millis, ticks) in [(0, 1), (1, 1), (10, 1), (11, 2), (500, 50)] {
            assert_eq!(Limits::ticks(Duration::from_millis(millis)), ticks);
        }
    }
}
