//! A service account: the consent, and nothing to lose.

use super::*;

/// An answer without a refresh token.
fn granted(n: u32) -> String {
    let mut answer = renewed(n);
    answer["refresh_token"] = Value::Null;
    answer.to_string()
}

fn without_refresh_token() -> FakeHost {
    let host = over("service");
    host.edit("grant", |grant| grant["refresh_token"] = Value::Null);
    host
}

#[test]
fn given_a_token_that_is_over_when_asked_then_the_client_asks_in_the_tenants_name() {
    let host = over("service");
    host.exchange(|_, request| {
        assert_eq!(sent_header(request, "tenantid"), Some(COMPANY));
        assert!(request.keep.is_none() && request.guard.is_none());
        Ok(testing::response(200, &[], &granted(1)))
    });
    // The refresh token of the consent stays for removal to revoke.
    assert_eq!(asked(&host, None), REFRESH);
    assert_eq!(
        host.form(0),
        [("grant_type".into(), "client_credentials".into())]
    );
    let grant = grant(&host);
    assert_eq!(grant["generation"], 2);
    assert_eq!(grant["expires"], host.now.get() + 3600);
    assert_settled(&host);
}

#[test]
fn given_years_when_asked_now_and_then_then_the_consent_lasts() {
    let host = without_refresh_token();
    for n in 0..30 {
        host.pass(60 * 86_400);
        host.answer(200, &granted(n));
        assert_eq!(asked(&host, None), "none");
    }
    let report = crate::status(&host, "en").unwrap();
    assert_eq!(report.grant.unwrap().renew_by, None);
}

#[test]
fn given_no_answer_when_asked_again_then_it_is_asked_again_at_once() {
    let host = without_refresh_token();
    host.exchange(|_, _| Err(HttpError::NoAnswer("scripted".into())));
    assert_eq!(
        asked(&host, None),
        "unavailable: provider-silent; try again after 30s"
    );
    host.answer(200, &granted(1));
    assert_eq!(asked(&host, None), "none");
    assert_settled(&host);
}

