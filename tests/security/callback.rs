//! Coming back: the shape and order of what is admitted, and what a stranger
//! learns.

use fortnox_simulator::cast::person;
use fortnox_simulator::visitor::Decision;
use host_harness::CallError;
use host_harness::contract::Stage;
use secrecy::ExposeSecret as _;
use tests::scripted::Scripted;
use tests::{World, query, refusal, set_endpoint};

use crate::turned_away;

const TOKEN: &str = "/oauth-v1/token";
const REJECTED: &str = "callback-rejected(state-rejected)";
const MALFORMED: &str = "callback-rejected(callback-malformed)";

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
