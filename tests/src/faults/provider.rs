//! What the provider decides.

use std::time::Duration;

use fortnox_simulator::cast::{Licence, company};
use fortnox_simulator::deck::{Card, Fault, Moment};
use fortnox_simulator::ledger::Kind;
use fortnox_simulator::{Profile, Secret};
use host_harness::contract::Error;
use host_harness::{CallError, Connection};
use secrecy::ExposeSecret as _;

use super::case::Case;
use super::seed::Seed;
use super::wire::{REFRESH, over};
use super::{Outcome, Row, row};
use crate::gate::{Gate, Side};
use crate::{findings, refusal};

pub(super) const ROWS: &[Row] = &[
    row!("32", Provider, "429 for all companies at once", limited),
    row!("34", Provider, "the client's secret is refused", client),
    row!(
        "35",
        Provider,
        "refused because another was faster",
        overtaken
    ),
    row!("36", Provider, "the consent is withdrawn", withdrawn),
    row!("38", Provider, "reuse ends the whole grant", family),
    row!("39", Provider, "two spends, two good successors", forked),
    row!("39c", Provider, "a licence is missing", licence),
];

/// Companies beside the case's own.
const NEIGHBOURS: usize = 6;

async fn neighbours(case: &Case) -> Vec<Connection> {
    let mut all = Vec::new();
    for number in 1..=NEIGHBOURS {
        all.push(case.neighbour(&format!("Granne {number} AB")).await);
    }
    case.token_ends();
    all
}

async fn pause_of(case: &Case, connection: &Connection) -> Duration {
    match case.other_token(connection, None).await {
        Err(CallError::Refused(Error::Unavailable(retry))) => {
            assert_eq!(retry.reason, "rate-limited");
            Duration::from_millis(u64::from(retry.after))
        }
        other => panic!("{other:?}"),
    }
}

/// After the pause, which this process has in its memory, another one goes on:
/// nobody has to wait, because no grant was touched.
async fn all_recover(
    mut case: Case,
    neighbours: &[Connection],
    words: &str,
    probes: usize,
) -> Outcome {
    let host = case.another().build().await.unwrap();
    for neighbour in neighbours {
        let report = neighbour.status("en").await.unwrap();
        let grant = report.grant.unwrap();
        assert_eq!(grant.condition, host_harness::contract::Condition::Good);
        let anew = host.connection(neighbour.company()).unwrap();
        case.other_token(&anew, None).await.expect("renewed");
    }
    case.goes_on_at(case.another()).await;
    case.alive(words, probes).await
}

async fn limited(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let neighbours = neighbours(&case).await;
    let answer = http::Response::builder()
        .status(429)
        .header("retry-after", "600")
        .body(Vec::new())
        .unwrap();
    let when = Moment::BeforeProcessing;
    case.lay(Card::new(REFRESH, Fault::Answer { when, answer }));
    let limited = "rate-limited".to_owned();
    let told = (limited, Duration::from_secs(600));
    assert_eq!(case.unavailable().await, told);
    let before = case.requests();
    let mut pauses = Vec::new();
    for _ in 0..4 {
        for neighbour in &neighbours {
            pauses.push(pause_of(&case, neighbour).await);
        }
    }
    assert_eq!(case.requests(), before, "one answer was for all");
    let (first, last) = (pauses.iter().min(), pauses.iter().max());
    let (first, last) = (*first.unwrap(), *last.unwrap());
    // 24 draws out of 300 s; they begin when the pause ends.
    assert!(first >= Duration::from_secs(500), "{first:?}");
    assert!(
        last - first >= Duration::from_secs(150),
        "{first:?} {last:?}"
    );
    all_recover(case, &neighbours, "one request for all, spread returns", 1).await
}

async fn client(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let neighbours = neighbours(&case).await;
    let secret = Secret::new("AnotherSecret1");
    case.world
        .simulator
        .change_app(|app| app.client_secret = secret);
    // The first ones may be the operator's, who is mending it.
    let (first, others) = neighbours.split_at(2);
    for neighbour in first {
        let refused = refusal(case.other_token(neighbour, None).await);
        assert_eq!(refused, "misconfigured(client-credentials-refused)");
    }
    let refused = refusal(case.token().await);
    assert_eq!(refused, "misconfigured(client-credentials-refused)");
    let before = case.requests();
    for neighbour in others {
        pause_of(&case, neighbour).await;
    }
    assert_eq!(case.requests(), before, "the breaker is for all");
    let report = case.report().await;
    assert_eq!(findings(&report), ["client-credentials-refused"]);
    assert_eq!(case.condition().await, "good");
    // The registration of the hosts to come has the new secret.
    let words = "three requests of seven companies, none ended, all recover";
    all_recover(case, &neighbours, words, 3).await
}

