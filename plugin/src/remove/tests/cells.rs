//! Cells that are damaged, newer, out of reach, or changed by others.

use super::*;

#[test]
fn given_damaged_cells_when_removed_then_it_is_removed_and_what_may_remain_is_said() {
    for key in ["grant", "attempt"] {
        let host = FakeHost::configured(&[]);
        host.log.borrow_mut().clear();
        host.write(key, b"{");
        let receipt = remove(&host, "en").unwrap();
        assert!(!receipt.revoked);
        let unconfirmed = message::REMAINING_UNCONFIRMED.text(Locale::En);
        assert_eq!(steps(&receipt), [unconfirmed], "{key}");
        assert_logged(&host, &message::LOG_REMOVED_UNCONFIRMED);
    }
}

#[test]
fn given_a_damaged_attempt_and_a_grant_when_removed_then_its_token_is_revoked_but_not_all_confirmed()
 {
    let host = FakeHost::connected("user");
    host.write("attempt", b"{");
    host.answer(200, REVOKED);
    let receipt = remove(&host, "en").unwrap();
    assert_eq!(revoked(&host), [REFRESH]);
    assert!(!receipt.revoked);
    assert_eq!(receipt.remaining.len(), 1);
}

#[test]
fn given_damaged_settings_when_removed_then_it_is_removed() {
    let host = FakeHost::connected("user");
    host.write("settings", b"{");
    host.answer(200, REVOKED);
    assert!(remove(&host, "en").unwrap().revoked);
    assert_eq!(host.last_line(), message::LOG_REMOVED.text(Locale::En));
}

#[test]
fn given_cells_of_a_newer_version_when_removed_then_nothing_happens() {
    for key in ["grant", "attempt"] {
        let host = FakeHost::connected("user");
        host.write(key, br#"{"format":2,"refresh_token":"x"}"#);
        let before = host.snapshot();
        let expected = format!("cell `{key}`: cell-newer");
        assert_eq!(outcome(remove(&host, "en")), expected);
        assert_eq!(host.snapshot(), before);
        assert!(host.log.borrow().is_empty());
    }
}

#[test]
fn given_cells_that_cannot_be_read_when_removed_then_nothing_happens() {
    for key in ["grant", "attempt"] {
        let host = FakeHost::connected("user");
        host.unreadable(key);
        let expected = "storage: storage-unavailable";
        assert_eq!(outcome(remove(&host, "en")), expected);
    }
}

#[test]
fn given_a_storage_that_cannot_write_when_removed_then_nothing_is_revoked() {
    let host = FakeHost::connected("user");
    host.refuse_write(0);
    let before = host.snapshot();
    assert_eq!(outcome(remove(&host, "en")), "storage: storage-unavailable");
    assert_eq!(host.snapshot(), before);
    assert!(host.sent.borrow().is_empty());
}

#[test]
fn given_a_storage_that_cannot_delete_when_removed_then_it_is_removed_all_the_same() {
    let host = FakeHost::connected("user");
    host.begin();
    *host.undeletable.borrow_mut() = Some(StorageError::Unavailable("scripted".into()));
    host.answer(200, REVOKED);
    assert!(remove(&host, "en").unwrap().revoked);
}

#[test]
fn given_a_renewal_that_comes_first_when_removed_then_the_renewed_token_is_revoked() {
    let host = FakeHost::connected("user");
    host.interfere(|host| {
        host.edit("grant", |grant| grant["refresh_token"] = "renewed".into());
        None
    });
    host.answer(200, REVOKED);
    assert!(remove(&host, "en").unwrap().revoked);
    assert_eq!(revoked(&host), ["renewed"]);
}

#[test]
fn given_a_grant_that_is_gone_meanwhile_when_removed_then_there_is_nothing_to_revoke() {
    let host = FakeHost::connected("user");
    host.interfere(|host| {
        host.cells.borrow_mut().remove("grant");
        None
    });
    assert!(!remove(&host, "en").unwrap().revoked);
    assert!(host.sent.borrow().is_empty());
}

#[test]
fn given_races_that_are_always_lost_when_removed_then_it_is_busy() {
    let host = FakeHost::connected("user");
    for _ in 0..cell::ROUNDS {
        host.interfere(|_| Some(StorageError::Conflict("scripted".into())));
    }
    assert_eq!(
        outcome(remove(&host, "en")),
        "unavailable: busy; try again after 1s"
    );
    assert!(host.interference.borrow().is_empty());
}

#[test]
fn given_members_of_a_newer_version_when_a_grant_is_marked_then_they_survive() {
    let host = FakeHost::connected("user");
    host.edit("grant", |grant| grant["newer"] = 1.into());
    host.answer(200, REVOKED);
    remove(&host, "en").unwrap();
    assert_eq!(host.cell("grant").unwrap()["newer"], 1);
}
