//! Answers that are no token, and requests without an answer.

use super::*;
use crate::contract::StorageError;

/// Exactly one request went out, and the attempt has failed for good.
fn assert_failed_once(host: &FakeHost, cause: &str) {
    assert_failed(host, cause);
    assert_eq!(host.sent.borrow().len(), 1);
    assert!(host.cell("grant").is_none());
    let keys: Vec<_> = host.cells.borrow().keys().cloned().collect();
    assert_eq!(keys, ["attempt", "settings"], "no answer is left");
    assert_eq!(host.events().last().unwrap(), "authorization.failed");
}

#[test]
fn given_an_answer_that_is_no_token_when_it_comes_then_the_attempt_has_failed_with_its_cause() {
    let whole = token_answer(SCOPES).to_string();
    let cases = [
        (
            400,
            r#"{"error":"invalid_grant"}"#,
            "callback rejected: code-refused",
        ),
        (
            401,
            r#"{"error":"invalid_client"}"#,
            "misconfigured: client-credentials-refused",
        ),
        (
            400,
            r#"{"error":"redirect_uri_mismatch"}"#,
            "misconfigured: redirect-uri-refused",
        ),
        (
            400,
            r#"{"error":"error_missing_license"}"#,
            "callback rejected: integration-licence-missing",
        ),
        (
            200,
            r#"{"error":"invalid_grant"}"#,
            "callback rejected: code-refused",
        ),
        (
            500,
            r#"{"error":"invalid_grant"}"#,
            "callback rejected: code-refused",
        ),
        (
            400,
            r#"{"error":"brand_new"}"#,
            "callback rejected: provider-refused",
        ),
        (429, "", "callback rejected: rate-limited"),
        (500, "", "callback rejected: provider-failing"),
        (503, "<html>", "callback rejected: provider-failing"),
        (403, "<html>", "callback rejected: answer-unusable"),
        (302, "", "callback rejected: answer-unusable"),
        (302, &whole, "callback rejected: answer-unusable"),
        (400, &whole, "callback rejected: answer-unusable"),
        (200, "", "callback rejected: answer-unusable"),
        (200, "<html>", "callback rejected: answer-unusable"),
        (
            200,
            &whole[..whole.len() - 1],
            "callback rejected: answer-unusable",
        ),
    ];
    for (status, body, expected) in cases {
        let (host, authorization) = FakeHost::begun(&[]);
        host.answer(status, body);
        assert_eq!(
            outcome(host.come_back(&authorization)),
            expected,
            "{status} {body}"
        );
        assert_failed_once(&host, expected.rsplit(' ').next().unwrap());
    }
}

#[test]
fn given_another_success_than_200_when_it_holds_a_token_then_it_is_taken() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.answer(201, &token_answer(SCOPES).to_string());
    host.answer(200, &company_information(COMPANY));
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
}

#[test]
fn given_fortnox_own_words_when_the_code_is_refused_then_they_are_logged_and_stored() {
    let (host, authorization) = FakeHost::begun(&[("language", "en")]);
    host.answer(
        400,
        r#"{"error":"odd","error_description":"Det gick inte"}"#,
    );
    host.come_back(&authorization).unwrap_err();
    assert!(
        host.last_line()
            .contains(" Fortnox says: Det gick inte (odd). What to do: ")
    );
    let words = &host.cell("attempt").unwrap()["failure"]["words"];
    assert_eq!(words["message"], "Det gick inte");
}

#[test]
fn given_no_answer_when_a_code_was_sent_then_it_is_not_sent_again() {
    let cases = [
        (
            HttpError::Denied("x".into()),
            "misconfigured: egress-denied",
        ),
        (
            HttpError::NoAnswer("x".into()),
            "callback rejected: provider-silent",
        ),
        (
            HttpError::Other("x".into()),
            "callback rejected: provider-silent",
        ),
    ];
    for (error, expected) in cases {
        let (host, authorization) = FakeHost::begun(&[]);
        host.exchange(|_, _| Err(error));
        assert_eq!(outcome(host.come_back(&authorization)), expected);
        assert_failed_once(&host, expected.rsplit(' ').next().unwrap());
        assert_eq!(
            outcome(host.come_back(&authorization)),
            "callback rejected: state-rejected"
        );
    }
}

#[test]
fn given_a_code_that_did_not_leave_when_it_is_handed_in_again_then_it_is_redeemed() {
    let cases = [
        (
            HttpError::NotSent("x".into()),
            "unavailable: provider-unreachable; try again after 5s",
        ),
        (
            HttpError::Limited(1_500),
            "unavailable: rate-limited; try again after 1.5s",
        ),
    ];
    for (error, expected) in cases {
        let (host, authorization) = FakeHost::begun(&[]);
        host.exchange(|_, _| Err(error));
        assert_eq!(outcome(host.come_back(&authorization)), expected);
        let attempt = host.cell("attempt").unwrap();
        assert_eq!(attempt["phase"], "open");
        assert!(expected.contains(attempt["mark"]["cause"].as_str().unwrap()));
        host.grants();
        assert_eq!(outcome(host.come_back(&authorization)), "ok");
        assert!(host.cell("grant").is_some());
    }
}

