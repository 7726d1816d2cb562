//! Starting: what the browser is sent away with, and what stays behind.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use fortnox_simulator::cast::person;
use fortnox_simulator::visitor::Decision;
use host_harness::{CallError, HostError, PLUGIN, Random, RandomError, SystemRandom};
use secrecy::ExposeSecret as _;
use sha2::{Digest, Sha256};
use tests::{World, authorize_url, findings, parameter, query, refusal, settings, stored};

const TOKEN: &str = "/oauth-v1/token";

fn options(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    settings(pairs)
}

/// The value of the only parameter of this name.
fn form_value(form: &[(String, String)], name: &str) -> Option<String> {
    let mut found = form.iter().filter(|(key, _)| key == name);
    let value = found.next().map(|(_, value)| value.clone());
    assert!(found.next().is_none(), "{name} twice");
    value
}

#[tokio::test]
async fn s01_only_a_code_is_asked_for_and_redeemed_whatever_the_operator_configures() {
    let world = World::with(|registration| {
        registration.options = options(&[
            ("response_type", "token"),
            ("response-type", "code id_token"),
            ("response_mode", "fragment"),
            ("grant_type", "password"),
            ("flow", "implicit"),
        ]);
    })
    .await;
    let acme = world.configured("acme", "user").await;
    let begun = acme.begin_authorize().await.unwrap();
    let url = authorize_url(&begun);
    assert_eq!(parameter(&url, "response_type").as_deref(), Some("code"));
    assert_eq!(parameter(&url, "response_mode"), None);

    let (state, binding) = (begun.state.expose_secret(), begun.binding.expose_secret());
    let implicit = format!("state={state}&access_token=stolen&token_type=bearer&expires_in=3600");
    let handled = acme.handle_callback(&implicit, binding).await;
    assert_eq!(refusal(handled), "callback-rejected(empty-callback)");
    assert_eq!(acme.status("en").await.unwrap().grant, None);

    let ending = world.send(&begun, person::USER, Decision::Approve).await;
    acme.handle_callback(&query(&ending), binding)
        .await
        .unwrap();
    let forms = world.forms(TOKEN);
    assert_eq!(forms.len(), 1);
    assert_eq!(
        form_value(&forms[0], "grant_type").as_deref(),
        Some("authorization_code")
    );
}

/// The operating system's source, with a note of all it gave.
#[derive(Default)]
struct Noted(Mutex<Vec<u8>>);

impl Random for Noted {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        SystemRandom.fill(bytes)?;
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(())
    }
}

#[tokio::test]
async fn s02_state_binding_and_verifier_are_256_bits_each_of_the_hosts_secure_source() {
    let world = World::start().await;
    let noted = Arc::new(Noted::default());
    let host = world.another(Some(world.registration()));
    let host = host.random(noted.clone()).build().await.unwrap();
    world.configured("acme", "user").await;
    let acme = host.connection("acme").unwrap();
    let begun = acme.begin_authorize().await.unwrap();
    let ending = world.send(&begun, person::USER, Decision::Approve).await;
    let binding = begun.binding.expose_secret();
    acme.handle_callback(&query(&ending), binding)
        .await
        .unwrap();
    let verifier = form_value(&world.forms(TOKEN)[0], "code_verifier").unwrap();

    let given = noted.0.lock().unwrap().clone();
    for secret in [begun.state.expose_secret(), binding, &verifier] {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(secret).unwrap();
        assert_eq!(bytes.len(), 32);
        assert!(given.windows(32).any(|window| window == bytes));
    }
}

#[tokio::test]
async fn s02_and_s08_state_binding_and_challenge_are_new_every_time() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let mut seen = HashSet::new();
    for _ in 0..20 {
        let begun = acme.begin_authorize().await.unwrap();
        seen.insert(begun.state.expose_secret().to_owned());
        seen.insert(begun.binding.expose_secret().to_owned());
        seen.insert(parameter(&authorize_url(&begun), "code_challenge").unwrap());
    }
    assert_eq!(seen.len(), 60);
}

#[tokio::test]
async fn s07_state_says_nothing_about_company_or_settings() {
    let world = World::start().await;
    for company in ["a", "Åkeri & Söner <AB>, 556000-0100"] {
        for account in ["user", "service"] {
            let begun = world.configured(company, account).await;
            let begun = begun.begin_authorize().await.unwrap();
            let state = begun.state.expose_secret();
            assert_eq!(state.len(), 43, "{company}");
            assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(state).unwrap().len(), 32);
        }
    }
}

