//! Storage and transport that somebody watches at every step, and can hold,
//! break or end there.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use host_harness::storage::{
    Cell, ConnectionId, Precondition, Route, RouteKey, Scope, Storage, StorageError, Version,
};
use host_harness::{
    Host, ReqwestOptions, ReqwestTransport, SqliteStorage, Transport, TransportError,
};

use super::case::Case;
use crate::OneTime;

/// A step of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A cell is about to be written.
    BeforePut(&'a str),
    /// It is written, or the write was refused.
    AfterPut(&'a str),
    /// A request is about to go out to this host and port.
    BeforeSend(&'a str),
    /// The whole answer has been read, or there is none.
    AfterAnswer,
}

/// Whoever watches.
#[async_trait::async_trait]
pub trait Watch: Send + Sync + 'static {
    /// The call goes on when this returns.
    async fn at(&self, step: Step<'_>);
}

/// Storage and transport under a watch.
pub struct Tap<W> {
    storage: SqliteStorage,
    transport: ReqwestTransport,
    watch: W,
}

impl<W: Watch> Tap<W> {
    /// Puts a watch before a storage and the ready transport.
    pub fn new(storage: SqliteStorage, watch: W) -> Arc<Self> {
        Arc::new(Self {
            storage,
            transport: ReqwestTransport::new(ReqwestOptions::default()).unwrap(),
            watch,
        })
    }

    /// Another host on the database of a case, under a watch.
    pub async fn host(case: &Case, watch: W) -> Host {
        let time = Arc::new(OneTime(case.world.simulator.clock().clone()));
        let storage = SqliteStorage::with_clock(case.world.database.clone(), time);
        let tap = Tap::new(storage, watch);
        let host = case.world.another(Some(case.world.registration()));
        host.storage(tap.clone())
            .transport(tap)
            .build()
            .await
            .unwrap()
    }

    /// Whoever watches.
    pub fn watch(&self) -> &W {
        &self.watch
    }
}

#[async_trait::async_trait]
impl<W: Watch> Transport for Tap<W> {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let authority = request.uri().authority().unwrap().to_string();
        self.watch.at(Step::BeforeSend(&authority)).await;
        let answer = self.transport.send(request, timeout).await;
        self.watch.at(Step::AfterAnswer).await;
        answer
    }
}

#[async_trait::async_trait]
impl<W: Watch> Storage for Tap<W> {
    async fn put(
        &self,
        id: &ConnectionId,
        key: &str,
        version: &Version,
        sealed: Vec<u8>,
        when: &Precondition,
    ) -> Result<(), StorageError> {
        self.watch.at(Step::BeforePut(key)).await;
        let written = self.storage.put(id, key, version, sealed, when).await;
        self.watch.at(Step::AfterPut(key)).await;
        written
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

    async fn delete(
        &self,
        id: &ConnectionId,
        key: &str,
        when: &Precondition,
    ) -> Result<(), StorageError> {
        self.storage.delete(id, key, when).await
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
