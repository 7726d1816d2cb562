//! Secrets of whole journeys, looked for wherever they must not be: security
//! line S41. A program of its own, because it listens to all that this process
//! says.

use std::fmt::Write as _;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aho_corasick::AhoCorasick;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use fortnox_simulator::behaviour::{CannedAnswer, NextTokenAnswer};
use fortnox_simulator::cast::{TenantId, company, person};
use fortnox_simulator::ledger::Kind;
use fortnox_simulator::scenario::{self, Scenario};
use fortnox_simulator::visitor::Decision;
use fortnox_simulator::{Secret, visitor::Ending};
use host_harness::contract::ApiRequest;
use host_harness::{CallError, Connection};
use secrecy::ExposeSecret as _;
use tests::{REDIRECT_URI, World, parameter, refusal};
use tracing_subscriber::filter::LevelFilter;

/// Answers with tokens, spoilt in several ways: status, body, and the cause.
const SPOILT: [(u16, &str, &str); 4] = [
    (
        200,
        r#"{"access_token":"sp0ilt-acc3ss","refresh_token":"sp0ilt-r3fresh"}"#,
        "answer-unusable",
    ),
    (
        200,
        r#"{"token_type":"bearer","refresh_token":"sp0ilt-r3fresh","access_token":"sp0ilt-acc3ss"#,
        "answer-unusable",
    ),
    (
        500,
        r#"{"access_token":"sp0ilt-acc3ss"}"#,
        "provider-failing",
    ),
    (
        400,
        r#"{"error":"invalid_grant","refresh_token":"sp0ilt-r3fresh"}"#,
        "code-refused",
    ),
];

const CLIENT_SECRET: &str = "canary+client/secret:%&";

/// What `tracing` and `log` are told, by everybody.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<u8>>>);

impl io::Write for Told {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// One world, what it said, and what it must not have said.
struct Walk {
    world: World,
    said: String,
    secrets: Vec<(&'static str, String)>,
}

impl Walk {
    fn note<T: std::fmt::Debug>(&mut self, result: &Result<T, CallError>) {
        match result {
            Ok(value) => writeln!(self.said, "{value:?}").unwrap(),
            Err(error) => {
                writeln!(self.said, "{error} {error:?}").unwrap();
                let mut cause: Option<&dyn std::error::Error> = Some(error);
                while let Some(error) = cause {
                    writeln!(self.said, "{error}").unwrap();
                    cause = error.source();
                }
            }
        }
    }

    async fn journey(
        &mut self,
        connection: &Connection,
        (login, tenant): (&str, TenantId),
        decision: Decision,
        expected: &str,
    ) {
        let begun = connection.begin_authorize().await;
        self.note(&begun);
        let begun = begun.unwrap();
        let binding = begun.binding.expose_secret();
        let state = begun.state.expose_secret();
        self.secrets.push(("binding", binding.to_owned()));
        self.secrets.push(("state", state.to_owned()));
        let ending = self.world.send_to(&begun, login, tenant, decision).await;
        let Ending::Returned(url) = &ending else {
            panic!("{ending:?}");
        };
        if let Some(code) = parameter(url, "code") {
            self.secrets.push(("code", code));
        }
        let query = tests::query(&ending);
        for query in [&query, ""] {
            let found = self.world.host.connection_for_callback(query, binding);
            assert!(found.await.unwrap().is_some());
        }
        let stolen = connection.handle_callback(&query, "stolen").await;
        self.note(&stolen);
        let handled = connection.handle_callback(&query, binding).await;
        self.note(&handled);
        assert_eq!(refusal(handled), expected);
        let again = connection.handle_callback(&query, binding).await;
        self.note(&again);
        for locale in ["sv", "en"] {
            let report = connection.status(locale).await;
            self.note(&report);
        }
        self.works(connection).await;
    }

    /// Everything that can be asked of a connection, whatever comes of it.
    async fn works(&mut self, connection: &Connection) {
        let token = connection.access_token(None).await;
        self.note(&token);
        let access = connection.check_access().await;
        self.note(&access);
        let called = connection.call_api(read("3/customers")).await;
        self.note(&called);
        self.world.pass(Duration::from_secs(3600));
        let maintained = connection.maintain().await;
        self.note(&maintained);
        let token = connection.access_token(None).await;
        self.note(&token);
        for locale in ["sv", "nb", "en"] {
            let report = connection.status(locale).await;
            self.note(&report);
        }
        let bundle = connection.diagnostics().await;
        self.note(&bundle);
    }

