//! `state` and binding: whose callback it is, and that it counts once.

use std::sync::Arc;

use fortnox_simulator::behaviour::{CannedAnswer, NextTokenAnswer};
use fortnox_simulator::cast::{company, person};
use fortnox_simulator::ledger::Kind;
use fortnox_simulator::visitor::Decision;
use host_harness::contract::Stage;
use secrecy::ExposeSecret as _;
use tests::gate::{Gate, Side};
use tests::{World, query, refusal};

use crate::turned_away;

const TOKEN: &str = "/oauth-v1/token";
const REJECTED: &str = "callback-rejected(state-rejected)";

fn codes_spent(world: &World) -> usize {
    world.simulator.ledger().spent(Kind::Code).len()
}

#[tokio::test]
async fn s03_a_callback_from_another_browser_is_rejected_and_changes_nothing() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let earlier = acme.begin_authorize().await.unwrap();
    let other = world.configured("other", "user").await;
    let others = other.begin_authorize().await.unwrap();
    let begun = acme.begin_authorize().await.unwrap();
    let ending = world.send(&begun, person::USER, Decision::Approve).await;
    let query = query(&ending);
    let own = begun.binding.expose_secret();
    for binding in [
        "",
        earlier.binding.expose_secret(),
        others.binding.expose_secret(),
        begun.state.expose_secret(),
        &own.to_lowercase(),
        &format!("{own} "),
        &own[..42],
    ] {
        assert_eq!(turned_away(&world, &acme, &query, binding).await, REJECTED);
    }
    acme.handle_callback(&query, own).await.unwrap();
}

#[tokio::test]
async fn s03_binding_and_state_are_not_interchangeable() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let begun = acme.begin_authorize().await.unwrap();
    let (state, binding) = (begun.state.expose_secret(), begun.binding.expose_secret());
    let swapped = format!("code=c&state={binding}");
    for second in [state, binding] {
        assert_eq!(turned_away(&world, &acme, &swapped, second).await, REJECTED);
    }
}

#[tokio::test]
async fn s03_a_code_without_state_is_not_redeemed_even_in_the_right_browser() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let (query, binding) = world.approved(&acme).await;
    let (code, _) = query.split_once("&state=").unwrap();
    assert_eq!(turned_away(&world, &acme, code, &binding).await, REJECTED);
    let empty = format!("{code}&state=");
    assert_eq!(turned_away(&world, &acme, &empty, &binding).await, REJECTED);
}

#[tokio::test]
async fn s04_a_state_is_good_once() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let (query, binding) = world.approved(&acme).await;
    acme.handle_callback(&query, &binding).await.unwrap();
    for _ in 0..2 {
        assert_eq!(turned_away(&world, &acme, &query, &binding).await, REJECTED);
    }
    let other_code = query.replace("code=", "code=x");
    assert_eq!(
        turned_away(&world, &acme, &other_code, &binding).await,
        REJECTED
    );
    assert_eq!(codes_spent(&world), 1);
}

#[tokio::test]
async fn s04_a_state_is_used_up_by_an_exchange_that_failed() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let (query, binding) = world.approved(&acme).await;
    world.simulator.behaviour(|behaviour| {
        behaviour.next_token_answer = Some(NextTokenAnswer {
            answer: CannedAnswer {
                status: 503,
                content_type: None,
                body: Vec::new(),
            },
            after_processing: false,
        });
    });
    let handled = acme.handle_callback(&query, &binding).await;
    assert_eq!(refusal(handled), "callback-rejected(provider-failing)");
    assert_eq!(turned_away(&world, &acme, &query, &binding).await, REJECTED);
}

#[tokio::test]
async fn s04_a_state_is_used_up_before_the_code_is_sent() {
    let world = World::start().await;
    let gate = Gate::new(TOKEN, Side::Before);
    let first = world.another(Some(world.registration()));
    let first = first.transport(gate.clone()).build().await.unwrap();
    world.configured("acme", "user").await;
    let acme = world.company("acme");
    let (query, binding) = world.approved(&acme).await;
    let slow = first.connection("acme").unwrap();
    let under_way = {
        let (query, binding) = (query.clone(), binding.clone());
        tokio::spawn(async move { slow.handle_callback(&query, &binding).await })
    };
    gate.arrival().await;
    // Another machine, while the code is not even sent.
    assert_eq!(turned_away(&world, &acme, &query, &binding).await, REJECTED);
    gate.let_go();
    under_way.await.unwrap().unwrap();
    assert_eq!(codes_spent(&world), 1);
    assert_eq!(world.simulator.ledger().token_requests().len(), 1);
}

#[tokio::test]
async fn s04_of_several_machines_that_get_the_same_callback_one_sends_the_code() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let second = world.another(Some(world.registration())).build().await;
    let second = second.unwrap().connection("acme").unwrap();
    for round in 1..=5 {
        let (query, binding) = world.approved(&acme).await;
        let (one, two) = tokio::join!(
            acme.handle_callback(&query, &binding),
            second.handle_callback(&query, &binding),
        );
        let results = [refusal(one), refusal(two)];
        assert!(results.contains(&"ok".to_owned()), "{results:?}");
        assert_eq!(world.simulator.ledger().token_requests().len(), round);
    }
}

