//! A provider, a host with the real plugin, and the page, at work.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use fortnox_simulator::cast::{company, person};
use fortnox_simulator::visitor::{Decision, Ending, Visitor};
use fortnox_simulator::{Setup, Simulator, TenantId};
use host_harness::{
    Database, Host, KeyRing, PLUGIN, SqliteInvitations, SqliteLog, SqliteStorage, SystemRandom,
};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::{OnceCell, oneshot};
use tokio::task::JoinHandle;
use url::Url;

use super::browser::{Browser, Reply};
use super::parts::{Breakable, Gate};
use super::time::Standing;
use crate::simulate::registration;
use crate::web::site::Patience;
use crate::web::{Address, Site, serve};

/// The integration's page.
pub const PAGE: &str = "/integrations/fortnox";
/// Settings with which a user can approve.
pub const AS_USER: [(&str, &str); 3] = [
    ("setting:account", "user"),
    ("setting:customers", "true"),
    ("setting:language", "en"),
];

/// Everything.
pub struct World {
    /// The provider.
    pub simulator: Simulator,
    /// The page's parts.
    pub site: Arc<Site>,
    /// Where it listens.
    pub address: SocketAddr,
    /// The page's clock; plugin and provider have the system's.
    pub clock: Arc<Standing>,
    /// What the host stores in.
    pub storage: Arc<Breakable>,
    /// What the host's requests pass.
    pub gate: Arc<Gate>,
    /// Ends the page.
    pub stop: oneshot::Sender<()>,
    /// The page.
    pub served: JoinHandle<std::io::Result<()>>,
    _folder: TempDir,
}

impl World {
    /// The page at a free port; whoever comes back has all the time to wait.
    pub async fn new() -> World {
        World::with(Patience {
            callback: Duration::from_secs(60),
            waiting: Duration::from_secs(60),
        })
        .await
    }

    /// The page, with so much patience.
    pub async fn with(patience: Patience) -> World {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let redirect_uri = format!("http://{address}/callback");
        let simulator = Simulator::start(Setup::default()).await.unwrap();
        simulator.set_redirect_uri(redirect_uri.as_str());

        let folder = TempDir::new().unwrap();
        let database = Database::open(folder.path().join("db")).await.unwrap();
        let log = SqliteLog::new(database.clone());
        let invitations = SqliteInvitations::new(database.clone());
        let storage = Arc::new(Breakable::new(SqliteStorage::new(database)));
        let gate = Arc::new(Gate::new());
        let keys = folder.path().join("keys");
        let key_ring = KeyRing::open_or_create(keys, &*storage, &SystemRandom)
            .await
            .unwrap();
        let host = compiled()
            .await
            .another()
            .registration(registration(&simulator, &redirect_uri))
            .storage(storage.clone())
            .key_ring(key_ring)
            .transport(gate.clone())
            .log(Arc::new(log.clone()))
            .build()
            .await
            .unwrap();

        let clock = Arc::new(Standing::now());
        let public = Address::of(&redirect_uri, host.plugin_id()).unwrap();
        let mut site = Site::new(
            host,
            log,
            invitations,
            public,
            clock.clone(),
            Arc::new(SystemRandom),
        );
        site.patience = patience;
        let site = Arc::new(site);
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async {
            let _ = stopped.await;
        };
        let served = tokio::spawn(serve(listener, site.clone(), stopped));
        World {
            simulator,
            site,
            address,
            clock,
            storage,
            gate,
            stop,
            served,
            _folder: folder,
        }
    }

    /// A browser in which somebody is signed in.
    pub async fn signed_in(&self, who: &str) -> Browser {
        let mut browser = Browser::new(self.address);
        let token = browser.get("/sign-in").await.token();
        let reply = browser
            .post("/sign-in", &[("token", &token), ("person", who)])
            .await;
        assert_eq!(reply.onwards(), "/integrations");
        browser
    }

    /// How often the token endpoint was asked.
    pub fn exchanges(&self) -> usize {
        self.simulator.ledger().token_requests().len()
    }

    /// Saves settings, which leads to the provider: there.
    pub async fn leave(&self, browser: &mut Browser) -> Url {
        let token = browser.get(PAGE).await.token();
        let mut fields = AS_USER.to_vec();
        fields.push(("token", &token));
        let reply = browser.post(&format!("{PAGE}/save"), &fields).await;
        led_away(&reply)
    }

    /// Goes to the provider without saving: there.
    pub async fn authorize(&self, browser: &mut Browser) -> Url {
        let token = browser.get(PAGE).await.token();
        led_away(
            &browser
                .post(&format!("{PAGE}/authorize"), &[("token", &token)])
                .await,
        )
    }

    /// What somebody does at the provider, and the path with which the browser
    /// comes back.
    pub async fn visit(&self, authorize: &Url, who: &str, decision: Decision) -> String {
        self.visit_at(authorize, who, company::EXEMPEL, decision)
            .await
    }

    /// The same, for one of the provider's companies.
    pub async fn visit_at(
        &self,
        authorize: &Url,
        who: &str,
        company: TenantId,
        decision: Decision,
    ) -> String {
        let mut visitor = Visitor::new().unwrap();
        match visitor
            .journey(authorize, who, company, decision)
            .await
            .unwrap()
        {
            Ending::Returned(url) => match url.query() {
                Some(query) => format!("{}?{query}", url.path()),
                None => url.path().to_owned(),
            },
            other => panic!("{other:?}"),
        }
    }

    /// The way back of an approval, not taken yet.
    pub async fn approved(&self, browser: &mut Browser) -> String {
        let authorize = self.leave(browser).await;
        self.visit(&authorize, person::USER, Decision::Approve)
            .await
    }

    /// Connects the company of whoever sits at the browser.
    pub async fn connect(&self, browser: &mut Browser) -> Reply {
        let back = self.approved(browser).await;
        browser.open(&back).await
    }
}

/// Where a page leads that goes on by itself.
pub fn led_away(reply: &Reply) -> Url {
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.after("content=\"0; url=").parse().unwrap()
}

/// The plugin, compiled once for all tests.
async fn compiled() -> &'static Host {
    static HOST: OnceCell<Host> = OnceCell::const_new();
    HOST.get_or_init(async || {
        let folder = TempDir::new().unwrap();
        let database = Database::open(folder.path().join("db")).await.unwrap();
        let keys = folder.path().join("keys");
        let storage = Arc::new(SqliteStorage::new(database));
        let key_ring = KeyRing::open_or_create(keys, &*storage, &SystemRandom)
            .await
            .unwrap();
        Host::builder(PLUGIN)
            .storage(storage)
            .key_ring(key_ring)
            .transport(Arc::new(Gate::new()))
            .build()
            .await
            .unwrap()
    })
    .await
}
