//! The authorization request, and the attempt that is stored for it.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use url::Url;

use super::*;
use crate::contract::{Level, StorageError};
use crate::registration::SENT;
use crate::testing::{FakeHost, outcome};

fn parameters(url: &str) -> BTreeMap<String, String> {
    let url = Url::parse(url).unwrap();
    let pairs: Vec<_> = url.query_pairs().into_owned().collect();
    let parameters: BTreeMap<_, _> = pairs.iter().cloned().collect();
    assert_eq!(parameters.len(), pairs.len(), "a parameter is repeated");
    parameters
}

fn names(url: &str) -> BTreeSet<String> {
    parameters(url).into_keys().collect()
}

fn verifier(host: &FakeHost) -> serde_json::Value {
    host.cell("attempt").unwrap()["asked"]["verifier"].clone()
}

/// Nothing was stored, sent or begun.
fn assert_not_begun(host: &FakeHost) {
    assert!(host.cell("attempt").is_none());
    assert!(!host.events().contains(&"authorization.started".to_owned()));
}

#[test]
fn given_settings_when_begun_then_the_request_is_the_documented_one() {
    let (_, authorization) = FakeHost::begun(&[]);
    let address = authorization.url.split('?').next().unwrap();
    assert_eq!(address, "https://apps.fortnox.se/oauth-v1/auth");
    let mut parameters = parameters(&authorization.url);
    assert!(parameters.keys().all(|name| SENT.contains(&name.as_str())));
    let state = parameters.remove("state").unwrap();
    assert_eq!(&state, authorization.state.secret());
    assert_eq!(parameters.remove("code_challenge").unwrap().len(), 43);
    let expected = [
        ("access_type", "offline"),
        ("account_type", "service"),
        ("client_id", "AbCdEf123456"),
        ("code_challenge_method", "S256"),
        ("redirect_uri", "https://erp.example/callback"),
        ("response_type", "code"),
        ("scope", "companyinformation customer project"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(parameters, BTreeMap::from(expected));
}

#[test]
fn given_a_user_account_when_begun_then_no_account_type_is_named() {
    let (_, authorization) = FakeHost::begun(&[("account", "user")]);
    assert!(!names(&authorization.url).contains("account_type"));
}

#[test]
fn given_other_areas_when_begun_then_exactly_their_scopes_are_asked_for() {
    let (host, authorization) = FakeHost::begun(&[
        ("customers", "false"),
        ("projects", "false"),
        ("supplier-invoices", "true"),
    ]);
    let scope = &parameters(&authorization.url)["scope"];
    assert_eq!(scope, "companyinformation supplierinvoice");
    let stored = &host.cell("attempt").unwrap()["asked"]["scopes"];
    assert_eq!(
        *stored,
        serde_json::json!(["companyinformation", "supplierinvoice"])
    );
}

#[test]
fn given_settings_when_begun_then_the_challenge_is_the_hash_of_the_stored_verifier() {
    let (host, authorization) = FakeHost::begun(&[]);
    let hash = Sha256::digest(verifier(&host).as_str().unwrap());
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(hash);
    assert_eq!(parameters(&authorization.url)["code_challenge"], challenge);
}

#[test]
fn given_two_journeys_when_begun_then_every_secret_is_new_and_of_256_bits() {
    let host = FakeHost::configured(&[]);
    let mut secrets = BTreeSet::new();
    for _ in 0..2 {
        let authorization = host.begin();
        let verifier = verifier(&host).as_str().unwrap().to_owned();
        let binding = authorization.binding.secret().to_owned();
        for secret in [authorization.state.into_secret(), binding, verifier] {
            assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(&secret).unwrap().len(), 32);
            assert!(secrets.insert(secret));
        }
    }
}

#[test]
fn given_settings_when_begun_then_state_and_binding_are_stored_as_hashes_only() {
    let (host, authorization) = FakeHost::begun(&[]);
    let cell = host.cell("attempt").unwrap().to_string();
    for secret in [authorization.state.secret(), authorization.binding.secret()] {
        assert!(!cell.contains(secret));
        let hash = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(secret));
        assert!(cell.contains(&hash));
    }
}

