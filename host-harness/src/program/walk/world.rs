//! What a walk needs: a provider, a host with real parts, and people.

use std::sync::Arc;
use std::time::Duration;

use fortnox_simulator::visitor::{Decision, Ending, Visitor};
use fortnox_simulator::{Clock, Setup, Simulator, TenantId};
use host_harness::contract::Report;
use host_harness::storage::{Stamp, StorageClock};
use host_harness::{
    Authorization, CallError, Connection, Database, Host, HostBuilder, KeyRing, SqliteLog,
    SqliteStorage, SystemRandom,
};
use secrecy::ExposeSecret as _;
use tempfile::TempDir;
use url::Url;

use crate::arguments::Common;
use crate::assemble::{plugin, with_transport};
use crate::failure::Failure;
use crate::show;
use crate::simulate::registration;

/// One time for provider, host and storage, moved by the simulator's clock.
struct OneTime(Clock);

impl OneTime {
    fn since_epoch(&self) -> Duration {
        Duration::from_secs(self.0.now())
    }
}

impl host_harness::Clock for OneTime {
    fn now(&self) -> Duration {
        self.since_epoch()
    }
}

impl StorageClock for OneTime {
    fn now(&self) -> Stamp {
        let millis = i64::try_from(self.since_epoch().as_millis()).unwrap_or(i64::MAX);
        Stamp {
            boot: "walk".to_owned(),
            since_boot: millis,
            wall: millis,
        }
    }
}

/// A provider, a host and a log; the database goes with it.
pub struct World {
    pub simulator: Simulator,
    pub host: Host,
    pub log: SqliteLog,
    /// A second host on the same database, which lacks a scope at the provider.
    pub lacking: Host,
    _folder: TempDir,
}

impl World {
    /// Starts the simulator and builds the host.
    ///
    /// # Errors
    ///
    /// [`Failure`].
    pub async fn build(common: &Common) -> Result<Self, Failure> {
        let simulator = Simulator::start(Setup::default()).await?;
        let folder = TempDir::new().map_err(|source| Failure::Path {
            path: std::env::temp_dir(),
            source,
        })?;
        let database = Database::open(folder.path().join("walk.db")).await?;
        let log = SqliteLog::new(database.clone());
        let time = Arc::new(OneTime(simulator.clock().clone()));
        let storage = Arc::new(SqliteStorage::with_clock(database, time.clone()));
        let key_file = folder.path().join("walk.keys");
        let key_ring = KeyRing::open_or_create(key_file, &*storage, &SystemRandom).await?;

        let whole = registration(
            &simulator,
            &simulator.app().redirect_uri.unwrap_or_default(),
        );
        let mut lacking = whole.clone();
        lacking.scopes.retain(|scope| scope != "invoice");
        let parts = |builder: HostBuilder, registration| {
            let builder = builder
                .registration(registration)
                .storage(storage.clone())
                .key_ring(key_ring.clone())
                .clock(time.clone())
                .log(Arc::new(log.clone()));
            with_transport(builder)
        };
        let host = parts(Host::builder(plugin(common)?), whole)?
            .build()
            .await?;
        let lacking = parts(host.another(), lacking)?.build().await?;
        Ok(Self {
            simulator,
            host,
            log,
            lacking,
            _folder: folder,
        })
    }

    /// A company's connection, with somebody acting.
    ///
    /// # Errors
    ///
    /// [`Failure::Host`].
    pub fn company(&self, name: &str) -> Result<Connection, Failure> {
        Ok(self.host.connection(name)?.acting_as("walker"))
    }

    /// A company with settings.
    ///
    /// # Errors
    ///
    /// [`Failure`].
    pub async fn configured(&self, name: &str, account: &str) -> Result<Connection, Failure> {
        let connection = self.company(name)?;
        let settings = settings(&[("account", account), ("language", "en")]);
        connection.configure(settings, "en").await?;
        Ok(connection)
    }

    /// Sends somebody to the provider's pages.
    ///
    /// # Errors
    ///
    /// [`Failure::Visit`].
    pub async fn send(
        &self,
        authorization: &Authorization,
        login: &str,
        company: TenantId,
        decision: Decision,
    ) -> Result<Ending, Failure> {
        let url = authorize_url(authorization)?;
        let mut visitor = Visitor::new()?;
        Ok(visitor.journey(&url, login, company, decision).await?)
    }

    /// Begins, sends somebody, and hands in what comes back.
    ///
    /// # Errors
    ///
    /// [`Failure`]; what the plugin says of the callback is in the result.
    pub async fn journey(
        &self,
        connection: &Connection,
        login: &str,
        company: TenantId,
        decision: Decision,
    ) -> Result<Result<(), CallError>, Failure> {
        let authorization = connection.begin_authorize().await?;
        let ending = self.send(&authorization, login, company, decision).await?;
        let query = query(&ending);
        let binding = authorization.binding.expose_secret();
        Ok(connection.handle_callback(&query, binding).await)
    }
}

/// Settings as the contract takes them.
pub fn settings(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

/// The authorization URL, parsed.
///
/// # Errors
///
/// [`Failure::NotAUrl`].
pub fn authorize_url(authorization: &Authorization) -> Result<Url, Failure> {
    Url::parse(authorization.url.expose_secret()).map_err(Failure::NotAUrl)
}

/// The query string that the browser came back with; empty when it did not.
pub fn query(ending: &Ending) -> String {
    match ending {
        Ending::Returned(url) => url.query().unwrap_or_default().to_owned(),
        Ending::Page { .. } | Ending::Closed => String::new(),
    }
}

/// Where the browser ended, in a word.
pub fn ended(ending: &Ending) -> &'static str {
    match ending {
        Ending::Returned(_) => "returned",
        Ending::Page { .. } => "page",
        Ending::Closed => "closed",
    }
}

/// Stage, the cause of a failed attempt, and the first action.
pub fn summary(report: &Report) -> String {
    let cause = report.attempt.as_ref().and_then(|a| a.failure.clone());
    let cause = cause.map(|cause| format!(" ({cause})")).unwrap_or_default();
    let action = report
        .actions
        .first()
        .map_or("nothing", |one| show::action(*one));
    format!("{}{cause}, then {action}", show::stage(report.stage))
}
