//! Notices of the real plugin at the simulator, in the time of the simulator.

mod text;

use std::sync::Mutex;
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use fortnox_simulator::cast::{company, person};
use fortnox_simulator::ledger::Kind;
use fortnox_simulator::visitor::{Decision, Ending, Visitor};
use fortnox_simulator::{Setup, Simulator};
use host_harness::storage::{Stamp, StorageClock};
use host_harness::{
    Database, Keeper, KeyRing, PLUGIN, ReqwestOptions, ReqwestTransport, SqliteSchedule,
    SqliteStorage, SystemRandom,
};
use lettre::Message;
use secrecy::ExposeSecret as _;
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::*;
use crate::simulate::registration;

const DAY: Duration = Duration::from_secs(24 * 3600);
const SECOND: Duration = Duration::from_secs(1);
const REDIRECT_URI: &str = "http://127.0.0.1:8180/callback";

/// One time for provider, host, storage and notices.
struct OneTime(fortnox_simulator::Clock);

impl Clock for OneTime {
    fn now(&self) -> Duration {
        Duration::from_secs(self.0.now())
    }
}

impl StorageClock for OneTime {
    fn now(&self) -> Stamp {
        let millis = i64::try_from(self.0.now() * 1000).unwrap();
        Stamp {
            boot: "test".into(),
            since_boot: millis,
            wall: millis,
        }
    }
}

/// Keeps messages, or fails.
#[derive(Default)]
struct Kept {
    messages: Mutex<Vec<Message>>,
    tries: AtomicU64,
    broken: std::sync::atomic::AtomicBool,
}

#[async_trait::async_trait]
impl Outbox for Kept {
    async fn deliver(&self, message: &Message) -> Result<(), DeliveryError> {
        self.tries.fetch_add(1, Ordering::SeqCst);
        if self.broken.load(Ordering::SeqCst) {
            return Err(DeliveryError::Timeout(SECOND));
        }
        self.messages.lock().unwrap().push(message.clone());
        Ok(())
    }
}

impl Kept {
    /// Subject and body of what has come since the last time.
    fn take(&self) -> Vec<String> {
        let messages = std::mem::take(&mut *self.messages.lock().unwrap());
        messages.iter().map(decoded).collect()
    }
}

/// The headers as they are, and the body as it is read.
fn decoded(message: &Message) -> String {
    let text = String::from_utf8(message.formatted()).unwrap();
    let (headers, body) = text.split_once("\r\n\r\n").unwrap();
    let body = if headers.contains("Content-Transfer-Encoding: base64") {
        BASE64_STANDARD.decode(body.replace("\r\n", "")).unwrap()
    } else if headers.contains("quoted-printable") {
        let joined = body.replace("=\r\n", "");
        let mut parts = joined.split('=');
        let mut bytes = parts.next().unwrap().as_bytes().to_vec();
        for part in parts {
            let (hex, rest) = part.split_at(2);
            bytes.push(u8::from_str_radix(hex, 16).unwrap());
            bytes.extend(rest.as_bytes());
        }
        bytes
    } else {
        body.as_bytes().to_vec()
    };
    let body = String::from_utf8(body).unwrap().replace("\r\n", "\n");
    format!("{headers}\n\n{body}")
}

struct World {
    simulator: Simulator,
    host: Host,
    folder: TempDir,
    outbox: Arc<Kept>,
    notices: Arc<Notices>,
}

impl World {
    async fn new() -> World {
        let simulator = Simulator::start(Setup::default()).await.unwrap();
        simulator.set_redirect_uri(REDIRECT_URI);
        let folder = TempDir::new().unwrap();
        let database = Database::open(folder.path().join("db")).await.unwrap();
        let time = Arc::new(OneTime(simulator.clock().clone()));
        let storage = Arc::new(SqliteStorage::with_clock(database.clone(), time.clone()));
        let keys = folder.path().join("keys");
        let key_ring = KeyRing::open_or_create(keys, &*storage, &SystemRandom).await;
        let host = compiled()
            .await
            .another()
            .registration(registration(&simulator, REDIRECT_URI))
            .storage(storage)
            .key_ring(key_ring.unwrap())
            .transport(Arc::new(
                ReqwestTransport::new(ReqwestOptions::default()).unwrap(),
            ))
            .clock(time)
            .build()
            .await
            .unwrap();
        let outbox = Arc::new(Kept::default());
        let notices = notices(&simulator, &host, database, outbox.clone());
        World {
            simulator,
            host,
            folder,
            outbox,
            notices,
        }
    }

