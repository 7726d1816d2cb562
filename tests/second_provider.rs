//! A provider that nobody here connects to: its component is loaded by the same
//! host, through the same contract, and plays its whole journey against a
//! scripted server.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, OnceLock};

use host_harness::contract::{ApiRequest, Error, Report, Severity, Stage, Verdict};
use host_harness::{
    Authorization, CallError, Connection, Database, Host, KeyRing, Registration, ReqwestOptions,
    ReqwestTransport, SqliteLog, SqliteStorage, SystemRandom,
};
use secrecy::ExposeSecret as _;
use serde_json::json;
use tempfile::TempDir;
use tests::scripted::{Scripted, answer};
use tests::{authorize_url, pairs, parameter, refusal, settings, stored};
use wasmtime::component::Component;
use wasmtime::{Config, Engine};

const REDIRECT_URI: &str = "http://127.0.0.1:9/callback";
const TOKEN: &str = "t0ken-of-the-second-provider";
const CODE: &str = "c0de-of-the-second-provider";

fn component() -> Vec<u8> {
    std::fs::read(env!("SECOND_PROVIDER_FILE")).unwrap()
}

/// What the server does otherwise than usual, while it is told to.
#[derive(Default)]
struct Mood {
    /// The status with which it refuses the area; 0 while it does not.
    entries: AtomicU16,
    /// Whether `GET me` fails.
    silent: AtomicBool,
}

/// The provider, and a host that is registered there.
struct World {
    provider: Scripted,
    mood: Arc<Mood>,
    host: Host,
    database: PathBuf,
    log: SqliteLog,
    #[expect(dead_code, reason = "what is in it is used")]
    folder: TempDir,
}

impl World {
    async fn start() -> World {
        let mood: Arc<Mood> = Arc::default();
        let seen = mood.clone();
        let provider = Scripted::start(move |request| ledgerly(request, &seen)).await;
        let mut registration = Registration::new(
            "app-1",
            "s3cret-of-the-operator",
            REDIRECT_URI,
            ["organization", "entries"],
        );
        registration.endpoints = [
            ("authorize", "/authorize"),
            ("token", "/token"),
            ("revoke", "/revoke"),
            ("api", "/v1"),
        ]
        .map(|(name, path)| (name.to_owned(), provider.url(path)))
        .to_vec();

        let folder = TempDir::new().unwrap();
        let file = folder.path().join("test.db");
        let database = Database::open(&file).await.unwrap();
        let storage = Arc::new(SqliteStorage::new(database.clone()));
        let keys = folder.path().join("test.keys");
        let key_ring = KeyRing::open_or_create(&keys, &*storage, &SystemRandom)
            .await
            .unwrap();
        let log = SqliteLog::new(database);
        let transport = ReqwestTransport::new(ReqwestOptions::default()).unwrap();
        // Compiling is the slow part: one test of the process does it for all.
        static COMPILED: OnceLock<Host> = OnceLock::new();
        let builder = match COMPILED.get() {
            Some(host) => host.another(),
            None => Host::builder(component()),
        };
        let host = builder
            .id("ledgerly")
            .registration(registration)
            .storage(storage)
            .key_ring(key_ring)
            .transport(Arc::new(transport))
            .log(Arc::new(log.clone()))
            .build()
            .await
            .unwrap();
        COMPILED.get_or_init(|| host.clone());
        World {
            provider,
            mood,
            host,
            database: file,
            log,
            folder,
        }
    }

    /// A company's connection with settings, in English.
    async fn configured(&self) -> Connection {
        let connection = self.host.connection("acme").unwrap().acting_as("tester");
        connection.configure(Vec::new(), "en").await.unwrap();
        connection
    }

    /// A company that has approved.
    async fn authorized(&self) -> Connection {
        let connection = self.configured().await;
        let begun = connection.begin_authorize().await.unwrap();
        come_back(&connection, &begun).await.unwrap();
        connection
    }

    /// How many requests began like this.
    fn count(&self, line: &str) -> usize {
        let received = self.provider.received();
        let came = received.iter().filter(|request| request.starts_with(line));
        came.count()
    }

    /// The events of the company's log, oldest first.
    async fn events(&self) -> Vec<String> {
        let newest = self.log.newest("acme", None, 1000).await.unwrap();
        let events = newest.into_iter().map(|stored| stored.entry.event);
        let mut events: Vec<String> = events.collect();
        events.reverse();
        events
    }
}

