//! Others who write at the same time.

use super::super::{CompanyLog, Demand, Flag, Grant, Precondition, Renewal, cell};
use super::*;
use crate::effects::Effects as _;

#[test]
fn given_another_who_claims_first_when_both_renew_then_one_spends() {
    let host = over("user");
    host.interfere(|host| {
        host.edit("grant", |grant| grant["claim"] = "another".into());
        None
    });
    assert_eq!(
        asked(&host, None),
        "unavailable: renewal-under-way; try again after 2s"
    );
    assert!(host.sent.borrow().is_empty());
}

#[test]
fn given_a_call_that_was_suspended_when_it_wakes_then_the_guard_holds_it_back() {
    let host = over("user");
    host.exchange(|_, _| unreachable!("the guard holds it back"));
    host.before_send(|host| host.pass(61));
    assert_eq!(
        asked(&host, None),
        "unavailable: provider-unreachable; try again after 30s"
    );
    assert!(host.sent.borrow().is_empty());
}

#[test]
fn given_another_who_took_over_and_saved_when_the_answer_comes_late_then_it_is_dropped() {
    let host = over("user");
    host.exchange(|host, _| {
        host.edit("grant", |grant| {
            grant["generation"] = 2.into();
            grant["refresh_token"] = "winner".into();
            grant["lived"] = 0.into();
            grant["expires"] = (host.now.get() + 3600).into();
            grant["renewed"] = host.now.get().into();
            grant["claim"] = Value::Null;
        });
        Ok(response(&renewed(1)))
    });
    assert_eq!(asked(&host, None), "winner");
    // Dropped, not revoked: at some servers that would end the whole consent.
    assert_eq!(host.visited(), [TOKEN]);
}

#[test]
fn given_another_who_doubted_or_gave_up_when_the_answer_comes_late_then_it_is_stored() {
    for state in [
        json!({"is": "in-doubt", "cause": "renewal-lost"}),
        json!({"is": "ended", "cause": "renewal-lost"}),
    ] {
        let host = over("user");
        host.exchange(move |host, _| {
            host.edit("grant", |grant| {
                grant["state"] = state;
                grant["claim"] = Value::Null;
            });
            Ok(response(&renewed(1)))
        });
        assert_eq!(asked(&host, None), "canary-refresh-1");
        assert_eq!(grant(&host)["state"], json!({"is": "live"}));
        assert_settled(&host);
    }
}

#[test]
fn given_a_new_consent_during_the_renewal_when_the_answer_comes_then_the_consent_stays() {
    let host = over("user");
    host.exchange(|host, _| {
        host.edit("grant", |grant| {
            grant["lineage"] = "0123456789abcdef0123456789abcdef".into();
            grant["refresh_token"] = "consented".into();
            grant["lived"] = 0.into();
            grant["expires"] = (host.now.get() + 3600).into();
            grant["renewed"] = host.now.get().into();
            grant["claim"] = Value::Null;
        });
        Ok(response(&renewed(1)))
    });
    assert_eq!(asked(&host, None), "consented");
}

