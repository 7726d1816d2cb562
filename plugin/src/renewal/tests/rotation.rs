//! A person's grant: one refresh token, one spend.

use super::*;
use crate::contract::Severity;

#[test]
fn given_a_token_that_is_over_when_asked_then_the_refresh_token_is_spent_once() {
    let host = over("user");
    host.answer(200, &renewed(1).to_string());
    assert_eq!(asked(&host, None), "canary-refresh-1");
    assert_eq!(asked(&host, None), "canary-refresh-1");
    assert_eq!(host.visited(), [TOKEN]);
    let form = host.form(0);
    assert!(form.contains(&("grant_type".into(), "refresh_token".into())));
    assert!(form.contains(&("refresh_token".into(), REFRESH.into())));
    let grant = grant(&host);
    assert_eq!(grant["generation"], 2);
    assert_eq!(grant["renewed"], host.now.get());
    assert_eq!(grant["refresh_since"], host.now.get());
    assert_settled(&host);
    assert_eq!(host.events(), ["grant.renewed"]);
}

#[test]
fn given_the_request_when_it_goes_out_then_it_is_claimed_guarded_kept_and_limited() {
    let host = over("user");
    host.exchange(|host, request| {
        let claim = grant(host)["claim"].clone();
        assert!(claim.is_string());
        let guard = request.guard.as_ref().unwrap();
        assert_eq!((guard.key.as_str(), guard.max_age), ("grant", 60_000));
        assert_eq!(request.keep, Some(answer_cell(host, 1)));
        assert_eq!(request.timeout.as_secs(), 20);
        assert!(sent_header(request, "tenantid").is_none());
        Ok(response(&renewed(1)))
    });
    assert_eq!(asked(&host, None), "canary-refresh-1");
}

#[test]
fn given_four_fifths_of_the_life_when_asked_then_it_is_renewed_while_the_old_one_lasts() {
    let host = connected("user");
    host.pass(2879);
    assert_eq!(asked(&host, None), REFRESH);
    host.pass(1);
    host.answer(200, &renewed(1).to_string());
    assert_eq!(asked(&host, None), "canary-refresh-1");
}

#[test]
fn given_a_failing_renewal_when_the_old_token_lasts_then_it_is_handed_out() {
    let host = connected("user");
    host.pass(3000);
    host.answer(503, "");
    assert_eq!(asked(&host, None), REFRESH);
    // The claim stands: nobody else tries while it may be at work.
    host.pass(100);
    assert_eq!(asked(&host, None), REFRESH);
    assert_eq!(host.sent.borrow().len(), 1);
    // The last minute is too short to hand out.
    host.pass(440);
    host.answer(200, &renewed(1).to_string());
    assert_eq!(asked(&host, None), "canary-refresh-1");
}

#[test]
fn given_a_token_that_the_provider_refused_when_asked_then_it_is_renewed_once() {
    let host = connected("user");
    let stored = grant(&host)["access_token"].as_str().unwrap().to_owned();
    host.answer(200, &renewed(1).to_string());
    assert_eq!(asked(&host, Some(&stored)), "canary-refresh-1");
    // Somebody else who had the old token profits from it.
    assert_eq!(asked(&host, Some(&stored)), "canary-refresh-1");
    assert_eq!(host.sent.borrow().len(), 1);
}

#[test]
fn given_a_server_that_repeats_a_refused_token_when_asked_then_it_is_spent_no_more_than_once() {
    let host = connected("user");
    let stored = grant(&host)["access_token"].as_str().unwrap().to_owned();
    let mut same = renewed(1);
    same["access_token"] = stored.clone().into();
    host.answer(200, &same.to_string());
    assert_eq!(asked(&host, Some(&stored)), "canary-refresh-1");
    assert_eq!(host.sent.borrow().len(), 1);
}

#[test]
fn given_a_storage_that_does_not_write_when_renewing_then_nothing_is_spent() {
    let host = over("user");
    host.refuse_write(0);
    assert_eq!(asked(&host, None), "storage: storage-unavailable");
    assert!(host.sent.borrow().is_empty());
}

