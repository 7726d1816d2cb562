//! Coming back: what is admitted, in which order, and what a stranger learns.

use fortnox_simulator::behaviour::{CannedAnswer, NextTokenAnswer};
use fortnox_simulator::cast::{company, person};
use fortnox_simulator::ledger::Kind;
use fortnox_simulator::visitor::Decision;
use host_harness::contract::Stage;
use host_harness::{CallError, Connection};
use secrecy::ExposeSecret as _;
use std::sync::Arc;
use tests::gate::{Gate, Side};
use tests::scripted::Scripted;
use tests::{World, query, refusal, set_endpoint};

const TOKEN: &str = "/oauth-v1/token";
const REJECTED: &str = "callback-rejected(state-rejected)";
const MALFORMED: &str = "callback-rejected(callback-malformed)";

/// Hands in a callback that must change nothing and ask nobody.
async fn turned_away(world: &World, connection: &Connection, query: &str, binding: &str) -> String {
    let before = world.footprint();
    let handled = connection.handle_callback(query, binding).await;
    assert_eq!(world.footprint(), before, "{query}");
    refusal(handled)
}

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

#[tokio::test]
async fn s17_a_repeated_parameter_is_rejected_whatever_it_says() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let (query, binding) = world.approved(&acme).await;
    let state = query.split_once("state=").unwrap().1;
    for more in [
        "code=x",
        "c%6Fde=x",
        &format!("state={state}"),
        "state=",
        "iss=a&iss=a",
        "iss=&i%73s=",
        "error=access_denied&error=access_denied",
        "error=x&error_description=a&error_description=b",
        "error_uri=a&error_uri=b",
    ] {
        for query in [format!("{query}&{more}"), format!("{more}&{query}")] {
            assert_eq!(
                turned_away(&world, &acme, &query, &binding).await,
                MALFORMED
            );
        }
    }
    acme.handle_callback(&query, &binding).await.unwrap();
}

#[tokio::test]
async fn s18_the_shape_is_judged_before_the_state_and_the_state_before_the_rest() {
    let world = World::with(|r| set_endpoint(r, "issuer", "https://issuer.example")).await;
    let acme = world.configured("acme", "user").await;
    let begun = acme.begin_authorize().await.unwrap();
    let (state, binding) = (begun.state.expose_secret(), begun.binding.expose_secret());
    let right = format!("state={state}");
    for (query, binding, expected) in [
        // shape before state
        ("state=x&state=y&code=c".to_owned(), "", MALFORMED),
        ("state=x&code=%00".to_owned(), "", MALFORMED),
        // state and binding before issuer, error and code
        (
            "state=x&iss=https://evil.example&code=c".to_owned(),
            binding,
            REJECTED,
        ),
        ("state=x&error=access_denied".to_owned(), binding, REJECTED),
        (format!("{right}&error=access_denied"), "", REJECTED),
        (
            format!("{right}&iss=https://evil.example&code=c"),
            "x",
            REJECTED,
        ),
        ("error=access_denied".to_owned(), "", REJECTED),
    ] {
        assert_eq!(turned_away(&world, &acme, &query, binding).await, expected);
    }
    // issuer before error and code
    let both = format!("{right}&iss=https://evil.example&error=access_denied&code=c");
    let handled = acme.handle_callback(&both, binding).await;
    assert_eq!(refusal(handled), "callback-rejected(issuer-rejected)");
}

#[tokio::test]
async fn s18_an_error_wins_over_a_code() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let (query, binding) = world.approved(&acme).await;
    let both = format!("{query}&error=access_denied");
    let handled = acme.handle_callback(&both, &binding).await;
    assert_eq!(refusal(handled), "callback-rejected(user-declined)");
    assert!(world.sent().is_empty());
}

