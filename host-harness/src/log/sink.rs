//! The company log as a call sees it: it never stands in a call's way.
//!
//! An entry that the log does not keep in time is dropped and counted; `tracing`
//! has it. A log that has kept a call waiting is given no other chance to for a
//! while.

use super::{CompanyLog, Entry, trace};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::time::Instant;

/// For so long a call waits for the log.
const PATIENCE: Duration = Duration::from_secs(5);
/// For so long after that no call waits at all.
const REST: Duration = Duration::from_secs(30);

/// A log that may fail and block.
pub(crate) struct Sink {
    log: Arc<dyn CompanyLog>,
    dropped: AtomicU64,
    rests_until: Mutex<Option<Instant>>,
}

impl Sink {
    pub(crate) fn new(log: Arc<dyn CompanyLog>) -> Self {
        Self {
            log,
            dropped: AtomicU64::new(0),
            rests_until: Mutex::default(),
        }
    }

    /// Keeps an entry, or drops it.
    pub(crate) async fn append(&self, entry: Entry) {
        trace(&entry);
        if self.rests() {
            self.drop_one();
            return;
        }
        match tokio::time::timeout(PATIENCE, self.log.append(entry)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::error!(error = &error as &dyn std::error::Error, "company log");
                self.drop_one();
            }
            Err(_) => {
                tracing::error!("the company log blocks");
                let mut rests_until = self.lock();
                *rests_until = Some(Instant::now() + REST);
                self.drop_one();
            }
        }
    }

    /// How many entries were dropped.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    fn rests(&self) -> bool {
        self.lock().is_some_and(|until| Instant::now() < until)
    }

    fn drop_one(&self) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.rests_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{Level, LogError};

    /// Blocks on the first entry, and keeps all others.
    #[derive(Default)]
    struct Blocks(AtomicU64);

    #[async_trait::async_trait]
    impl CompanyLog for Blocks {
        async fn append(&self, _: Entry) -> Result<(), LogError> {
            match self.0.fetch_add(1, Ordering::SeqCst) {
                0 => std::future::pending().await,
                _ => Ok(()),
            }
        }
    }

    fn entry() -> Entry {
        Entry {
            time: Duration::ZERO,
            level: Level::Info,
            event: "event".into(),
            message: "message".into(),
            actor: None,
            company: "acme".into(),
            plugin: "plugin".into(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn given_a_log_that_blocks_when_written_to_then_a_call_waits_once_and_the_log_rests() {
        let log = Arc::new(Blocks::default());
        let sink = Sink::new(log.clone());
        let begun = Instant::now();
        for dropped in 1..=3 {
            sink.append(entry()).await;
            assert_eq!(sink.dropped(), dropped);
        }
        assert_eq!(begun.elapsed(), PATIENCE);
        assert_eq!(log.0.load(Ordering::SeqCst), 1);
        tokio::time::advance(REST).await;
        sink.append(entry()).await;
        assert_eq!((sink.dropped(), log.0.load(Ordering::SeqCst)), (3, 2));
    }

    #[tokio::test]
    async fn given_a_log_that_fails_when_written_to_then_the_entry_is_counted() {
        struct Fails;
        #[async_trait::async_trait]
        impl CompanyLog for Fails {
            async fn append(&self, _: Entry) -> Result<(), LogError> {
                Err(LogError("as the test asks for".into()))
            }
        }
        let sink = Sink::new(Arc::new(Fails));
        sink.append(entry()).await;
        assert_eq!(sink.dropped(), 1);
    }
}
