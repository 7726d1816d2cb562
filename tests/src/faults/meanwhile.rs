//! What a person or the operator does while a renewal or an exchange is under
//! way.

use std::sync::Arc;

use fortnox_simulator::cast::person;
use fortnox_simulator::deck::{Card, Fault, Gate, GrantType, Moment, Requests, Until};
use fortnox_simulator::ledger::{Kind, Ledger};
use fortnox_simulator::visitor::Decision;
use host_harness::storage::Source;
use host_harness::{CompanyLog, Connection, Entry, Host, LogError};
use secrecy::ExposeSecret as _;

use super::case::{COMPANY, Case};
use super::point::Point;
use super::process::{Got, HostProcess, tell_time};
use super::seed::Seed;
use super::{Outcome, Row, row};
use crate::{refusal, stored};

pub(super) const ROWS: &[Row] = &[
    row!("67", Host, "authorized anew during a renewal", reauthorized),
    row!("68", Host, "removed during a renewal", removed),
    row!("69", Host, "two browsers finish a consent", two_browsers),
    row!(
        "70",
        Operator,
        "another client id during a renewal",
        another_app
    ),
    row!("74", Host, "the company log fails or blocks", no_log),
    row!(
        "75",
        Operator,
        "orderly end with 100 calls in flight",
        orderly_end
    ),
];

async fn reauthorized(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let mut process = HostProcess::start(&case);
    for point in [Point::AfterAnswer, Point::BeforeSave] {
        process.go_to(point);
        let journey = case
            .world
            .journey(&case.connection, person::USER, Decision::Approve);
        journey.await.expect("a renewal does not stand in the way");
        let new = newest(&case, Kind::AccessToken);
        process.go_on();
        assert_eq!(
            process.result(),
            Got::Token(new),
            "the old lineage was saved"
        );
        assert!(!case.answer_is_kept());
        case.token_ends();
        tell_time(&case);
    }
    let ledger = case.world.simulator.ledger();
    assert!(
        ledger.revoked(Kind::RefreshToken).is_empty(),
        "not only removal revokes"
    );
    case.alive("the new lineage stays; the late save is dropped", 0)
        .await
}

fn newest(case: &Case, kind: Kind) -> String {
    let minted = case.world.simulator.ledger().minted(kind);
    minted.last().unwrap().expose().to_owned()
}

async fn removed(seed: Seed) -> Outcome {
    removed_at(seed, Point::BeforeSave).await;
    removed_at(seed, Point::AfterAnswer).await
}

async fn removed_at(seed: Seed, point: Point) -> Outcome {
    let case = Case::person(seed).await;
    let mut process = HostProcess::start(&case);
    process.go_to(point);
    case.connection.remove("en").await.unwrap();
    process.go_on();
    let refused = Got::Refused("rejected(removing)".to_owned());
    assert_eq!(process.result(), refused);
    let revoked = case.world.simulator.ledger().revoked(Kind::RefreshToken);
    let late = newest(&case, Kind::RefreshToken);
    assert!(
        revoked.iter().any(|revoked| revoked.expose() == late),
        "the late token lives on at the provider"
    );
    assert!(stored::companies(&case.world.file).is_empty());
    case.outcome("the late save is refused, its token revoked", 0)
        .await
}

/// Three races: two hosts with the same callback; two attempts, one
/// after the other; and an attempt that is overtaken while its code is
/// being redeemed.
async fn two_browsers(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let other = another(&case).await;

    let (query, binding) = case.world.approved(&case.connection).await;
    let (one, two) = tokio::join!(
        case.connection.handle_callback(&query, &binding),
        other.handle_callback(&query, &binding)
    );
    assert!(one.is_ok() || two.is_ok());
    for told in [one, two].into_iter().filter(Result::is_err) {
        assert_eq!(refusal(told), "callback-rejected(state-rejected)");
    }
    codes_were_spent_once(&case.world.simulator.ledger());

    let (first_query, first_binding) = case.world.approved(&case.connection).await;
    let (query, binding) = case.world.approved(&other).await;
    let first = case
        .connection
        .handle_callback(&first_query, &first_binding);
    assert_eq!(refusal(first.await), "callback-rejected(state-rejected)");
    let last = other.handle_callback(&query, &binding);
    last.await.expect("the latest attempt");

    let overtaken = hold(&case, GrantType::AuthorizationCode);
    let (first_query, first_binding) = case.world.approved(&case.connection).await;
    let first = tokio::spawn({
        let connection = case.connection.clone();
        async move {
            connection
                .handle_callback(&first_query, &first_binding)
                .await
        }
    });
    overtaken.arrived(1).await;
    let begun = other.begin_authorize().await.unwrap();
    let ending = case
        .world
        .send(&begun, person::USER, Decision::Approve)
        .await;
    let (query, binding) = (crate::query(&ending), begun.binding.expose_secret());
    let last = other.handle_callback(&query, binding).await;
    last.expect("the latest attempt");
    let latest = case.token().await.unwrap();
    overtaken.open();
    assert_eq!(
        refusal(first.await.unwrap()),
        "callback-rejected(state-rejected)"
    );
    let after = case.token().await.unwrap();
    assert_eq!(
        after.value.expose_secret(),
        latest.value.expose_secret(),
        "an attempt that was overtaken has won"
    );
    codes_were_spent_once(&case.world.simulator.ledger());
    case.token_ends();
    case.token().await.expect("the latest lineage");
    case.outcome("the latest attempt wins, the others are told", 0)
        .await
}

