//! Replaced capabilities: time, randomness, network and disk that tests decide.

use crate::{
    clock::Clock,
    host::{Host, HostBuilder},
    http::{Transport, TransportError},
    log::{CompanyLog, Entry, LogError},
    random::{Random, RandomError},
    sqlite::Database,
    storage::{KeyRing, SqliteStorage, Stamp, StorageClock},
};
use bytes::Bytes;
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;

/// Bytes that count up; a source that fails once it is told to.
#[derive(Default)]
pub(crate) struct Counting {
    next: AtomicU64,
    pub(crate) broken: AtomicBool,
}

impl Counting {
    pub(crate) fn new() -> Self {
        Self::default()
    }
}

impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        if self.broken.load(Ordering::Relaxed) {
            return Err(RandomError("broken".into()));
        }
        for chunk in bytes.chunks_mut(8) {
            let next = self.next.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            chunk.copy_from_slice(&next[..chunk.len()]);
        }
        Ok(())
    }
}

/// 2023-11-14T22:13:20Z, for ever.
pub(crate) struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Duration {
        Duration::from_secs(1_700_000_000)
    }
}

/// Milliseconds that tests move.
#[derive(Default)]
pub(crate) struct MovedClock(pub(crate) AtomicI64);

impl StorageClock for MovedClock {
    fn now(&self) -> Stamp {
        let now = self.0.load(Ordering::Relaxed);
        Stamp {
            boot: "boot".into(),
            since_boot: now,
            wall: now,
        }
    }
}

/// Remembers entries.
#[derive(Default)]
pub(crate) struct RememberedLog(pub(crate) Mutex<Vec<Entry>>);

#[async_trait::async_trait]
impl CompanyLog for RememberedLog {
    async fn append(&self, entry: Entry) -> Result<(), LogError> {
        self.0.lock().unwrap().push(entry);
        Ok(())
    }
}

type Answer = Result<http::Response<Bytes>, TransportError>;
type Script = Box<dyn Fn(&http::Request<Bytes>) -> Answer + Send + Sync>;

/// Answers by a function, and remembers what it was asked.
pub(crate) struct Scripted {
    script: Script,
    pub(crate) sent: Mutex<Vec<http::Request<Bytes>>>,
}

impl Scripted {
    pub(crate) fn new(
        script: impl Fn(&http::Request<Bytes>) -> Answer + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            script: Box::new(script),
            sent: Mutex::default(),
        })
    }

    /// Always the same answer.
    pub(crate) fn answering(status: u16, body: &'static str) -> Arc<Self> {
        Self::new(move |_| {
            let body = Bytes::from_static(body.as_bytes());
            Ok(http::Response::builder().status(status).body(body).unwrap())
        })
    }

    pub(crate) fn count(&self) -> usize {
        self.sent.lock().unwrap().len()
    }
}

#[async_trait::async_trait]
impl Transport for Scripted {
    async fn send(&self, request: http::Request<Bytes>, _: Duration) -> Answer {
        let answer = (self.script)(&request);
        self.sent.lock().unwrap().push(request);
        answer
    }
}

/// A directory with a database and keys; gone with the test.
pub(crate) struct Disk {
    pub(crate) dir: TempDir,
    pub(crate) database: Database,
    pub(crate) clock: Arc<MovedClock>,
    pub(crate) storage: Arc<SqliteStorage>,
    pub(crate) key_ring: KeyRing,
    pub(crate) random: Arc<Counting>,
}

impl Disk {
    pub(crate) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("db");
        // Nobody else is there to wait for, unless a test brings them.
        let database = Database::open_with(path, Duration::from_millis(1))
            .await
            .unwrap();
        let clock = Arc::new(MovedClock::default());
        let storage = Arc::new(SqliteStorage::with_clock(database.clone(), clock.clone()));
        let random = Arc::new(Counting::new());
        let key_ring = KeyRing::open_or_create(dir.path().join("keys"), &*storage, &*random)
            .await
            .unwrap();
        Self {
            dir,
            database,
            clock,
            storage,
            key_ring,
            random,
        }
    }

    /// A host on this disk, with nobody to reach.
    pub(crate) fn host(&self, component: Vec<u8>) -> HostBuilder {
        let nobody = |_: &http::Request<Bytes>| Err(TransportError::NotSent("nobody".into()));
        Host::builder(component)
            .storage(self.storage.clone())
            .key_ring(self.key_ring.clone())
            .transport(Scripted::new(nobody))
            .clock(Arc::new(StoppedClock))
            .random(self.random.clone())
    }
}
