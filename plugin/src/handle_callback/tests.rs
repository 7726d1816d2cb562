//! Which callbacks are let in, and what the others leave behind: nothing.

mod bare;
mod refusals;
mod registration;

use super::*;
use crate::begin_authorize::Authorization;
use crate::catalogue::Locale;
use crate::contract::{self, App, Level, StorageError};
use crate::testing::{CODE, FakeHost, outcome};

/// The caller is told no more than others, and nothing changes.
fn assert_foreign(host: &FakeHost, query: &str, binding: &str, line: &Message) {
    let before = host.snapshot();
    let error = contract::Error::from(handle_callback(host, query, binding).unwrap_err());
    let told = contract::Error::CallbackRejected("state-rejected".into());
    assert_eq!(error, told, "{query}");
    assert_eq!(host.snapshot(), before, "{query}");
    assert!(host.sent.borrow().is_empty());
    let (level, event, logged) = host.log.borrow().last().cloned().unwrap();
    assert_eq!((level, event.as_str()), (Level::Warn, "callback.rejected"));
    assert_eq!(logged, line.text(Locale::Sv), "{query}");
}

fn query(authorization: &Authorization) -> String {
    format!("code={CODE}&state={}", authorization.state.secret())
}

/// The mark or failure of the attempt.
fn cause(host: &FakeHost, place: &str) -> String {
    let attempt = host.cell("attempt").unwrap();
    attempt[place]["cause"].as_str().unwrap().to_owned()
}

fn assert_failed(host: &FakeHost, expected: &str) {
    assert_eq!(host.cell("attempt").unwrap()["phase"], "failed");
    assert_eq!(cause(host, "failure"), expected);
}

/// Marked, and the code is redeemed all the same when it comes.
fn assert_marked(host: &FakeHost, authorization: &Authorization, expected: &str) {
    assert_eq!(host.cell("attempt").unwrap()["phase"], "open");
    assert_eq!(cause(host, "mark"), expected);
    assert!(host.sent.borrow().is_empty());
    host.grants();
    assert_eq!(outcome(host.come_back(authorization)), "ok");
}

fn change(host: &FakeHost, change: impl FnOnce(&mut App)) {
    change(host.app.borrow_mut().as_mut().unwrap());
}

// ---- shape

#[test]
fn given_a_malformed_callback_when_it_comes_then_nothing_changes() {
    let (host, authorization) = FakeHost::begun(&[]);
    let before = host.snapshot();
    for malformed in ["code=a&code=a", "code=", "code=a&iss=b&iss=b"] {
        assert_eq!(
            outcome(host.come_back_with(&authorization, malformed)),
            "callback rejected: callback-malformed"
        );
    }
    assert_eq!(host.snapshot(), before);
    assert!(host.sent.borrow().is_empty());
    assert_eq!(host.events().last().unwrap(), "callback.rejected");
    assert_eq!(
        host.last_line(),
        message::LOG_CALLBACK_MALFORMED.text(Locale::Sv)
    );
}

// ---- state and binding

#[test]
fn given_an_open_attempt_when_state_or_binding_is_wrong_then_all_are_told_the_same() {
    let (host, authorization) = FakeHost::begun(&[]);
    let (right, binding) = (query(&authorization), authorization.binding.secret());
    let other = &message::LOG_CALLBACK_OTHER_BROWSER;
    let foreign = &message::LOG_CALLBACK_FOREIGN;
    assert_foreign(&host, &right, "", other);
    assert_foreign(&host, &right, "x", other);
    assert_foreign(&host, &right, authorization.state.secret(), other);
    for answer in ["code=c", "error=access_denied", "x=1"] {
        assert_foreign(&host, &format!("{answer}&state=wrong"), binding, foreign);
        assert_foreign(&host, &format!("{answer}&state="), binding, foreign);
        assert_foreign(&host, &format!("{answer}&state=wrong"), "x", foreign);
        assert_foreign(&host, answer, "x", foreign);
        assert_foreign(&host, answer, "", foreign);
    }
    assert_foreign(&host, "code=c", binding, foreign);
    host.grants();
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
}

#[test]
fn given_no_attempt_when_a_callback_comes_then_all_are_told_the_same() {
    let (elsewhere, authorization) = FakeHost::begun(&[]);
    drop(elsewhere);
    let host = FakeHost::configured(&[]);
    let binding = authorization.binding.secret();
    let unknown = &message::LOG_CALLBACK_UNKNOWN;
    assert_foreign(&host, &query(&authorization), binding, unknown);
    assert_foreign(&host, "", "", unknown);
}