    /// A journey under a scenario, wherever it ends.
    async fn under(&mut self, scenario: &Scenario) {
        let simulator = &self.world.simulator;
        simulator.play(scenario);
        simulator.set_redirect_uri(REDIRECT_URI);
        simulator.behaviour(|behaviour| behaviour.token_answer_delay = 0);
        if scenario.id != "wrong-secret" {
            simulator.change_app(|app| app.client_secret = Secret::new(CLIENT_SECRET));
        }
        for account in ["user", "service"] {
            let name = format!("{} {account}", scenario.id);
            let connection = self.world.configured(&name, account).await;
            connection.set_enabled(true).await.unwrap();
            let begun = connection.begin_authorize().await.unwrap();
            let binding = begun.binding.expose_secret().to_owned();
            self.secrets.push(("binding", binding.clone()));
            let state = begun.state.expose_secret().to_owned();
            self.secrets.push(("state", state));
            let approve = Decision::Approve;
            let ending = self.world.send(&begun, person::ADMIN, approve).await;
            if let Ending::Returned(url) = &ending {
                self.secrets
                    .extend(parameter(url, "code").map(|code| ("code", code)));
                let query = url.query().unwrap_or_default();
                let handled = connection.handle_callback(query, &binding).await;
                self.note(&handled);
            }
            self.works(&connection).await;
            for entry in self.world.entries(&name).await {
                writeln!(self.said, "{entry:?}").unwrap();
            }
        }
    }

    fn next_token_answer(&self, status: u16, body: &[u8]) {
        self.world.simulator.behaviour(|behaviour| {
            behaviour.next_token_answer = Some(NextTokenAnswer {
                answer: CannedAnswer {
                    status,
                    content_type: None,
                    body: body.to_vec(),
                },
                after_processing: true,
            });
        });
    }