    /// A company whose user has approved, with notices to this address.
    async fn connect(&self, name: &str, address: &str, language: &str) -> Connection {
        let connection = self.host.connection(name).unwrap();
        configure(&connection, address, language).await;
        let authorization = connection.begin_authorize().await.unwrap();
        let url = authorization.url.expose_secret().parse().unwrap();
        let mut visitor = Visitor::new().unwrap();
        let ending = visitor
            .journey(&url, person::USER, company::EXEMPEL, Decision::Approve)
            .await;
        let Ending::Returned(back) = ending.unwrap() else {
            panic!("not approved");
        };
        let binding = authorization.binding.expose_secret();
        let query = back.query().unwrap();
        connection.handle_callback(query, binding).await.unwrap();
        connection
    }

    /// A round of a keeper that has just been started.
    async fn keep(&self) {
        let path = self.folder.path().join("db");
        let database = Database::open(path).await.unwrap();
        let schedule = Arc::new(SqliteSchedule::new(database));
        let keeper = Keeper::new(self.host.clone(), schedule);
        let keeper = keeper.watched_by(self.notices.clone());
        keeper.round().await.unwrap();
    }

    fn pass(&self, time: Duration) {
        self.simulator.clock().advance(time);
    }

    fn now(&self) -> u64 {
        self.simulator.clock().now()
    }

    /// What is sent when this connection is looked at.
    async fn look(&self, connection: &Connection) -> Vec<String> {
        self.notices.look(connection).await;
        self.outbox.take()
    }
}

fn notices(
    simulator: &Simulator,
    host: &Host,
    database: Database,
    outbox: Arc<dyn Outbox>,
) -> Arc<Notices> {
    Arc::new(Notices {
        host: host.clone(),
        told: SqliteNotices::new(database, host.plugin_id()),
        from: "Demo ERP <noreply@erp.example>".parse().unwrap(),
        outbox,
        page: Some("https://erp.example/integrations/x".into()),
        clock: Arc::new(OneTime(simulator.clock().clone())),
        random: Arc::new(SystemRandom),
        words: Words::new(),
        rests_until: AtomicU64::new(0),
    })
}

async fn configure(connection: &Connection, address: &str, language: &str) {
    let settings = [
        ("account", "user"),
        ("customers", "true"),
        ("notices", address),
        ("language", language),
    ];
    let settings = settings.map(|(key, value)| (key.to_owned(), value.to_owned()));
    connection.configure(settings.into(), "en").await.unwrap();
}

