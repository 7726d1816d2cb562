//! The rate limit: a sliding window for each client and company (D: 300 a minute,
//! enforced as 25 in 5 seconds).
//!
//! A request that is refused does not count (?).

use std::collections::{BTreeMap, VecDeque};

use crate::behaviour::RateLimit;
use crate::cast::TenantId;

/// When the requests within the window were made, by client id and company.
#[derive(Default)]
pub(crate) struct Rates(BTreeMap<(String, TenantId), VecDeque<u64>>);

impl Rates {
    /// Whether one more request is served, which then counts.
    pub(super) fn admit(
        &mut self,
        client_id: &str,
        tenant: TenantId,
        now: u64,
        limit: RateLimit,
    ) -> bool {
        let served = self.0.entry((client_id.to_owned(), tenant)).or_default();
        served.retain(|at| now < at.saturating_add(limit.seconds));
        let admitted = served.len() < limit.requests;
        if admitted {
            served.push_back(now);
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_a_full_window_when_it_slides_then_only_the_oldest_are_free_again() {
        let limit = RateLimit {
            requests: 2,
            seconds: 5,
        };
        let mut rates = Rates::default();
        let mut admit = |client, tenant, now| rates.admit(client, TenantId(tenant), now, limit);
        assert!(admit("a", 1, 0) && admit("a", 1, 3));
        assert!(!admit("a", 1, 4));
        assert!(admit("a", 2, 4) && admit("b", 1, 4));
        assert!(admit("a", 1, 5));
        assert!(!admit("a", 1, 7));
        assert!(admit("a", 1, 8));
    }
}
