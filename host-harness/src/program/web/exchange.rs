//! Exchanges under way.
//!
//! An exchange spends what the provider gives only once, so it runs as a task of
//! its own: it ends in its own time when the browser goes away, and the program
//! does not end before it. Whoever takes back what allowed an exchange waits for
//! its end, and then knows what came of it.

use std::sync::{Mutex, PoisonError};

use host_harness::{Queues, Turn};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The tasks, and whose turn it is in each company.
#[derive(Default)]
pub struct Exchanges {
    tasks: Mutex<JoinSet<()>>,
    turns: Queues,
}

impl Exchanges {
    /// Runs an exchange to its end.
    pub fn run(&self, exchange: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(exchange);
    }

    /// Waits until no exchange of a company is under way, and keeps it so.
    pub async fn turn(&self, company: &str) -> Turn {
        self.turns.turn(company).await
    }

    /// Waits until all have ended.
    pub async fn finish(&self) {
        let mut tasks = {
            let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *tasks)
        };
        while tasks.join_next().await.is_some() {}
    }
}

/// Waits until an exchange has ended.
pub async fn ended(mut exchange: watch::Receiver<()>) {
    while exchange.changed().await.is_ok() {}
}