#[tokio::test]
async fn s19_unknown_expired_used_and_foreign_states_look_the_same() {
    let world = World::start().await;
    let mut answers = Vec::new();
    let mut note = |what: &str, handled: Result<(), CallError>| {
        let error = handled.unwrap_err();
        answers.push((what.to_owned(), format!("{error:?} {error}")));
    };
    let unknown = format!("code=c&state={}", "A".repeat(43));

    let acme = world.configured("acme", "user").await;
    let nobody = world.company("nobody");
    let before = world.footprint();
    note("no connection", nobody.handle_callback(&unknown, "b").await);
    note("no attempt", acme.handle_callback(&unknown, "b").await);
    assert_eq!(world.footprint(), before);

    let (query, binding) = world.approved(&acme).await;
    let other = world.configured("other", "user").await;
    let (foreign, others) = world.approved(&other).await;
    let before = world.footprint();
    note("unknown", acme.handle_callback(&unknown, &binding).await);
    note("other browser", acme.handle_callback(&query, "b").await);
    note("foreign", acme.handle_callback(&foreign, &others).await);
    note(
        "half foreign",
        acme.handle_callback(&foreign, &binding).await,
    );
    assert_eq!(world.footprint(), before);

    acme.handle_callback(&query, &binding).await.unwrap();
    let before = world.footprint();
    note("used", acme.handle_callback(&query, &binding).await);
    world.pass(std::time::Duration::from_secs(600));
    note("expired", other.handle_callback(&foreign, &others).await);
    assert_eq!(world.footprint(), before);

    let (_, first) = answers[0].clone();
    assert!(first.contains("state-rejected"), "{first}");
    for (what, answer) in answers {
        assert_eq!(answer, first, "{what}");
    }
    assert_eq!(tests::stored::companies(&world.file), ["acme", "other"]);
}

#[tokio::test]
async fn s20_an_issuer_that_is_expected_must_be_there_and_be_the_one() {
    let issuer = "https://issuer.example/se";
    let world = World::with(|r| set_endpoint(r, "issuer", issuer)).await;
    for (number, (came, expected)) in [
        (Some(issuer), "ok"),
        (None, "callback-rejected(issuer-rejected)"),
        (
            Some("https://issuer.example/SE"),
            "callback-rejected(issuer-rejected)",
        ),
        (
            Some("https://issuer.example/se/"),
            "callback-rejected(issuer-rejected)",
        ),
        (Some(""), "callback-rejected(issuer-rejected)"),
    ]
    .into_iter()
    .enumerate()
    {
        let came = came.map(str::to_owned);
        world.simulator.behaviour(|b| b.callback_issuer = came);
        let connection = world.configured(&format!("{number}"), "user").await;
        let sent = world.sent().len();
        let handled = world.journey(&connection, person::USER, Decision::Approve);
        assert_eq!(refusal(handled.await), expected, "{number}");
        assert_eq!(world.sent().len() > sent, expected == "ok", "{number}");
    }
}

#[tokio::test]
async fn s20_an_issuer_that_nobody_expects_is_no_obstacle() {
    let world = World::start().await;
    let issuer = Some("https://any.example".to_owned());
    world.simulator.behaviour(|b| b.callback_issuer = issuer);
    let acme = world.configured("acme", "user").await;
    let handled = world.journey(&acme, person::USER, Decision::Approve).await;
    handled.unwrap();
}

#[tokio::test]
async fn s22_a_code_is_up_to_two_kilobytes_of_visible_characters() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let begun = acme.begin_authorize().await.unwrap();
    let (state, binding) = (begun.state.expose_secret(), begun.binding.expose_secret());
    let long = "a".repeat(2049);
    for code in [
        "", "a+b", "a%20b", "a%00", "a%0D%0Ab", "%C3%A5", "%FF", "%7F", &long,
    ] {
        let query = format!("state={state}&code={code}");
        assert_eq!(turned_away(&world, &acme, &query, binding).await, MALFORMED);
    }
    let query = format!("state={state}&code={}", "a".repeat(2048));
    let handled = acme.handle_callback(&query, binding).await;
    assert_eq!(refusal(handled), "callback-rejected(code-refused)");
}

