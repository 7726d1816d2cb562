//! The journey and renewal against `oidc-provider`, a certified authorization server that
//! nobody here wrote: the component in its sandbox, a real host, and real HTTP.
//! The server is set up to behave like Fortnox, but for one thing: it reads the
//! client's credentials as RFC 6749 section 2.3.1 has them, form-encoded.

#[path = "oidc_provider/provider.rs"]
mod provider;
#[path = "oidc_provider/renewal.rs"]
mod renewal;
#[path = "oidc_provider/world.rs"]
mod world;

use fortnox_simulator::visitor::Visitor;
use host_harness::contract::{Condition, Stage};
use host_harness::{BasicDialect, Registration};
use http::StatusCode;
use secrecy::ExposeSecret as _;
use tests::{findings, refusal, set_endpoint};

use provider::{Decision, Setup, visit};
use world::{World, journey, returned, token};

const APPROVE: Decision = Decision::Approve("exempel");

fn without_pkce(registration: &mut Registration) {
    registration.options = vec![("pkce".to_owned(), "off".to_owned())];
}

fn raw(registration: &mut Registration) {
    registration.basic = BasicDialect::Raw;
}

#[tokio::test]
#[ignore = "needs Node and oidc-provider: tests/run installs them"]
async fn given_pkce_off_or_on_or_demanded_when_approved_then_authorized_and_the_token_works() {
    for (on, demanded) in [(false, false), (true, false), (true, true)] {
        let setup = Setup {
            pkce: demanded,
            ..Setup::default()
        };
        let change = if on { |_: &mut _| {} } else { without_pkce };
        let world = World::with(setup, change).await;
        for account in ["user", "service"] {
            let connection = world.configured(account, account).await;
            journey(&connection, APPROVE).await.unwrap();
            let report = connection.status("en").await.unwrap();
            assert_eq!(report.stage, Stage::Authorized, "{on} {demanded}");
            let expected: &[&str] = if on { &[] } else { &["pkce-off"] };
            assert_eq!(findings(&report), expected);
            let grant = report.grant.unwrap();
            assert_eq!(grant.condition, Condition::Good);
            assert_eq!(grant.scopes, ["companyinformation", "customer", "project"]);
            let organization = grant.organization.unwrap();
            assert_eq!(organization.id, "1000001");
            assert_eq!(organization.name, "Exempel AB");
            assert_eq!(organization.number, "556000-0001");
            let token = token(&connection).await;
            assert_eq!(world.provider.call(&token).await, StatusCode::OK);
        }
        let invented = world.provider.call("invented").await;
        assert_eq!(invented, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
#[ignore = "needs Node and oidc-provider: tests/run installs them"]
async fn given_a_server_that_demands_pkce_when_it_is_off_then_the_operator_has_to_act() {
    let setup = Setup {
        pkce: true,
        ..Setup::default()
    };
    let world = World::with(setup, without_pkce).await;
    let acme = world.configured("acme", "user").await;
    let handled = journey(&acme, APPROVE).await;
    assert_eq!(refusal(handled), "misconfigured(request-refused)");
    assert_eq!(world.exchanges(), 0);
}

#[tokio::test]
#[ignore = "needs Node and oidc-provider: tests/run installs them"]
async fn given_a_code_of_another_journey_when_handed_in_under_pkce_then_the_server_refuses_it() {
    let world = World::start(Setup::default()).await;
    let victim = world.configured("victim", "user").await;
    let thief = world.configured("thief", "user").await;
    let (stolen, _) = returned(&victim, APPROVE).await;
    let (own, binding) = returned(&thief, APPROVE).await;
    let code = |query: &str| {
        let mut pairs = tests::pairs(query.as_bytes()).into_iter();
        pairs.find(|(name, _)| name == "code").unwrap().1
    };
    let injected = own.replace(&code(&own), &code(&stolen));
    assert_ne!(injected, own);
    let handled = thief.handle_callback(&injected, &binding).await;
    assert_eq!(refusal(handled), "callback-rejected(code-refused)");
    assert_eq!(world.exchanges(), 1);
    assert_eq!(thief.status("en").await.unwrap().stage, Stage::Failed);
    journey(&thief, APPROVE).await.unwrap();
}

/// Which of the two it is depends on the secret: where it cannot even be
/// decoded, this server calls the whole request invalid.
#[tokio::test]
#[ignore = "needs Node and oidc-provider: tests/run installs them"]
async fn given_a_raw_secret_when_the_server_reads_form_encoded_then_the_operator_has_to_act() {
    for (secret, expected) in [
        ("s3cret+/:%26&", "misconfigured(client-credentials-refused)"),
        ("s3cret+/:%&", "misconfigured(request-refused)"),
    ] {
        let setup = Setup {
            secret,
            ..Setup::default()
        };
        let world = World::start(setup).await;
        let (acme, before) = world.authorized("acme").await;
        let host = world.another(raw).await;
        let mistaken = host.connection("acme").unwrap();
        let handled = journey(&mistaken, APPROVE).await;
        assert_eq!(refusal(handled), expected);
        assert_eq!(world.exchanges(), 2);

        let grant = acme.status("en").await.unwrap().grant.unwrap();
        assert_eq!(grant.condition, Condition::Good);
        assert_eq!(token(&acme).await, before);
        assert_eq!(world.provider.call(&before).await, StatusCode::OK);
        let refresh = &world.refresh_tokens()[0];
        assert_eq!(world.provider.refresh(refresh).await.0, StatusCode::OK);
    }
}

#[tokio::test]
#[ignore = "needs Node and oidc-provider: tests/run installs them"]
async fn given_a_secret_of_letters_and_digits_when_sent_raw_then_the_server_takes_it() {
    let setup = Setup {
        secret: "s3cret",
        ..Setup::default()
    };
    let world = World::with(setup, raw).await;
    let (acme, _) = world.authorized("acme").await;
    assert!(acme.remove("en").await.unwrap().revoked);
}

#[tokio::test]
#[ignore = "needs Node and oidc-provider: tests/run installs them"]
async fn given_a_person_who_cancels_when_they_come_back_then_declined_and_a_new_start_works() {
    let world = World::start(Setup::default()).await;
    let acme = world.configured("acme", "user").await;
    let handled = journey(&acme, Decision::Cancel).await;
    assert_eq!(refusal(handled), "callback-rejected(user-declined)");
    assert_eq!(world.exchanges(), 0);
    let report = acme.status("en").await.unwrap();
    assert_eq!(report.stage, Stage::Failed);
    let failure = report.attempt.unwrap().failure;
    assert_eq!(failure.as_deref(), Some("user-declined"));
    let said = world.newest_entry("acme").await;
    assert!(said.contains("End-User aborted interaction"), "{said}");
    journey(&acme, APPROVE).await.unwrap();
    let report = acme.status("en").await.unwrap();
    assert_eq!(report.stage, Stage::Authorized);
    assert_eq!(report.attempt, None);
}

#[tokio::test]
#[ignore = "needs Node and oidc-provider: tests/run installs them"]
async fn given_a_scope_the_client_may_not_ask_for_when_sent_there_then_the_operator_has_to_act() {
    let setup = Setup {
        scope: "companyinformation customer",
        ..Setup::default()
    };
    let world = World::start(setup).await;
    let acme = world.configured("acme", "user").await;
    let handled = journey(&acme, APPROVE).await;
    assert_eq!(refusal(handled), "misconfigured(scope-not-registered)");
}

#[tokio::test]
#[ignore = "needs Node and oidc-provider: tests/run installs them"]
async fn given_a_grant_when_authorized_again_then_the_new_one_serves() {
    let world = World::start(Setup::default()).await;
    let acme = world.configured("acme", "user").await;
    // The second time the browser is known, and nobody is asked anything.
    let mut browser = Visitor::new().unwrap();
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let begun = acme.begin_authorize().await.unwrap();
        let query = visit(&mut browser, &begun, APPROVE).await;
        let binding = begun.binding.expose_secret();
        acme.handle_callback(&query, binding).await.unwrap();
        tokens.push(token(&acme).await);
    }
    // The third time it is another browser.
    journey(&acme, APPROVE).await.unwrap();
    tokens.push(token(&acme).await);
    for token in &tokens {
        assert_eq!(world.provider.call(token).await, StatusCode::OK);
    }
    tokens.sort();
    tokens.dedup();
    assert_eq!(tokens.len(), 3);
    assert_eq!(acme.status("en").await.unwrap().stage, Stage::Authorized);
}

#[tokio::test]
#[ignore = "needs Node and oidc-provider: tests/run installs them"]
async fn given_a_grant_when_authorized_for_another_organization_then_refused_and_the_old_one_serves()
 {
    let world = World::start(Setup::default()).await;
    let (acme, before) = world.authorized("acme").await;
    let handled = journey(&acme, Decision::Approve("andra")).await;
    assert_eq!(refusal(handled), "callback-rejected(another-organization)");
    assert_eq!(token(&acme).await, before);
    assert_eq!(world.provider.call(&before).await, StatusCode::OK);
    let grant = acme.status("en").await.unwrap().grant.unwrap();
    assert_eq!(grant.organization.unwrap().name, "Exempel AB");
}

#[tokio::test]
#[ignore = "needs Node and oidc-provider: tests/run installs them"]
async fn given_the_servers_name_when_it_names_itself_in_the_callback_then_compared() {
    for (issuer, expected) in [
        (None, "callback-rejected(issuer-rejected)"),
        (Some("/"), "callback-rejected(issuer-rejected)"),
        (Some(""), "ok"),
    ] {
        let world = World::with(Setup::default(), |registration| {
            let known = registration.endpoints.iter();
            let mut known = known.filter(|(name, _)| name == "issuer");
            let own = known.next().unwrap().1.clone();
            let issuer = issuer.map_or("https://issuer.example".to_owned(), |end| own + end);
            set_endpoint(registration, "issuer", issuer);
        })
        .await;
        let acme = world.configured("acme", "user").await;
        assert_eq!(refusal(journey(&acme, APPROVE).await), expected);
        assert_eq!(world.exchanges(), usize::from(expected == "ok"));
    }
}

#[tokio::test]
#[ignore = "needs Node and oidc-provider: tests/run installs them"]
async fn given_an_operator_who_names_no_issuer_when_the_server_names_itself_then_accepted() {
    let world = World::with(Setup::default(), |registration| {
        registration.endpoints.retain(|(name, _)| name != "issuer");
    })
    .await;
    world.authorized("acme").await;
}

/// This server would answer a second use by ending what the first one gave.
#[tokio::test]
#[ignore = "needs Node and oidc-provider: tests/run installs them"]
async fn given_a_used_callback_when_handed_in_again_then_nothing_is_sent_and_the_grant_lives() {
    let world = World::start(Setup::default()).await;
    let acme = world.configured("acme", "user").await;
    let (query, binding) = returned(&acme, APPROVE).await;
    acme.handle_callback(&query, &binding).await.unwrap();
    for _ in 0..2 {
        let again = acme.handle_callback(&query, &binding).await;
        assert_eq!(refusal(again), "callback-rejected(state-rejected)");
    }
    assert_eq!(world.exchanges(), 1);
    let token = token(&acme).await;
    assert_eq!(world.provider.call(&token).await, StatusCode::OK);
    let refresh = &world.refresh_tokens()[0];
    assert_eq!(world.provider.refresh(refresh).await.0, StatusCode::OK);
}

#[tokio::test]
#[ignore = "needs Node and oidc-provider: tests/run installs them"]
async fn given_a_connection_when_removed_then_the_server_refuses_all_its_tokens_and_no_others() {
    let world = World::start(Setup::default()).await;
    let (acme, replaced) = world.authorized("acme").await;
    journey(&acme, APPROVE).await.unwrap();
    let access = [replaced, token(&acme).await];
    let (_, others) = world.authorized("other").await;
    let receipt = acme.remove("en").await.unwrap();
    assert!(receipt.revoked);
    assert!(receipt.remaining.is_empty());

    let refresh = world.refresh_tokens();
    assert_eq!(refresh.len(), 3);
    let refused = (StatusCode::BAD_REQUEST, Some("invalid_grant".to_owned()));
    for token in &refresh[..2] {
        assert_eq!(world.provider.refresh(token).await, refused);
    }
    for token in &access {
        let status = world.provider.call(token).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(world.provider.call(&others).await, StatusCode::OK);
    assert_eq!(
        world.provider.refresh(&refresh[2]).await,
        (StatusCode::OK, None)
    );
}
