//! Others who write at the same time: calls in other processes, a renewal, a
//! removal.

use super::*;
use crate::contract::StorageError;

const STATE_REJECTED: &str = "callback rejected: state-rejected";

fn requests_to(host: &FakeHost, address: &str) -> usize {
    host.visited()
        .iter()
        .filter(|visited| *visited == address)
        .count()
}

#[test]
fn given_another_call_that_consumes_first_when_the_code_comes_twice_then_one_is_sent() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.interfere(|host| {
        host.edit("attempt", |attempt| {
            attempt["phase"] = "exchanging".into();
            attempt["claim"] = "another call".into();
        });
        None
    });
    assert_eq!(outcome(host.come_back(&authorization)), STATE_REJECTED);
    assert!(host.sent.borrow().is_empty());
    assert_eq!(
        host.last_line(),
        message::LOG_CALLBACK_USED.text(Locale::Sv)
    );
}

#[test]
fn given_a_consumption_in_doubt_when_it_happened_then_the_code_is_sent() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.put_in_doubt();
    host.grants();
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
}

#[test]
fn given_a_consumption_in_doubt_when_another_call_consumed_then_the_code_is_not_sent() {
    let (host, authorization) = FakeHost::begun(&[]);
    let (callback, binding) = (
        format!("code={CODE}&state={}", authorization.state.secret()),
        authorization.binding.secret().to_owned(),
    );
    host.interfere(move |host| {
        host.exchange(|_, _| Err(HttpError::NoAnswer("cut off".into())));
        host.refuse_write(1); // so that the other call breaks off
        crate::handle_callback(host, &callback, &binding).unwrap_err();
        Some(StorageError::InDoubt("scripted".into()))
    });
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "storage: storage-unavailable"
    );
    assert_eq!(requests_to(&host, TOKEN), 1);
}

#[test]
fn given_a_new_attempt_when_the_code_is_about_to_be_sent_then_it_stays_here() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.exchange(|_, _| unreachable!("the guard holds it back"));
    host.interfere(|_| None);
    host.before_send(|host| {
        host.begin();
    });
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "callback rejected: state-rejected"
    );
    let attempt = host.cell("attempt").unwrap();
    assert_eq!(attempt["phase"], "open");
    assert!(attempt["mark"].is_null());
    assert!(host.cell("grant").is_none());
}

#[test]
fn given_a_new_attempt_when_the_grant_is_stored_then_it_stays_open() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.grants();
    host.interfere(|_| None);
    host.interfere(|host| {
        host.begin();
        None
    });
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
    assert_eq!(host.cell("attempt").unwrap()["phase"], "open");
}

#[test]
fn given_a_renewal_of_the_old_grant_when_a_new_one_is_stored_then_the_renewed_token_is_remembered()
{
    let host = FakeHost::connected("user");
    let authorization = host.begin();
    host.grants();
    host.interfere(|_| None);
    host.interfere(|host| {
        host.edit("grant", |grant| {
            grant["refresh_token"] = "renewed".into();
            grant["generation"] = 2.into();
        });
        None
    });
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
    let grant = host.cell("grant").unwrap();
    assert_eq!(grant["superseded"], "renewed");
    assert_eq!(grant["generation"], 1);
    assert_tidy(&host);
}

#[test]
fn given_another_organization_that_came_first_when_the_grant_is_stored_then_it_is_refused() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.grants();
    host.interfere(|_| None);
    host.interfere(|host| {
        let other = FakeHost::connected("service").cell("grant").unwrap();
        host.write("grant", other.to_string().as_bytes());
        host.edit("grant", |grant| {
            grant["lineage"] = "another".into();
            grant["tenant_id"] = "7654321".into();
        });
        None
    });
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "callback rejected: another-organization"
    );
    assert_eq!(host.cell("grant").unwrap()["tenant_id"], "7654321");
}