#[test]
fn given_a_storage_that_fails_after_the_answer_when_asked_again_then_the_kept_one_is_taken_in() {
    let host = over("user");
    host.answer(200, &renewed(1).to_string());
    host.refuse_write(1);
    assert_eq!(asked(&host, None), "storage: storage-unavailable");
    assert_eq!(grant(&host)["generation"], 1);
    host.pass(1000);
    assert_eq!(asked(&host, None), "canary-refresh-1");
    assert_eq!(host.sent.borrow().len(), 1);
    // Its life counts from when it came.
    assert_eq!(grant(&host)["expires"], host.now.get() - 1000 + 3600);
    assert_settled(&host);
}

#[test]
fn given_a_kept_answer_that_is_over_itself_when_it_is_taken_in_then_it_is_renewed_in_turn() {
    let host = over("user");
    host.answer(200, &renewed(1).to_string());
    host.refuse_write(1);
    asked(&host, None);
    host.pass(7200);
    host.answer(200, &renewed(2).to_string());
    assert_eq!(asked(&host, None), "canary-refresh-2");
    assert!(
        host.form(1)
            .contains(&("refresh_token".into(), "canary-refresh-1".into()))
    );
    assert_settled(&host);
}

#[test]
fn given_a_first_spend_that_is_refused_when_asked_then_the_grant_has_ended() {
    for (age, cause) in [
        (3600, "grant-refused"),
        (45 * 86_400 - 1, "grant-refused"),
        (45 * 86_400, "grant-expired"),
    ] {
        let host = connected("user");
        host.pass(age);
        host.answer(
            400,
            r#"{"error":"invalid_grant","error_description":"Invalid refresh token"}"#,
        );
        let expected = format!("authorization required: {cause}");
        assert_eq!(asked(&host, None), expected);
        assert_eq!(
            grant(&host)["state"],
            json!({"is": "ended", "cause": cause})
        );
        assert_eq!(host.events(), ["grant.ended"]);
        assert!(host.last_line().contains("Invalid refresh token"));
        assert_eq!(asked(&host, None), expected);
        assert_eq!(host.sent.borrow().len(), 1);
        assert_settled(&host);
    }
}

#[test]
fn given_no_answer_when_the_claim_has_run_out_then_the_token_is_tried_once_more() {
    let host = over("user");
    host.exchange(|_, _| Err(HttpError::NoAnswer("scripted".into())));
    assert_eq!(
        asked(&host, None),
        "unavailable: provider-silent; try again after 30s"
    );
    host.pass(89);
    assert_eq!(
        asked(&host, None),
        "unavailable: renewal-under-way; try again after 2s"
    );
    assert_eq!(host.sent.borrow().len(), 1);
    host.pass(1);
    host.answer(200, &renewed(1).to_string());
    assert_eq!(asked(&host, None), "canary-refresh-1");
    assert_settled(&host);
}

