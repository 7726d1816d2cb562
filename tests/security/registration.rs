//! What the operator registered: addresses, and nothing that a request could
//! change.

use fortnox_simulator::cast::person;
use fortnox_simulator::visitor::Decision;
use host_harness::{Connection, Registration};
use secrecy::ExposeSecret as _;
use tests::{World, authorize_url, parameter, query, refusal, set_endpoint};

/// The connection of a configured company at a host with another registration.
async fn elsewhere(world: &World, change: impl FnOnce(&mut Registration)) -> Connection {
    let mut registration = world.registration();
    change(&mut registration);
    let host = world.another(Some(registration)).build().await.unwrap();
    host.connection("acme").unwrap()
}

#[tokio::test]
async fn s11_the_redirect_uri_is_byte_identical_in_both_requests_and_the_registrations() {
    // A parser would lower the name, drop the port and the dots, and escape.
    let odd = "https://ERP.Example:443/a/../cb;v=1?x='1'&y=%7e%2F&z=a+b&w={}|*";
    let world = World::with(|registration| registration.redirect_uri = odd.to_owned()).await;
    world.simulator.set_redirect_uri(odd);
    let acme = world.configured("acme", "user").await;
    let begun = acme.begin_authorize().await.unwrap();
    let url = authorize_url(&begun);
    assert_eq!(parameter(&url, "redirect_uri").as_deref(), Some(odd));

    let ending = world.send(&begun, person::USER, Decision::Approve).await;
    let query = query(&ending);
    assert!(query.starts_with("x="), "its own query comes back, too");
    let binding = begun.binding.expose_secret();
    acme.handle_callback(&query, binding).await.unwrap();
    let form = &world.forms("/oauth-v1/token")[0];
    let sent: Vec<_> = form.iter().filter(|(k, _)| k == "redirect_uri").collect();
    assert_eq!(sent, [&("redirect_uri".to_owned(), odd.to_owned())]);
}

#[tokio::test]
async fn s12_a_redirect_uri_is_https_or_a_loopback_literal_without_userinfo_and_fragment() {
    let world = World::start().await;
    world.configured("acme", "user").await;
    for (uri, expected) in [
        ("https://erp.example/callback", "ok"),
        ("http://[::1]:8080/callback", "ok"),
        (
            "http://erp.example/callback",
            "misconfigured(redirect-uri-invalid)",
        ),
        (
            "http://localhost/callback",
            "misconfigured(redirect-uri-invalid)",
        ),
        (
            "https://user@erp.example/callback",
            "misconfigured(redirect-uri-invalid)",
        ),
        (
            "https://erp.example/callback#x",
            "misconfigured(redirect-uri-invalid)",
        ),
        ("/callback", "misconfigured(redirect-uri-invalid)"),
    ] {
        let acme = elsewhere(&world, |r| r.redirect_uri = uri.to_owned()).await;
        let before = world.footprint();
        let begun = refusal(acme.begin_authorize().await);
        assert_eq!(begun, expected, "{uri}");
        assert_eq!(world.footprint() == before, expected != "ok", "{uri}");
    }
}

#[tokio::test]
async fn s13_an_endpoint_is_absolute_and_https_or_a_loopback_literal() {
    let world = World::start().await;
    world.configured("acme", "user").await;
    for (name, url) in [
        ("authorize", "http://login.example/auth"),
        ("token", "/oauth-v1/token"),
        ("revoke", "https://user:pw@id.example/revoke"),
        ("api", "ftp://127.0.0.1/"),
    ] {
        let acme = elsewhere(&world, |r| set_endpoint(r, name, url)).await;
        let before = world.footprint();
        let begun = refusal(acme.begin_authorize().await);
        assert_eq!(begun, "misconfigured(endpoint-invalid)", "{name}");
        assert_eq!(world.footprint(), before, "{name}");
    }
}