#[test]
fn given_a_removal_during_the_renewal_when_the_answer_comes_then_its_token_is_revoked() {
    let host = over("user");
    host.exchange(|host, _| {
        host.edit("grant", |grant| grant["state"] = json!({"is": "removing"}));
        Ok(response(&renewed(1)))
    });
    host.answer(200, r#"{"revoked":true}"#);
    assert_eq!(asked(&host, None), "rejected: removing");
    assert!(
        host.form(1)
            .contains(&("token".into(), "canary-refresh-1".into()))
    );
    assert_eq!(grant(&host)["refresh_token"], REFRESH);
}

#[test]
fn given_an_erasure_during_the_renewal_when_the_answer_comes_then_its_token_is_revoked() {
    let host = over("user");
    host.exchange(|host, _| {
        host.cells.borrow_mut().clear();
        host.interfere(|_| Some(StorageError::Unavailable("the scope is gone".into())));
        Ok(response(&renewed(1)))
    });
    host.answer(200, "");
    assert_eq!(asked(&host, None), "rejected: removing");
    assert!(
        host.form(1)
            .contains(&("token".into(), "canary-refresh-1".into()))
    );
}

#[test]
fn given_a_server_that_keeps_the_token_when_the_renewal_meets_a_removal_then_it_is_not_revoked_twice()
 {
    let host = over("user");
    let mut same = renewed(1);
    same["refresh_token"] = REFRESH.into();
    host.exchange(move |host, _| {
        host.edit("grant", |grant| grant["state"] = json!({"is": "removing"}));
        Ok(response(&same))
    });
    assert_eq!(asked(&host, None), "rejected: removing");
    assert_eq!(host.visited(), [TOKEN]);
}

#[test]
fn given_a_refusal_when_another_has_moved_on_then_that_is_handed_out() {
    let host = over("user");
    host.exchange(|host, _| {
        host.edit("grant", |grant| {
            grant["generation"] = 2.into();
            grant["refresh_token"] = "winner".into();
            grant["lived"] = 0.into();
            grant["expires"] = (host.now.get() + 3600).into();
            grant["renewed"] = host.now.get().into();
            grant["claim"] = Value::Null;
        });
        let mut refused = response(&json!({"error": "invalid_grant"}));
        refused.status = http::StatusCode::BAD_REQUEST;
        Ok(refused)
    });
    assert_eq!(asked(&host, None), "winner");
    assert!(host.events().is_empty());
}

#[test]
fn given_a_refusal_when_another_has_claimed_then_that_one_is_waited_for() {
    let host = over("user");
    host.exchange(|host, _| {
        host.edit("grant", |grant| grant["claim"] = "another".into());
        let mut refused = response(&json!({"error": "invalid_grant"}));
        refused.status = http::StatusCode::BAD_REQUEST;
        Ok(refused)
    });
    assert_eq!(
        asked(&host, None),
        "unavailable: renewal-under-way; try again after 2s"
    );
    assert_eq!(grant(&host)["state"], json!({"is": "live"}));
}

#[test]
fn given_a_refusal_when_the_answer_of_another_is_kept_then_it_is_taken_in() {
    let host = over("user");
    host.exchange(|host, _| {
        host.write(&answer_cell(host, 1), renewed(1).to_string().as_bytes());
        let mut refused = response(&json!({"error": "invalid_grant"}));
        refused.status = http::StatusCode::BAD_REQUEST;
        Ok(refused)
    });
    assert_eq!(asked(&host, None), "canary-refresh-1");
    assert_settled(&host);
}

#[test]
fn given_a_request_held_back_when_an_answer_is_kept_then_it_is_taken_in() {
    let host = over("user");
    host.exchange(|_, _| unreachable!("the place is taken"));
    host.before_send(|host| {
        host.write(&answer_cell(host, 1), renewed(1).to_string().as_bytes());
    });
    assert_eq!(asked(&host, None), "canary-refresh-1");
    assert!(host.sent.borrow().is_empty());
    assert_settled(&host);
}

#[test]
fn given_writes_in_doubt_when_renewing_then_each_is_read_back_and_relied_on() {
    let host = over("user");
    host.put_in_doubt();
    host.put_in_doubt();
    host.answer(200, &renewed(1).to_string());
    assert_eq!(asked(&host, None), "canary-refresh-1");
    assert_eq!(host.sent.borrow().len(), 1);
    assert_settled(&host);
}

#[test]
fn given_a_kept_body_without_sense_when_a_better_one_came_since_then_the_better_one_stays() {
    let host = over("user");
    let cell = cell::read::<Grant>(&host).unwrap().unwrap();
    let key = cell.value.lineage.answer(cell.value.generation);
    let renewal = Renewal {
        effects: &host,
        log: CompanyLog::open(&host),
        demand: Demand::KeepAlive,
        saved: Flag::new(false),
        request: std::cell::RefCell::default(),
    };
    let keep = |body: &str| {
        host.put(&key, body.as_bytes(), Precondition::Always)
            .unwrap();
        host.get(&key).unwrap()
    };
    let useless = keep("<html>");
    let better = keep(&renewed(1).to_string());
    renewal.discard(&cell.value, &useless);
    renewal.discard(&cell.value, &better);
    assert_eq!(host.get(&key).unwrap().version, better.version);
    let useless = keep("<html>");
    renewal.discard(&cell.value, &useless);
    assert!(host.get(&key).is_err());
}

#[test]
fn given_a_claim_that_was_lost_before_the_request_when_nothing_is_sent_then_the_winner_is_served() {
    for takeover in [false, true] {
        let host = over("user");
        if takeover {
            host.edit("grant", |grant| grant["claim"] = "before".into());
            host.pass(90);
        }
        host.exchange(|_, _| unreachable!("the guard holds it back"));
        host.before_send(|host| {
            host.edit("grant", |grant| {
                grant["generation"] = 2.into();
                grant["refresh_token"] = "winner".into();
                grant["access_token"] = renewed(7)["access_token"].clone();
                grant["claim"] = Value::Null;
                grant["lived"] = 0.into();
                grant["renewed"] = host.now.get().into();
                grant["expires"] = (host.now.get() + 3600).into();
            });
        });
        assert_eq!(asked(&host, None), "winner");
        assert_eq!(host.sent.borrow().len(), 0);
    }
}

#[test]
fn given_a_host_that_slept_over_an_answer_when_it_wakes_then_the_token_is_as_old_as_it_is() {
    for account in ["user", "service"] {
        let host = over(account);
        host.exchange(|host, _| {
            host.pass(1800);
            Ok(response(&renewed(1)))
        });
        assert_eq!(asked(&host, None), "canary-refresh-1");
        let grant = grant(&host);
        assert_eq!(grant["expires"], host.now.get() + 1800);
    }
    let host = over("user");
    host.exchange(|host, _| {
        host.pass(3600);
        Ok(response(&renewed(1)))
    });
    host.exchange(|_, _| Ok(response(&renewed(2))));
    assert_eq!(asked(&host, None), "canary-refresh-2");
}