/// A host that stands before its request until somebody else has taken over its
/// claim and renewed; what it is told, and what the other got.
async fn race(case: &Case) -> (String, String) {
    let gate = Gate::new("/oauth-v1/token", Side::Before);
    let slow = case.at(case.another().transport(gate.clone())).await;
    let slow = tokio::spawn(async move { slow.access_token(None).await });
    gate.arrival().await;
    case.claim_runs_out();
    let fast = case.token().await.expect("taken over");
    gate.let_go();
    let slow = slow.await.unwrap().expect("adopted");
    let value = |token: &host_harness::Token| token.value.expose_secret().to_owned();
    (value(&slow), value(&fast))
}

async fn overtaken(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let before = case.requests();
    let (slow, fast) = race(&case).await;
    assert_eq!(slow, fast);
    assert_eq!(case.requests(), before + 2);
    let ledger = case.world.simulator.ledger();
    assert_eq!(ledger.reuses().len(), 1, "the slow one was refused");
    assert_eq!(case.told("grant.ended").await, 0);
    case.alive("refused, read again, adopted", 1).await
}

async fn forked(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let simulator = &case.world.simulator;
    simulator.behaviour(|behaviour| Profile::Lenient.apply(behaviour));
    let first = simulator.ledger().delivered(Kind::RefreshToken).pop();
    let (slow, fast) = race(&case).await;
    assert_eq!(slow, fast, "the first save counts");
    let successors = simulator.ledger().successors(&first.unwrap());
    assert_eq!(successors.len(), 2, "the server gave two");
    case.token_ends();
    case.token().await.expect("the next renewal");
    let ledger = simulator.ledger();
    let requests = ledger.token_requests();
    let presented = requests.last().unwrap().presented.as_ref();
    assert_eq!(presented, successors.first(), "the stored one goes on");
    assert_eq!(ledger.times_presented(&successors[1]), 0);
    // Revoking one successor ends the whole consent at some servers.
    assert!(ledger.revoked(Kind::RefreshToken).is_empty());
    assert!(case.world.forms("/oauth-v1/revoke").is_empty());
    assert_eq!(case.condition().await, "good");
    case.outcome("the first save counts, the other is dropped", 1)
        .await
}

async fn withdrawn(seed: Seed) -> Outcome {
    let service = Case::service(seed).await;
    service.world.simulator.withdraw_consent(company::EXEMPEL);
    let refused = refusal(service.token().await);
    assert_eq!(refused, "authorization-required(consent-withdrawn)");
    service.ended("consent-withdrawn", "", 0).await;

    let person = Case::person(seed).await;
    let before = person.requests();
    person.world.simulator.withdraw_consent(company::EXEMPEL);
    let refused = refusal(person.token().await);
    assert_eq!(refused, "authorization-required(grant-refused)");
    assert_eq!(person.requests(), before + 1);
    person
        .ended("grant-refused", "ended within one call", 0)
        .await
}

async fn family(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let simulator = &case.world.simulator;
    simulator.behaviour(|behaviour| Profile::Strict.apply(behaviour));
    let reset = fortnox_simulator::deck::ResetAt::AnswerByte(0);
    case.lay(Card::new(REFRESH, Fault::Reset(reset)));
    let first = refusal(case.token().await);
    assert_eq!(first, "unavailable(provider-silent)");
    over(case).await
}

async fn licence(mut seed: Seed) -> Outcome {
    let apps = seed.below(2) == 0;
    let unauthorized = seed.below(2) == 0;
    let case = Case::person(seed).await;
    let simulator = &case.world.simulator;
    simulator.behaviour(|behaviour| behaviour.lapsed_licence_is_401 = unauthorized);
    let held = |held| match (apps, held) {
        (true, true) => simulator.buy_app(company::EXEMPEL),
        (true, false) => simulator.cancel_app(company::EXEMPEL),
        (false, true) => simulator.buy_licence(company::EXEMPEL, Licence::Integration),
        (false, false) => simulator.cancel_licence(company::EXEMPEL, Licence::Integration),
    };
    let cause = match apps {
        true => "app-licence-missing",
        false => "integration-licence-missing",
    };
    held(false);
    let day = Duration::from_secs(86_400);
    assert_eq!(case.unavailable().await, (cause.to_owned(), day));
    let before = case.requests();
    assert_eq!(case.unavailable().await, (cause.to_owned(), day));
    assert_eq!(case.requests(), before, "paused");
    assert_eq!(case.told("renewal.failed").await, 1);
    assert_eq!(findings(&case.report().await), [cause]);
    assert_eq!(case.condition().await, "good");
    held(true);
    case.world.pass(day);
    case.token().await.expect("it resumes by itself");
    assert!(findings(&case.report().await).is_empty());
    case.alive(format!("{cause}: paused for a day, resumes"), 1)
        .await
}
