//! Keeps the connections of a host alive.
//!
//! Every connection of the plugin is visited when it is due: maintained, and
//! then looked at. When to come back is remembered by a [`Schedule`], so that a
//! restart forgets nothing and two processes share the work. What fails for one
//! company is tried again ever more seldom, and never stands in another's way.

mod pace;
mod schedule;
mod sqlite;
mod watch;

pub use schedule::{ASTRAY, Due, FARTHEST, HOLD, Schedule};
pub use sqlite::SqliteSchedule;
pub use watch::Watch;

use crate::{error::CallError, host::Host, storage::StorageError};
use futures_util::{StreamExt as _, stream::FuturesUnordered};
use std::{sync::Arc, time::Duration};
use watch::NoWatch;

/// So many connections are visited at a time.
const AT_A_TIME: usize = 8;
/// How often the schedule is asked.
const TICK: Duration = Duration::from_secs(30);

/// Visits the connections of one host. One keeper per host is enough; several
/// processes may each have one on the same storage. Cloning shares everything.
#[derive(Clone)]
pub struct Keeper {
    host: Host,
    schedule: Arc<dyn Schedule>,
    watch: Arc<dyn Watch>,
}

impl Keeper {
    /// A keeper by the host's own clock.
    pub fn new(host: Host, schedule: Arc<dyn Schedule>) -> Self {
        host.0.vaults.changes.listen();
        let watch = Arc::new(NoWatch);
        Self {
            host,
            schedule,
            watch,
        }
    }

    /// With somebody who looks at every connection.
    #[must_use]
    pub fn watched_by(mut self, watch: Arc<dyn Watch>) -> Self {
        self.watch = watch;
        self
    }

    /// Makes a round every half minute until `stop`. A visit under way goes on
    /// then: [`Host::finish`] waits for it.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let rounds = async {
            loop {
                if let Err(error) = self.round().await {
                    tracing::error!(error = &error as &dyn std::error::Error, "schedule");
                }
                tokio::time::sleep(TICK).await;
            }
        };
        tokio::select! {
            () = stop => {}
            () = rounds => {}
        }
    }

    /// Visits every connection that is due now, and looks at those of which
    /// this host has changed something since the last round. Returns how many
    /// connections were visited.
    ///
    /// # Errors
    ///
    /// [`StorageError`] when the schedule cannot be read or written; visits
    /// under way go on.
    pub async fn round(&self) -> Result<usize, StorageError> {
        let now = self.now();
        let mut under_way = FuturesUnordered::new();
        let mut visited = 0;
        loop {
            let free = AT_A_TIME.saturating_sub(under_way.len());
            let limit = u32::try_from(free).unwrap_or(u32::MAX);
            let due = self
                .schedule
                .take(self.host.plugin_id(), now, limit)
                .await?;
            visited += due.len();
            for due in due {
                let visit = self.clone().visit(due);
                under_way.push(self.host.0.under_way.spawn(visit));
            }
            if under_way.is_empty() {
                break;
            }
            // A visit that panics is a visit cut off: its hold ends by itself.
            if let Some(Err(error)) = under_way.next().await {
                tracing::error!(%error, "visit");
            }
        }
        let changed = futures_util::stream::iter(self.host.0.vaults.changes.take());
        changed
            .for_each_concurrent(AT_A_TIME, |company| async move {
                let look = self.clone().look_between_visits(company);
                if let Err(error) = self.host.0.under_way.spawn(look).await {
                    tracing::error!(%error, "look");
                }
            })
            .await;
        Ok(visited)
    }

    async fn visit(self, due: Due) {
        let Due {
            id,
            company,
            failures,
        } = due;
        let maintained = self.maintain(&company).await;
        let now = self.now();
        let (next, failures) = match &maintained {
            Ok(next) => (pace::next(now, *next), 0),
            Err(error) => {
                let error_of = error as &dyn std::error::Error;
                tracing::warn!(
                    company,
                    error = error_of,
                    "a connection cannot be maintained"
                );
                let failures = failures.saturating_add(1);
                (pace::after_failure(now, failures, error), failures)
            }
        };
        let wished = self.look(&company).await;
        let next = wished.map_or(next, |wished| pace::next(now, wished.min(next)));
        if let Err(error) = self.schedule.plan(&id, next, failures).await {
            tell_unplanned(&company, &error);
        }
    }

    async fn maintain(&self, company: &str) -> Result<u64, CallError> {
        self.host.connection(company)?.maintain().await
    }

    async fn look_between_visits(self, company: String) {
        let Some(wished) = self.look(&company).await else {
            return;
        };
        let at = pace::next(self.now(), wished);
        let plugin = self.host.plugin_id();
        if let Err(error) = self.schedule.plan_by(&company, plugin, at).await {
            tell_unplanned(&company, &error);
        }
    }

    async fn look(&self, company: &str) -> Option<u64> {
        self.host.0.vaults.changes.seen(company);
        self.watch.look(&self.host.connection(company).ok()?).await
    }

    fn now(&self) -> u64 {
        self.host.0.clock.now().as_secs()
    }
}

fn tell_unplanned(company: &str, error: &StorageError) {
    let error = error as &dyn std::error::Error;
    tracing::error!(company, error, "the next visit cannot be planned");
}

#[cfg(test)]
mod tests;
