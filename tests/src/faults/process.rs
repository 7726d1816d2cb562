//! Other processes of the same host: they share its database, its keys and its
//! time, and can be stopped or killed at a named point of a call.
//!
//! A program that plays rows is such a process, too, when it is started with
//! [`ARGUMENT`]: its `main` calls [`serve_if_asked`] first. Their civil time is
//! Stockholm's, the test's own is the machine's: nothing may depend on either.

use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use host_harness::storage::{Stamp, StorageClock};
use host_harness::{
    Connection, Database, Host, KeyRing, Registration, SqliteLog, SqliteStorage, SystemRandom,
};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};

use super::case::{COMPANY, Case};
use super::point::{Point, Stops};
use super::tap::Tap;
use crate::{REDIRECT_URI, refusal};

/// The first argument of a program that is to be a host's process.
pub const ARGUMENT: &str = "host-process";

/// What a process is told at its start.
#[derive(Serialize, Deserialize)]
struct Orders {
    database: PathBuf,
    keys: PathBuf,
    clock: PathBuf,
    client_id: String,
    client_secret: String,
    scopes: Vec<String>,
    endpoints: Vec<(String, String)>,
}

/// What it is to do: so many tasks ask for an access token of each company at
/// once, and a call waits at a point.
#[derive(Serialize, Deserialize)]
struct Go {
    companies: Vec<String>,
    tasks: usize,
    stop: Point,
    /// Ends in order, once told to, without waiting for the tasks.
    ends: bool,
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
    is_ready: bool,
}

impl Drop for HostProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl HostProcess {
    /// Starts one. It takes seconds until it is ready, and several become ready
    /// at the same time.
    pub fn start(case: &Case) -> HostProcess {
        let registration = case.world.registration();
        let orders = Orders {
            database: case.world.file.clone(),
            keys: case.world.keys.clone(),
            clock: clock_file(&case.world.file),
            client_id: registration.client_id.clone(),
            client_secret: registration.client_secret.expose_secret().to_owned(),
            scopes: registration.scopes.clone(),
            endpoints: registration.endpoints.clone(),
        };
        tell_time(case);
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg(ARGUMENT)
            .env("TZ", "Europe/Stockholm")
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
            is_ready: false,
        };
        process.tell(&serde_json::to_string(&orders).unwrap());
        process
    }

    /// Waits until it can be told to go.
    pub fn ready(&mut self) {
        if !self.is_ready {
            assert_eq!(self.line(), "ready");
            self.is_ready = true;
        }
    }

    /// Lets it ask `tasks` times at once for an access token, and wait at `stop`.
    pub fn go(&mut self, stop: Point, tasks: usize) {
        self.order(&Go {
            companies: vec![COMPANY.to_owned()],
            tasks,
            stop,
            ends: false,
        });
    }

    /// Lets it ask `tasks` times at once for each of these companies; then it has
    /// to be told to [`finish`](Self::finish).
    pub fn go_for(&mut self, companies: &[String], tasks: usize) {
        self.order(&Go {
            companies: companies.to_vec(),
            tasks,
            stop: Point::Nowhere,
            ends: true,
        });
    }

    fn order(&mut self, go: &Go) {
        self.ready();
        self.tell(&serde_json::to_string(go).unwrap());
    }

    /// Lets it end in order.
    pub fn finish(&mut self) {
        self.tell("finish");
    }

    /// Waits until it has ended.
    pub fn exit(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// Lets it ask once, and waits until it stands at `stop`.
    pub fn go_to(&mut self, stop: Point) {
        self.go(stop, 1);
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

    /// What its only task got.
    pub fn result(&mut self) -> Got {
        let mut results = self.results();
        assert_eq!(results.len(), 1);
        results.remove(0)
    }

    /// Ends it at once (SIGKILL).
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Suspends it (SIGSTOP).
    pub fn suspend(&self) {
        self.signal("STOP");
    }

    /// Wakes it (SIGCONT).
    pub fn wake(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    }

    fn tell(&mut self, line: &str) {
        writeln!(self.input, "{line}").unwrap();
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }
}

/// Tells all processes of a case what time it is.
pub fn tell_time(case: &Case) {
    let clock = clock_file(&case.world.file);
    // Replaced whole, so that nobody reads half a time.
    let new = clock.with_extension("clock.new");
    let now = case.world.simulator.clock().now();
    std::fs::write(&new, now.to_string()).unwrap();
    std::fs::rename(new, clock).unwrap();
}

fn clock_file(database: &Path) -> PathBuf {
    database.with_extension("clock")
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
    let storage = SqliteStorage::with_clock(database.clone(), clock.clone());
    let key_ring = KeyRing::open_or_create(&orders.keys, &storage, &SystemRandom);
    let key_ring = key_ring.await.unwrap();
    let tap = Tap::new(storage, Stops::new(say, told));
    let host = Host::builder(host_harness::PLUGIN)
        .registration(registration)
        .storage(tap.clone())
        .transport(tap.clone())
        .key_ring(key_ring)
        .clock(clock)
        .log(Arc::new(SqliteLog::new(database)))
        .build()
        .await
        .unwrap();
    say("ready");
    while let Some(line) = told() {
        let go: Go = serde_json::from_str(&line).unwrap();
        tap.watch().set(go.stop);
        let asks = go.companies.iter().flat_map(|company| {
            let connection = host.connection(company).unwrap();
            (0..go.tasks).map(move |_| tokio::spawn(ask(connection.clone())))
        });
        let tasks: Vec<_> = asks.collect();
        if go.ends {
            let told = tokio::task::spawn_blocking(told).await.unwrap();
            assert_eq!(told.as_deref(), Some("finish"));
            // Nobody waits for these any more.
            tasks.iter().for_each(|task| task.abort());
            host.finish().await;
            return;
        }
        let got = futures_util::future::join_all(tasks).await;
        let got: Vec<Got> = got.into_iter().map(Result::unwrap).collect();
        say(&serde_json::to_string(&got).unwrap());
    }
}

async fn ask(connection: Connection) -> Got {
    match connection.access_token(None).await {
        Ok(token) => Got::Token(token.value.expose_secret().to_owned()),
        Err(error) => Got::Refused(refusal::<()>(Err(error))),
    }
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