#[test]
fn given_a_reload_that_stored_the_grant_when_the_first_call_stores_it_then_both_are_content() {
    let (host, authorization) = FakeHost::begun(&[]);
    let (callback, binding) = (
        format!("code={CODE}&state={}", authorization.state.secret()),
        authorization.binding.secret().to_owned(),
    );
    host.grants();
    host.answer(200, &company_information(COMPANY));
    host.interfere(|_| None);
    host.interfere(move |host| {
        crate::handle_callback(host, &callback, &binding).unwrap();
        None
    });
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
    assert_eq!(requests_to(&host, TOKEN), 1);
    let succeeded = host.events();
    let succeeded = succeeded.iter().filter(|e| *e == "authorization.succeeded");
    assert_eq!(succeeded.count(), 1);
    assert_tidy(&host);
}

#[test]
fn given_races_that_are_always_lost_when_the_grant_is_stored_then_a_reload_brings_it() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.grants();
    host.interfere(|_| None);
    for _ in 0..cell::ROUNDS {
        host.interfere(|_| Some(StorageError::Conflict("scripted".into())));
    }
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "unavailable: busy; try again after 1s"
    );
    assert!(host.interference.borrow().is_empty());
    host.answer(200, &company_information(COMPANY));
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
    assert_eq!(requests_to(&host, TOKEN), 1);
}

#[test]
fn given_a_grant_write_in_doubt_when_it_happened_then_it_is_a_success() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.grants();
    host.interfere(|_| None);
    host.put_in_doubt();
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
    assert_eq!(host.cell("grant").unwrap()["refresh_token"], REFRESH);
    assert_tidy(&host);
}

#[test]
fn given_another_account_kind_chosen_during_the_exchange_when_it_ends_then_nothing_is_granted() {
    let (host, authorization) = FakeHost::begun(&[("account", "service")]);
    host.answer(200, &token_answer(SCOPES).to_string());
    host.exchange(|host, _| {
        host.configure(&[("account", "user")]).unwrap();
        Ok(response(200, &[], &company_information(COMPANY)))
    });
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "callback rejected: settings-changed"
    );
    assert!(host.cell("grant").is_none());
}

#[test]
fn given_a_removal_that_begins_during_the_exchange_when_it_ends_then_the_new_token_is_revoked() {
    let host = FakeHost::connected("user");
    let authorization = host.begin();
    let mut answer = token_answer(SCOPES);
    answer["refresh_token"] = "late".into();
    host.answer(200, &answer.to_string());
    host.exchange(|host, _| {
        host.edit("grant", |grant| grant["state"] = json!({"is": "removing"}));
        Ok(response(200, &[], &company_information(COMPANY)))
    });
    host.answer(200, r#"{"revoked":true}"#);
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "rejected: removing"
    );
    assert_eq!(host.visited(), [TOKEN, INFORMATION, REVOKE]);
    assert!(host.form(2).contains(&("token".into(), "late".into())));
    let grant = host.cell("grant").unwrap();
    assert_eq!(grant["state"], json!({"is": "removing"}));
    assert_eq!(grant["refresh_token"], REFRESH);
}

#[test]
fn given_a_removal_and_a_fortnox_that_is_silent_when_a_grant_comes_late_then_it_is_not_stored() {
    let host = FakeHost::connected("user");
    let authorization = host.begin();
    host.grants();
    host.interfere(|_| None);
    host.interfere(|host| {
        host.edit("grant", |grant| grant["state"] = json!({"is": "removing"}));
        None
    });
    host.exchange(|_, _| Err(HttpError::NoAnswer("scripted".into())));
    let before = host.cell("grant").unwrap()["lineage"].clone();
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "rejected: removing"
    );
    assert_eq!(host.cell("grant").unwrap()["lineage"], before);
}

#[test]
fn given_an_answer_that_was_kept_meanwhile_when_nothing_is_sent_then_it_is_taken_in() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.exchange(|_, _| unreachable!("the kept answer holds it back"));
    host.before_send(|host| {
        let id = host.cell("attempt").unwrap()["id"].clone();
        let key = format!("answer-{}-0", id.as_str().unwrap());
        host.write(&key, token_answer(SCOPES).to_string().as_bytes());
        host.pass(10);
    });
    host.answer(200, &company_information(COMPANY));
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
    assert_eq!(host.visited(), [INFORMATION]);
    assert_eq!(host.cell("grant").unwrap()["granted"], host.now.get() - 10);
}

