//! A host with real parts that is registered at the foreign server.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use fortnox_simulator::visitor::Visitor;
use host_harness::{
    BasicDialect, CallError, Connection, Database, Host, HostBuilder, KeyRing, Registration,
    ReqwestOptions, ReqwestTransport, SqliteLog, SqliteStorage, SystemRandom, Transport,
    TransportError,
};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use tempfile::TempDir;
use tests::{REDIRECT_URI, settings};
use tokio::sync::OnceCell;

use crate::provider::{CLIENT_ID, Decision, Provider, Setup, visit};

/// The server, a host, and its files.
pub struct World {
    /// The server.
    pub provider: Provider,
    /// The host.
    pub host: Host,
    setup: Setup,
    parts: Parts,
}

impl World {
    /// A host that sends its secret as this server reads it.
    pub async fn start(setup: Setup) -> World {
        World::with(setup, |_| {}).await
    }

    /// A host whose registration was changed.
    pub async fn with(setup: Setup, change: impl FnOnce(&mut Registration)) -> World {
        let provider = Provider::start(setup);
        let mut registration = registration(&provider, setup);
        change(&mut registration);
        let parts = Parts::new().await;
        // Compiling is the slow part: one test of the process does it for all.
        static COMPILED: OnceCell<Host> = OnceCell::const_new();
        let first = || async { parts.to(Host::builder(host_harness::PLUGIN)).await };
        let builder = COMPILED.get_or_init(first).await.another();
        let host = parts.to(builder.registration(registration)).await;
        World {
            provider,
            host,
            setup,
            parts,
        }
    }

    /// Another host on the same database, with a changed registration.
    pub async fn another(&self, change: impl FnOnce(&mut Registration)) -> Host {
        let mut registration = registration(&self.provider, self.setup);
        change(&mut registration);
        let builder = self.host.another().registration(registration);
        self.parts.to(builder).await
    }

    /// Another host on a copy of the database, as restored from a backup.
    pub async fn copied(&self) -> Host {
        let parts = self.parts.copied().await;
        let registration = registration(&self.provider, self.setup);
        parts
            .to(self.host.another().registration(registration))
            .await
    }

    /// A company's connection that is configured and switched on.
    pub async fn configured(&self, name: &str, account: &str) -> Connection {
        let connection = self.host.connection(name).unwrap();
        let settings = settings(&[("account", account), ("language", "en")]);
        connection.configure(settings, "en").await.unwrap();
        connection.set_enabled(true).await.unwrap();
        connection
    }

    /// A connection to Exempel AB, and its access token.
    pub async fn authorized(&self, name: &str) -> (Connection, String) {
        let connection = self.configured(name, "user").await;
        let approve = Decision::Approve("exempel");
        journey(&connection, approve).await.unwrap();
        let token = token(&connection).await;
        (connection, token)
    }

    /// How often the token endpoint was asked.
    pub fn exchanges(&self) -> usize {
        let answers = self.parts.wire.answers.lock().unwrap();
        let token = answers.iter().filter(|(path, _)| path == "/oauth-v1/token");
        token.count()
    }

    /// The refresh tokens that have come so far, oldest first.
    pub fn refresh_tokens(&self) -> Vec<String> {
        let answers = self.parts.wire.answers.lock().unwrap();
        let tokens = answers.iter().filter_map(|(_, body)| {
            let body: Value = serde_json::from_slice(body).ok()?;
            Some(body.get("refresh_token")?.as_str()?.to_owned())
        });
        tokens.collect()
    }

    /// How often a company's log tells of this.
    pub async fn told(&self, company: &str, event: &str) -> usize {
        let entries = self.parts.log.newest(company, None, 1000).await.unwrap();
        let told = entries.iter().filter(|stored| stored.entry.event == event);
        told.count()
    }

    /// What the newest entry of a company's log says.
    pub async fn newest_entry(&self, company: &str) -> String {
        let entries = self.parts.log.newest(company, None, 1).await.unwrap();
        entries[0].entry.message.clone()
    }
}

/// Begins, sends a person without cookies to the server, and hands in what
/// comes back.
pub async fn journey(connection: &Connection, decision: Decision) -> Result<(), CallError> {
    let (query, binding) = returned(connection, decision).await;
    connection.handle_callback(&query, &binding).await
}

/// As [`journey`], but what comes back is not handed in: the query, and the
/// binding that belongs to it.
pub async fn returned(connection: &Connection, decision: Decision) -> (String, String) {
    let begun = connection.begin_authorize().await.unwrap();
    let query = visit(&mut Visitor::new().unwrap(), &begun, decision).await;
    (query, begun.binding.expose_secret().to_owned())
}

/// The connection's access token.
pub async fn token(connection: &Connection) -> String {
    let token = connection.access_token(None).await.unwrap();
    token.value.expose_secret().to_owned()
}

fn registration(provider: &Provider, setup: Setup) -> Registration {
    let scopes = ["companyinformation", "customer", "project"];
    let mut registration = Registration::new(CLIENT_ID, setup.secret, REDIRECT_URI, scopes);
    registration.endpoints = provider.endpoints.clone().into_iter().collect();
    registration.basic = BasicDialect::Form;
    registration
}

/// What a host is given, and its files.
struct Parts {
    storage: Arc<SqliteStorage>,
    key_ring: KeyRing,
    wire: Arc<Wire>,
    log: SqliteLog,
    folder: Arc<TempDir>,
}

impl Parts {
    async fn new() -> Parts {
        let wire = Wire {
            inner: ReqwestTransport::new(ReqwestOptions::default()).unwrap(),
            answers: Mutex::default(),
        };
        let folder = Arc::new(TempDir::new().unwrap());
        Parts::at(folder, "test.db", Arc::new(wire)).await
    }

    async fn at(folder: Arc<TempDir>, file: &str, wire: Arc<Wire>) -> Parts {
        let database = Database::open(folder.path().join(file)).await.unwrap();
        let storage = Arc::new(SqliteStorage::new(database.clone()));
        let keys = folder.path().join("test.keys");
        let key_ring = KeyRing::open_or_create(keys, &*storage, &SystemRandom);
        Parts {
            key_ring: key_ring.await.unwrap(),
            storage,
            wire,
            log: SqliteLog::new(database),
            folder,
        }
    }

    /// The same on a copy of the database as it is now.
    async fn copied(&self) -> Parts {
        let folder = self.folder.path();
        let copy = folder.join("copy.db").to_str().unwrap().to_owned();
        let database = rusqlite::Connection::open(folder.join("test.db")).unwrap();
        database.execute("VACUUM INTO ?1", [copy]).unwrap();
        Parts::at(self.folder.clone(), "copy.db", self.wire.clone()).await
    }

    async fn to(&self, builder: HostBuilder) -> Host {
        builder
            .storage(self.storage.clone())
            .key_ring(self.key_ring.clone())
            .transport(self.wire.clone())
            .log(Arc::new(self.log.clone()))
            .build()
            .await
            .unwrap()
    }
}

/// A transport that remembers the answers, by the path that was asked.
struct Wire {
    inner: ReqwestTransport,
    answers: Mutex<Vec<(String, Bytes)>>,
}

#[async_trait::async_trait]
impl Transport for Wire {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let path = request.uri().path().to_owned();
        let answer = self.inner.send(request, timeout).await?;
        let mut answers = self.answers.lock().unwrap();
        answers.push((path, answer.body().clone()));
        Ok(answer)
    }
}
