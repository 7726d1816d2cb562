//! How long to leave alone what has failed.

const FIRST: u64 = 5 * 60;
/// The longest pause.
pub(crate) const LONGEST: u64 = 6 * 3600;

/// Seconds until the next try, after so many failures in a row: five minutes,
/// and each time twice as long, up to six hours.
pub(crate) fn backoff(failures: u32) -> u64 {
    let doublings = failures.saturating_sub(1).min(16);
    (FIRST << doublings).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_failures_in_a_row_when_trying_again_then_the_pauses_grow_to_a_limit() {
        let pauses = [1, 2, 3, 7, 8, 100, u32::MAX].map(backoff);
        let expected = [300, 600, 1200, 19_200, LONGEST, LONGEST, LONGEST];
        assert_eq!(pauses, expected);
        assert_eq!(backoff(0), 300);
    }
}