#[test]
fn given_settings_when_begun_then_the_request_holds_neither_binding_nor_verifier() {
    let (host, authorization) = FakeHost::begun(&[]);
    assert!(!authorization.url.contains(authorization.binding.secret()));
    let verifier = verifier(&host);
    assert!(!authorization.url.contains(verifier.as_str().unwrap()));
}

#[test]
fn given_an_endpoint_with_a_query_when_begun_then_the_query_is_kept() {
    let host = FakeHost::configured(&[]);
    host.elsewhere("authorize", "https://login.example/a?realm=x");
    let authorization = host.begin();
    let parameters = parameters(&authorization.url);
    assert!(authorization.url.starts_with("https://login.example/a?"));
    assert_eq!(parameters["realm"], "x");
    assert_eq!(parameters["response_type"], "code");
}

#[test]
fn given_an_odd_redirect_uri_when_begun_then_it_is_sent_to_the_byte() {
    let odd = "https://ERP.example:443/a/../callback?tenant=%7e1&x=å";
    let host = FakeHost::configured(&[]);
    let odd = odd.replace('å', "%C3%A5");
    host.app.borrow_mut().as_mut().unwrap().redirect_uri = odd.clone();
    let authorization = host.begin();
    assert_eq!(parameters(&authorization.url)["redirect_uri"], odd);
    assert_eq!(host.cell("attempt").unwrap()["asked"]["redirect_uri"], odd);
}

#[test]
fn given_a_moment_when_begun_then_the_callback_is_accepted_for_ten_minutes() {
    let (host, authorization) = FakeHost::begun(&[]);
    assert_eq!(authorization.expires, host.now.get() + 600);
    assert_eq!(host.cell("attempt").unwrap()["started"], host.now.get());
}

#[test]
fn given_settings_when_begun_then_nobody_is_asked_and_the_log_tells() {
    let (host, _) = FakeHost::begun(&[("language", "sv")]);
    assert!(host.sent.borrow().is_empty());
    assert_eq!(host.events(), ["settings.saved", "authorization.started"]);
    assert_eq!(
        host.last_line(),
        "Auktoriseringen startades. Väntar på godkännandet i Fortnox."
    );
}

#[test]
fn given_pkce_switched_off_when_begun_then_there_is_neither_challenge_nor_verifier() {
    let host = FakeHost::configured(&[]);
    host.app.borrow_mut().as_mut().unwrap().options = vec![("pkce".into(), "off".into())];
    let authorization = host.begin();
    assert!(
        !names(&authorization.url)
            .iter()
            .any(|name| name.starts_with("code_challenge"))
    );
    assert!(verifier(&host).is_null());
}

#[test]
fn given_no_settings_when_begun_then_it_is_rejected() {
    let host = FakeHost::new();
    assert_eq!(outcome(begin_authorize(&host)), "rejected: unconfigured");
    assert_not_begun(&host);
}

#[test]
fn given_a_removal_under_way_when_begun_then_it_is_rejected() {
    let host = FakeHost::connected("user");
    host.edit("grant", |grant| {
        grant["state"] = serde_json::json!({"is": "removing"})
    });
    assert_eq!(outcome(begin_authorize(&host)), "rejected: removing");
    assert_not_begun(&host);
}

#[test]
fn given_an_unfit_registration_when_begun_then_the_operator_is_named_and_nothing_stored() {
    let host = FakeHost::configured(&[("language", "nb")]);
    *host.app.borrow_mut() = None;
    assert_eq!(
        outcome(begin_authorize(&host)),
        "misconfigured: unregistered"
    );
    assert_not_begun(&host);
    let (level, event, line) = host.log.borrow().last().cloned().unwrap();
    assert_eq!(
        (level, event.as_str()),
        (Level::Error, "authorization.impossible")
    );
    let words = crate::advice::explain(Cause::Unregistered, crate::catalogue::Locale::Nb);
    assert!(
        line.contains(&words.title) && line.contains(&words.detail),
        "{line}"
    );
}

