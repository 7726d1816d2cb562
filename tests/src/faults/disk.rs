//! A storage whose disk can fail at a named write.

use std::sync::{Arc, Mutex};

use host_harness::storage::{
    Cell, ConnectionId, Precondition, Route, RouteKey, Scope, Storage, StorageError, Version,
};
use tokio::sync::watch;

/// What the disk does.
#[derive(Clone, Copy, Debug)]
pub enum Plan {
    /// All is well.
    Sound,
    /// It is full once this many more writes are done.
    FullAfter(usize),
    /// It fails once, after this many more writes; what it was told to write is
    /// there, or not.
    DoubtAfter {
        /// Writes that succeed first.
        writes: usize,
        /// Whether the failed one is there.
        written: bool,
    },
}

/// The real storage on such a disk.
pub struct Disk {
    storage: Arc<dyn Storage>,
    plan: Mutex<Plan>,
    /// Keys that were written, in order.
    written: watch::Sender<Vec<String>>,
}

impl Disk {
    /// A sound disk under this storage.
    pub fn under(storage: Arc<dyn Storage>) -> Arc<Disk> {
        Arc::new(Disk {
            storage,
            plan: Mutex::new(Plan::Sound),
            written: watch::Sender::default(),
        })
    }

    /// What it does from now on.
    pub fn plan(&self, plan: Plan) {
        *self.plan.lock().unwrap() = plan;
    }

    /// Keys that were written so far.
    pub fn written(&self) -> Vec<String> {
        self.written.borrow().clone()
    }

    /// Waits until somebody has written such a cell.
    pub async fn wrote(&self, begin: &str) {
        let mut written = self.written.subscribe();
        let is_there = |keys: &Vec<String>| keys.iter().any(|key| key.starts_with(begin));
        written.wait_for(is_there).await.unwrap();
    }

    /// What happens to the next write: none when it succeeds, else whether it is
    /// done in doubt.
    fn next(&self) -> Result<(), Option<bool>> {
        let mut plan = self.plan.lock().unwrap();
        match &mut *plan {
            Plan::Sound => Ok(()),
            Plan::FullAfter(0) => Err(None),
            Plan::DoubtAfter { writes: 0, written } => {
                let written = *written;
                *plan = Plan::Sound;
                Err(Some(written))
            }
            Plan::FullAfter(writes) | Plan::DoubtAfter { writes, .. } => {
                *writes -= 1;
                Ok(())
            }
        }
    }

    fn is_full(&self) -> bool {
        matches!(*self.plan.lock().unwrap(), Plan::FullAfter(0))
    }
}

fn full() -> StorageError {
    StorageError::Unavailable("the disk is full".into())
}

#[async_trait::async_trait]
impl Storage for Disk {
    async fn put(
        &self,
        id: &ConnectionId,
        key: &str,
        version: &Version,
        sealed: Vec<u8>,
        when: &Precondition,
    ) -> Result<(), StorageError> {
        let next = self.next();
        if let Err(None) = next {
            return Err(full());
        }
        if let Ok(()) | Err(Some(true)) = next {
            self.storage.put(id, key, version, sealed, when).await?;
            self.written.send_modify(|keys| keys.push(key.to_owned()));
        }
        match next {
            Ok(()) => Ok(()),
            Err(_) => Err(StorageError::InDoubt("the disk failed".into())),
        }
    }

    async fn delete(
        &self,
        id: &ConnectionId,
        key: &str,
        when: &Precondition,
    ) -> Result<(), StorageError> {
        match self.is_full() {
            true => Err(full()),
            false => self.storage.delete(id, key, when).await,
        }
    }

    async fn find(&self, company: &str, plugin: &str) -> Result<Option<Scope>, StorageError> {
        self.storage.find(company, plugin).await
    }

    async fn create(
        &self,
        company: &str,
        plugin: &str,
        scope: Scope,
    ) -> Result<Scope, StorageError> {
        self.storage.create(company, plugin, scope).await
    }

    async fn get(&self, id: &ConnectionId, key: &str) -> Result<Option<Cell>, StorageError> {
        self.storage.get(id, key).await
    }

    async fn count(&self, id: &ConnectionId) -> Result<u32, StorageError> {
        self.storage.count(id).await
    }

    async fn erase(&self, id: &ConnectionId) -> Result<(), StorageError> {
        self.storage.erase(id).await
    }

    async fn set_route(&self, id: &ConnectionId, route: &Route) -> Result<(), StorageError> {
        self.storage.set_route(id, route).await
    }

    async fn find_route(&self, plugin: &str, by: RouteKey) -> Result<Option<String>, StorageError> {
        self.storage.find_route(plugin, by).await
    }

    async fn is_empty(&self) -> Result<bool, StorageError> {
        self.storage.is_empty().await
    }
}
