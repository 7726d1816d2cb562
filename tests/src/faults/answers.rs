//! What a token endpoint, or somebody in its place, may answer.

use std::io::Write as _;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use fortnox_simulator::Refusal;
use fortnox_simulator::behaviour::{ErrorMediaType, Wording};
use fortnox_simulator::cast::company;
use fortnox_simulator::deck::{Card, Fault, Moment};
use fortnox_simulator::ledger::Kind;
use serde_json::{Value, json};

use super::case::{COMPANY, Case};
use super::detour::Detour;
use super::disk::Disk;
use super::seed::Seed;
use super::wire::{REFRESH, over};
use super::{Outcome, Row, row};
use crate::refusal;
use crate::relay::Endless;
use crate::scripted::Scripted;

pub(super) const ROWS: &[Row] = &[
    row!("21", Wire, "expires_in of any kind", lives),
    row!("22", Provider, "no refresh token in the answer", none),
    row!(
        "23",
        Provider,
        "an empty refresh token in the answer",
        empty
    ),
    row!("24", Provider, "the same refresh token in the answer", same),
    row!("25", Provider, "token_type missing or mac", no_bearer),
    row!("26", Wire, "an error in a 200", error_in_success),
    row!("27", Wire, "a login page in a 200", login_page),
    row!("28", Wire, "a body without end", endless),
    row!("29", Wire, "a gzip bomb", bomb),
    row!("31", Wire, "503 with Retry-After of any kind", retry_after),
    row!("33", Wire, "403 by a firewall", firewall),
    row!("37", Provider, "a refusal in odd words", odd_words),
    row!(
        "39b",
        Provider,
        "JSON errors under other media types",
        media_types
    ),
    row!("40", Wire, "a redirect elsewhere", redirect),
];

