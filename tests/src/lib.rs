//! A world for tests: a provider, a host with real parts, and people.
//!
//! Real are the component, its sandbox, the database and HTTP; under control
//! are time and the names that resolve (none). What the host sends is recorded
//! on its way out.

pub mod faults;
pub mod gate;
pub mod recorder;
pub mod relay;
pub mod scripted;
pub mod stored;
pub mod tiny_host;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use fortnox_simulator::cast::{company, person};
use fortnox_simulator::visitor::{Decision, Ending, Visitor};
use fortnox_simulator::{Clock, Setup, Simulator, TenantId};
use host_harness::contract::{Error, Report, Setting};
use host_harness::storage::{Stamp, StorageClock};
use host_harness::{
    Authorization, CallError, Connection, Database, Entry, Host, HostBuilder, KeyRing,
    Registration, ReqwestOptions, ReqwestTransport, SqliteLog, SqliteStorage, SystemRandom,
    Transport, TransportError,
};
use secrecy::ExposeSecret as _;
use tempfile::TempDir;
use url::Url;

/// The Rust of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// One time for provider, host and storage.
pub struct OneTime(pub Clock);

impl host_harness::Clock for OneTime {
    fn now(&self) -> Duration {
        Duration::from_secs(self.0.now())
    }
}

impl StorageClock for OneTime {
    fn now(&self) -> Stamp {
        let millis = i64::try_from(self.0.now()).unwrap() * 1000;
        Stamp {
            boot: "test".to_owned(),
            since_boot: millis,
            wall: millis,
        }
    }
}

/// A transport that remembers what left the host.
pub struct Recorder {
    inner: ReqwestTransport,
    sent: Mutex<Vec<http::Request<Bytes>>>,
}

#[async_trait::async_trait]
impl Transport for Recorder {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        self.sent.lock().unwrap().push(request.clone());
        self.inner.send(request, timeout).await
    }
}

/// A provider, a host and its files, all of which go with it.
pub struct World {
    /// The provider.
    pub simulator: Simulator,
    /// The host.
    pub host: Host,
    /// The companies' log.
    pub log: SqliteLog,
    /// The database behind host and log.
    pub database: Database,
    /// Its file.
    pub file: PathBuf,
    /// The file of the keys.
    pub keys: PathBuf,
    recorder: Arc<Recorder>,
    key_ring: KeyRing,
    #[expect(dead_code, reason = "what is in it is used")]
    folder: TempDir,
}

impl World {
    /// A host that is registered at the simulator.
    pub async fn start() -> World {
        World::with(|_| {}).await
    }

    /// A host whose registration was changed.
    pub async fn with(change: impl FnOnce(&mut Registration)) -> World {
        let simulator = Simulator::start(Setup {
            clock: Clock::fixed(1_800_000_000),
            ..Setup::default()
        })
        .await
        .unwrap();
        let mut registration = registration(&simulator);
        change(&mut registration);
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("test.db");
        let database = Database::open(&file).await.unwrap();
        let log = SqliteLog::new(database.clone());
        let recorder = Arc::new(Recorder {
            inner: ReqwestTransport::new(ReqwestOptions::default()).unwrap(),
            sent: Mutex::default(),
        });
        // Compiling is the slow part: one test of a process does it for all.
        static COMPILED: OnceLock<Host> = OnceLock::new();
        let builder = match COMPILED.get() {
            Some(host) => host.another(),
            None => Host::builder(host_harness::PLUGIN),
        };
        let storage = storage(&database, &simulator);
        let keys = folder.path().join("test.keys");
        let key_ring = KeyRing::open_or_create(&keys, &*storage, &SystemRandom)
            .await
            .unwrap();
        let host = builder
            .storage(storage)
            .key_ring(key_ring.clone())
            .transport(recorder.clone())
            .clock(Arc::new(OneTime(simulator.clock().clone())))
            .log(Arc::new(log.clone()))
            .registration(registration)
            .build()
            .await
            .unwrap();
        COMPILED.get_or_init(|| host.clone());
        simulator.set_redirect_uri(REDIRECT_URI);
        World {
            simulator,
            host,
            log,
            database,
            file,
            keys,
            recorder,
            key_ring,
            folder,
        }
    }