/// With the verifier right, and even where the server checks it, a wrong state
/// is a wrong state.
#[tokio::test]
async fn s09_pkce_takes_nothing_off_the_state_check() {
    for pkce in ["on", "off"] {
        let option = vec![("pkce".to_owned(), pkce.to_owned())];
        let world = World::with(|r| r.options = option).await;
        world
            .simulator
            .behaviour(|b| b.pkce_enforced = pkce == "on");
        let acme = world.configured("acme", "user").await;
        let (query, binding) = world.approved(&acme).await;
        let (code, state) = query.split_once("&state=").unwrap();
        let backwards: String = state.chars().rev().collect();
        let forged = format!("{code}&state={backwards}");
        assert_eq!(
            turned_away(&world, &acme, &forged, &binding).await,
            REJECTED
        );
        assert_eq!(turned_away(&world, &acme, code, &binding).await, REJECTED);
        acme.handle_callback(&query, &binding).await.unwrap();
    }
}

/// An attacker's approval, handed to a victim's browser, must not connect the
/// victim's company to the attacker's.
#[tokio::test]
async fn s09_an_injected_code_is_not_redeemed() {
    let world = World::start().await;
    let victim = world.configured("victim", "user").await;
    let attacker = world.configured("attacker", "user").await;
    let begun = attacker.begin_authorize().await.unwrap();
    let approve = Decision::Approve;
    let ending = world.send_to(&begun, person::MANY, company::ANDRA, approve);
    let stolen = query(&ending.await);
    let (code, _) = stolen.split_once("&state=").unwrap();
    let begun = victim.begin_authorize().await.unwrap();
    let binding = begun.binding.expose_secret();
    assert_eq!(
        turned_away(&world, &victim, &stolen, binding).await,
        REJECTED
    );

    // With the victim's own state it gets as far as a server that checks PKCE.
    world.simulator.behaviour(|b| b.pkce_enforced = true);
    let injected = format!("{code}&state={}", begun.state.expose_secret());
    let handled = victim.handle_callback(&injected, binding).await;
    assert_eq!(refusal(handled), "callback-rejected(code-refused)");
    assert_eq!(victim.status("en").await.unwrap().grant, None);
}

#[tokio::test]
async fn s46_wrong_secrets_that_are_nearly_right_are_as_wrong_as_any() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let begun = acme.begin_authorize().await.unwrap();
    let (state, binding) = (begun.state.expose_secret(), begun.binding.expose_secret());
    let near = |secret: &str| {
        let other = |character: &str| if character == "A" { "B" } else { "A" };
        let (first, last) = (&secret[..1], &secret[42..]);
        [
            format!("{}{}", other(first), &secret[1..]),
            format!("{}{}", &secret[..42], other(last)),
            secret[..42].to_owned(),
            format!("{secret}A"),
            format!("{secret}%00"),
            format!("{secret}="),
            secret.to_uppercase(),
        ]
    };
    for state in near(state) {
        let query = format!("code=c&state={state}");
        assert_eq!(turned_away(&world, &acme, &query, binding).await, REJECTED);
    }
    for binding in near(binding) {
        let query = format!("code=c&state={state}");
        assert_eq!(turned_away(&world, &acme, &query, &binding).await, REJECTED);
    }
}

/// Time cannot be asserted, so this reads the source: secrets are kept as hash
/// values, these have no other comparison than `matches`, and that one is the
/// constant-time one.
#[test]
fn s46_secrets_are_compared_in_constant_time() {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../plugin/src/");
    let read = |file: &str| std::fs::read_to_string(format!("{source}{file}")).unwrap();
    let attempt = read("attempt.rs");
    let (_, matches) = attempt.split_once("pub fn matches").unwrap();
    let (body, _) = matches.split_once("\n    }\n").unwrap();
    assert!(body.contains(".ct_eq(") && !body.contains("=="), "{body}");
    let callback = read("handle_callback.rs");
    assert!(callback.contains("asked.state.matches(state)"));
    assert!(callback.contains("asked.binding.matches(binding)"));
    let token = read("renewal.rs");
    assert!(token.contains("refused.as_bytes().ct_eq(present)"));
}

#[tokio::test]
async fn s04_a_reload_of_the_callback_goes_on_from_the_kept_answer_without_the_code() {
    let world = World::start().await;
    let gate = Gate::new("/3/companyinformation", Side::Before);
    let first = world.another(Some(world.registration()));
    let first = first.transport(Arc::clone(&gate) as _).build().await;
    let acme = world.configured("acme", "user").await;
    let (query, binding) = world.approved(&acme).await;
    let slow = first.unwrap().connection("acme").unwrap();
    let under_way = {
        let (query, binding) = (query.clone(), binding.clone());
        tokio::spawn(async move { slow.handle_callback(&query, &binding).await })
    };
    // The answer is kept, the company not yet read: as if the first broke off.
    gate.arrival().await;
    acme.handle_callback(&query, &binding).await.unwrap();
    gate.let_go();
    under_way.await.unwrap().unwrap();
    assert_eq!(world.simulator.ledger().token_requests().len(), 1);
    let report = acme.status("en").await.unwrap();
    assert_eq!(report.stage, Stage::Authorized);
}
