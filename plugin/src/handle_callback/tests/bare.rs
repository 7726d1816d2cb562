//! Callbacks with neither code nor error, or without `state`.

use super::*;

#[test]
fn given_a_bare_callback_when_it_comes_then_it_is_marked_and_the_code_may_follow() {
    let (host, authorization) = FakeHost::begun(&[]);
    let bare = host.come_back_with(&authorization, "");
    assert_eq!(outcome(bare), "callback rejected: empty-callback");
    assert_eq!(host.events().last().unwrap(), "authorization.failed");
    assert_marked(&host, &authorization, "empty-callback");
}

#[test]
fn given_a_bare_callback_without_state_when_the_browser_is_right_then_it_is_marked() {
    let (host, authorization) = FakeHost::begun(&[]);
    let bare = handle_callback(&host, "", authorization.binding.secret());
    assert_eq!(outcome(bare), "callback rejected: empty-callback");
    assert_marked(&host, &authorization, "empty-callback");
}

#[test]
fn given_a_refusal_without_state_when_the_browser_is_right_then_it_decides_nothing() {
    let (host, authorization) = FakeHost::begun(&[]);
    let query = "error=access_denied&error_description=Nej+tack";
    let refused = handle_callback(&host, query, authorization.binding.secret());
    assert_eq!(outcome(refused), "callback rejected: user-declined");
    let words = &host.cell("attempt").unwrap()["mark"]["words"];
    assert_eq!(words["message"], "", "who says so is not known");
    assert!(!host.last_line().contains("Nej tack"));
    assert_marked(&host, &authorization, "user-declined");
}

#[test]
fn given_a_refusal_for_the_operator_without_state_when_marked_then_the_operator_is_named() {
    let (host, authorization) = FakeHost::begun(&[]);
    let refused = handle_callback(
        &host,
        "error=invalid_client",
        authorization.binding.secret(),
    );
    assert_eq!(
        outcome(refused),
        "misconfigured: client-credentials-refused"
    );
    assert_marked(&host, &authorization, "client-credentials-refused");
}

#[test]
fn given_somebody_who_writes_first_when_a_mark_is_set_then_the_winner_stays() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.interfere(|host| {
        host.begin();
        None
    });
    let bare = host.come_back_with(&authorization, "");
    assert_eq!(outcome(bare), "callback rejected: empty-callback");
    assert!(host.cell("attempt").unwrap()["mark"].is_null());
}

#[test]
fn given_a_storage_that_cannot_write_when_a_mark_or_failure_is_set_then_it_is_said() {
    for query in ["", "error=access_denied"] {
        let (host, authorization) = FakeHost::begun(&[]);
        let before = host.snapshot();
        host.refuse_write(0);
        let result = host.come_back_with(&authorization, query);
        assert_eq!(outcome(result), "storage: storage-unavailable");
        assert_eq!(host.snapshot(), before);
    }
}