#[test]
fn given_a_code_that_did_not_leave_when_the_attempt_cannot_be_reopened_then_the_storage_is_named() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.exchange(|host, _| {
        host.refuse_write(0);
        Err(HttpError::NotSent("x".into()))
    });
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "storage: storage-unavailable"
    );
}

#[test]
fn given_another_account_kind_when_a_code_comes_then_it_is_not_spent() {
    let (host, authorization) = FakeHost::begun(&[("account", "service")]);
    host.configure(&[("account", "user")]).unwrap();
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "callback rejected: settings-changed"
    );
    assert_failed(&host, "settings-changed");
    assert!(host.sent.borrow().is_empty());
}

#[test]
fn given_other_areas_when_a_code_comes_then_it_is_redeemed_for_what_was_asked() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.configure(&[("invoices", "true")]).unwrap();
    host.grants();
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
    let asked = json!(["companyinformation", "customer", "project"]);
    assert_eq!(host.cell("grant").unwrap()["asked"], asked);
}

#[test]
fn given_no_settings_when_a_code_comes_then_it_is_rejected_and_not_spent() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.cells.borrow_mut().remove("settings");
    let before = host.snapshot();
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "rejected: unconfigured"
    );
    assert_eq!(host.snapshot(), before);
}

#[test]
fn given_a_removal_when_a_code_comes_then_it_is_rejected_and_not_spent() {
    let host = FakeHost::connected("user");
    let authorization = host.begin();
    host.edit("grant", |grant| grant["state"] = json!({"is": "removing"}));
    let before = host.snapshot();
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "rejected: removing"
    );
    assert_eq!(host.snapshot(), before);
    assert!(host.sent.borrow().is_empty());
}

#[test]
fn given_cells_that_cannot_be_used_when_a_code_comes_then_it_is_not_spent() {
    for key in ["settings", "grant"] {
        let (host, authorization) = FakeHost::begun(&[]);
        host.write(key, br#"{"format":7}"#);
        let before = host.snapshot();
        let expected = format!("cell `{key}`: cell-newer");
        assert_eq!(outcome(host.come_back(&authorization)), expected);
        host.unreadable(key);
        let expected = "storage: storage-unavailable";
        assert_eq!(outcome(host.come_back(&authorization)), expected);
        assert_eq!(host.snapshot(), before);
        assert!(host.sent.borrow().is_empty());
    }
}

#[test]
fn given_an_attempt_that_cannot_be_consumed_when_a_code_comes_then_it_is_not_spent() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.refuse_write(0);
    let before = host.snapshot();
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "storage: storage-unavailable"
    );
    assert_eq!(host.snapshot(), before);
    assert!(host.sent.borrow().is_empty());
    host.grants();
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
}

#[test]
fn given_a_grant_that_cannot_be_written_when_it_can_again_then_a_reload_brings_it() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.grants();
    host.refuse_write(1);
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "storage: storage-unavailable"
    );
    assert!(host.cell("grant").is_none());
    host.answer(200, &company_information(COMPANY));
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
    assert_eq!(host.visited(), [TOKEN, INFORMATION, INFORMATION]);
    assert_tidy(&host);
}

#[test]
fn given_a_failure_that_cannot_be_written_when_it_can_again_then_the_code_counts_as_used() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.answer(400, r#"{"error":"invalid_grant"}"#);
    host.refuse_write(1);
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "storage: storage-unavailable"
    );
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "callback rejected: state-rejected"
    );
    assert_eq!(host.sent.borrow().len(), 1);
}

#[test]
fn given_cells_that_cannot_be_deleted_when_the_grant_is_stored_then_it_counts_all_the_same() {
    let (host, authorization) = FakeHost::begun(&[]);
    *host.undeletable.borrow_mut() = Some(StorageError::Unavailable("scripted".into()));
    host.grants();
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
    let before = host.snapshot();
    host.answer(200, &company_information(COMPANY));
    assert_eq!(outcome(host.come_back(&authorization)), "ok", "a reload");
    assert_eq!(host.snapshot(), before);
    *host.undeletable.borrow_mut() = None;
    host.answer(200, &company_information(COMPANY));
    assert_eq!(outcome(host.come_back(&authorization)), "ok", "another");
    assert_tidy(&host);
}

#[test]
fn given_a_refusal_that_echoes_what_was_sent_when_it_is_told_then_the_secrets_are_taken_out() {
    let (host, authorization) = FakeHost::begun(&[]);
    let verifier = host.cell("attempt").unwrap()["asked"]["verifier"].clone();
    let verifier = verifier.as_str().unwrap().to_owned();
    let words = format!("code {CODE} verifier {verifier}");
    let body = serde_json::json!({"error": "invalid_grant", "error_description": words});
    host.answer(400, &body.to_string());
    outcome(host.come_back(&authorization));
    let line = host.last_line();
    assert!(line.contains("code [...] verifier [...]"), "{line}");
    assert!(!line.contains(CODE) && !line.contains(&verifier), "{line}");
}