#[tokio::test]
async fn s13_parameters_are_added_by_an_encoder_to_the_query_that_is_there() {
    let client = "id&scope=all=1+2%#";
    let world = World::with(|registration| {
        let own = registration.endpoints[0].1.clone();
        set_endpoint(registration, "authorize", format!("{own}?realm=a%26b&x="));
        registration.client_id = client.to_owned();
    })
    .await;
    let acme = world.configured("acme", "user").await;
    let url = authorize_url(&acme.begin_authorize().await.unwrap());
    assert!(url.query().unwrap().starts_with("realm=a%26b&x=&"));
    assert_eq!(parameter(&url, "realm").as_deref(), Some("a&b"));
    assert_eq!(parameter(&url, "client_id").as_deref(), Some(client));
    assert!(parameter(&url, "scope").is_some_and(|scope| scope.starts_with("company")));
    assert_eq!(url.fragment(), None);
}

/// Changes a registration to something else, a URL where it takes one.
type Change = fn(&mut Registration, &str);

#[tokio::test]
async fn s06_a_callback_under_another_registration_than_it_began_with_is_refused() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let other = "http://127.0.0.1:9/x";
    let changes: [(&str, Change); 7] = [
        ("redirect", |r, url| r.redirect_uri = url.to_owned()),
        ("client", |r, _| r.client_id = "another".to_owned()),
        ("authorize", |r, url| set_endpoint(r, "authorize", url)),
        ("token", |r, url| set_endpoint(r, "token", url)),
        ("revoke", |r, url| set_endpoint(r, "revoke", url)),
        ("api", |r, url| set_endpoint(r, "api", url)),
        ("issuer", |r, url| set_endpoint(r, "issuer", url)),
    ];
    for (what, change) in changes {
        let (query, binding) = world.approved(&acme).await;
        let sent = world.sent().len();
        let elsewhere = elsewhere(&world, |r| change(r, other)).await;
        let handled = elsewhere.handle_callback(&query, &binding).await;
        assert_eq!(
            refusal(handled),
            "callback-rejected(registration-changed)",
            "{what}"
        );
        assert_eq!(world.sent().len(), sent, "{what}");
        let again = acme.handle_callback(&query, &binding).await;
        assert_eq!(
            refusal(again),
            "callback-rejected(state-rejected)",
            "{what}"
        );
    }
}

#[tokio::test]
async fn s06_a_callback_for_another_kind_of_account_than_is_chosen_now_is_refused() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let (query, binding) = world.approved(&acme).await;
    world.configured("acme", "service").await;
    let handled = acme.handle_callback(&query, &binding).await;
    assert_eq!(refusal(handled), "callback-rejected(settings-changed)");
    assert!(world.sent().is_empty());
}

#[tokio::test]
async fn s06_what_was_asked_for_stays_with_the_attempt_when_the_settings_change() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let (query, binding) = world.approved(&acme).await;
    let more = tests::settings(&[("account", "user"), ("invoices", "true")]);
    acme.configure(more, "en").await.unwrap();
    acme.handle_callback(&query, &binding).await.unwrap();
    let report = acme.status("en").await.unwrap();
    assert!(tests::findings(&report).contains(&"scope-missing"));
    assert!(!tests::findings(&report).contains(&"scope-wider"));
}

#[tokio::test]
async fn s21_a_code_goes_to_the_server_that_gave_it_and_to_no_other() {
    let test = World::start().await;
    let production = World::start().await;
    let acme = test.configured("acme", "user").await;
    let (query, binding) = test.approved(&acme).await;
    // The same host, moved to the other server meanwhile.
    let moved = elsewhere(&test, |registration| {
        registration.endpoints = production.registration().endpoints;
        registration.redirect_uri = "http://127.0.0.1:9/production".to_owned();
    })
    .await;
    let handled = moved.handle_callback(&query, &binding).await;
    assert_eq!(refusal(handled), "callback-rejected(registration-changed)");
    for server in [&test, &production] {
        assert!(server.simulator.ledger().token_requests().is_empty());
    }
}
