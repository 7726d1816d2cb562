//! Parts of a host that tests can break or stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use host_harness::storage::{
    Cell, ConnectionId, Precondition, Route, RouteKey, Scope, StorageError, Version,
};
use host_harness::{
    ReqwestOptions, ReqwestTransport, SqliteStorage, Storage, Transport, TransportError,
};
use tokio::sync::{Semaphore, watch};

/// A storage that can be broken, and mended.
pub struct Breakable {
    inner: SqliteStorage,
    broken: AtomicBool,
    damaged: AtomicBool,
}

impl Breakable {
    /// A whole one.
    pub fn new(inner: SqliteStorage) -> Self {
        Self {
            inner,
            broken: AtomicBool::new(false),
            damaged: AtomicBool::new(false),
        }
    }

    /// Breaks or mends it: it cannot write while it is broken.
    pub fn set_broken(&self, broken: bool) {
        self.broken.store(broken, Ordering::SeqCst);
    }

    /// Damages what it holds: no cell can be read any more.
    pub fn damage(&self) {
        self.damaged.store(true, Ordering::SeqCst);
    }

    fn check(&self) -> Result<(), StorageError> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(StorageError::Unavailable("broken".into()));
        }
        Ok(())
    }
}

#[async_trait::async_trait]
impl Storage for Breakable {
    async fn find(&self, company: &str, plugin: &str) -> Result<Option<Scope>, StorageError> {
        self.inner.find(company, plugin).await
    }

    async fn create(
        &self,
        company: &str,
        plugin: &str,
        scope: Scope,
    ) -> Result<Scope, StorageError> {
        self.check()?;
        self.inner.create(company, plugin, scope).await
    }

    async fn get(&self, id: &ConnectionId, key: &str) -> Result<Option<Cell>, StorageError> {
        if self.damaged.load(Ordering::SeqCst) {
            return Err(StorageError::Damaged("damaged".into()));
        }
        self.inner.get(id, key).await
    }

    async fn count(&self, id: &ConnectionId) -> Result<u32, StorageError> {
        self.inner.count(id).await
    }

    async fn put(
        &self,
        id: &ConnectionId,
        key: &str,
        version: &Version,
        sealed: Vec<u8>,
        when: &Precondition,
    ) -> Result<(), StorageError> {
        self.check()?;
        self.inner.put(id, key, version, sealed, when).await
    }

    async fn delete(
        &self,
        id: &ConnectionId,
        key: &str,
        when: &Precondition,
    ) -> Result<(), StorageError> {
        self.check()?;
        self.inner.delete(id, key, when).await
    }

    async fn erase(&self, id: &ConnectionId) -> Result<(), StorageError> {
        self.check()?;
        self.inner.erase(id).await
    }

    async fn set_route(&self, id: &ConnectionId, route: &Route) -> Result<(), StorageError> {
        self.check()?;
        self.inner.set_route(id, route).await
    }

    async fn find_route(&self, plugin: &str, by: RouteKey) -> Result<Option<String>, StorageError> {
        self.inner.find_route(plugin, by).await
    }

    async fn is_empty(&self) -> Result<bool, StorageError> {
        self.inner.is_empty().await
    }
}

/// Real HTTP with a gate in front, which can be shut.
pub struct Gate {
    inner: ReqwestTransport,
    open: watch::Sender<bool>,
    arrived: Semaphore,
}

impl Gate {
    /// An open gate.
    pub fn new() -> Self {
        Self {
            inner: ReqwestTransport::new(ReqwestOptions::default()).unwrap(),
            open: watch::Sender::new(true),
            arrived: Semaphore::new(0),
        }
    }

    /// Lets nothing pass.
    pub fn shut(&self) {
        self.open.send_replace(false);
    }

    /// Lets everything pass.
    pub fn open(&self) {
        self.open.send_replace(true);
    }

    /// Waits until a request stands before the gate.
    pub async fn arrival(&self) {
        self.arrived.acquire().await.unwrap().forget();
    }
}

#[async_trait::async_trait]
impl Transport for Gate {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let mut open = self.open.subscribe();
        if !*open.borrow_and_update() {
            self.arrived.add_permits(1);
            open.wait_for(|open| *open).await.unwrap();
        }
        self.inner.send(request, timeout).await
    }
}