/// Another answer to the next renewal, which is not carried out.
fn instead(status: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Card {
    answering(Moment::BeforeProcessing, status, headers, body)
}

fn answering(
    when: Moment,
    status: u16,
    headers: &[(&str, &str)],
    body: impl Into<Vec<u8>>,
) -> Card {
    let mut answer = http::Response::builder().status(status);
    for (name, value) in headers {
        answer = answer.header(*name, *value);
    }
    let answer = answer.body(body.into()).unwrap();
    Card::new(REFRESH, Fault::Answer { when, answer })
}

/// Sets a member of every answer from now on, or leaves it out.
fn member(case: &Case, name: &str, value: Option<Value>) {
    case.world.simulator.behaviour(|behaviour| {
        behaviour.token_answer_set.remove(name);
        behaviour.token_answer_omit.remove(name);
        match value {
            Some(value) => drop(behaviour.token_answer_set.insert(name.to_owned(), value)),
            None => drop(behaviour.token_answer_omit.insert(name.to_owned())),
        }
    });
}

/// All answers are as they should be.
fn well(case: &Case) {
    case.world.simulator.behaviour(|behaviour| {
        behaviour.token_answer_set.clear();
        behaviour.token_answer_omit.clear();
        behaviour.refresh_tokens_issued = true;
    });
}

async fn lives(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let kinds = [
        (Some(json!("7200")), 7200),
        (Some(json!(1800.9)), 1800),
        (Some(json!(-5)), 60),
        (Some(json!(0)), 60),
        (Some(json!(1_000_000_000_000_u64)), 86_400),
        (Some(json!("soon")), 3600),
        (Some(json!({})), 3600),
        (None, 3600),
    ];
    let before = case.requests();
    let count = kinds.len();
    for (stated, life) in kinds {
        let shown = format!("{stated:?}");
        member(&case, "expires_in", stated);
        let token = case.token().await.expect("a token");
        let now = case.world.simulator.clock().now();
        assert_eq!(token.expires - now, life, "{shown}");
        case.world.pass(Duration::from_secs(life));
    }
    assert_eq!(case.requests(), before + count, "one renewal each");
    well(&case);
    case.alive(format!("{count} kinds: saved, within 60 s and 24 h"), 0)
        .await
}

/// A server that does not rotate answers without a new refresh token.
async fn none(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let rotation =
        |on| (case.world.simulator).behaviour(|behaviour| behaviour.refresh_tokens_issued = on);
    rotation(false);
    case.token().await.expect("renewed");
    rotation(true);
    case.alive("the old one stays, and serves again", 1).await
}

async fn empty(mut seed: Seed) -> Outcome {
    let text = seed.one_of(&["", " ", "\t\n"]);
    let case = Case::person(seed).await;
    let simulator = &case.world.simulator;
    simulator.behaviour(|behaviour| behaviour.refresh_tokens_issued = false);
    member(&case, "refresh_token", Some(text.into()));
    case.token().await.expect("renewed");
    assert_eq!(case.told("refresh-token.unusable").await, 1);
    well(&case);
    case.alive(format!("{text:?}: the old one stays, with a warning"), 1)
        .await
}

async fn same(seed: Seed) -> Outcome {
    let mut case = Case::person(seed).await;
    let disk = Disk::under(case.world.storage());
    case.goes_on_at(case.another().storage(disk.clone())).await;
    let simulator = &case.world.simulator;
    let present = simulator.ledger().delivered(Kind::RefreshToken).pop();
    simulator.behaviour(|behaviour| behaviour.refresh_tokens_issued = false);
    let present = present.unwrap().expose().to_owned();
    member(&case, "refresh_token", Some(present.into()));
    case.token().await.expect("renewed");
    well(&case);
    let outcome = case.alive("accepted, and the generation advances", 1).await;
    let written = disk.written();
    let kept = written.iter().filter(|key| key.starts_with("answer-"));
    let generations: Vec<_> = kept.filter_map(|key| key.rsplit('-').next()).collect();
    assert_eq!(generations, ["1", "2"]);
    outcome
}

/// Answers with a refresh token that is good and an access token that is not:
/// every refresh token is saved, nothing is handed out, and nobody asks without
/// end.
async fn saved_only(case: Case, words: &str) -> Outcome {
    let before = case.requests();
    let refused = refusal(case.token().await);
    assert_eq!(refused, "unavailable(answer-unusable)");
    assert_eq!(
        case.requests(),
        before + 2,
        "one more at once, and no third"
    );
    assert_eq!(case.told("renewal.failed").await, 1);
    assert_eq!(case.condition().await, "good");
    well(&case);
    case.alive(words, 0).await
}

async fn no_bearer(mut seed: Seed) -> Outcome {
    let token_type = seed.one_of(&[Some("mac"), None]);
    let case = Case::person(seed).await;
    member(&case, "token_type", token_type.map(Value::from));
    saved_only(case, "refresh token saved, access token not handed out").await
}

async fn error_in_success(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    member(&case, "error", Some("invalid_grant".into()));
    let outcome = saved_only(case, "the error counts, the refresh token is saved");
    outcome.await
}

const PAGE: &str = "<!doctype html><title>Logga in</title><form method=post>";

async fn login_page(mut seed: Seed) -> Outcome {
    let when = seed.one_of(&[Moment::BeforeProcessing, Moment::AfterProcessing]);
    let case = Case::person(seed).await;
    case.lay(answering(when, 200, &[("content-type", "text/html")], PAGE));
    let first = refusal(case.token().await);
    assert_eq!(first, "unavailable(answer-unusable)");
    assert_eq!(case.told("renewal.failed").await, 1);
    match when {
        Moment::BeforeProcessing => {
            case.waits().await;
            case.alive("told; then renewed by one probe", 1).await
        }
        Moment::AfterProcessing => over(case).await,
    }
}

async fn endless(mut seed: Seed) -> Outcome {
    let chunked = seed.below(2) == 1;
    let mut case = Case::person(seed).await;
    if !chunked {
        let body = vec![b' '; 10 * 1024 * 1024];
        case.lay(instead(200, &[("content-type", "application/json")], body));
        let first = refusal(case.token().await);
        assert_eq!(first, "unavailable(provider-silent)");
        case.waits().await;
        return case.alive("10 MiB: cut off; renewed by one probe", 1).await;
    }
    let server = Endless::start("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
    case.goes_on_at(case.another().transport(Detour::to(server.address())))
        .await;
    let first = refusal(case.token().await);
    assert_eq!(first, "unavailable(provider-silent)");
    // One MiB is read; the rest is what the system holds of a connection.
    assert!(server.sent() < 10 * 1024 * 1024, "{} bytes", server.sent());
    case.goes_on_at(case.another()).await;
    case.waits().await;
    case.alive("without end: cut off, then renewed", 0).await
}

async fn bomb(seed: Seed) -> Outcome {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![b' '; 20 * 1024 * 1024]).unwrap();
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < 64 * 1024, "it comes below the limit of a body");
    let server = Scripted::start(move |_| {
        let length = bomb.len();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n");
        [head.as_bytes(), bomb.as_slice()].concat()
    })
    .await;
    let mut case = Case::person(seed).await;
    case.goes_on_at(case.another().transport(Detour::to(server.address())))
        .await;
    let first = refusal(case.token().await);
    assert_eq!(first, "unavailable(answer-unusable)");
    let received = server.received();
    assert_eq!(received.len(), 1);
    let offered = received.iter().any(|request| {
        let request = request.to_ascii_lowercase();
        request.contains("accept-encoding")
    });
    assert!(!offered, "no encoding is offered");
    case.goes_on_at(case.another()).await;
    case.waits().await;
    case.alive("never decoded; then renewed", 0).await
}