    /// Another host on the same database, provider and time; none of the parts
    /// but the registration is given yet, and each may be replaced.
    pub fn another(&self, registration: Option<Registration>) -> HostBuilder {
        let builder = (self.host.another())
            .storage(storage(&self.database, &self.simulator))
            .key_ring(self.key_ring.clone())
            .transport(self.recorder.clone())
            .clock(Arc::new(OneTime(self.simulator.clock().clone())))
            .log(Arc::new(self.log.clone()));
        match registration {
            Some(registration) => builder.registration(registration),
            None => builder,
        }
    }

    /// The cells of the database, with ages by the time of all.
    pub fn storage(&self) -> Arc<SqliteStorage> {
        storage(&self.database, &self.simulator)
    }

    /// The keys of the host.
    pub fn key_ring(&self) -> KeyRing {
        self.key_ring.clone()
    }

    /// The registration that the simulator knows.
    pub fn registration(&self) -> Registration {
        registration(&self.simulator)
    }

    /// Moves the time of all.
    pub fn pass(&self, time: Duration) {
        self.simulator.clock().advance(time);
    }

    /// A company's connection.
    pub fn company(&self, name: &str) -> Connection {
        self.host.connection(name).unwrap().acting_as("tester")
    }

    /// A company's connection with settings, in English.
    pub async fn configured(&self, name: &str, account: &str) -> Connection {
        self.configured_at(&self.host, name, account).await
    }

    /// The same at another host.
    pub async fn configured_at(&self, host: &Host, name: &str, account: &str) -> Connection {
        let connection = host.connection(name).unwrap().acting_as("tester");
        let settings = settings(&[("account", account), ("language", "en")]);
        connection.configure(settings, "en").await.unwrap();
        connection
    }

    /// A company that Ulf has connected to Exempel AB with his own account.
    pub async fn authorized(&self, name: &str) -> Connection {
        let connection = self.configured(name, "user").await;
        let handled = self.journey(&connection, person::USER, Decision::Approve);
        handled.await.unwrap();
        connection
    }

    /// Sends somebody to the provider's pages, into Exempel AB.
    pub async fn send(&self, begun: &Authorization, login: &str, decision: Decision) -> Ending {
        self.send_to(begun, login, company::EXEMPEL, decision).await
    }

    /// Sends somebody to the provider's pages.
    pub async fn send_to(
        &self,
        begun: &Authorization,
        login: &str,
        company: TenantId,
        decision: Decision,
    ) -> Ending {
        let url = authorize_url(begun);
        let mut visitor = Visitor::new().unwrap();
        let ending = visitor.journey(&url, login, company, decision).await;
        ending.unwrap()
    }

    /// Begins and lets Ulf approve, without handing in what comes back: the
    /// query, and the binding that belongs to it.
    pub async fn approved(&self, connection: &Connection) -> (String, String) {
        let begun = connection.begin_authorize().await.unwrap();
        let ending = self.send(&begun, person::USER, Decision::Approve).await;
        (query(&ending), begun.binding.expose_secret().to_owned())
    }

    /// Begins, sends somebody into Exempel AB, and hands in what comes back.
    pub async fn journey(
        &self,
        connection: &Connection,
        login: &str,
        decision: Decision,
    ) -> Result<(), CallError> {
        let begun = connection.begin_authorize().await?;
        let ending = self.send(&begun, login, decision).await;
        let binding = begun.binding.expose_secret();
        connection.handle_callback(&query(&ending), binding).await
    }

    /// What has left the host so far.
    pub fn sent(&self) -> Vec<http::Request<Bytes>> {
        self.recorder.sent.lock().unwrap().clone()
    }

    /// What is stored, and how much was sent: the same before and after a call
    /// that changed nothing and asked nobody.
    pub fn footprint(&self) -> (Vec<stored::StoredCell>, usize) {
        (stored::cells(&self.file), self.sent().len())
    }