#[test]
fn given_a_lost_answer_when_the_token_is_refused_then_the_grant_is_in_doubt_and_ends_in_time() {
    let host = over("user");
    host.exchange(|_, _| Err(HttpError::NoAnswer("scripted".into())));
    asked(&host, None);
    host.pass(90);
    host.answer(400, r#"{"error":"invalid_grant"}"#);
    let wait = "unavailable: renewal-under-way; try again after 2s";
    assert_eq!(asked(&host, None), wait);
    assert_eq!(
        grant(&host)["state"],
        json!({"is": "in-doubt", "cause": "renewal-lost"})
    );
    host.pass(599);
    assert_eq!(asked(&host, None), wait);
    host.pass(1);
    assert_eq!(asked(&host, None), "authorization required: renewal-lost");
    let events = ["renewal.failed", "grant.in-doubt", "grant.ended"];
    assert_eq!(host.events(), events);
    assert_eq!(host.sent.borrow().len(), 2);
}

#[test]
fn given_a_grant_in_doubt_or_ended_when_the_late_answer_is_kept_then_it_heals() {
    for state in [
        json!({"is": "in-doubt", "cause": "renewal-lost"}),
        json!({"is": "ended", "cause": "renewal-lost"}),
        json!({"is": "ended", "cause": "grant-refused"}),
    ] {
        let host = over("user");
        host.edit("grant", |grant| grant["state"] = state);
        host.write(&answer_cell(&host, 1), renewed(1).to_string().as_bytes());
        assert_eq!(asked(&host, None), "canary-refresh-1");
        assert_eq!(grant(&host)["state"], json!({"is": "live"}));
        assert!(host.sent.borrow().is_empty());
        assert_settled(&host);
    }
}

#[test]
fn given_answers_of_other_generations_or_lineages_when_asked_then_they_are_never_read() {
    let host = over("user");
    host.write("answer-other-1", renewed(7).to_string().as_bytes());
    host.write(&answer_cell(&host, 2), renewed(8).to_string().as_bytes());
    host.answer(200, &renewed(1).to_string());
    assert_eq!(asked(&host, None), "canary-refresh-1");
    assert_eq!(grant(&host)["generation"], 2);
    // Now the second one is of the present generation, but nobody has claimed it.
    assert_eq!(asked(&host, None), "canary-refresh-1");
}

#[test]
fn given_a_request_that_did_not_leave_when_asked_again_then_the_claim_is_free() {
    let cases = [
        (
            HttpError::NotSent("x".into()),
            "unavailable: provider-unreachable; try again after 30s",
        ),
        (
            HttpError::Limited(4_000),
            "unavailable: rate-limited; try again after 4s",
        ),
        (
            HttpError::Denied("x".into()),
            "misconfigured: egress-denied",
        ),
    ];
    for (error, expected) in cases {
        let host = over("user");
        host.exchange(|_, _| Err(error));
        assert_eq!(asked(&host, None), expected);
        assert_settled(&host);
        host.answer(200, &renewed(1).to_string());
        assert_eq!(asked(&host, None), "canary-refresh-1");
    }
}

#[test]
fn given_a_takeover_that_did_not_leave_when_the_next_is_refused_then_it_is_a_doubt() {
    let host = over("user");
    host.exchange(|_, _| Err(HttpError::NoAnswer("scripted".into())));
    asked(&host, None);
    host.pass(90);
    host.exchange(|_, _| Err(HttpError::NotSent("scripted".into())));
    asked(&host, None);
    assert!(grant(&host)["claim"].is_string());
    host.pass(90);
    host.answer(400, r#"{"error":"invalid_grant"}"#);
    asked(&host, None);
    assert_eq!(grant(&host)["state"]["is"], "in-doubt");
}

#[test]
fn given_another_app_or_server_when_renewing_then_nothing_goes_there_and_the_grant_stays() {
    let change: [fn(&FakeHost); 2] = [
        |host| host.app.borrow_mut().as_mut().unwrap().client_id = "other".into(),
        |host| host.elsewhere("token", "https://other.example/token"),
    ];
    for change in change {
        let host = over("user");
        let before = grant(&host);
        change(&host);
        assert_eq!(asked(&host, None), "authorization required: app-changed");
        assert!(host.sent.borrow().is_empty());
        assert_eq!(grant(&host), before);
    }
}

#[test]
fn given_no_registration_when_the_token_lasts_then_it_is_handed_out_all_the_same() {
    let host = connected("user");
    host.pass(3000);
    *host.app.borrow_mut() = None;
    assert_eq!(asked(&host, None), REFRESH);
    host.pass(600);
    assert_eq!(asked(&host, None), "misconfigured: unregistered");
}

#[test]
fn given_no_refresh_token_when_the_access_token_is_over_then_the_grant_has_expired() {
    let host = connected("user");
    host.edit("grant", |grant| grant["refresh_token"] = Value::Null);
    host.pass(3000);
    assert_eq!(asked(&host, None), "none");
    host.pass(600);
    assert_eq!(asked(&host, None), "authorization required: grant-expired");
    assert_eq!(host.events(), ["grant.ended"]);
}

#[test]
fn given_a_provider_that_is_down_when_no_token_is_left_then_it_is_told_once_and_its_end_once() {
    let host = over("user");
    for _ in 0..3 {
        host.exchange(|_, _| Err(HttpError::NotSent("scripted".into())));
        assert!(asked(&host, None).starts_with("unavailable: provider-unreachable"));
        host.pass(30);
    }
    assert_eq!(host.events(), ["renewal.failed"]);
    let report = crate::status(&host, "en").unwrap();
    assert_eq!(report.findings[0].code, "provider-unreachable");
    assert_eq!(report.findings[0].since, host.now.get() - 90);
    let severity = |host: &FakeHost| {
        let report = crate::status(host, "en").unwrap();
        report.findings[0].severity
    };
    assert_eq!(severity(&host), Severity::Warning);
    host.pass(3509);
    assert_eq!(severity(&host), Severity::Warning);
    host.pass(1);
    assert_eq!(severity(&host), Severity::Error);
    host.answer(200, &renewed(1).to_string());
    assert_eq!(asked(&host, None), "canary-refresh-1");
    let events = ["renewal.failed", "grant.renewed", "renewal.recovered"];
    assert_eq!(host.events(), events);
    assert!(crate::status(&host, "en").unwrap().findings.is_empty());
}

#[test]
fn given_a_provider_that_is_down_while_the_token_serves_when_asked_then_nothing_is_told() {
    let host = connected("user");
    host.pass(3000);
    host.exchange(|_, _| Err(HttpError::NotSent("scripted".into())));
    assert_eq!(asked(&host, None), REFRESH);
    assert!(host.events().is_empty());
}

#[test]
fn given_a_clock_that_was_ahead_when_the_token_came_then_it_is_renewed_at_once() {
    let host = connected("user");
    host.edit("grant", |grant| {
        grant["refresh_since"] = 1_900_000_000.into()
    });
    host.answer(200, &renewed(1).to_string());
    crate::maintain(&host).unwrap();
    assert_eq!(grant(&host)["refresh_token"], "canary-refresh-1");
    assert_eq!(grant(&host)["refresh_since"], host.now.get());
}

#[test]
fn given_no_refresh_token_when_reported_then_the_end_is_the_access_tokens() {
    let host = connected("user");
    host.edit("grant", |grant| grant["refresh_token"] = Value::Null);
    let report = crate::status(&host, "en").unwrap();
    assert_eq!(report.grant.unwrap().renew_by, Some(host.now.get() + 3600));
    assert_eq!(report.findings[0].code, "grant-expiring");
}

#[test]
fn given_a_licence_pause_when_somebody_authorizes_again_then_it_does_not_hold_any_more() {
    let host = over("user");
    host.answer(400, r#"{"error":"error_missing_license"}"#);
    assert!(asked(&host, None).starts_with("unavailable: integration-licence-missing"));
    let begun = host.begin();
    host.grants();
    host.come_back(&begun).unwrap();
    assert!(crate::status(&host, "en").unwrap().findings.is_empty());
    host.pass(3600);
    host.answer(200, &renewed(1).to_string());
    assert_eq!(asked(&host, None), "canary-refresh-1");
}

#[test]
fn given_a_licence_pause_when_somebody_checks_then_it_is_asked_in_spite_of_it() {
    let host = over("user");
    host.answer(400, r#"{"error":"error_missing_license"}"#);
    asked(&host, None);
    host.answer(200, &renewed(1).to_string());
    host.answer(200, "{}");
    host.answer(200, "{}");
    crate::check_access(&host).unwrap();
    assert!(crate::status(&host, "en").unwrap().findings.is_empty());
}

#[test]
fn given_an_answer_that_tells_what_it_issues_when_told_then_nobody_reads_the_tokens() {
    let host = over("user");
    let mut answer = renewed(1);
    answer["error"] = "odd".into();
    answer["error_description"] = "issued canary-refresh-1".into();
    host.answer(200, &answer.to_string());
    host.answer(200, &answer.to_string());
    asked(&host, None);
    let log = host.log.borrow();
    assert!(
        log.iter()
            .all(|(.., line)| !line.contains("canary-refresh-1")),
        "{log:?}"
    );
}