#[test]
fn given_a_failure_when_the_old_token_lasts_then_it_is_handed_out() {
    let host = connected("service");
    host.pass(3000);
    for status in [500, 429, 401] {
        host.answer(status, r#"{"error":"invalid_client"}"#);
        assert_eq!(asked(&host, None), REFRESH);
    }
}

#[test]
fn given_a_withdrawn_consent_when_asked_then_the_grant_has_ended() {
    for (status, error) in [
        (400, "invalid_grant"),
        (403, "invalid_grant"),
        (400, "access_denied"),
    ] {
        let host = without_refresh_token();
        host.answer(status, &json!({"error": error}).to_string());
        let expected = "authorization required: consent-withdrawn";
        assert_eq!(asked(&host, None), expected);
        assert_eq!(asked(&host, None), expected);
        assert_eq!(host.events(), ["grant.ended"]);
        assert_eq!(host.sent.borrow().len(), 1);
    }
}

#[test]
fn given_a_refresh_token_when_the_client_is_refused_then_it_is_spent_before_anything_ends() {
    for error in [
        "invalid_grant",
        "unsupported_grant_type",
        "unauthorized_client",
    ] {
        let host = over("service");
        host.answer(400, &json!({"error": error}).to_string());
        host.answer(200, &renewed(1).to_string());
        assert_eq!(asked(&host, None), "canary-refresh-1", "{error}");
        assert_settled(&host);
    }
}

#[test]
fn given_both_refused_when_asked_then_the_consent_was_withdrawn() {
    let host = over("service");
    host.answer(400, r#"{"error":"invalid_grant"}"#);
    host.answer(400, r#"{"error":"invalid_grant"}"#);
    assert_eq!(
        asked(&host, None),
        "authorization required: consent-withdrawn"
    );
    assert_eq!(host.sent.borrow().len(), 2);
}

#[test]
fn given_no_offer_and_no_refresh_token_when_asked_then_the_operator_is_named() {
    let host = without_refresh_token();
    host.answer(400, r#"{"error":"unsupported_grant_type"}"#);
    assert_eq!(asked(&host, None), "misconfigured: request-refused");
    assert_eq!(grant(&host)["state"], json!({"is": "live"}));
}

#[test]
fn given_a_new_consent_when_the_old_one_is_refused_then_the_new_one_is_handed_out() {
    let host = without_refresh_token();
    host.exchange(|host, _| {
        host.edit("grant", |grant| {
            grant["lineage"] = "0123456789abcdef0123456789abcdef".into();
            grant["expires"] = (host.now.get() + 3600).into();
            grant["renewed"] = host.now.get().into();
        });
        let mut refused = response(&json!({"error": "invalid_grant"}));
        refused.status = http::StatusCode::BAD_REQUEST;
        Ok(refused)
    });
    assert_eq!(asked(&host, None), "none");
    assert_eq!(grant(&host)["state"], json!({"is": "live"}));
}

#[test]
fn given_an_unknown_tenant_when_asked_then_the_refresh_token_is_spent() {
    let host = over("service");
    host.edit("grant", |grant| grant["tenant_id"] = Value::Null);
    host.answer(200, &renewed(1).to_string());
    assert_eq!(asked(&host, None), "canary-refresh-1");
    assert!(
        host.form(0)
            .contains(&("grant_type".into(), "refresh_token".into()))
    );
}

#[test]
fn given_an_answer_without_a_token_when_asked_then_the_grant_is_left_alone() {
    let host = over("service");
    let before = grant(&host);
    for body in ["", "<html>", r#"{"refresh_token":"odd"}"#] {
        host.answer(200, body);
        assert_eq!(
            asked(&host, None),
            "unavailable: answer-unusable; try again after 60s"
        );
        assert_eq!(grant(&host), before);
        host.pass(60);
    }
}

/// A service account whose consent was withdrawn, and nothing else is there.
fn withdrawn() -> FakeHost {
    let host = without_refresh_token();
    host.answer(400, r#"{"error":"invalid_grant"}"#);
    let ended = "authorization required: consent-withdrawn";
    assert_eq!(asked(&host, None), ended);
    host
}

#[test]
fn given_a_consent_that_was_withdrawn_when_a_day_has_passed_then_it_is_asked_about_once_more() {
    let host = withdrawn();
    let ended = "authorization required: consent-withdrawn";
    host.pass(86_399);
    assert_eq!(asked(&host, None), ended);
    assert_eq!(host.sent.borrow().len(), 1, "nobody asks before");
    host.pass(1);
    host.answer(403, r#"{"error":"access_denied"}"#);
    assert_eq!(asked(&host, None), ended);
    assert_eq!(asked(&host, None), ended);
    assert_eq!(host.sent.borrow().len(), 2, "once a day");
    host.pass(86_400);
    host.answer(200, &granted(1));
    assert_eq!(asked(&host, None), "none");
    assert_eq!(grant(&host)["state"], json!({"is": "live"}));
    assert_eq!(host.events().last().unwrap(), "renewal.recovered");
    let ends = host.events();
    let ends = ends.iter().filter(|event| *event == "grant.ended");
    assert_eq!(ends.count(), 1);
}

#[test]
fn given_a_consent_that_was_withdrawn_when_maintained_then_a_day_later_it_is_asked_about() {
    let host = withdrawn();
    assert_eq!(crate::maintain(&host).unwrap(), host.now.get() + 86_400);
    host.pass(86_400);
    host.answer(200, &granted(1));
    crate::maintain(&host).unwrap();
    assert_eq!(grant(&host)["state"], json!({"is": "live"}));
}

#[test]
fn given_a_consent_that_was_withdrawn_when_somebody_checks_then_it_is_asked_about_at_once() {
    let host = withdrawn();
    host.answer(200, &granted(1));
    host.answer(200, "{}");
    host.answer(200, "{}");
    crate::check_access(&host).unwrap();
    assert_eq!(grant(&host)["state"], json!({"is": "live"}));
}

#[test]
fn given_a_gateway_in_the_way_when_it_says_no_then_no_consent_ends() {
    for (status, body) in [
        (503, r#"{"error":"access_denied","message":"maintenance"}"#),
        (500, r#"{"error":"invalid_grant"}"#),
        (302, r#"{"error":"invalid_grant"}"#),
    ] {
        let host = without_refresh_token();
        host.answer(status, body);
        assert!(asked(&host, None).starts_with("unavailable: "), "{status}");
        assert_eq!(grant(&host)["state"], json!({"is": "live"}), "{status}");
    }
}

#[test]
fn given_no_tenant_id_when_maintained_then_the_refresh_token_is_kept_alive_like_a_persons() {
    let host = connected("service");
    host.edit("grant", |grant| {
        grant["tenant_id"] = Value::Null;
        grant["organization"] = Value::Null;
    });
    let report = crate::status(&host, "en").unwrap();
    let since = host.now.get();
    assert_eq!(report.grant.unwrap().renew_by, Some(since + 45 * 86_400));
    host.pass(16 * 86_400);
    host.answer(200, &renewed(1).to_string());
    crate::maintain(&host).unwrap();
    assert_eq!(grant(&host)["refresh_token"], "canary-refresh-1");
    host.pass(46 * 86_400);
    host.answer(400, r#"{"error":"invalid_grant"}"#);
    assert_eq!(asked(&host, None), "authorization required: grant-expired");
}