#[tokio::test]
async fn s08_pkce_s256_is_sent_always_and_the_verifier_fits_the_challenge() {
    let world = World::start().await;
    world.simulator.behaviour(|b| b.pkce_enforced = true);
    let acme = world.configured("acme", "user").await;
    let begun = acme.begin_authorize().await.unwrap();
    let url = authorize_url(&begun);
    assert_eq!(
        parameter(&url, "code_challenge_method").as_deref(),
        Some("S256")
    );
    let ending = world.send(&begun, person::USER, Decision::Approve).await;
    acme.handle_callback(&query(&ending), begun.binding.expose_secret())
        .await
        .unwrap();
    let verifier = form_value(&world.forms(TOKEN)[0], "code_verifier").unwrap();
    assert_eq!(verifier.len(), 43);
    let hash = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    assert_eq!(parameter(&url, "code_challenge"), Some(hash));
}

/// That `plain` is not compiled in shows only in that nothing brings it about.
#[tokio::test]
async fn s08_no_option_makes_the_challenge_plain() {
    let world = World::with(|registration| {
        registration.options = options(&[
            ("pkce", "plain"),
            ("pkce-method", "plain"),
            ("code_challenge_method", "plain"),
            ("PKCE", "off"),
            ("pkce", "false"),
            ("pkce", "OFF"),
        ]);
    })
    .await;
    let acme = world.configured("acme", "user").await;
    let url = authorize_url(&acme.begin_authorize().await.unwrap());
    assert_eq!(
        parameter(&url, "code_challenge_method").as_deref(),
        Some("S256")
    );
    assert_eq!(parameter(&url, "code_challenge").unwrap().len(), 43);
}

#[tokio::test]
async fn s10_pkce_is_off_only_by_the_operators_word_and_status_says_so() {
    let world = World::with(|r| r.options = options(&[("pkce", "off")])).await;
    let acme = world.configured("acme", "user").await;
    let begun = acme.begin_authorize().await.unwrap();
    let url = authorize_url(&begun);
    assert_eq!(parameter(&url, "code_challenge"), None);
    assert_eq!(parameter(&url, "code_challenge_method"), None);
    assert!(findings(&acme.status("en").await.unwrap()).contains(&"pkce-off"));
    let ending = world.send(&begun, person::USER, Decision::Approve).await;
    acme.handle_callback(&query(&ending), begun.binding.expose_secret())
        .await
        .unwrap();
    assert_eq!(form_value(&world.forms(TOKEN)[0], "code_verifier"), None);
    assert!(findings(&acme.status("en").await.unwrap()).contains(&"pkce-off"));

    let usual = World::start().await;
    let acme = usual.configured("acme", "user").await;
    assert!(!findings(&acme.status("en").await.unwrap()).contains(&"pkce-off"));
}

#[tokio::test]
async fn s10_a_provider_that_objects_does_not_bring_pkce_down() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let begun = acme.begin_authorize().await.unwrap();
    let state = begun.state.expose_secret();
    let objection = format!(
        "error=invalid_request&error_description=code_challenge+not+supported&state={state}"
    );
    let handled = acme
        .handle_callback(&objection, begun.binding.expose_secret())
        .await;
    assert_eq!(refusal(handled), "misconfigured(request-refused)");
    let again = authorize_url(&acme.begin_authorize().await.unwrap());
    assert_eq!(
        parameter(&again, "code_challenge_method").as_deref(),
        Some("S256")
    );
}

#[tokio::test]
async fn s14_a_scope_that_the_app_does_not_carry_is_refused_before_anyone_is_sent_away() {
    let world = World::with(|r| r.scopes.retain(|scope| scope != "invoice")).await;
    let acme = world.company("acme");
    let chosen = settings(&[("invoices", "true"), ("language", "en")]);
    acme.configure(chosen, "en").await.unwrap();
    let before = world.footprint();
    let begun = acme.begin_authorize().await;
    assert_eq!(refusal(begun), "misconfigured(scope-not-registered)");
    assert_eq!(world.footprint(), before);
}

