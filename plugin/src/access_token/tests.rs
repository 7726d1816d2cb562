//! The token that is handed out, and the company that is learned on the way.

use serde_json::{Value, json};

use super::*;
use crate::contract::{HttpError, StorageError};
use crate::testing::{ACCESS, COMPANY, FakeHost, company_information, outcome};

/// A connection that is switched on.
fn enabled() -> FakeHost {
    let host = FakeHost::connected("user");
    crate::set_enabled(&host, true).unwrap();
    host.log.borrow_mut().clear();
    host
}

/// A connection that is switched on, and does not know its company.
fn unidentified() -> FakeHost {
    let host = enabled();
    host.edit("grant", |grant| {
        grant["organization"] = Value::Null;
        grant["tenant_id"] = Value::Null;
    });
    host
}

fn in_state(state: Value) -> FakeHost {
    let host = enabled();
    host.edit("grant", |grant| grant["state"] = state);
    host
}

/// The stored token.
fn stored(host: &FakeHost) -> String {
    let token = host.cell("grant").unwrap()["access_token"].clone();
    token.as_str().unwrap().to_owned()
}

#[test]
fn given_a_live_grant_when_asked_then_the_stored_token_is_handed_out() {
    let host = enabled();
    let before = host.snapshot();
    let token = access_token(&host, None).unwrap();
    assert_eq!(token.value.secret(), &stored(&host));
    assert_eq!(token.expires, host.now.get() + 3600);
    assert_eq!(token.renew, host.now.get() + 2880);
    assert!(host.sent.borrow().is_empty());
    assert_eq!(host.snapshot(), before);
}

#[test]
fn given_a_wall_clock_that_was_set_back_when_the_token_has_ended_then_it_is_not_handed_out() {
    for step in [-7200, -600] {
        let host = enabled();
        host.set_clock(step);
        host.pass(1700);
        // A write in between does not make the token any younger.
        host.exchange(|_, _| Err(HttpError::NotSent("scripted".into())));
        let refused = stored(&host);
        access_token(&host, Some(&refused)).unwrap_err();
        host.pass(1900);
        host.answer(500, "");
        let error = access_token(&host, None).unwrap_err();
        assert!(
            error.to_string().contains("provider-failing"),
            "{step}: {error}"
        );
    }
}

#[test]
fn given_a_token_that_was_not_refused_when_asked_then_it_is_handed_out() {
    let host = enabled();
    let stored = stored(&host);
    for other in ["", "other", &stored[1..]] {
        assert_eq!(outcome(access_token(&host, Some(other))), "ok");
    }
}

#[test]
fn given_no_settings_when_asked_then_it_is_rejected() {
    let host = FakeHost::new();
    assert_eq!(outcome(access_token(&host, None)), "rejected: unconfigured");
}

#[test]
fn given_a_connection_switched_off_when_asked_then_it_is_rejected() {
    let host = FakeHost::connected("user");
    assert_eq!(outcome(access_token(&host, None)), "rejected: disabled");
    assert!(host.sent.borrow().is_empty());
}

#[test]
fn given_no_grant_when_asked_then_authorization_is_required() {
    let host = FakeHost::configured(&[]);
    crate::set_enabled(&host, true).unwrap();
    assert_eq!(
        outcome(access_token(&host, None)),
        "authorization required: unauthorized"
    );
}

#[test]
fn given_an_ended_grant_when_asked_then_its_cause_is_told() {
    let host = in_state(json!({"is": "ended", "cause": "consent-withdrawn"}));
    assert_eq!(
        outcome(access_token(&host, None)),
        "authorization required: consent-withdrawn"
    );
}

#[test]
fn given_a_removal_when_asked_then_it_is_rejected() {
    let host = in_state(json!({"is": "removing"}));
    assert_eq!(outcome(access_token(&host, None)), "rejected: removing");
}

#[test]
fn given_a_grant_in_doubt_when_its_token_is_valid_then_it_is_handed_out() {
    let host = in_state(json!({"is": "in-doubt", "cause": "renewal-lost"}));
    assert_eq!(outcome(access_token(&host, None)), "ok");
}

