//! How often a connection is visited, whatever its plugin says.

use super::schedule::FARTHEST;
use crate::{backoff::backoff, contract::Error, error::CallError};

/// Seconds that pass between two visits at least.
const SOONEST: u64 = 60;

/// When to visit after a visit at `now`, asked for at `asked`. Never at once,
/// so that nobody is asked too often, and never later than in a day, so that a
/// mistaken answer costs a day at most.
pub(super) fn next(now: u64, asked: u64) -> u64 {
    asked.clamp(now.saturating_add(SOONEST), now.saturating_add(FARTHEST))
}

/// When to visit after so many failures in a row, the last one this, at `now`.
pub(super) fn after_failure(now: u64, failures: u32, error: &CallError) -> u64 {
    let asked = match error {
        CallError::Refused(Error::Unavailable(retry)) => u64::from(retry.after).div_ceil(1000),
        _ => 0,
    };
    next(now, now.saturating_add(asked.max(backoff(failures))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{contract::Retry, error::Crash};

    const NOW: u64 = 1_700_000_000;

    #[test]
    fn given_an_answer_when_planned_then_it_is_kept_to_within_a_minute_and_a_day() {
        for (asked, expected) in [
            (NOW + 3600, NOW + 3600),
            (0, NOW + SOONEST),
            (NOW, NOW + SOONEST),
            (NOW + 30 * FARTHEST, NOW + FARTHEST),
            (u64::MAX, NOW + FARTHEST),
        ] {
            assert_eq!(next(NOW, asked), expected, "{asked}");
        }
        assert_eq!(next(u64::MAX, 0), u64::MAX);
    }

    #[test]
    fn given_a_failure_when_planned_then_it_is_as_late_as_the_later_wish() {
        let unavailable = |after| {
            let reason = "x".into();
            CallError::Refused(Error::Unavailable(Retry { reason, after }))
        };
        let crash = CallError::Crashed(Crash::Trap);
        assert_eq!(after_failure(NOW, 1, &crash), NOW + 300);
        assert_eq!(after_failure(NOW, 2, &unavailable(1)), NOW + 600);
        assert_eq!(after_failure(NOW, 1, &unavailable(600_001)), NOW + 601);
        assert_eq!(
            after_failure(NOW, 1, &unavailable(u32::MAX)),
            NOW + FARTHEST
        );
    }
}