async fn retry_after(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let quarter = Duration::from_secs(15 * 60);
    let obeyed = [
        ("120", Duration::from_secs(120)),
        ("0", Duration::from_secs(1)),
        ("1000000000", quarter),
        ("Sun, 22 Nov 2026 10:00:00 GMT", quarter),
    ];
    for (text, pause) in obeyed {
        case.lay(instead(503, &[("retry-after", text)], ""));
        let failing = "provider-failing".to_owned();
        assert_eq!(case.unavailable().await, (failing.clone(), pause), "{text}");
        let before = case.requests();
        assert_eq!(case.unavailable().await, (failing, pause), "{text}");
        assert_eq!(case.requests(), before, "{text} was not obeyed");
        case.world.pass(pause);
        case.token().await.expect("the pause is over");
        case.token_ends();
    }
    let nonsense = ["soon", "-5", ""];
    for text in nonsense {
        case.lay(instead(503, &[("retry-after", text)], ""));
        let (reason, after) = case.unavailable().await;
        assert_eq!(reason, "provider-failing", "{text}");
        assert_eq!(after, Duration::from_secs(30), "{text}");
        let before = case.requests();
        assert_eq!(case.unavailable().await.0, "renewal-under-way", "{text}");
        assert_eq!(case.requests(), before, "{text}");
        case.claim_runs_out();
        case.token().await.expect("the probe");
        case.token_ends();
    }
    assert_eq!(case.condition().await, "good");
    let probes = obeyed.len() + nonsense.len();
    case.alive("obeyed within 1 s and 15 min; nonsense is none", probes)
        .await
}

/// Somebody answers in the provider's place, and not in its language.
async fn stranger(case: Case, card: Card, words: &str) -> Outcome {
    case.lay(card);
    let first = refusal(case.token().await);
    assert_eq!(first, "unavailable(answer-unusable)");
    assert_eq!(case.condition().await, "good");
    assert_eq!(case.told("renewal.failed").await, 1);
    case.waits().await;
    case.alive(words, 1).await
}

async fn firewall(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let page = "<html><h1>Request blocked</h1>error invalid_grant</html>";
    let card = instead(403, &[("content-type", "text/html")], page);
    stranger(case, card, "told; then renewed by one probe").await
}

async fn redirect(mut seed: Seed) -> Outcome {
    let status = seed.one_of(&[307, 308, 302, 301, 303]);
    let case = Case::person(seed).await;
    let elsewhere = Scripted::start(|_| Vec::new()).await;
    let card = instead(
        status,
        &[("location", &elsewhere.url("/oauth-v1/token"))],
        "",
    );
    let words = format!("the {status} is not followed; told; then renewed");
    let outcome = stranger(case, card, &words).await;
    assert!(elsewhere.received().is_empty(), "it was followed");
    outcome
}

async fn odd_words(mut seed: Seed) -> Outcome {
    let (text, part) = seed.one_of(&[
        ("Ogiltig förnyelsekod för företaget", "Ogiltig förnyelsekod"),
        ("a\r\nb\u{1b}[31m\u{202e}\u{0}<script>c", "b [31m ‹script›c"),
        ("something entirely new", "something entirely new"),
        ("", "invalid_grant"),
    ]);
    let case = Case::person(seed).await;
    case.world.simulator.behaviour(|behaviour| {
        let words = Wording {
            error: None,
            description: Some(text.to_owned()),
        };
        behaviour
            .wording
            .insert(Refusal::RefreshTokenInvalid, words);
    });
    case.world.simulator.withdraw_consent(company::EXEMPEL);
    let refused = refusal(case.token().await);
    assert_eq!(refused, "authorization-required(grant-refused)");
    let log = case.world.entries(COMPANY).await;
    let ended = log.iter().find(|entry| entry.event == "grant.ended");
    let message = &ended.unwrap().message;
    assert!(message.contains(part), "{message}");
    let harmless = |char: char| !char.is_control() && !"<>\u{202e}".contains(char);
    assert!(message.chars().all(harmless), "{message:?}");
    case.ended("grant-refused", "the same decision, harmless words", 0)
        .await
}

async fn media_types(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    for media_type in ["text/html; charset=UTF-8", "text/plain", "image/png"] {
        let body = r#"{"error":"temporarily_unavailable"}"#;
        case.lay(instead(400, &[("content-type", media_type)], body));
        let refused = refusal(case.token().await);
        assert_eq!(refused, "unavailable(provider-failing)", "{media_type}");
        assert_eq!(case.condition().await, "good");
        // The code says that nothing was spent, so nobody has to wait.
        case.token().await.expect("renewed");
        case.token_ends();
    }
    let simulator = &case.world.simulator;
    simulator.behaviour(|it| it.error_media_type = ErrorMediaType::AsRecorded);
    simulator.withdraw_consent(company::EXEMPEL);
    let refused = refusal(case.token().await);
    assert_eq!(refused, "authorization-required(grant-refused)");
    case.ended("grant-refused", "the body decides, not its type", 3)
        .await
}
