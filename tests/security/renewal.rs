//! What a renewal stores, and what of a grant's life people can read.

use std::time::Duration;

use fortnox_simulator::Secret;
use fortnox_simulator::cast::person;
use fortnox_simulator::deck::{Card, Fault, GrantType, Requests, ResetAt};
use fortnox_simulator::ledger::Kind;
use fortnox_simulator::visitor::Decision;
use host_harness::Connection;
use tests::{World, refusal};

const HOUR: Duration = Duration::from_secs(3600);

/// Renews once; the refresh token that went out.
async fn renewed(world: &World, connection: &Connection) -> Secret {
    world.pass(HOUR);
    connection.access_token(None).await.unwrap();
    let ledger = world.simulator.ledger();
    let requests = ledger.token_requests();
    requests.last().unwrap().presented.clone().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn s35_a_refresh_token_stays_until_a_new_one_comes_and_then_it_is_gone() {
    let world = World::start().await;
    let connection = world.authorized("acme").await;
    connection.set_enabled(true).await.unwrap();
    let issued = |issued: bool| {
        world
            .simulator
            .behaviour(|behaviour| behaviour.refresh_tokens_issued = issued);
    };
    let first = world
        .simulator
        .ledger()
        .minted(Kind::RefreshToken)
        .remove(0);
    issued(false);
    for _ in 0..3 {
        assert_eq!(renewed(&world, &connection).await, first, "none came");
    }
    issued(true);
    assert_eq!(renewed(&world, &connection).await, first);
    let mut before = first;
    for _ in 0..3 {
        let newest = world.simulator.ledger().minted(Kind::RefreshToken).pop();
        let sent = renewed(&world, &connection).await;
        assert_eq!(Some(&sent), newest.as_ref());
        assert_ne!(sent, before, "the old one is gone");
        before = sent;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s48_the_log_tells_a_grants_life_and_every_denial_has_a_code() {
    let world = World::start().await;
    let connection = world.authorized("acme").await;
    connection.set_enabled(true).await.unwrap();
    renewed(&world, &connection).await;

    // The answer to the next renewal is lost, and with it the grant.
    let refresh = Requests::Grant(GrantType::RefreshToken);
    let lost = Fault::Reset(ResetAt::AnswerByte(0));
    world.simulator.deal(Card::new(refresh, lost));
    world.pass(HOUR);
    let mut codes = Vec::new();
    for wait in [0, 90, 600] {
        world.pass(Duration::from_secs(wait));
        codes.push(refusal(connection.access_token(None).await));
    }
    let expected = [
        "unavailable(provider-silent)",
        "unavailable(renewal-under-way)",
        "authorization-required(renewal-lost)",
    ];
    assert_eq!(codes, expected);

    let handled = world.journey(&connection, person::USER, Decision::Approve);
    handled.await.unwrap();
    renewed(&world, &connection).await;
    let entries = world.entries("acme").await;
    let receipt = connection.remove("en").await.unwrap();
    assert!(receipt.revoked);
    assert_eq!(world.entries("acme").await[0].event, "integration.removed");

    let events: Vec<&str> = entries
        .iter()
        .rev()
        .map(|entry| entry.event.as_str())
        .collect();
    let expected = [
        "settings.saved",
        "authorization.started",
        "authorization.succeeded",
        "integration.enabled",
        "grant.renewed",
        "renewal.failed",
        "grant.in-doubt",
        "grant.ended",
        "authorization.started",
        "authorization.succeeded",
        "grant.renewed",
    ];
    assert_eq!(events, expected);
    assert!(entries.iter().all(|entry| !entry.message.is_empty()));
}
