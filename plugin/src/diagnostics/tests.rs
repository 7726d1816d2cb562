//! Support bundles.

use serde_json::{Value, json};

use super::*;
use crate::contract::Action;
use crate::testing::{ACCESS, CODE, FakeHost, REFRESH};
use crate::{check_access, maintain};

fn bundle(host: &FakeHost) -> Value {
    serde_json::from_str(&diagnostics(host).unwrap()).unwrap()
}

#[test]
fn given_nothing_when_bundled_then_versions_and_nulls() {
    let bundle = bundle(&FakeHost::new());
    assert_eq!(bundle["plugin"]["version"], env!("CARGO_PKG_VERSION"));
    let contract = bundle["plugin"]["contract"].as_str().unwrap();
    let package = format!("package {contract};");
    let wit = include_str!("../../../wit/world.wit");
    assert!(wit.lines().any(|line| line == package), "{package}");
    for part in ["settings", "attempt", "grant", "health"] {
        assert_eq!(bundle[part], Value::Null, "{part}");
    }
    assert_eq!(bundle["findings"], json!([]));
}

#[test]
fn given_a_grant_when_bundled_then_tokens_are_fingerprints_and_the_address_is_left_out() {
    let host = FakeHost::connected("user");
    host.configure(&[("account", "user"), ("notices", "anna@exempel.se")])
        .unwrap();
    host.pass(20 * 86_400);
    host.answer(
        200,
        &crate::testing::token_answer(crate::testing::SCOPES).to_string(),
    );
    maintain(&host).unwrap();
    let text = diagnostics(&host).unwrap();
    for secret in [ACCESS, REFRESH, CODE, "canary", "anna", "exempel.se"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    let bundle = bundle(&host);
    let print = Fingerprint::of(REFRESH).write();
    let print = print.as_str().unwrap();
    assert_eq!(bundle["grant"]["refresh-token"], print);
    assert_eq!(bundle["grant"]["organization"]["name"], "Exempel AB");
    assert_eq!(bundle["grant"]["state"], "live");
    assert_eq!(bundle["settings"]["notices"], true);
    let renewal = &bundle["health"]["renewals"][0];
    assert_eq!(renewal["spent"], print);
    assert_eq!(renewal["generation"], 1);
    assert_eq!(renewal["failure"], Value::Null);
}

#[test]
fn given_a_journey_under_way_when_bundled_then_neither_hash_nor_verifier_is_shown() {
    let (host, begun) = FakeHost::begun(&[]);
    let text = diagnostics(&host).unwrap();
    let attempt = host.cell("attempt").unwrap();
    assert!(!text.contains(begun.state.secret()));
    assert!(!text.contains(begun.binding.secret()));

    for value in ["state", "binding", "verifier"] {
        let hidden = find(&attempt, value);
        assert!(!hidden.is_empty(), "{value}: {attempt}");
        assert!(!text.contains(&hidden), "{value}");
    }
    assert_eq!(bundle(&host)["attempt"]["phase"], "open");
}

fn find(value: &Value, name: &str) -> String {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| match value {
                Value::String(text) if key == name => text.clone(),
                value => find(value, name),
            })
            .find(|text| !text.is_empty())
            .unwrap_or_default(),
        _ => String::new(),
    }
}

#[test]
fn given_cells_that_cannot_be_read_when_bundled_then_it_says_why_and_goes_on() {
    let host = FakeHost::connected("user");
    host.write("grant", b"damaged");
    host.unreadable("settings");
    let bundle = bundle(&host);
    assert_eq!(bundle["grant"]["error"], "cell-unreadable");
    assert_eq!(bundle["settings"]["error"], "storage-unavailable");
    assert!(bundle["registration"]["client-id"].is_string());
}

#[test]
fn given_a_refusal_when_bundled_then_its_words_and_time_are_there() {
    let host = FakeHost::connected("user");
    host.answer(403, r#"{"message":"nej"}"#);
    host.answer(200, "{}");
    check_access(&host).unwrap();
    let bundle = bundle(&host);
    assert_eq!(bundle["findings"][0]["code"], "area-refused");
    assert_eq!(bundle["findings"][0]["provider-message"], "nej");
    assert_eq!(
        bundle["health"]["access"]["customers"]["refusal"]["since"],
        host.now.get()
    );
    let actions = status(&host, "en").unwrap().actions;
    assert_eq!(actions[0], Action::CheckAccess);
}

#[test]
fn given_a_bundle_when_asked_for_then_nothing_is_written_and_nobody_asked() {
    let host = FakeHost::connected("user");
    let before = host.snapshot();
    diagnostics(&host).unwrap();
    assert_eq!(host.snapshot(), before);
    assert_eq!(host.visited(), Vec::<String>::new());
}