    /// The forms posted to a path so far, as pairs.
    pub fn forms(&self, path: &str) -> Vec<Vec<(String, String)>> {
        let sent = self.sent();
        let posted = sent.iter().filter(|request| request.uri().path() == path);
        posted.map(|request| pairs(request.body())).collect()
    }

    /// A company's log, newest first.
    pub async fn entries(&self, company: &str) -> Vec<Entry> {
        let stored = self.log.newest(company, None, 1000).await.unwrap();
        stored.into_iter().map(|stored| stored.entry).collect()
    }
}

/// Nobody listens there: what comes back is handed in by the test.
pub const REDIRECT_URI: &str = "http://127.0.0.1:9/callback";

fn storage(database: &Database, simulator: &Simulator) -> Arc<SqliteStorage> {
    let time = Arc::new(OneTime(simulator.clock().clone()));
    Arc::new(SqliteStorage::with_clock(database.clone(), time))
}

fn registration(simulator: &Simulator) -> Registration {
    let (app, endpoints) = (simulator.app(), simulator.endpoints());
    let mut registration = Registration::new(
        app.client_id.as_str(),
        app.client_secret.expose(),
        REDIRECT_URI,
        app.scopes.to_string().split(' '),
    );
    registration.endpoints = [
        ("authorize", &endpoints.authorize),
        ("token", &endpoints.token),
        ("revoke", &endpoints.revoke),
        ("api", &endpoints.api),
    ]
    .map(|(name, url)| (name.to_owned(), url.to_string()))
    .to_vec();
    registration
}

/// Settings as the contract takes them.
pub fn settings(pairs: &[(&str, &str)]) -> Vec<Setting> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

/// The authorization URL, parsed.
pub fn authorize_url(begun: &Authorization) -> Url {
    begun.url.expose_secret().parse().unwrap()
}

/// A parameter of a URL; none when it is not there once.
pub fn parameter(url: &Url, name: &str) -> Option<String> {
    let mut values = url.query_pairs().filter(|(key, _)| key == name);
    match (values.next(), values.next()) {
        (Some((_, value)), None) => Some(value.into_owned()),
        _ => None,
    }
}

/// The query string that the browser came back with.
pub fn query(ending: &Ending) -> String {
    match ending {
        Ending::Returned(url) => url.query().unwrap_or_default().to_owned(),
        other => panic!("nobody came back: {other:?}"),
    }
}

/// The case and code of a refusal, such as `callback-rejected(state-rejected)`.
pub fn refusal<T>(result: Result<T, CallError>) -> String {
    let error = match result {
        Ok(_) => return "ok".to_owned(),
        Err(CallError::Refused(error)) => error,
        Err(other) => return format!("{other:?}"),
    };
    match error {
        Error::InvalidSettings(problems) => {
            let problems = problems.iter().map(|p| format!("{}: {}", p.key, p.code));
            format!(
                "invalid-settings({})",
                problems.collect::<Vec<_>>().join(", ")
            )
        }
        Error::Rejected(code) => format!("rejected({code})"),
        Error::Misconfigured(code) => format!("misconfigured({code})"),
        Error::CallbackRejected(code) => format!("callback-rejected({code})"),
        Error::AuthorizationRequired(code) => format!("authorization-required({code})"),
        Error::Unavailable(retry) => format!("unavailable({})", retry.reason),
        Error::Storage(code) => format!("storage({code})"),
        other => format!("{other:?}"),
    }
}

/// A form or query as pairs.
pub fn pairs(form: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(form).into_owned().collect()
}

/// Puts another URL in the place of an endpoint.
pub fn set_endpoint(registration: &mut Registration, name: &str, url: impl Into<String>) {
    registration.endpoints.retain(|(known, _)| known != name);
    registration.endpoints.push((name.to_owned(), url.into()));
}

/// Codes of a report's findings.
pub fn findings(report: &Report) -> Vec<&str> {
    report.findings.iter().map(|f| f.code.as_str()).collect()
}
