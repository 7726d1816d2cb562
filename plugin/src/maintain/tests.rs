//! Idle grants, and calls that broke off.

use serde_json::{Value, json};

use super::*;
use crate::contract::HttpError;
use crate::testing::SCOPES;
use crate::testing::{FakeHost, REFRESH, outcome, token_answer};

/// A person's grant whose own time is `spread` seconds after the fourteenth day.
fn idle(spread: u32) -> FakeHost {
    let host = FakeHost::connected("user");
    host.edit("grant", |grant| {
        grant["lineage"] = format!("{spread:08x}{}", "0".repeat(24)).into();
    });
    host
}

fn renewed() -> Value {
    let mut answer = token_answer(SCOPES);
    answer["refresh_token"] = "renewed".into();
    answer
}

fn refresh_token(host: &FakeHost) -> String {
    let token = host.cell("grant").unwrap()["refresh_token"].clone();
    token.as_str().unwrap().to_owned()
}

#[test]
fn given_an_idle_grant_when_its_own_time_has_come_then_it_is_renewed_and_not_before() {
    for spread in [0, 86_400, 172_799, 172_800] {
        let host = idle(spread);
        let due = host.now.get() + KEEP_ALIVE + u64::from(spread) % SPREAD;
        assert_eq!(maintain(&host).unwrap(), due);
        host.pass(due - host.now.get() - 1);
        assert_eq!(maintain(&host).unwrap(), due);
        assert!(host.sent.borrow().is_empty());
        host.pass(1);
        host.answer(200, &renewed().to_string());
        let next = host.now.get() + KEEP_ALIVE + u64::from(spread) % SPREAD;
        assert_eq!(maintain(&host).unwrap(), next);
        assert_eq!(refresh_token(&host), "renewed");
    }
}