#[tokio::test]
async fn s22_a_code_is_sent_once_even_if_nothing_answers() {
    let silent = Scripted::start(|_| Vec::new()).await;
    let world = World::with(|r| set_endpoint(r, "token", silent.url(TOKEN))).await;
    let acme = world.configured("acme", "user").await;
    let (query, binding) = world.approved(&acme).await;
    let handled = acme.handle_callback(&query, &binding).await;
    assert_eq!(refusal(handled), "callback-rejected(provider-silent)");
    for _ in 0..3 {
        let again = acme.handle_callback(&query, &binding).await;
        assert_eq!(refusal(again), REJECTED);
        acme.status("en").await.unwrap();
    }
    let received = silent.received();
    assert_eq!(received.len(), 1);
    assert!(received[0].contains("grant_type=authorization_code"));
}

#[tokio::test]
async fn s22_a_code_is_sent_once_whatever_status_answers() {
    for status in [408, 425, 429, 500, 502, 503, 504] {
        let retry = "retry-after: 0\r\n";
        let failing = Scripted::start(move |_| tests::scripted::answer(status, retry, ""));
        let failing = failing.await;
        let world = World::with(|r| set_endpoint(r, "token", failing.url(TOKEN))).await;
        let acme = world.configured("acme", "user").await;
        let handled = world.journey(&acme, person::USER, Decision::Approve).await;
        handled.unwrap_err();
        assert_eq!(failing.received().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn s28_a_bare_callback_leaves_a_mark_and_the_attempt_open() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let begun = acme.begin_authorize().await.unwrap();
    let binding = begun.binding.expose_secret();
    world.simulator.behaviour(|b| b.every_company_locked = true);
    let bare = world.send(&begun, person::USER, Decision::Approve).await;
    let bare = query(&bare);
    assert_eq!(bare, "");
    assert_eq!(turned_away(&world, &acme, &bare, "").await, REJECTED);
    assert_eq!(turned_away(&world, &acme, &bare, "another").await, REJECTED);
    assert_eq!(acme.status("en").await.unwrap().stage, Stage::Authorizing);

    for query in [bare, format!("state={}", begun.state.expose_secret())] {
        let handled = acme.handle_callback(&query, binding).await;
        assert_eq!(refusal(handled), "callback-rejected(empty-callback)");
        let report = acme.status("en").await.unwrap();
        assert_eq!(report.stage, Stage::Failed);
        assert_eq!(tests::findings(&report), ["empty-callback"]);
    }

    world
        .simulator
        .behaviour(|b| b.every_company_locked = false);
    let ending = world.send(&begun, person::USER, Decision::Approve).await;
    let handled = acme.handle_callback(&tests::query(&ending), binding).await;
    handled.unwrap();
}

#[tokio::test]
async fn s28_an_error_without_state_marks_but_ends_nothing() {
    let world = World::start().await;
    world.simulator.behaviour(|b| b.state_on_errors = false);
    let acme = world.configured("acme", "user").await;
    let begun = acme.begin_authorize().await.unwrap();
    let binding = begun.binding.expose_secret();
    let refused = world.send(&begun, person::USER, Decision::Cancel).await;
    let refused = query(&refused);
    assert_eq!(turned_away(&world, &acme, &refused, "x").await, REJECTED);
    let handled = acme.handle_callback(&refused, binding).await;
    assert_eq!(refusal(handled), "callback-rejected(user-declined)");
    let ending = world.send(&begun, person::USER, Decision::Approve).await;
    acme.handle_callback(&query(&ending), binding)
        .await
        .unwrap();
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
        let forged = format!("{code}&state={}", state.replace(&state[..1], "_"));
        assert_ne!(forged, query);
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
    let token = read("access_token.rs");
    assert!(token.contains("refused.as_bytes().ct_eq(present)"));
}

#[tokio::test]
async fn s19_the_way_to_the_company_is_found_for_its_own_callback_only() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let (query, binding) = world.approved(&acme).await;
    let found = async |query: &str, binding: &str| {
        let found = world.host.connection_for_callback(query, binding).await;
        found.unwrap().map(|found| found.company().to_owned())
    };
    assert_eq!(found(&query, "").await.as_deref(), Some("acme"));
    assert_eq!(found("", &binding).await.as_deref(), Some("acme"));
    assert_eq!(found("code=c&state=unknown", &binding).await, None);
    assert_eq!(found("", "unknown").await, None);
    assert_eq!(found("", "").await, None);
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