#[test]
fn given_a_failed_attempt_when_its_code_comes_then_it_is_as_good_as_unknown() {
    let (host, authorization) = FakeHost::begun(&[]);
    let denied = host.come_back_with(&authorization, "error=access_denied");
    assert_eq!(outcome(denied), "callback rejected: user-declined");
    let unknown = &message::LOG_CALLBACK_UNKNOWN;
    assert_foreign(
        &host,
        &query(&authorization),
        authorization.binding.secret(),
        unknown,
    );
}

#[test]
fn given_a_used_state_when_it_comes_again_then_nothing_is_sent() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.grants();
    host.come_back(&authorization).unwrap();
    host.sent.borrow_mut().clear();
    let unknown = &message::LOG_CALLBACK_UNKNOWN;
    assert_foreign(
        &host,
        &query(&authorization),
        authorization.binding.secret(),
        unknown,
    );
}

#[test]
fn given_ten_minutes_when_the_callback_comes_then_it_is_too_late() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.pass(600);
    let expired = &message::LOG_CALLBACK_EXPIRED;
    let binding = authorization.binding.secret();
    assert_foreign(&host, &query(&authorization), binding, expired);
    assert_foreign(&host, "", binding, expired);
}

#[test]
fn given_a_second_less_when_the_callback_comes_then_it_is_in_time() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.pass(599);
    host.grants();
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
}

#[test]
fn given_a_wall_clock_that_is_set_when_a_callback_comes_then_only_the_storages_time_counts() {
    for by in [3600, -3600] {
        let (host, authorization) = FakeHost::begun(&[]);
        host.set_clock(by);
        host.pass(600);
        let expired = &message::LOG_CALLBACK_EXPIRED;
        assert_foreign(
            &host,
            &query(&authorization),
            authorization.binding.secret(),
            expired,
        );

        let (host, authorization) = FakeHost::begun(&[]);
        host.set_clock(by);
        host.grants();
        assert_eq!(outcome(host.come_back(&authorization)), "ok");
    }
}

#[test]
fn given_a_marked_attempt_when_ten_minutes_have_passed_since_it_began_then_it_is_too_late() {
    let (host, authorization) = FakeHost::begun(&[]);
    for _ in 0..2 {
        host.pass(250);
        host.come_back_with(&authorization, "").unwrap_err();
    }
    host.pass(99);
    host.come_back_with(&authorization, "").unwrap_err();
    host.pass(1);
    let expired = &message::LOG_CALLBACK_EXPIRED;
    assert_foreign(
        &host,
        &query(&authorization),
        authorization.binding.secret(),
        expired,
    );
}

// ---- the cells

#[test]
fn given_a_newer_damaged_or_unreadable_attempt_when_a_callback_comes_then_nothing_changes() {
    let (host, authorization) = FakeHost::begun(&[]);
    for (value, expected) in [
        (&br#"{"format":2}"#[..], "cell `attempt`: cell-newer"),
        (br#"{"format":1}"#, "cell `attempt`: cell-unreadable"),
    ] {
        host.write("attempt", value);
        let before = host.snapshot();
        assert_eq!(outcome(host.come_back(&authorization)), expected);
        assert_eq!(host.snapshot(), before);
    }
    host.unreadable("attempt");
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "storage: storage-unavailable"
    );
    assert!(host.sent.borrow().is_empty());
}

#[test]
fn given_unknown_members_when_an_attempt_is_marked_then_they_survive() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.edit("attempt", |attempt| attempt["newer"] = "kept".into());
    host.come_back_with(&authorization, "").unwrap_err();
    assert_eq!(host.cell("attempt").unwrap()["newer"], "kept");
    assert_marked(&host, &authorization, "empty-callback");
}

#[test]
fn given_a_write_in_doubt_that_did_not_happen_when_a_mark_is_set_then_it_is_said() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.interfere(|_| Some(StorageError::InDoubt("scripted".into())));
    let bare = host.come_back_with(&authorization, "");
    assert_eq!(outcome(bare), "storage: storage-unavailable");
    host.grants();
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
}

#[test]
fn given_unreadable_settings_when_a_callback_is_turned_away_then_the_log_is_english() {
    let (host, authorization) = FakeHost::begun(&[("language", "sv")]);
    host.unreadable("settings");
    host.come_back_with(&authorization, "state=").unwrap_err();
    assert_eq!(
        host.last_line(),
        message::LOG_CALLBACK_MALFORMED.text(Locale::En)
    );
}
