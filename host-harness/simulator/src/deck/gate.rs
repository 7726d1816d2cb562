//! A gate that holds requests until a test has done something else.

use std::sync::Arc;

use tokio::sync::watch;

/// Closed until it is opened, and open from then on. Clones are the same gate.
///
/// Open it before [`Simulator::stop`](crate::Simulator::stop), which waits for
/// the requests it holds.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<State>);

#[derive(Debug, Default)]
struct State {
    is_open: watch::Sender<bool>,
    arrived: watch::Sender<usize>,
}

impl Gate {
    /// A closed gate.
    pub fn closed() -> Self {
        Self::default()
    }

    /// Lets every request pass, now and later.
    pub fn open(&self) {
        self.0.is_open.send_replace(true);
    }

    /// Waits until this many requests have come to the gate.
    pub async fn arrived(&self, requests: usize) {
        let mut arrived = self.0.arrived.subscribe();
        // The sender lives as long as `self`, so this cannot fail.
        drop(arrived.wait_for(|count| *count >= requests).await);
    }

    pub(super) async fn pass(&self) {
        let mut is_open = self.0.is_open.subscribe();
        self.0.arrived.send_modify(|count| *count += 1);
        drop(is_open.wait_for(|is_open| *is_open).await);
    }
}