/// The connection is removed, and the host has erased it.
fn erase(host: &FakeHost) {
    host.cells.borrow_mut().clear();
}

#[test]
fn given_a_connection_erased_during_the_exchange_when_it_ends_then_the_new_token_is_revoked() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.answer(200, &token_answer(SCOPES).to_string());
    host.exchange(|host, _| {
        erase(host);
        Ok(response(200, &[], &company_information(COMPANY)))
    });
    host.answer(200, r#"{"revoked":true}"#);
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "rejected: removing"
    );
    assert_eq!(host.visited(), [TOKEN, INFORMATION, REVOKE]);
    assert!(host.form(2).contains(&("token".into(), REFRESH.into())));
    assert!(host.cells.borrow().is_empty());
}

#[test]
fn given_a_connection_erased_before_the_grant_is_stored_when_refused_then_the_token_is_revoked() {
    for connected in [true, false] {
        let host = FakeHost::configured(&[]);
        if connected {
            host.grants();
            let authorization = host.begin();
            host.come_back(&authorization).unwrap();
            host.sent.borrow_mut().clear();
        }
        let authorization = host.begin();
        host.grants();
        host.interfere(|_| None);
        host.interfere(|host| {
            erase(host);
            Some(StorageError::Unavailable("the connection is gone".into()))
        });
        host.answer(200, r#"{"revoked":true}"#);
        assert_eq!(
            outcome(host.come_back(&authorization)),
            "rejected: removing"
        );
        assert_eq!(host.visited(), [TOKEN, INFORMATION, REVOKE]);
        assert!(host.cells.borrow().is_empty());
    }
}

#[test]
fn given_a_storage_that_fails_altogether_when_the_grant_is_stored_then_nothing_is_revoked() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.grants();
    host.interfere(|_| None);
    host.interfere(|host| {
        host.unreadable("attempt");
        Some(StorageError::Unavailable("scripted".into()))
    });
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "storage: storage-unavailable"
    );
    assert_eq!(host.visited(), [TOKEN, INFORMATION]);
}

#[test]
fn given_a_reload_that_has_tidied_up_when_the_first_call_goes_on_then_nothing_is_revoked() {
    let (host, authorization) = FakeHost::begun(&[]);
    let (callback, binding) = (
        format!("code={CODE}&state={}", authorization.state.secret()),
        authorization.binding.secret().to_owned(),
    );
    host.answer(200, &token_answer(SCOPES).to_string());
    host.exchange(move |host, _| {
        host.answer(200, &company_information(COMPANY));
        crate::handle_callback(host, &callback, &binding).unwrap();
        Ok(response(200, &[], &company_information(COMPANY)))
    });
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
    assert_tidy(&host);
    assert_eq!(requests_to(&host, REVOKE), 0);
}

#[test]
fn given_a_later_attempt_that_has_become_the_grant_when_the_slower_one_saves_then_it_gives_way() {
    const LATER: &str = "0123456789abcdef0123456789abcdef";
    for overtaken in [true, false] {
        let host = FakeHost::connected("user");
        let authorization = host.begin();
        host.grants();
        host.interfere(|_| None);
        host.interfere(move |host| {
            host.edit("grant", |grant| grant["lineage"] = LATER.into());
            if overtaken {
                host.cells.borrow_mut().remove("attempt");
            }
            None
        });
        let handled = outcome(host.come_back(&authorization));
        let lineage = host.cell("grant").unwrap()["lineage"].clone();
        if overtaken {
            assert_eq!((handled.as_str(), lineage), (STATE_REJECTED, LATER.into()));
        } else {
            assert_eq!(handled, "ok", "an older one of somebody else's gives way");
            assert_ne!(lineage, LATER);
        }
        assert_eq!(requests_to(&host, REVOKE), 0);
    }
}