/// The plugin, compiled once for all tests.
async fn compiled() -> &'static Host {
    static HOST: OnceCell<Host> = OnceCell::const_new();
    HOST.get_or_init(async || {
        let folder = TempDir::new().unwrap();
        let database = Database::open(folder.path().join("db")).await.unwrap();
        let keys = folder.path().join("keys");
        let storage = Arc::new(SqliteStorage::new(database));
        let key_ring = KeyRing::open_or_create(keys, &*storage, &SystemRandom).await;
        Host::builder(PLUGIN)
            .storage(storage)
            .key_ring(key_ring.unwrap())
            .transport(Arc::new(
                ReqwestTransport::new(ReqwestOptions::default()).unwrap(),
            ))
            .build()
            .await
            .unwrap()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_grant_that_died_when_looked_at_then_it_is_told_once_a_day() {
    let world = World::new().await;
    let acme = world.connect("Acme AB", "eva@example.com", "en").await;
    assert!(world.look(&acme).await.is_empty(), "all is well");
    world.pass(DAY * 46);
    let mails = world.look(&acme).await;
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert!(mail.contains("\r\nTo: eva@example.com\r\n"), "{mail}");
    for words in [
        "Company in this system: Acme AB",
        "Exempel AB",
        "Problem: The access has expired",
        "Code for support: grant-expired",
        "Administrator in Demo ERP: Authorize again.",
        "https://erp.example/integrations/x",
    ] {
        assert!(mail.contains(words), "{words}: {mail}");
    }
    for hours in [0, 1, 22] {
        world.pass(Duration::from_secs(hours * 3600));
        assert!(world.look(&acme).await.is_empty(), "{hours}");
    }
    world.pass(Duration::from_secs(3600));
    assert_eq!(world.look(&acme).await.len(), 1, "the next day");
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_grant_that_nobody_renews_when_a_week_is_left_then_its_end_is_told() {
    let world = World::new().await;
    let acme = world.connect("Acme AB", "eva@example.com", "nb").await;
    world.pass(DAY * 37);
    assert!(world.look(&acme).await.is_empty(), "eight days are left");
    world.pass(DAY);
    let mails = world.look(&acme).await;
    assert_eq!(mails.len(), 1);
    for words in [
        "Advarsel: Tilgangen opphører snart hvis den ikke fornyes",
        "Må fornyes innen",
        "Administrator i Demo ERP",
    ] {
        assert!(mails[0].contains(words), "{words}: {}", mails[0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn given_no_address_when_looked_at_then_nothing_is_sent_nor_remembered() {
    let world = World::new().await;
    let acme = world.connect("Acme AB", "", "sv").await;
    world.pass(DAY * 46);
    assert_eq!(world.notices.look(&acme).await, None);
    assert!(world.outbox.take().is_empty());
    configure(&acme, "eva@example.com", "sv").await;
    let mails = world.look(&acme).await;
    assert_eq!(mails.len(), 1);
    assert!(
        mails[0].contains("Administratör i Demo ERP"),
        "{}",
        mails[0]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn given_two_processes_when_both_look_then_one_mail_is_sent() {
    let world = World::new().await;
    let acme = world.connect("Acme AB", "eva@example.com", "en").await;
    world.pass(DAY * 46);
    let again = Database::open(world.folder.path().join("db"))
        .await
        .unwrap();
    let other = notices(&world.simulator, &world.host, again, world.outbox.clone());
    tokio::join!(world.notices.look(&acme), other.look(&acme));
    assert_eq!(world.outbox.take().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn given_an_outbox_that_fails_when_looked_at_then_it_is_tried_again_later() {
    let world = World::new().await;
    let acme = world.connect("Acme AB", "eva@example.com", "en").await;
    let other = world.connect("Other AB", "ola@example.com", "en").await;
    world.pass(DAY * 46);
    world.outbox.broken.store(true, Ordering::SeqCst);
    let tries = || world.outbox.tries.load(Ordering::SeqCst);
    let again = world.notices.look(&acme).await;
    assert_eq!((tries(), again), (1, Some(world.now() + 300)));
    let again = world.notices.look(&other).await;
    let rest = Some(world.now() + REST);
    assert_eq!((tries(), again), (1, rest), "left alone for a while");
    world.pass(SECOND * 60);
    assert!(world.look(&acme).await.is_empty());
    assert_eq!(tries(), 1);
    world.outbox.broken.store(false, Ordering::SeqCst);
    assert_eq!(world.look(&other).await.len(), 1);
    world.pass(SECOND * 240);
    assert_eq!(world.look(&acme).await.len(), 1);
    assert!(world.look(&acme).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_keeper_when_connections_are_kept_then_the_living_are_silent_and_the_dead_are_told()
{
    let world = World::new().await;
    let acme = world.connect("Acme AB", "eva@example.com", "en").await;
    for _ in 0..12 {
        world.pass(DAY * 5);
        world.keep().await;
    }
    assert!(world.outbox.take().is_empty(), "kept alive for sixty days");
    acme.access_token(None).await.unwrap_err(); // switched off, and yet alive
    world.simulator.withdraw_consent(company::EXEMPEL);
    let mut mails = Vec::new();
    for _ in 0..5 {
        world.pass(DAY * 4);
        world.keep().await;
        mails.extend(world.outbox.take());
    }
    assert!(!mails.is_empty(), "found at the next renewal");
    assert!(mails.len() <= 5, "once a round");
}

#[tokio::test(flavor = "multi_thread")]
async fn given_all_secrets_of_a_journey_when_mail_is_sent_then_it_holds_none() {
    let world = World::new().await;
    let acme = world.connect("Acme AB", "eva@example.com", "en").await;
    acme.set_enabled(true).await.unwrap();
    let authorization = acme.begin_authorize().await.unwrap();
    acme.access_token(None).await.unwrap();
    world.pass(DAY);
    acme.access_token(None).await.unwrap();
    world.pass(DAY * 46);
    acme.access_token(None).await.unwrap_err();
    let mails = world.look(&acme).await;
    assert_eq!(mails.len(), 1);
    let ledger = world.simulator.ledger();
    let mut secrets = vec![world.simulator.app().client_secret.expose().to_owned()];
    for kind in [Kind::AccessToken, Kind::RefreshToken, Kind::Code] {
        let minted = ledger.minted(kind);
        assert!(!minted.is_empty());
        secrets.extend(minted.iter().map(|secret| secret.expose().to_owned()));
    }
    secrets.push(authorization.state.expose_secret().to_owned());
    secrets.push(authorization.binding.expose_secret().to_owned());
    for secret in secrets {
        let hidden = [
            secret.clone(),
            BASE64_STANDARD.encode(&secret),
            BASE64_URL_SAFE_NO_PAD.encode(&secret),
        ];
        for form in hidden {
            assert!(!mails[0].contains(&form), "{}", mails[0]);
        }
    }
}