#[test]
fn given_cells_that_cannot_be_used_when_asked_then_it_is_said_and_nothing_changes() {
    for key in ["settings", "grant"] {
        let host = enabled();
        host.write(key, br#"{"format":2}"#);
        let before = host.snapshot();
        let expected = format!("cell `{key}`: cell-newer");
        assert_eq!(outcome(access_token(&host, None)), expected);
        host.unreadable(key);
        let expected = "storage: storage-unavailable";
        assert_eq!(outcome(access_token(&host, None)), expected);
        assert_eq!(host.snapshot(), before);
    }
}

#[test]
fn given_a_token_when_it_is_shown_then_its_value_is_not() {
    let shown = format!("{:?}", access_token(&enabled(), None).unwrap());
    assert!(!shown.contains(ACCESS), "{shown}");
    assert!(shown.contains("1800003600"), "{shown}");
}

// ---- identification

#[test]
fn given_an_unknown_company_when_a_token_is_asked_for_then_it_gets_known_once() {
    let host = unidentified();
    host.answer(200, &company_information(COMPANY));
    assert_eq!(outcome(access_token(&host, None)), "ok");
    let grant = host.cell("grant").unwrap();
    assert_eq!(grant["tenant_id"], COMPANY);
    assert_eq!(grant["organization"]["name"], "Exempel AB");
    assert_eq!(host.events(), ["organization.identified"]);
    assert_eq!(
        host.last_line(),
        "Det anslutna företaget är Exempel AB (556000-0000)."
    );
    assert_eq!(outcome(access_token(&host, None)), "ok");
    assert_eq!(host.sent.borrow().len(), 1);
}

#[test]
fn given_a_renewal_under_way_when_a_token_is_asked_for_then_the_grant_is_left_alone() {
    let host = unidentified();
    host.edit("grant", |grant| grant["claim"] = "somebody".into());
    let before = host.snapshot();
    assert_eq!(outcome(access_token(&host, None)), "ok");
    assert!(host.sent.borrow().is_empty());
    assert_eq!(host.snapshot(), before);
}

#[test]
fn given_a_company_that_stays_unknown_when_a_token_is_asked_for_then_it_is_handed_out() {
    let host = unidentified();
    let before = host.snapshot()["grant"].clone();
    host.answer(500, "");
    assert_eq!(outcome(access_token(&host, None)), "ok");
    assert_eq!(host.sent.borrow()[0].timeout.as_secs(), 3);
    // Nobody waits for it again at once.
    host.pass(599);
    assert_eq!(outcome(access_token(&host, None)), "ok");
    assert_eq!(host.sent.borrow().len(), 1);
    host.edit("health", |health| {
        health["organization_asked"] = 1_799_990_000.into();
    });
    host.exchange(|_, _| Err(HttpError::NoAnswer("scripted".into())));
    assert_eq!(outcome(access_token(&host, None)), "ok");
    assert_eq!(host.sent.borrow().len(), 2);
    *host.app.borrow_mut() = None;
    assert_eq!(outcome(access_token(&host, None)), "ok");
    assert_eq!(host.snapshot()["grant"], before);
    assert!(host.log.borrow().is_empty());
}

#[test]
fn given_somebody_who_writes_first_when_the_company_gets_known_then_the_winner_stays() {
    let host = unidentified();
    host.answer(200, &company_information(COMPANY));
    host.interfere(|host| {
        host.edit("grant", |grant| grant["generation"] = 2.into());
        None
    });
    assert_eq!(outcome(access_token(&host, None)), "ok");
    let grant = host.cell("grant").unwrap();
    assert_eq!(grant["generation"], 2);
    assert!(grant["organization"].is_null());
    assert!(host.log.borrow().is_empty());
}

#[test]
fn given_a_storage_that_cannot_write_when_the_company_gets_known_then_the_token_is_handed_out() {
    let host = unidentified();
    host.answer(200, &company_information(COMPANY));
    host.interfere(|_| Some(StorageError::TooLarge("scripted".into())));
    assert_eq!(outcome(access_token(&host, None)), "ok");
    assert!(host.cell("grant").unwrap()["organization"].is_null());
}

#[test]
fn given_a_token_that_is_not_handed_out_when_the_company_is_unknown_then_nobody_is_asked() {
    let host = unidentified();
    host.pass(3600);
    host.exchange(|_, _| Err(HttpError::NoAnswer("scripted".into())));
    access_token(&host, None).unwrap_err();
    assert_eq!(host.sent.borrow().len(), 1);
}
