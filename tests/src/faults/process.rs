//! Other processes of the same host: they share its database, its keys and its
//! time, and can be stopped or killed at a named point of a call.
//!
//! A program that plays rows is such a process, too, when it is started with
//! [`ARGUMENT`]: its `main` calls [`serve_if_asked`] first.

use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use host_harness::storage::{
    Cell, ConnectionId, Precondition, Route, RouteKey, Scope, Stamp, Storage, StorageClock,
    StorageError, Version,
};
use host_harness::{
    Database, Host, KeyRing, Registration, ReqwestOptions, ReqwestTransport, SqliteLog,
    SqliteStorage, SystemRandom, Transport, TransportError,
};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};

use super::case::{COMPANY, Case};
use crate::{REDIRECT_URI, refusal};

/// The first argument of a program that is to be a host's process.
pub const ARGUMENT: &str = "host-process";

/// Where a process can be stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Point {
    /// Nowhere.
    Nowhere,
    /// Before the claim is written.
    BeforeClaim,
    /// The claim is written; the request has not gone out.
    BeforeSend,
    /// The answer has been read; nothing is written of it.
    AfterAnswer,
    /// The answer is kept; the grant is not written.
    BeforeSave,
    /// The grant is written; the caller does not know.
    AfterSave,
}

/// What a process is told.
#[derive(Serialize, Deserialize)]
struct Orders {
    database: PathBuf,
    keys: PathBuf,
    clock: PathBuf,
    client_id: String,
    client_secret: String,
    scopes: Vec<String>,
    endpoints: Vec<(String, String)>,
    stop: Point,
    /// So many tasks ask at once.
    tasks: usize,
}

/// What a task of a process got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Got {
    /// The token's value.
    Token(String),
    /// The case and code of the refusal.
    Refused(String),
}