#[test]
fn given_years_of_care_when_nobody_asks_anything_then_the_grant_lives() {
    let host = idle(77_777);
    let mut next = maintain(&host).unwrap();
    for _ in 0..100 {
        host.pass(next - host.now.get());
        host.answer(200, &renewed().to_string());
        next = maintain(&host).unwrap();
        assert!(next > host.now.get());
    }
    let report = crate::status(&host, "en").unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

#[test]
fn given_a_connection_that_is_switched_off_when_maintained_then_its_grant_is_kept_alive() {
    let host = idle(0);
    host.pass(KEEP_ALIVE);
    host.answer(200, &renewed().to_string());
    maintain(&host).unwrap();
    assert_eq!(refresh_token(&host), "renewed");
    assert_eq!(
        outcome(crate::access_token(&host, None)),
        "rejected: disabled"
    );
}

#[test]
fn given_a_renewal_that_fails_when_maintained_then_it_is_tried_again_in_time() {
    for (status, body, wait) in [
        (500, "", RETRY),
        (429, "", RETRY),
        (400, r#"{"error":"error_missing_license"}"#, DAY),
        (401, r#"{"error":"invalid_client"}"#, DAY),
    ] {
        let host = idle(0);
        host.pass(KEEP_ALIVE);
        host.answer(status, body);
        assert_eq!(maintain(&host).unwrap(), host.now.get() + wait, "{status}");
        host.pass(wait);
        host.answer(200, &renewed().to_string());
        maintain(&host).unwrap();
        assert_eq!(refresh_token(&host), "renewed", "{status}");
    }
}

#[test]
fn given_a_token_that_lasts_when_another_is_renewing_then_it_is_left_alone() {
    let host = idle(0);
    host.edit("grant", |grant| {
        grant["claim"] = "another".into();
        grant["refresh_since"] = 0.into();
    });
    assert_eq!(maintain(&host).unwrap(), host.now.get() + RETRY);
    assert!(host.sent.borrow().is_empty());
}

#[test]
fn given_a_grant_that_is_refused_when_maintained_then_it_has_ended_and_nothing_more_is_done() {
    let host = idle(0);
    host.pass(KEEP_ALIVE);
    host.answer(400, r#"{"error":"invalid_grant"}"#);
    let idle = host.now.get() + IDLE;
    assert_eq!(maintain(&host).unwrap(), idle);
    assert_eq!(maintain(&host).unwrap(), idle);
    assert_eq!(host.sent.borrow().len(), 1);
    assert_eq!(host.events(), ["grant.ended"]);
}

#[test]
fn given_a_doubt_when_the_wait_is_over_then_it_is_concluded() {
    let host = idle(0);
    host.pass(7200);
    host.edit("grant", |grant| {
        grant["state"] = json!({"is": "in-doubt", "cause": "renewal-lost"});
    });
    assert_eq!(maintain(&host).unwrap(), host.now.get() + 600);
    host.pass(600);
    maintain(&host).unwrap();
    assert_eq!(host.cell("grant").unwrap()["state"]["is"], "ended");
}

#[test]
fn given_what_needs_nothing_when_maintained_then_nobody_is_asked() {
    let removing = FakeHost::connected("user");
    removing.edit("grant", |grant| grant["state"] = json!({"is": "removing"}));
    let without = FakeHost::connected("user");
    without.edit("grant", |grant| grant["refresh_token"] = Value::Null);
    for host in [
        FakeHost::new(),
        FakeHost::configured(&[]),
        FakeHost::begun(&[]).0,
        FakeHost::connected("service"),
        removing,
        without,
    ] {
        host.pass(50 * DAY);
        let before = host.snapshot();
        assert_eq!(maintain(&host).unwrap(), host.now.get() + IDLE);
        assert_eq!(host.snapshot(), before);
    }
}

#[test]
fn given_an_exchange_that_broke_off_when_its_answer_is_kept_then_it_is_taken_up() {
    let (host, _) = FakeHost::cut_off();
    assert_eq!(maintain(&host).unwrap(), host.now.get() + 90);
    assert!(host.cell("grant").is_none());
    host.pass(90);
    host.answer(200, &crate::testing::company_information("1234567"));
    maintain(&host).unwrap();
    assert_eq!(refresh_token(&host), REFRESH);
    assert_eq!(host.events(), ["authorization.succeeded"]);
    assert!(host.cell("attempt").is_none());
}

#[test]
fn given_an_exchange_without_an_answer_when_maintained_then_nothing_is_said_or_done() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.exchange(|_, _| Err(HttpError::NoAnswer("scripted".into())));
    host.refuse_write(1);
    host.come_back(&authorization).unwrap_err();
    host.log.borrow_mut().clear();
    host.pass(90);
    let before = host.snapshot();
    assert_eq!(maintain(&host).unwrap(), host.now.get() + IDLE);
    assert!(host.log.borrow().is_empty());
    assert_eq!(host.snapshot(), before);
}

#[test]
fn given_cells_that_cannot_be_read_when_maintained_then_it_is_said() {
    for key in ["attempt", "grant"] {
        let host = FakeHost::connected("user");
        host.unreadable(key);
        assert_eq!(outcome(maintain(&host)), "storage: storage-unavailable");
    }
}

#[test]
fn given_a_trouble_of_a_service_account_when_it_is_gone_then_maintaining_finds_out() {
    let host = FakeHost::connected("service");
    crate::set_enabled(&host, true).unwrap();
    host.pass(3600);
    host.answer(500, "");
    crate::access_token(&host, None).unwrap_err();
    let troubles = |host: &FakeHost| crate::status(host, "en").unwrap().findings.len();
    assert_eq!(troubles(&host), 1);
    host.answer(500, "");
    assert_eq!(maintain(&host).unwrap(), host.now.get() + 3600);
    host.pass(3600);
    host.answer(
        200,
        &crate::testing::token_answer(crate::testing::SCOPES).to_string(),
    );
    maintain(&host).unwrap();
    assert_eq!(troubles(&host), 0);
}

#[test]
fn given_an_api_that_accepts_no_token_when_maintained_then_none_is_spent_for_it() {
    let host = FakeHost::connected("user");
    host.edit("health", |health| {
        health["trouble"] = json!({
            "cause": "token-refused",
            "words": {"code": "", "message": ""},
            "since": 1_800_000_000,
            "until": 1_800_000_300,
        });
    });
    host.pass(DAY);
    assert!(maintain(&host).unwrap() > host.now.get() + 10 * DAY);
    assert!(host.visited().is_empty());
}