/// The provider: one app, one company, one token.
fn ledgerly(request: &str, mood: &Mood) -> Vec<u8> {
    let json = "content-type: application/json\r\n";
    let head = request.to_ascii_lowercase();
    let bearer = format!("authorization: bearer {TOKEN}\r\n");
    let line = request.lines().next().unwrap_or_default();
    let path = line.split(' ').nth(1).unwrap_or_default();
    if path.starts_with("/v1/") && !head.contains(&bearer) {
        return answer(401, json, r#"{"error":"invalid_token"}"#);
    }
    if !path.starts_with("/v1/") && !head.contains("authorization: basic ") {
        return answer(401, json, r#"{"error":"invalid_client"}"#);
    }
    match path {
        "/token" => {
            let body = json!({
                "access_token": TOKEN,
                "token_type": "Bearer",
                "expires_in": 30 * 86_400,
                "scope": "organization entries",
            });
            answer(200, json, &body.to_string())
        }
        "/v1/me" if mood.silent.load(Ordering::SeqCst) => answer(503, "", ""),
        "/v1/me" => {
            let body = json!({ "id": "org-7", "name": "Acme Ltd", "number": "12-34" });
            answer(200, json, &body.to_string())
        }
        path if path.starts_with("/v1/entries") => match mood.entries.load(Ordering::SeqCst) {
            0 => answer(200, json, "[]"),
            status => {
                let body = json!({ "error": "not_permitted", "error_description": "No right" });
                answer(status, json, &body.to_string())
            }
        },
        "/revoke" => answer(200, "", ""),
        _ => answer(404, json, r#"{"error":"not_found"}"#),
    }
}

/// The query that a browser comes back with after an approval.
fn approval(begun: &Authorization) -> String {
    let state = begun.state.expose_secret();
    format!("code={CODE}&state={state}")
}

async fn come_back(connection: &Connection, begun: &Authorization) -> Result<(), CallError> {
    let binding = begun.binding.expose_secret();
    connection.handle_callback(&approval(begun), binding).await
}

async fn report(connection: &Connection) -> Report {
    connection.status("en").await.unwrap()
}

fn get(path: &str) -> ApiRequest {
    ApiRequest {
        method: "GET".to_owned(),
        path: path.to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
        timeout: 10_000,
    }
}

#[test]
fn the_component_imports_the_contract_and_nothing_else() {
    let engine = Engine::new(&Config::new()).unwrap();
    let component = Component::new(&engine, component()).unwrap();
    let shape = component.component_type();
    let imports = shape.imports(&engine).map(|(name, _)| name.to_owned());
    let expected = [
        "erp:integration/http@0.1.0",
        "erp:integration/log@0.1.0",
        "erp:integration/registration@0.1.0",
        "erp:integration/storage@0.1.0",
        "wasi:clocks/wall-clock@0.2.6",
        "wasi:random/random@0.2.6",
    ];
    let imports: BTreeSet<String> = imports.collect();
    assert_eq!(imports, expected.map(str::to_owned).into());
}

#[test]
fn the_guide_names_every_file_of_the_example() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/second-provider"));
    let guide = std::fs::read_to_string(folder.join("README.md")).unwrap();
    for inner in ["src", "src/tests", "words"] {
        for entry in std::fs::read_dir(folder.join(inner)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            assert!(path.is_dir() || guide.contains(name), "{name}");
        }
    }
}

#[tokio::test]
async fn it_describes_and_explains_itself_in_each_of_its_languages() {
    let world = World::start().await;
    assert_eq!(world.host.plugin_id(), "ledgerly");
    for (locale, label) in [("en", "Entries"), ("de-CH", "Buchungen"), ("sv", "Entries")] {
        let descriptor = world.host.describe(locale).await.unwrap();
        assert_eq!(descriptor.form[0].label, label);
        assert_eq!(descriptor.locales, ["en", "de"]);
    }
    for code in ["authorize", "remove", "user-declined"] {
        let explained = world.host.explain(code, "de").await.unwrap();
        assert!(!explained.unwrap().remedies.is_empty(), "{code}");
    }
    let unknown = world.host.explain("no-such-code", "en").await.unwrap();
    assert!(unknown.is_none());
}

#[tokio::test]
async fn the_settings_come_first_and_all_their_problems_at_once() {
    let world = World::start().await;
    let connection = world.host.connection("acme").unwrap();
    assert_eq!(report(&connection).await.stage, Stage::Unconfigured);
    let early = connection.begin_authorize().await;
    assert_eq!(refusal(early), "rejected(unconfigured)");
    let wrong = settings(&[("entries", "yes"), ("language", "xx"), ("odd", "1")]);
    let refused = refusal(connection.configure(wrong, "en").await);
    let expected = "invalid-settings(entries: invalid, language: invalid, odd: unknown)";
    assert_eq!(refused, expected);
    assert_eq!(report(&connection).await.stage, Stage::Unconfigured);

    let connection = world.configured().await;
    assert_eq!(report(&connection).await.stage, Stage::Unauthorized);
    assert!(world.provider.received().is_empty());
}

#[tokio::test]
async fn the_authorization_request_is_that_of_the_rfcs() {
    let world = World::start().await;
    let connection = world.configured().await;
    let begun = connection.begin_authorize().await.unwrap();
    let url = authorize_url(&begun);
    let is = |name: &str| parameter(&url, name).unwrap_or_default();
    assert_eq!(is("response_type"), "code");
    assert_eq!(is("client_id"), "app-1");
    assert_eq!(is("redirect_uri"), REDIRECT_URI);
    assert_eq!(is("scope"), "organization entries");
    assert_eq!(is("state"), begun.state.expose_secret());
    assert_eq!(is("code_challenge_method"), "S256");
    assert_eq!(report(&connection).await.stage, Stage::Authorizing);

    come_back(&connection, &begun).await.unwrap();
    let received = world.provider.received();
    let sent = received.iter().find(|it| it.starts_with("POST /token"));
    let (_, body) = sent.unwrap().split_once("\r\n\r\n").unwrap();
    let form = pairs(body.as_bytes());
    let field = |name: &str| {
        let mut values = form.iter().filter(|(key, _)| key == name);
        values.next().map(|(_, value)| value.clone()).unwrap()
    };
    assert_eq!(field("grant_type"), "authorization_code");
    assert_eq!(field("code"), CODE);
    assert_eq!(field("redirect_uri"), REDIRECT_URI);
    assert_eq!(challenge(&field("code_verifier")), is("code_challenge"));
}

/// PKCE's S256 (RFC 7636 section 4.2).
fn challenge(verifier: &str) -> String {
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
    use sha2::{Digest as _, Sha256};
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

#[tokio::test]
async fn an_approval_becomes_a_grant_with_the_companys_name() {
    let world = World::start().await;
    let connection = world.authorized().await;
    let report = report(&connection).await;
    assert_eq!(report.stage, Stage::Authorized);
    assert!(report.findings.is_empty());
    let grant = report.grant.unwrap();
    assert_eq!(grant.scopes, ["organization", "entries"]);
    assert_eq!(grant.renew_by, Some(grant.granted + 30 * 86_400));
    let organization = grant.organization.unwrap();
    assert_eq!(organization.name, "Acme Ltd");
    assert_eq!(organization.number, "12-34");
    assert_eq!(report.access[0].verdict, Verdict::Unchecked);
    let expected = [
        "settings.saved",
        "authorization.started",
        "authorization.succeeded",
    ];
    assert_eq!(world.events().await, expected);
}

#[tokio::test]
async fn a_callback_that_is_handed_in_twice_spends_once() {
    let world = World::start().await;
    let connection = world.configured().await;
    let begun = connection.begin_authorize().await.unwrap();
    come_back(&connection, &begun).await.unwrap();
    let again = refusal(come_back(&connection, &begun).await);
    assert_eq!(again, "callback-rejected(state-rejected)");
    assert_eq!(world.count("POST /token"), 1);
    assert_eq!(report(&connection).await.stage, Stage::Authorized);
}

#[tokio::test]
async fn an_exchange_that_could_not_be_finished_is_taken_up_without_a_second_one() {
    let world = World::start().await;
    let connection = world.configured().await;
    let begun = connection.begin_authorize().await.unwrap();
    world.mood.silent.store(true, Ordering::SeqCst);
    let failed = refusal(come_back(&connection, &begun).await);
    assert_eq!(failed, "unavailable(provider-failing)");
    assert_eq!(report(&connection).await.stage, Stage::Authorizing);
    world.mood.silent.store(false, Ordering::SeqCst);
    come_back(&connection, &begun).await.unwrap();
    assert_eq!(world.count("POST /token"), 1);
    assert_eq!(report(&connection).await.stage, Stage::Authorized);
}

#[tokio::test]
async fn a_wrong_state_or_another_browser_changes_nothing() {
    let world = World::start().await;
    let connection = world.configured().await;
    let begun = connection.begin_authorize().await.unwrap();
    let before = stored::cells(&world.database);
    let binding = begun.binding.expose_secret();
    let guessed = format!("code={CODE}&state=guessed");
    let genuine = approval(&begun);
    for (query, binding) in [(&guessed, binding), (&genuine, "another"), (&genuine, "")] {
        let refused = refusal(connection.handle_callback(query, binding).await);
        assert_eq!(refused, "callback-rejected(state-rejected)");
    }
    assert_eq!(stored::cells(&world.database), before);
    assert!(world.provider.received().is_empty());
    come_back(&connection, &begun).await.unwrap();
}

#[tokio::test]
async fn a_refusal_is_told_in_words_and_a_new_attempt_succeeds() {
    let world = World::start().await;
    let connection = world.configured().await;
    let begun = connection.begin_authorize().await.unwrap();
    let state = begun.state.expose_secret();
    let query = format!("error=access_denied&error_description=Not+today&state={state}");
    let binding = begun.binding.expose_secret();
    let refused = refusal(connection.handle_callback(&query, binding).await);
    assert_eq!(refused, "callback-rejected(user-declined)");
    let failed = report(&connection).await;
    assert_eq!(failed.stage, Stage::Failed);
    let finding = &failed.findings[0];
    assert_eq!(finding.code, "user-declined");
    assert_eq!(finding.provider_message, "Not today");
    assert!(finding.reauthorize_helps);
    let begun = connection.begin_authorize().await.unwrap();
    come_back(&connection, &begun).await.unwrap();
    assert_eq!(report(&connection).await.stage, Stage::Authorized);
}

#[tokio::test]
async fn a_refused_area_is_a_finding_until_it_is_granted() {
    let world = World::start().await;
    let connection = world.authorized().await;
    connection.set_enabled(true).await.unwrap();
    let access = connection.check_access().await.unwrap();
    assert_eq!(access[0].verdict, Verdict::Granted);

    world.mood.entries.store(403, Ordering::SeqCst);
    let access = connection.check_access().await.unwrap();
    assert_eq!(access[0].verdict, Verdict::MissingRight);
    assert_eq!(access[0].provider_message, "No right");
    match connection.call_api(get("entries")).await {
        Err(CallError::Refused(Error::Forbidden(finding))) => {
            assert_eq!(finding.code, "missing-right");
            assert_eq!(finding.area.as_deref(), Some("entries"));
            assert!(!finding.reauthorize_helps);
        }
        other => panic!("{other:?}"),
    }
    let refused = report(&connection).await;
    assert_eq!(refused.stage, Stage::Attention);
    assert_eq!(refused.findings[0].severity, Severity::Error);

    world.mood.entries.store(0, Ordering::SeqCst);
    let answer = connection.call_api(get("entries")).await.unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(report(&connection).await.stage, Stage::Authorized);
    let events = world.events().await;
    let told = |event: &str| events.iter().filter(|it| *it == event).count();
    assert_eq!(told("access.refused"), 1);
    assert_eq!(told("access.restored"), 1);
}

#[tokio::test]
async fn the_token_is_handed_out_while_it_is_switched_on_and_serves() {
    let world = World::start().await;
    let connection = world.authorized().await;
    let off = connection.access_token(None).await;
    assert_eq!(refusal(off), "rejected(disabled)");
    let off = connection.call_api(get("entries")).await;
    assert_eq!(refusal(off), "rejected(disabled)");

    connection.set_enabled(true).await.unwrap();
    let token = connection.access_token(None).await.unwrap();
    assert_eq!(token.value.expose_secret(), TOKEN);
    assert!(token.renew < token.expires);
    let left = connection.call_api(get("../token")).await;
    assert_eq!(refusal(left), "rejected(call-invalid)");
    assert_eq!(world.count("POST /token"), 1);

    let refused = connection.access_token(Some(TOKEN.into())).await;
    assert_eq!(refusal(refused), "authorization-required(access-refused)");
    let ended = report(&connection).await;
    assert_eq!(ended.stage, Stage::Attention);
    assert!(ended.findings[0].reauthorize_helps);
}

#[tokio::test]
async fn diagnostics_tell_what_is_there_and_no_secret() {
    let world = World::start().await;
    let connection = world.authorized().await;
    let bundle = connection.diagnostics().await.unwrap();
    let bundle: serde_json::Value = serde_json::from_str(&bundle).unwrap();
    assert_eq!(bundle["grant"]["organization"], "org-7");
    for secret in [TOKEN, CODE, "s3cret-of-the-operator"] {
        assert!(!bundle.to_string().contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn removing_revokes_the_token_and_leaves_nothing() {
    let world = World::start().await;
    let connection = world.authorized().await;
    let receipt = connection.remove("en").await.unwrap();
    assert!(receipt.revoked);
    assert!(receipt.remaining.is_empty());
    let received = world.provider.received();
    let revoked = received.iter().find(|it| it.starts_with("POST /revoke"));
    assert!(revoked.unwrap().contains(TOKEN));
    assert_eq!(stored::cells(&world.database), []);
    assert_eq!(report(&connection).await.stage, Stage::Unconfigured);
}
