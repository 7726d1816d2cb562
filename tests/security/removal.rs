//! Disconnecting: marked, revoked, erased, in this order and whatever happens.

use fortnox_simulator::behaviour::CannedAnswer;
use fortnox_simulator::cast::person;
use fortnox_simulator::ledger::Kind;
use fortnox_simulator::visitor::Decision;
use host_harness::contract::Stage;
use tests::gate::{Gate, Side};
use tests::scripted::Scripted;
use tests::{World, refusal, set_endpoint, stored};

const TOKEN: &str = "/oauth-v1/token";
const REVOKE: &str = "/oauth-v1/revoke";

fn nothing_left(world: &World) {
    assert_eq!(stored::cells(&world.file), []);
    assert!(stored::companies(&world.file).is_empty());
}

fn live_refresh_tokens(world: &World) -> usize {
    let ledger = world.simulator.ledger();
    ledger.minted(Kind::RefreshToken).len() - ledger.revoked(Kind::RefreshToken).len()
}

#[tokio::test]
async fn s44_removing_revokes_every_refresh_token_and_erases_every_cell() {
    let world = World::start().await;
    let acme = world.authorized("acme").await;
    let again = world.journey(&acme, person::USER, Decision::Approve).await;
    again.unwrap();
    acme.begin_authorize().await.unwrap();
    assert_eq!(live_refresh_tokens(&world), 2);
    let receipt = acme.remove("en").await.unwrap();
    assert!(receipt.revoked);
    assert!(receipt.remaining.is_empty());
    assert_eq!(live_refresh_tokens(&world), 0);
    nothing_left(&world);
    assert_eq!(acme.status("en").await.unwrap().stage, Stage::Unconfigured);
}

#[tokio::test]
async fn s44_a_provider_that_refuses_does_not_stand_in_the_way() {
    for status in [400, 401, 403, 500, 503] {
        let world = World::start().await;
        let acme = world.authorized("acme").await;
        world.simulator.behaviour(|behaviour| {
            behaviour.revoke_answer = Some(CannedAnswer {
                status,
                content_type: None,
                body: b"{\"revoked\":true}".to_vec(),
            });
        });
        let receipt = acme.remove("en").await.unwrap();
        assert!(!receipt.revoked, "{status}");
        assert!(!receipt.remaining.is_empty(), "{status}");
        nothing_left(&world);
    }
}

#[tokio::test]
async fn s44_a_provider_that_is_silent_or_away_does_not_stand_in_the_way() {
    let silent = Scripted::start(|_| Vec::new()).await;
    let away = Scripted::start(|_| Vec::new()).await.url(REVOKE);
    for url in [silent.url(REVOKE), away] {
        let world = World::with(|r| set_endpoint(r, "revoke", url)).await;
        let acme = world.authorized("acme").await;
        let receipt = acme.remove("en").await.unwrap();
        assert!(!receipt.revoked);
        assert!(!receipt.remaining.is_empty());
        nothing_left(&world);
    }
    assert_eq!(silent.received().len(), 1);
}

#[tokio::test]
async fn s44_from_the_first_moment_of_removing_nothing_is_given_out_or_begun() {
    let world = World::start().await;
    let acme = world.authorized("acme").await;
    acme.set_enabled(true).await.unwrap();
    let gate = Gate::new(REVOKE, Side::Before);
    let host = world.another(Some(world.registration()));
    let host = host.transport(gate.clone()).build().await.unwrap();
    let removing = host.connection("acme").unwrap();
    let removal = tokio::spawn(async move { removing.remove("en").await });
    gate.arrival().await;
    let token = acme.access_token(None).await;
    assert_eq!(refusal(token), "rejected(removing)");
    let begun = acme.begin_authorize().await;
    assert_eq!(refusal(begun), "rejected(removing)");
    gate.let_go();
    assert!(removal.await.unwrap().unwrap().revoked);
    nothing_left(&world);
}

/// A re-authorization on one machine, a removal on another; the answer to the
/// code arrives while the removal revokes what it knows.
#[tokio::test]
async fn s44_a_callback_that_finds_a_removal_revokes_what_it_got() {
    let world = World::start().await;
    let acme = world.authorized("acme").await;
    let (query, binding) = world.approved(&acme).await;
    let exchange = Gate::new(TOKEN, Side::After);
    let revocation = Gate::new(REVOKE, Side::Before);
    let mut hosts = Vec::new();
    for gate in [&exchange, &revocation] {
        let host = world.another(Some(world.registration()));
        hosts.push(host.transport(gate.clone()).build().await.unwrap());
    }
    let slow = hosts[0].connection("acme").unwrap();
    let callback = tokio::spawn(async move { slow.handle_callback(&query, &binding).await });
    exchange.arrival().await;
    let removing = hosts[1].connection("acme").unwrap();
    let removal = tokio::spawn(async move { removing.remove("en").await });
    revocation.arrival().await;
    exchange.let_go();
    let handled = callback.await.unwrap();
    assert_eq!(refusal(handled), "rejected(removing)");
    revocation.let_go();
    removal.await.unwrap().unwrap();
    assert_eq!(live_refresh_tokens(&world), 0);
    nothing_left(&world);
}

/// As before, but the removal is done before the answer arrives.
#[tokio::test]
async fn s44_a_callback_that_finds_nothing_any_more_revokes_what_it_got() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let (query, binding) = world.approved(&acme).await;
    let exchange = Gate::new(TOKEN, Side::After);
    let host = world.another(Some(world.registration()));
    let host = host.transport(exchange.clone()).build().await.unwrap();
    let slow = host.connection("acme").unwrap();
    let callback = tokio::spawn(async move { slow.handle_callback(&query, &binding).await });
    exchange.arrival().await;
    acme.remove("en").await.unwrap();
    exchange.let_go();
    let handled = callback.await.unwrap();
    assert_eq!(refusal(handled), "rejected(removing)");
    assert_eq!(live_refresh_tokens(&world), 0);
    nothing_left(&world);
}

#[tokio::test]
async fn s44_what_comes_late_does_not_reach_a_connection_that_was_added_again() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let (query, binding) = world.approved(&acme).await;
    acme.remove("en").await.unwrap();
    world.configured("acme", "user").await;
    let handled = acme.handle_callback(&query, &binding).await;
    assert_eq!(refusal(handled), "callback-rejected(state-rejected)");
    let found = world.host.connection_for_callback(&query, &binding).await;
    assert!(found.unwrap().is_none());
    assert!(world.sent().is_empty());
}
