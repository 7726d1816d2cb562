//! What removing revokes, what it says, and what stands in its way: little.

mod cells;

use serde_json::{Value, json};

use super::*;
use crate::advice::explain;
use crate::contract::{HttpError, RequestAuthorization, StorageError};
use crate::testing::{FakeHost, REFRESH, outcome, sent_header, token_answer};

const REVOKED: &str = r#"{"revoked":true}"#;

/// Refresh tokens that were sent to be revoked, in order.
fn revoked(host: &FakeHost) -> Vec<String> {
    (0..host.sent.borrow().len())
        .map(|request| {
            let form = host.form(request);
            let hint = ("token_type_hint".to_owned(), "refresh_token".to_owned());
            assert!(form.contains(&hint), "{form:?}");
            let token = form.into_iter().find(|(name, _)| name == "token");
            token.unwrap().1
        })
        .collect()
}

fn steps(receipt: &Receipt) -> Vec<&str> {
    receipt
        .remaining
        .iter()
        .map(|remedy| remedy.step.as_str())
        .collect()
}

/// Ends with this line, after the wish to remove.
fn assert_logged(host: &FakeHost, line: &Message) {
    assert_eq!(host.events(), ["integration.removed"]);
    assert_eq!(host.last_line(), line.text(Locale::Sv));
}

#[test]
fn given_a_user_grant_when_removed_then_its_refresh_token_is_revoked_and_nothing_remains() {
    let host = FakeHost::connected("user");
    host.answer(200, REVOKED);
    let receipt = remove(&host, "en").unwrap();
    assert!(receipt.revoked);
    assert!(receipt.remaining.is_empty());
    assert_eq!(revoked(&host), [REFRESH]);
    assert_logged(&host, &message::LOG_REMOVED);
}

#[test]
fn given_a_grant_when_removed_then_the_revocation_is_the_documented_request() {
    let host = FakeHost::connected("user");
    host.elsewhere("revoke", "http://127.0.0.1:9/revoke");
    host.answer(200, REVOKED);
    remove(&host, "en").unwrap();
    let sent = host.sent.borrow();
    assert_eq!(sent[0].method, "POST");
    assert_eq!(sent[0].uri, "http://127.0.0.1:9/revoke");
    assert!(matches!(
        sent[0].authorization,
        RequestAuthorization::Client
    ));
    assert!(sent[0].keep.is_none() && sent[0].guard.is_none());
    assert!(sent_header(&sent[0], "authorization").is_none());
    assert_eq!(host.form(0).len(), 2);
}

#[test]
fn given_a_service_grant_when_removed_then_its_consent_remains_to_be_removed_by_hand() {
    let host = FakeHost::connected("service");
    host.answer(200, REVOKED);
    let receipt = remove(&host, "en-GB").unwrap();
    assert!(receipt.revoked);
    let english = message::REMAINING_SERVICE.text(Locale::En);
    assert_eq!(steps(&receipt), [english]);
    assert_eq!(receipt.remaining[0].who, Actor::ProviderAdministrator);
    assert_eq!(
        receipt.remaining[0].place,
        message::REMAINING_PLACE.text(Locale::En)
    );
}

#[test]
fn given_each_language_when_removed_then_what_remains_is_told_in_it() {
    for locale in Locale::ALL {
        let host = FakeHost::connected("service");
        host.answer(200, REVOKED);
        let receipt = remove(&host, locale.tag()).unwrap();
        assert_eq!(steps(&receipt), [message::REMAINING_SERVICE.text(locale)]);
    }
}