#[tokio::test]
async fn s14_no_more_is_asked_for_than_the_settings_need() {
    let world = World::start().await;
    let acme = world.company("acme");
    for (chosen, scopes) in [
        (
            [("customers", "true"), ("projects", "false")],
            "companyinformation customer",
        ),
        (
            [("customers", "false"), ("payments", "true")],
            "companyinformation project payment",
        ),
    ] {
        acme.configure(settings(&chosen), "en").await.unwrap();
        let url = authorize_url(&acme.begin_authorize().await.unwrap());
        assert_eq!(parameter(&url, "scope").as_deref(), Some(scopes));
    }
}

#[tokio::test]
async fn s15_the_authorization_url_holds_what_it_must_and_no_more() {
    let world = World::start().await;
    let acme = world.configured("secret-customer", "service").await;
    let begun = acme.begin_authorize().await.unwrap();
    let url = authorize_url(&begun);
    let mut names: Vec<_> = url.query_pairs().map(|(name, _)| name).collect();
    names.sort();
    let expected = [
        "access_type",
        "account_type",
        "client_id",
        "code_challenge",
        "code_challenge_method",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
    ];
    assert_eq!(names, expected);

    let ending = world.send(&begun, person::ADMIN, Decision::Approve).await;
    let binding = begun.binding.expose_secret();
    acme.handle_callback(&query(&ending), binding)
        .await
        .unwrap();
    let verifier = form_value(&world.forms(TOKEN)[0], "code_verifier").unwrap();
    let app = world.simulator.app();
    for secret in [
        app.client_secret.expose(),
        &verifier,
        binding,
        "secret-customer",
        "tester",
    ] {
        assert!(!url.as_str().contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn s16_beginning_again_and_again_leaves_one_attempt() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let first = acme.begin_authorize().await.unwrap();
    let keys = || -> Vec<String> {
        let cells = stored::cells(&world.file);
        cells.into_iter().map(|cell| cell.key).collect()
    };
    for _ in 0..50 {
        acme.begin_authorize().await.unwrap();
    }
    assert_eq!(keys(), ["attempt", "settings"]);
    assert_eq!(stored::companies(&world.file), ["acme"]);

    let ending = world.send(&first, person::USER, Decision::Approve).await;
    let handled = acme
        .handle_callback(&query(&ending), first.binding.expose_secret())
        .await;
    assert_eq!(refusal(handled), "callback-rejected(state-rejected)");
    let last = world.journey(&acme, person::USER, Decision::Approve).await;
    last.unwrap();
    for _ in 0..10 {
        acme.begin_authorize().await.unwrap();
    }
    assert_eq!(keys(), ["attempt", "grant", "health", "settings"]);
}

/// A source that fails from its n-th use on.
struct Failing {
    good: AtomicUsize,
}

impl Random for Failing {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        let left = self
            .good
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
        match left {
            Ok(_) => SystemRandom.fill(bytes),
            Err(_) => Err(RandomError("exhausted".to_owned())),
        }
    }
}

#[tokio::test]
async fn s50_without_secure_random_numbers_nobody_is_sent_away_and_nothing_is_stored() {
    let world = World::start().await;
    world.configured("acme", "user").await;
    let failing = Arc::new(Failing {
        good: AtomicUsize::new(usize::MAX),
    });
    let host = world.another(Some(world.registration()));
    let host = host.random(failing.clone()).build().await.unwrap();
    let acme = host.connection("acme").unwrap();
    let before = world.footprint();
    let mut failures = 0;
    for good in 0.. {
        failing.good.store(good, Ordering::SeqCst);
        match acme.begin_authorize().await {
            Err(CallError::Host(HostError::Random(_))) => {
                assert_eq!(world.footprint(), before, "after {good} good draws");
                failures += 1;
            }
            // The last draws are the host's own: a version and a nonce.
            Err(CallError::Refused(_)) => assert_eq!(world.footprint(), before),
            Err(other) => panic!("{other}"),
            Ok(_) => break,
        }
    }
    // State, binding, verifier and lineage take four draws of 64 bits each.
    assert!(failures >= 16, "{failures}");
}

#[test]
fn s50_the_component_does_not_import_insecure_random_numbers() {
    let engine = wasmtime::Engine::default();
    let component = wasmtime::component::Component::new(&engine, PLUGIN).unwrap();
    let shape = component.component_type();
    let imports: Vec<_> = shape.imports(&engine).map(|(name, _)| name).collect();
    assert!(
        imports
            .iter()
            .any(|name| name.starts_with("wasi:random/random@"))
    );
    assert!(
        !imports
            .iter()
            .any(|name| name.starts_with("wasi:random/insecure@"))
    );
}
