//! What is under way, so that a host can end without cutting it off.
//!
//! Calls, exchanges and the writes that follow them are tasks of their own,
//! which nobody may be waiting for. Each is counted from before it starts until
//! it has ended, also by a panic.

use tokio::{sync::watch, task::JoinHandle};

/// Counts tasks. Clones count together.
#[derive(Debug, Clone, Default)]
pub(crate) struct UnderWay(watch::Sender<usize>);

impl UnderWay {
    /// Runs a task that is counted.
    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.0.send_modify(|tasks| *tasks += 1);
        let counted = Counted(self.clone());
        tokio::spawn(async move {
            let _counted = counted;
            task.await
        })
    }

    /// Waits until there is none.
    pub(crate) async fn none(&self) {
        // The sender lives as long as `self`, so this cannot fail.
        drop(self.0.subscribe().wait_for(|tasks| *tasks == 0).await);
    }
}

struct Counted(UnderWay);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.send_modify(|tasks| *tasks -= 1);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn given_tasks_under_way_when_waiting_for_the_end_then_it_comes_with_the_last_of_them() {
        let under_way = UnderWay::default();
        under_way.none().await;
        let (end, ended) = oneshot::channel::<()>();
        let waits = under_way.spawn(ended);
        let panics = under_way.spawn(async { panic!("as the test asks for") });
        panics.await.unwrap_err();
        assert!(under_way.none().now_or_never().is_none());
        end.send(()).unwrap();
        under_way.none().await;
        waits.await.unwrap().unwrap();
    }
}