#[test]
fn given_a_fortnox_that_does_not_confirm_when_removed_then_it_is_removed_all_the_same() {
    type Script = fn(&FakeHost);
    let scripts: [Script; 5] = [
        |host| host.answer(400, r#"{"error":"invalid_request"}"#),
        |host| host.answer(503, ""),
        |host| host.answer(302, ""),
        |host| host.exchange(|_, _| Err(HttpError::NoAnswer("x".into()))),
        |host| host.exchange(|_, _| Err(HttpError::Denied("x".into()))),
    ];
    for script in scripts {
        for (account, remains) in [
            ("user", &message::REMAINING_UNCONFIRMED),
            ("service", &message::REMAINING_SERVICE),
        ] {
            let host = FakeHost::connected(account);
            script(&host);
            let receipt = remove(&host, "en").unwrap();
            assert!(!receipt.revoked);
            assert_eq!(steps(&receipt), [remains.text(Locale::En)]);
            assert_logged(&host, &message::LOG_REMOVED_UNCONFIRMED);
        }
    }
}

#[test]
fn given_no_registration_when_removed_then_nothing_is_sent_and_it_is_said() {
    let host = FakeHost::connected("user");
    *host.app.borrow_mut() = None;
    let receipt = remove(&host, "en").unwrap();
    assert!(!receipt.revoked);
    let unconfirmed = message::REMAINING_UNCONFIRMED.text(Locale::En);
    assert_eq!(steps(&receipt), [unconfirmed]);
}

#[test]
fn given_a_grant_without_refresh_token_when_removed_then_nothing_is_confirmed() {
    let host = FakeHost::connected("user");
    host.edit("grant", |grant| grant["refresh_token"] = Value::Null);
    let receipt = remove(&host, "en").unwrap();
    assert!(!receipt.revoked);
    assert_eq!(receipt.remaining.len(), 1);
}

#[test]
fn given_a_grant_when_removed_then_it_is_marked_before_anything_is_sent() {
    let host = FakeHost::connected("user");
    host.begin();
    host.log.borrow_mut().clear();
    host.exchange(|host, _| {
        assert_eq!(
            host.cell("grant").unwrap()["state"],
            json!({"is": "removing"})
        );
        assert!(host.cell("attempt").is_none());
        Err(HttpError::NoAnswer("scripted".into()))
    });
    remove(&host, "en").unwrap();
    assert_eq!(
        host.cell("grant").unwrap()["state"],
        json!({"is": "removing"})
    );
}

#[test]
fn given_a_superseded_token_when_removed_then_both_are_revoked() {
    let host = FakeHost::connected("user");
    host.edit("grant", |grant| grant["superseded"] = "older".into());
    host.answer(200, REVOKED);
    host.answer(200, REVOKED);
    assert!(remove(&host, "en").unwrap().revoked);
    assert_eq!(revoked(&host), [REFRESH, "older"]);
}

#[test]
fn given_two_tokens_when_one_is_not_confirmed_then_both_are_tried_and_it_is_said() {
    for (first, second) in [(200, 500), (500, 200)] {
        let host = FakeHost::connected("user");
        host.edit("grant", |grant| grant["superseded"] = "older".into());
        host.answer(first, "");
        host.answer(second, "");
        assert!(!remove(&host, "en").unwrap().revoked);
        assert_eq!(host.sent.borrow().len(), 2);
    }
}

#[test]
fn given_the_kept_answer_of_a_renewal_when_removed_then_its_token_is_revoked_too() {
    let host = FakeHost::connected("user");
    let lineage = host.cell("grant").unwrap()["lineage"].clone();
    let mut answer = token_answer("customer");
    answer["refresh_token"] = "renewed".into();
    let key = format!("answer-{}-1", lineage.as_str().unwrap());
    // Cut off: the token before the damage is whole.
    let cut = answer.to_string();
    let end = cut.find("\"renewed\"").unwrap() + "\"renewed\"".len();
    host.write(&key, &cut.as_bytes()[..end]);
    host.answer(200, REVOKED);
    host.answer(200, REVOKED);
    assert!(remove(&host, "en").unwrap().revoked);
    assert_eq!(revoked(&host), [REFRESH, "renewed"]);
}

#[test]
fn given_a_token_that_is_known_twice_when_removed_then_it_is_revoked_once() {
    let host = FakeHost::connected("user");
    host.edit("grant", |grant| grant["superseded"] = REFRESH.into());
    host.answer(200, REVOKED);
    assert!(remove(&host, "en").unwrap().revoked);
    assert_eq!(revoked(&host), [REFRESH]);
}

// ---- attempts

#[test]
fn given_an_exchange_that_broke_off_when_removed_then_its_token_is_revoked() {
    let (host, _) = FakeHost::cut_off();
    host.answer(200, REVOKED);
    let receipt = remove(&host, "en").unwrap();
    assert!(receipt.revoked && receipt.remaining.is_empty());
    assert_eq!(revoked(&host), [REFRESH]);
    assert!(host.cell("attempt").is_none());
    assert_logged(&host, &message::LOG_REMOVED);
}

#[test]
fn given_an_attempt_that_is_not_exchanging_when_removed_then_no_answer_of_it_is_looked_for() {
    let (host, _) = FakeHost::begun(&[]);
    host.log.borrow_mut().clear();
    let id = host.cell("attempt").unwrap()["id"].clone();
    let key = format!("answer-{}-0", id.as_str().unwrap());
    host.write(&key, token_answer("customer").to_string().as_bytes());
    let receipt = remove(&host, "en").unwrap();
    assert!(!receipt.revoked && receipt.remaining.is_empty());
    assert!(host.cell("attempt").is_none());
    assert_logged(&host, &message::LOG_REMOVED_UNAUTHORIZED);
}

#[test]
fn given_nothing_when_removed_then_there_was_nothing_to_revoke() {
    let host = FakeHost::new();
    let receipt = remove(&host, "en").unwrap();
    assert!(!receipt.revoked && receipt.remaining.is_empty());
    assert!(host.cells.borrow().is_empty());
    assert_eq!(
        host.last_line(),
        message::LOG_REMOVED_UNAUTHORIZED.text(Locale::En)
    );
}

#[test]
fn given_an_ended_grant_when_removed_then_its_tokens_are_revoked_all_the_same() {
    let host = FakeHost::connected("user");
    let ended = json!({"is": "ended", "cause": "grant-refused"});
    host.edit("grant", |grant| grant["state"] = ended);
    host.answer(200, REVOKED);
    assert!(remove(&host, "en").unwrap().revoked);
}

#[test]
fn given_a_removal_that_broke_off_when_removed_again_then_it_is_finished() {
    let host = FakeHost::connected("user");
    host.answer(500, "");
    remove(&host, "en").unwrap();
    host.answer(200, REVOKED);
    assert!(remove(&host, "en").unwrap().revoked);
}

#[test]
fn given_people_who_want_to_know_beforehand_when_explained_then_removing_has_words() {
    assert!(!explain(Cause::Remove, Locale::Sv).remedies.is_empty());
}
