//! What to tell now, out of what stands and what was told when.
//!
//! Times are Unix seconds. What was told in the future, or is held for longer
//! than anything is, was written under another clock and does not count.

use super::Topic;
use crate::backoff::LONGEST;

/// Seconds after which a finding that still stands is told again.
pub const AGAIN: u64 = 24 * 3600;

/// Seconds between two notices of one connection at least. What comes up
/// meanwhile is in the next one.
pub const PAUSE: u64 = 3600;

/// What to tell now, and when there is something to tell next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Telling {
    /// The topics to tell now; it is up to the caller alone to tell them.
    pub due: Vec<Topic>,
    /// When to ask again at the latest; none while nothing stands.
    pub next: Option<u64>,
}

/// What is remembered of one connection.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// What was told, and when last.
    pub(super) told: Vec<(Topic, u64)>,
    /// Nothing is told before this.
    pub(super) hold: u64,
}

pub(super) fn decide(standing: &[Topic], memory: &Memory, now: u64) -> Telling {
    let again_at = |topic: &Topic| {
        let mut told = memory.told.iter();
        let told = told.find(|(told, at)| told == topic && *at <= now);
        told.map_or(0, |(_, at)| at.saturating_add(AGAIN))
    };
    let longest = now.saturating_add(LONGEST);
    let hold = Some(memory.hold).filter(|hold| *hold <= longest);
    let hold = hold.unwrap_or_default();
    let next = standing.iter().map(again_at).min().map(|at| at.max(hold));
    let due = match next {
        Some(at) if at <= now => {
            let mut due = standing.to_vec();
            due.retain(|topic| again_at(topic) <= now);
            due
        }
        _ => Vec::new(),
    };
    Telling { due, next }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_700_000_000;

    fn topic(code: &str) -> Topic {
        Topic {
            code: code.into(),
            area: String::new(),
        }
    }

    fn decided(standing: &[&str], told: &[(&str, u64)], hold: u64) -> (Vec<String>, Option<u64>) {
        let standing: Vec<_> = standing.iter().map(|code| topic(code)).collect();
        let told = told.iter().map(|(code, at)| (topic(code), *at)).collect();
        let Telling { due, next } = decide(&standing, &Memory { told, hold }, NOW);
        (due.into_iter().map(|topic| topic.code).collect(), next)
    }

    fn due(standing: &[&str], told: &[(&str, u64)]) -> Vec<String> {
        decided(standing, told, 0).0
    }

    #[test]
    fn given_nothing_that_stands_when_decided_then_nothing_is_told_and_nobody_need_come_back() {
        assert_eq!(decided(&[], &[("a", NOW - 9)], NOW + 9), (vec![], None));
    }

    #[test]
    fn given_what_was_never_told_when_decided_then_it_is_told_and_only_that() {
        assert_eq!(due(&["a", "b"], &[("b", NOW - 1)]), ["a"]);
        assert_eq!(due(&["a", "b"], &[]), ["a", "b"]);
    }

    #[test]
    fn given_what_stands_when_a_day_has_passed_then_it_is_told_again_and_not_before() {
        assert_eq!(due(&["a"], &[("a", NOW - AGAIN)]), ["a"]);
        let told = NOW - AGAIN + 1;
        assert_eq!(decided(&["a"], &[("a", told)], 0), (vec![], Some(NOW + 1)));
    }

    #[test]
    fn given_what_went_and_came_back_when_decided_then_it_is_told_if_a_day_has_passed() {
        let told = [("a", NOW - 2 * AGAIN), ("b", NOW - AGAIN / 2)];
        assert_eq!(due(&["a", "b"], &told), ["a"]);
    }

    #[test]
    fn given_the_same_code_in_another_area_when_decided_then_it_is_another_finding() {
        let area = |area: &str| Topic {
            code: "a".into(),
            area: area.into(),
        };
        let memory = Memory {
            told: vec![(area("x"), NOW)],
            hold: 0,
        };
        let telling = decide(&[area("x"), area("y")], &memory, NOW);
        assert_eq!(telling.due, [area("y")]);
    }

    #[test]
    fn given_a_hold_when_decided_then_nothing_is_told_before_its_end() {
        assert_eq!(decided(&["a"], &[], NOW), (vec!["a".into()], Some(NOW)));
        assert_eq!(decided(&["a"], &[], NOW + 1), (vec![], Some(NOW + 1)));
    }

    #[test]
    fn given_a_clock_that_was_set_back_when_decided_then_what_it_wrote_silences_nobody() {
        for told in [NOW + 1, NOW + 1000 * AGAIN, u64::MAX] {
            assert_eq!(due(&["a"], &[("a", told)]), ["a"], "{told}");
        }
        assert_eq!(decided(&["a"], &[], NOW + LONGEST).1, Some(NOW + LONGEST));
        assert_eq!(decided(&["a"], &[], NOW + LONGEST + 1).0, ["a"]);
    }
}
