//! One at a time, per company.
//!
//! Keeps what must not overlap for one company in order within this process; across
//! processes the storage's preconditions do.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};
use tokio::sync::OwnedMutexGuard;

/// The queues of all companies.
#[derive(Debug, Default)]
pub struct Queues(Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>);

/// A turn, until it is dropped.
#[derive(Debug)]
pub struct Turn(#[expect(dead_code, reason = "held, not read")] OwnedMutexGuard<()>);

impl Queues {
    /// Waits for its turn, in order of asking.
    pub async fn turn(&self, company: &str) -> Turn {
        Turn(self.queue(company).lock_owned().await)
    }

    fn queue(&self, company: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queues.get(company).and_then(Weak::upgrade) {
            return queue;
        }
        queues.retain(|_, queue| queue.strong_count() > 0);
        let queue = Arc::default();
        queues.insert(company.to_owned(), Arc::downgrade(&queue));
        queue
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn given_a_turn_taken_when_others_ask_then_its_company_waits_and_idle_ones_are_forgotten()
    {
        let queues = Queues::default();
        let turn = queues.turn("a").await;
        drop(queues.turn("b").await);
        drop(queues.turn("c").await);
        assert_eq!(queues.0.lock().unwrap().len(), 2, "b is forgotten");
        assert!(queues.turn("a").now_or_never().is_none());
        drop(turn);
        assert!(queues.turn("a").now_or_never().is_some());
    }
}
