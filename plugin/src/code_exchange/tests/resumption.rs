//! A call that broke off is taken up by a reload of the callback.

use super::*;
use crate::handle_callback;

const STATE_REJECTED: &str = "callback rejected: state-rejected";

fn kept(host: &FakeHost) -> String {
    let id = host.cell("attempt").unwrap()["id"].clone();
    format!("answer-{}-0", id.as_str().unwrap())
}

#[test]
fn given_a_kept_answer_when_the_callback_is_reloaded_then_the_code_is_not_sent_again() {
    let (host, authorization) = FakeHost::cut_off();
    host.answer(200, &company_information(COMPANY));
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
    assert_eq!(host.visited(), [INFORMATION]);
    assert_eq!(host.events(), ["authorization.succeeded"]);
    assert_tidy(&host);
}

#[test]
fn given_a_kept_answer_when_it_is_taken_in_later_then_its_life_counts_from_its_receipt() {
    let (host, authorization) = FakeHost::cut_off();
    let received = host.now.get();
    host.pass(2000);
    host.answer(200, &company_information(COMPANY));
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
    let grant = host.cell("grant").unwrap();
    assert_eq!(grant["expires"], received + 3600);
    assert_eq!(grant["granted"], received);
    assert_eq!(grant["renewed"], received);
}

#[test]
fn given_no_kept_answer_when_the_callback_is_reloaded_then_the_code_counts_as_used() {
    let (host, authorization) = FakeHost::cut_off();
    let kept = kept(&host);
    host.cells.borrow_mut().remove(&kept);
    let before = host.snapshot();
    assert_eq!(outcome(host.come_back(&authorization)), STATE_REJECTED);
    assert_eq!(host.snapshot(), before);
    assert!(host.sent.borrow().is_empty());
    assert_eq!(
        host.last_line(),
        message::LOG_CALLBACK_USED.text(Locale::Sv)
    );
}

#[test]
fn given_a_kept_answer_when_the_callback_comes_without_state_then_nothing_changes() {
    let (host, authorization) = FakeHost::cut_off();
    let before = host.snapshot();
    for query in ["", "code=c", "error=access_denied"] {
        let result = handle_callback(&host, query, authorization.binding.secret());
        assert_eq!(outcome(result), STATE_REJECTED);
    }
    assert_eq!(host.snapshot(), before);
    assert!(host.sent.borrow().is_empty());
}

#[test]
fn given_a_kept_answer_when_another_browser_comes_then_nothing_changes() {
    let (host, authorization) = FakeHost::cut_off();
    let before = host.snapshot();
    let query = format!("code=c&state={}", authorization.state.secret());
    assert_eq!(outcome(handle_callback(&host, &query, "x")), STATE_REJECTED);
    assert_eq!(host.snapshot(), before);
}

#[test]
fn given_a_kept_answer_that_is_no_token_when_it_is_taken_up_then_the_attempt_has_failed() {
    for (body, cause) in [
        ("<html>", "answer-unusable"),
        (r#"{"error":"invalid_grant"}"#, "code-refused"),
    ] {
        let (host, authorization) = FakeHost::cut_off();
        let kept = kept(&host);
        host.write(&kept, body.as_bytes());
        let expected = format!("callback rejected: {cause}");
        assert_eq!(outcome(host.come_back(&authorization)), expected);
        assert_failed(&host, cause);
        assert!(host.cell(&kept).is_none());
        assert!(host.sent.borrow().is_empty());
    }
}

#[test]
fn given_another_registration_when_a_kept_answer_is_taken_up_then_its_token_goes_nowhere() {
    let (host, authorization) = FakeHost::cut_off();
    host.elsewhere("api", "https://other.example/");
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "callback rejected: registration-changed"
    );
    assert_failed(&host, "registration-changed");
    assert!(host.sent.borrow().is_empty());
}

#[test]
fn given_another_account_kind_when_a_kept_answer_is_taken_up_then_it_is_dropped() {
    let (host, authorization) = FakeHost::cut_off();
    host.configure(&[("account", "user")]).unwrap();
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "callback rejected: settings-changed"
    );
    assert_failed(&host, "settings-changed");
    assert!(host.cell("grant").is_none());
}

#[test]
fn given_no_registration_when_a_kept_answer_is_taken_up_then_it_waits() {
    let (host, authorization) = FakeHost::cut_off();
    let before = host.snapshot();
    *host.app.borrow_mut() = None;
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "misconfigured: unregistered"
    );
    assert_eq!(host.snapshot(), before);
}

#[test]
fn given_a_kept_answer_that_cannot_be_read_when_it_is_taken_up_then_it_waits() {
    let (host, authorization) = FakeHost::cut_off();
    let kept = kept(&host);
    host.unreadable(&kept);
    let before = host.snapshot();
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "storage: storage-unavailable"
    );
    assert_eq!(host.snapshot(), before);
}

#[test]
fn given_a_kept_answer_for_another_organization_when_it_is_taken_up_then_the_old_grant_stays() {
    let host = FakeHost::connected("service");
    let before = host.snapshot()["grant"].clone();
    let authorization = host.begin();
    host.grants();
    host.refuse_write(1);
    host.come_back(&authorization).unwrap_err();
    host.answer(200, &company_information("7654321"));
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "callback rejected: another-organization"
    );
    assert_eq!(host.snapshot()["grant"], before);
    assert_failed(&host, "another-organization");
}