    /// Secrets that only the two ends of the wire know.
    fn gather(&mut self) {
        for form in self.world.forms("/oauth-v1/token") {
            let verifiers = form.into_iter().filter(|(name, _)| name == "code_verifier");
            let verifiers = verifiers.map(|(_, value)| ("verifier", value));
            self.secrets.extend(verifiers);
        }
        let ledger = self.world.simulator.ledger();
        for (name, kind) in [
            ("code", Kind::Code),
            ("access token", Kind::AccessToken),
            ("refresh token", Kind::RefreshToken),
        ] {
            let minted = ledger.minted(kind).into_iter();
            let minted = minted.map(|value| (name, value.expose().to_owned()));
            self.secrets.extend(minted);
        }
        let id = self.world.simulator.app().client_id;
        let pair = format!("{id}:{CLIENT_SECRET}");
        self.secrets
            .push(("client secret", CLIENT_SECRET.to_owned()));
        self.secrets.push(("client credentials", pair));
    }
}

fn read(path: &str) -> ApiRequest {
    ApiRequest {
        method: "GET".to_owned(),
        path: path.to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
        timeout: 5_000,
    }
}

/// A value as it could turn up: plain, hexadecimal, Base64 at any offset, and
/// percent-encoded in full or where a URL needs it.
fn disguises(value: &str) -> Vec<String> {
    let bytes = value.as_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let percent: String = bytes.iter().map(|byte| format!("%{byte:02X}")).collect();
    let form: String = url::form_urlencoded::byte_serialize(bytes).collect();
    let mut forms = vec![value.to_owned(), hex.to_uppercase(), hex, percent, form];
    for offset in 0..3 {
        let shifted = [&vec![0; offset], bytes].concat();
        for text in [
            BASE64_STANDARD_NO_PAD.encode(&shifted),
            BASE64_URL_SAFE_NO_PAD.encode(&shifted),
        ] {
            // The first and last characters depend on the neighbours.
            forms.push(text[4..text.len() - 2].to_owned());
        }
    }
    forms
}

/// Bytes as text; what is no text matters to no secret.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[tokio::test]
async fn s41_no_secret_of_any_journey_is_told_shown_or_stored_in_the_clear() {
    let world = World::with(|r| r.client_secret = CLIENT_SECRET.into()).await;
    // Only now: the compiler, which knows no secret, would say gigabytes.
    let told = Told::default();
    let writer = told.clone();
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    let known = Secret::new(CLIENT_SECRET);
    world.simulator.change_app(|app| app.client_secret = known);
    let mut walk = Walk {
        world,
        said: String::new(),
        secrets: Vec::new(),
    };
    let approve = Decision::Approve;
    for (account, login) in [("user", person::USER), ("service", person::ADMIN)] {
        let connection = walk.world.configured(account, account).await;
        connection.set_enabled(true).await.unwrap();
        let who = (login, company::EXEMPEL);
        let declined = "callback-rejected(user-declined)";
        walk.journey(&connection, who, Decision::Cancel, declined)
            .await;
        for (status, body, cause) in SPOILT {
            walk.next_token_answer(status, body.as_bytes());
            let expected = format!("callback-rejected({cause})");
            walk.journey(&connection, who, approve, &expected).await;
        }
        walk.journey(&connection, who, approve, "ok").await;
        walk.journey(&connection, who, approve, "ok").await;
        let moved = (person::MANY, company::ANDRA);
        let another = "callback-rejected(another-organization)";
        walk.journey(&connection, moved, approve, another).await;
    }
    for scenario in scenario::ALL {
        walk.under(scenario).await;
        // Somebody else's client is not to rest for it.
        walk.world.pass(Duration::from_secs(24 * 3600));
    }
    walk.world.simulator.play(scenario::AS_FORTNOX);
    walk.world.simulator.set_redirect_uri(REDIRECT_URI);
    let wrong = Secret::new("renewed");
    walk.world
        .simulator
        .change_app(|app| app.client_secret = wrong);
    let connection = walk.world.configured("refused", "user").await;
    let who = (person::USER, company::EXEMPEL);
    let refused = "misconfigured(client-credentials-refused)";
    walk.journey(&connection, who, approve, refused).await;
    // One that is under way, one that stands, one that is removed.
    let begun = walk.world.company("refused").begin_authorize().await;
    let begun = begun.unwrap();
    walk.secrets
        .push(("state", begun.state.expose_secret().to_owned()));
    let removed = walk.world.company("service").remove("sv").await;
    walk.note(&removed);
    walk.gather();
    walk.secrets
        .push(("access token", "sp0ilt-acc3ss".to_owned()));
    walk.secrets
        .push(("refresh token", "sp0ilt-r3fresh".to_owned()));

    for name in ["user", "service", "refused"] {
        for entry in walk.world.entries(name).await {
            writeln!(walk.said, "{entry:?}").unwrap();
        }
    }
    let mut places = vec![
        ("results and logs", walk.said.clone()),
        ("tracing", text(&told.0.lock().unwrap())),
    ];
    for (place, suffix) in [
        ("database", ""),
        ("write-ahead log", "-wal"),
        ("index", "-shm"),
    ] {
        let file = format!("{}{suffix}", walk.world.file.display());
        places.push((place, text(&std::fs::read(file).unwrap())));
    }
    // The search finds what is there.
    for (what, (_, place)) in ["user-declined", "authorization.failed", "Exempel AB"]
        .iter()
        .zip(&places)
    {
        assert!(place.contains(what), "{what}");
    }
    assert!(walk.secrets.len() > 60, "{}", walk.secrets.len());
    let secrets = walk.secrets.iter();
    let disguised = secrets.flat_map(|(name, secret)| {
        let disguises = disguises(secret).into_iter();
        disguises.map(|disguise| (*name, disguise))
    });
    let disguised: Vec<(&str, String)> = disguised.collect();
    let search = AhoCorasick::new(disguised.iter().map(|(_, disguise)| disguise)).unwrap();
    for (place, text) in &places {
        if let Some(found) = search.find(text) {
            let (name, disguise) = &disguised[found.pattern()];
            panic!("a {name} is in the {place}: {disguise}");
        }
    }
}