async fn another(case: &Case) -> Connection {
    let host = case.world.another(Some(case.world.registration()));
    host.build().await.unwrap().connection(COMPANY).unwrap()
}

fn codes_were_spent_once(ledger: &Ledger) {
    for code in ledger.minted(Kind::Code) {
        assert!(ledger.times_presented(&code) <= 1, "a code was sent twice");
    }
}

/// Holds the next such request at the provider, after it was carried out.
fn hold(case: &Case, grant_type: GrantType) -> Gate {
    let gate = Gate::closed();
    let fault = Fault::Delay {
        when: Moment::AfterProcessing,
        until: Until::Opened(gate.clone()),
    };
    case.lay(Card::new(Requests::Grant(grant_type), fault));
    gate
}

async fn another_app(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let mut process = HostProcess::start(&case);
    let mut registration = case.world.registration();
    registration.client_id = "AnotherApp01".into();
    let host = case.world.another(Some(registration)).build().await;
    let changed = host.unwrap().connection(COMPANY).unwrap();

    process.go_to(Point::AfterAnswer);
    let waiting = refusal(changed.access_token(None).await);
    assert_eq!(waiting, "unavailable(renewal-under-way)");
    case.claim_runs_out();
    let refused = refusal(changed.access_token(None).await);
    assert_eq!(refused, "authorization-required(app-changed)");
    tell_time(&case);
    process.go_on();
    let Got::Token(saved) = process.result() else {
        panic!("the renewal was lost");
    };
    assert_eq!(saved, newest(&case, Kind::AccessToken));
    case.token_ends();
    let refused = refusal(changed.access_token(None).await);
    assert_eq!(refused, "authorization-required(app-changed)");
    assert_eq!(case.renewals(), 1, "another app's token was sent");
    assert_eq!(case.condition().await, "good");
    case.alive("saved as the old app's; the new one sends nothing", 0)
        .await
}

struct Fails;

#[async_trait::async_trait]
impl CompanyLog for Fails {
    async fn append(&self, _: Entry) -> Result<(), LogError> {
        Err(LogError(Source::from("as the row asks for")))
    }
}

struct Blocks;

#[async_trait::async_trait]
impl CompanyLog for Blocks {
    async fn append(&self, _: Entry) -> Result<(), LogError> {
        std::future::pending().await
    }
}

async fn no_log(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let logs: [Arc<dyn CompanyLog>; 2] = [Arc::new(Fails), Arc::new(Blocks)];
    for (renewals, log) in (1..).zip(logs) {
        let host: Host = case
            .world
            .another(Some(case.world.registration()))
            .log(log)
            .build()
            .await
            .unwrap();
        let connection = host.connection(COMPANY).unwrap();
        case.other_token(&connection, None).await.unwrap();
        assert_eq!(case.renewals(), renewals);
        assert!(host.log_entries_dropped() > 0);
        case.token_ends();
    }
    case.alive("renewed; the entries are dropped and counted", 0)
        .await
}

/// Companies, each with as many callers.
const TEN: usize = 10;

async fn orderly_end(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let mut companies = vec![COMPANY.to_owned()];
    for number in 2..=TEN {
        let name = format!("Bolag {number} AB");
        let connection = case.world.authorized(&name).await;
        connection.set_enabled(true).await.unwrap();
        companies.push(name);
    }
    case.token_ends();
    let gate = Gate::closed();
    for _ in &companies {
        let fault = Fault::Delay {
            when: Moment::AfterProcessing,
            until: Until::Opened(gate.clone()),
        };
        case.lay(Card::new(Requests::Grant(GrantType::RefreshToken), fault));
    }
    let mut process = HostProcess::start(&case);
    process.go_for(&companies, TEN);
    gate.arrived(TEN).await;
    process.finish();
    gate.open();
    assert!(process.exit().success());
    assert_eq!(case.renewals(), TEN);
    for company in &companies {
        let connection = case.world.company(company);
        let token = case.other_token(&connection, None).await;
        token.expect("what was in flight was saved");
    }
    assert_eq!(case.renewals(), TEN);
    assert_eq!(case.world.simulator.ledger().reuses().len(), 0);
    case.alive("all 100 ran to their end; nothing is lost", 0)
        .await
}