/// A running process of the host. It is killed when this is dropped.
pub struct HostProcess {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Drop for HostProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl HostProcess {
    /// Starts one that, once told to [`go`](Self::go), asks `tasks` times at once
    /// for an access token, and waits at `stop`.
    pub fn start(case: &Case, stop: Point, tasks: usize) -> HostProcess {
        let registration = case.world.registration();
        let orders = Orders {
            database: case.world.file.clone(),
            keys: case.world.keys.clone(),
            clock: clock_file(&case.world.file),
            client_id: registration.client_id.clone(),
            client_secret: registration.client_secret.expose_secret().to_owned(),
            scopes: registration.scopes.clone(),
            endpoints: registration.endpoints.clone(),
            stop,
            tasks,
        };
        write_clock(&orders.clock, case.world.simulator.clock().now());
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg(ARGUMENT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut process = HostProcess {
            child,
            input,
            output,
        };
        process.tell(&serde_json::to_string(&orders).unwrap());
        assert_eq!(process.line(), "ready");
        process
    }

    fn tell(&mut self, line: &str) {
        writeln!(self.input, "{line}").unwrap();
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    /// Lets it ask.
    pub fn go(&mut self) {
        self.tell("go");
    }

    /// Waits until it stands at its point.
    pub fn at_point(&mut self) {
        assert_eq!(self.line(), "at the point");
    }

    /// Lets it go on from its point.
    pub fn go_on(&mut self) {
        self.tell("go on");
    }

    /// What its tasks got.
    pub fn results(&mut self) -> Vec<Got> {
        serde_json::from_str(&self.line()).unwrap()
    }

    /// Ends it at once (SIGKILL).
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Suspends it (SIGSTOP), or wakes it (SIGCONT).
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    }
}

/// Tells all processes of a case what time it is.
pub fn tell_time(case: &Case) {
    let clock = clock_file(&case.world.file);
    write_clock(&clock, case.world.simulator.clock().now());
}

fn clock_file(database: &Path) -> PathBuf {
    database.with_extension("clock")
}

/// Replaced whole, so that nobody reads half a time.
fn write_clock(clock: &Path, now: u64) {
    let new = clock.with_extension("clock.new");
    std::fs::write(&new, now.to_string()).unwrap();
    std::fs::rename(new, clock).unwrap();
}

/// Is a host's process, if this program was started as one.
pub fn serve_if_asked() -> bool {
    if std::env::args().nth(1).as_deref() != Some(ARGUMENT) {
        return false;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.unwrap().block_on(serve());
    true
}

async fn serve() {
    let orders: Orders = serde_json::from_str(&told().unwrap()).unwrap();
    let mut registration = Registration::new(
        orders.client_id.as_str(),
        orders.client_secret.as_str(),
        REDIRECT_URI,
        orders.scopes.clone(),
    );
    registration.endpoints = orders.endpoints.clone();
    let clock = Arc::new(FileClock(orders.clock.clone()));
    let database = Database::open(&orders.database).await.unwrap();
    let storage = Arc::new(SqliteStorage::with_clock(database.clone(), clock.clone()));
    let key_ring = KeyRing::open_or_create(&orders.keys, &*storage, &SystemRandom);
    let key_ring = key_ring.await.unwrap();
    let stops = Arc::new(Stops {
        at: orders.stop,
        storage,
        transport: ReqwestTransport::new(ReqwestOptions::default()).unwrap(),
        seen: AtomicUsize::new(0),
    });
    let host = Host::builder(host_harness::PLUGIN)
        .registration(registration)
        .storage(stops.clone())
        .transport(stops.clone())
        .key_ring(key_ring)
        .clock(clock)
        .log(Arc::new(SqliteLog::new(database)))
        .build()
        .await
        .unwrap();
    say("ready");
    if told().as_deref() != Some("go") {
        return;
    }
    let tasks = (0..orders.tasks).map(|_| {
        let connection = host.connection(COMPANY).unwrap();
        tokio::spawn(async move {
            match connection.access_token(None).await {
                Ok(token) => Got::Token(token.value.expose_secret().to_owned()),
                Err(error) => Got::Refused(refusal::<()>(Err(error))),
            }
        })
    });
    let got = futures_util::future::join_all(tasks.collect::<Vec<_>>()).await;
    let got: Vec<Got> = got.into_iter().map(Result::unwrap).collect();
    say(&serde_json::to_string(&got).unwrap());
    // Whoever started this has to have read it.
    let _ = told();
}

fn told() -> Option<String> {
    let mut line = String::new();
    let read = std::io::stdin().read_line(&mut line).unwrap();
    (read > 0).then(|| line.trim().to_owned())
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

/// The time that the test has written down.
struct FileClock(PathBuf);

impl FileClock {
    fn seconds(&self) -> u64 {
        std::fs::read_to_string(&self.0).unwrap().parse().unwrap()
    }
}

impl host_harness::Clock for FileClock {
    fn now(&self) -> Duration {
        Duration::from_secs(self.seconds())
    }
}

impl StorageClock for FileClock {
    fn now(&self) -> Stamp {
        let millis = i64::try_from(self.seconds()).unwrap() * 1000;
        Stamp {
            boot: "test".to_owned(),
            since_boot: millis,
            wall: millis,
        }
    }
}

/// Storage and transport that wait at one point, once.
struct Stops {
    at: Point,
    storage: Arc<SqliteStorage>,
    transport: ReqwestTransport,
    /// Writes of the grant so far: the first is the claim.
    seen: AtomicUsize,
}

impl Stops {
    async fn reach(&self, point: Point) {
        if self.at == point {
            say("at the point");
            let told = tokio::task::spawn_blocking(told).await.unwrap();
            assert_eq!(told.as_deref(), Some("go on"));
        }
    }
}

#[async_trait::async_trait]
impl Transport for Stops {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        self.reach(Point::BeforeSend).await;
        let answer = self.transport.send(request, timeout).await;
        self.reach(Point::AfterAnswer).await;
        answer
    }
}

#[async_trait::async_trait]
impl Storage for Stops {
    async fn put(
        &self,
        id: &ConnectionId,
        key: &str,
        version: &Version,
        sealed: Vec<u8>,
        when: &Precondition,
    ) -> Result<(), StorageError> {
        let is_grant = key == "grant";
        let is_claim = is_grant && self.seen.fetch_add(1, Ordering::SeqCst) == 0;
        if is_grant {
            let point = if is_claim {
                Point::BeforeClaim
            } else {
                Point::BeforeSave
            };
            self.reach(point).await;
        }
        let written = self.storage.put(id, key, version, sealed, when).await;
        if is_grant && !is_claim {
            self.reach(Point::AfterSave).await;
        }
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