#[test]
fn given_a_scope_that_is_not_registered_when_begun_then_the_log_names_it_and_nothing_is_stored() {
    let host = FakeHost::configured(&[("invoices", "true")]);
    let mut app = host.app.borrow_mut();
    app.as_mut()
        .unwrap()
        .scopes
        .retain(|scope| scope != "invoice");
    drop(app);
    assert_eq!(
        outcome(begin_authorize(&host)),
        "misconfigured: scope-not-registered"
    );
    assert_not_begun(&host);
    assert_eq!(host.log.borrow().last().unwrap().0, Level::Error);
    assert!(host.last_line().contains("invoice"));
}

#[test]
fn given_an_open_attempt_when_begun_again_then_only_the_new_one_counts() {
    let (host, first) = FakeHost::begun(&[]);
    let second = host.begin();
    assert_eq!(host.cells.borrow().len(), 2, "settings and one attempt");
    assert_eq!(
        outcome(host.come_back(&first)),
        "callback rejected: state-rejected"
    );
    host.grants();
    assert_eq!(outcome(host.come_back(&second)), "ok");
}

#[test]
fn given_an_exchange_with_a_kept_answer_when_begun_again_then_the_answer_is_dropped() {
    let (host, _) = FakeHost::cut_off();
    assert_eq!(host.cells.borrow().len(), 3);
    host.begin();
    let keys: Vec<_> = host.cells.borrow().keys().cloned().collect();
    assert_eq!(keys, ["attempt", "settings"]);
}

#[test]
fn given_a_grant_when_begun_then_it_stays_as_it_is() {
    let host = FakeHost::connected("service");
    let before = host.snapshot();
    host.begin();
    let after = host.snapshot();
    assert_eq!(before["grant"], after["grant"]);
    assert_eq!(before["settings"], after["settings"]);
}

#[test]
fn given_a_lost_race_when_begun_then_the_attempt_is_written_over_the_winners() {
    let host = FakeHost::configured(&[]);
    host.interfere(|host| {
        host.begin();
        None
    });
    let authorization = host.begin();
    host.grants();
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
}

#[test]
fn given_races_that_are_always_lost_when_begun_then_it_is_busy() {
    let host = FakeHost::configured(&[]);
    for _ in 0..cell::ROUNDS {
        host.interfere(|_| Some(StorageError::Conflict("scripted".into())));
    }
    assert_eq!(
        outcome(begin_authorize(&host)),
        "unavailable: busy; try again after 1s"
    );
    assert_not_begun(&host);
    assert!(host.interference.borrow().is_empty());
}

#[test]
fn given_a_storage_that_cannot_write_when_begun_then_nobody_is_sent_away() {
    let host = FakeHost::configured(&[]);
    host.refuse_write(0);
    assert_eq!(
        outcome(begin_authorize(&host)),
        "storage: storage-unavailable"
    );
    assert_not_begun(&host);
}

#[test]
fn given_cells_that_cannot_be_read_when_begun_then_nobody_is_sent_away() {
    for key in ["settings", "grant", "attempt"] {
        let host = FakeHost::configured(&[]);
        host.unreadable(key);
        assert_eq!(
            outcome(begin_authorize(&host)),
            "storage: storage-unavailable",
            "{key}"
        );
        host.unreadable.borrow_mut().clear();
        assert_not_begun(&host);
    }
}

#[test]
fn given_a_newer_or_damaged_cell_when_begun_then_nothing_is_overwritten() {
    for key in ["settings", "grant", "attempt"] {
        for (value, cause) in [
            (&br#"{"format":2}"#[..], "cell-newer"),
            (b"{", "cell-unreadable"),
        ] {
            let host = FakeHost::configured(&[]);
            host.write(key, value);
            let before = host.snapshot();
            assert_eq!(
                outcome(begin_authorize(&host)),
                format!("cell `{key}`: {cause}")
            );
            assert_eq!(host.snapshot(), before);
        }
    }
}

#[test]
fn given_settings_that_a_newer_version_wrote_when_begun_then_nothing_is_begun() {
    let host = FakeHost::configured(&[]);
    host.edit("settings", |cell| {
        cell["values"]["account"] = "robot".into()
    });
    assert_eq!(
        outcome(begin_authorize(&host)),
        "cell `settings`: cell-unreadable"
    );
    assert_not_begun(&host);
}
