//! What a person should know about.

use super::*;
use crate::contract::Actor;

fn with_scopes(scopes: &str) -> FakeHost {
    let (host, authorization) = FakeHost::begun(&[]);
    host.answer(200, &token_answer(scopes).to_string());
    host.answer(200, &company_information(COMPANY));
    host.come_back(&authorization).unwrap();
    host
}

#[test]
fn given_a_failed_attempt_when_reported_then_the_finding_explains_in_the_callers_language() {
    let (host, authorization) = FakeHost::begun(&[("language", "nb")]);
    let started = host.now.get();
    host.pass(60);
    let query = "error=access_denied&error_description=Nej+tack";
    host.come_back_with(&authorization, query).unwrap_err();
    let report = status(&host, "sv").unwrap();
    let [finding] = &report.findings[..] else {
        panic!("{report:?}");
    };
    let words = crate::advice::explain(Cause::UserDeclined, Locale::Sv);
    assert_eq!(finding.code, "user-declined");
    assert_eq!(finding.severity, Severity::Error);
    assert_eq!(finding.area, None);
    assert_eq!(finding.title, words.title);
    assert_eq!(finding.detail, words.detail);
    assert_eq!(finding.remedies, words.remedies);
    assert!(finding.reauthorize_helps);
    assert_eq!(finding.provider_code, "access_denied");
    assert_eq!(finding.provider_message, "Nej tack");
    assert_eq!(finding.since, started);
}

#[test]
fn given_a_cause_of_the_operators_when_an_attempt_failed_then_reauthorizing_does_not_help() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.come_back_with(&authorization, "error=invalid_client")
        .unwrap_err();
    let report = report(&host);
    assert_eq!(report.findings[0].code, "client-credentials-refused");
    assert!(!report.findings[0].reauthorize_helps);
    assert_eq!(report.findings[0].remedies[0].who, Actor::Operator);
}

#[test]
fn given_an_unfit_registration_when_reported_then_it_is_an_error_before_anyone_authorizes() {
    let host = FakeHost::configured(&[]);
    host.app.borrow_mut().as_mut().unwrap().client_id = String::new();
    let report = report(&host);
    assert_eq!(report.stage, Stage::Unauthorized);
    let expected = ("client-id-invalid", Severity::Error, None);
    assert_eq!(found(&report), [expected]);
    assert_eq!(report.findings[0].since, host.now.get());
}

#[test]
fn given_a_grant_when_the_registration_becomes_unfit_then_it_needs_attention() {
    let host = FakeHost::connected("user");
    *host.app.borrow_mut() = None;
    let report = report(&host);
    assert_eq!(report.stage, Stage::Attention);
    assert_eq!(found(&report), [("unregistered", Severity::Error, None)]);
}

#[test]
fn given_scopes_that_are_not_registered_when_reported_then_each_area_is_named() {
    let host = FakeHost::configured(&[("invoices", "true")]);
    unregister(&host, "customer");
    unregister(&host, "invoice");
    let expected = [
        ("scope-not-registered", Severity::Error, Some("customers")),
        ("scope-not-registered", Severity::Error, Some("invoices")),
    ];
    assert_eq!(found(&report(&host)), expected);
}

#[test]
fn given_the_scope_of_no_area_that_is_not_registered_when_reported_then_it_is_found_too() {
    let host = FakeHost::configured(&[]);
    unregister(&host, "companyinformation");
    let expected = ("scope-not-registered", Severity::Error, None);
    assert_eq!(found(&report(&host)), [expected]);
}

#[test]
fn given_areas_that_are_not_chosen_when_their_scopes_are_not_registered_then_nothing_is_found() {
    let host = FakeHost::configured(&[]);
    unregister(&host, "invoice");
    assert!(report(&host).findings.is_empty());
}

#[test]
fn given_pkce_switched_off_when_reported_then_it_is_a_warning_and_no_more() {
    let host = FakeHost::connected("user");
    host.app.borrow_mut().as_mut().unwrap().options = vec![("pkce".into(), "off".into())];
    let report = report(&host);
    assert_eq!(found(&report), [("pkce-off", Severity::Info, None)]);
    assert_eq!(report.stage, Stage::Authorized);
}

#[test]
fn given_a_grant_that_lacks_scopes_when_reported_then_each_area_is_an_error() {
    let report = report(&with_scopes("companyinformation"));
    let expected = [
        ("scope-withheld", Severity::Error, Some("customers")),
        ("scope-withheld", Severity::Error, Some("projects")),
    ];
    assert_eq!(found(&report), expected);
    assert_eq!(report.stage, Stage::Attention);
    let helps = |report: &Report| report.findings.iter().all(|it| it.reauthorize_helps);
    assert!(!helps(&report));
    assert_eq!(report.actions[0], Action::CheckAccess);

    // They were not asked for: chosen after the consent.
    let host = with_scopes("companyinformation");
    host.edit("grant", |grant| {
        grant["asked"] = json!(["companyinformation"])
    });
    let report = status(&host, "en").unwrap();
    let expected = expected.map(|(_, severity, area)| ("scope-missing", severity, area));
    assert_eq!(found(&report), expected);
    assert!(helps(&report));
    assert_eq!(report.actions[0], Action::Reauthorize);
}

#[test]
fn given_a_missing_scope_that_is_not_registered_when_reported_then_the_operator_comes_first() {
    let host = with_scopes("companyinformation project");
    unregister(&host, "customer");
    let expected = ("scope-not-registered", Severity::Error, Some("customers"));
    assert_eq!(found(&report(&host)), [expected]);
}

#[test]
fn given_a_grant_that_lacks_scopes_when_the_registration_is_unfit_then_only_that_is_found() {
    let host = with_scopes("companyinformation");
    *host.app.borrow_mut() = None;
    let expected = ("unregistered", Severity::Error, None);
    assert_eq!(found(&report(&host)), [expected]);
}

#[test]
fn given_areas_that_are_dropped_when_reported_then_their_scopes_are_missed_no_more() {
    let host = with_scopes("companyinformation customer");
    host.configure(&[("projects", "false")]).unwrap();
    assert!(report(&host).findings.is_empty());
    assert_eq!(report(&host).stage, Stage::Authorized);
}

#[test]
fn given_a_grant_with_more_scopes_when_reported_then_it_is_worth_knowing() {
    let host = with_scopes("companyinformation customer project salary");
    let report = report(&host);
    assert_eq!(found(&report), [("scope-wider", Severity::Warning, None)]);
    assert_eq!(report.stage, Stage::Authorized);
    assert_eq!(report.findings[0].since, host.now.get());
}

#[test]
fn given_an_unknown_company_when_reported_then_it_is_a_warning() {
    let host = FakeHost::connected("user");
    host.edit("grant", |grant| grant["organization"] = Value::Null);
    let report = report(&host);
    let expected = ("organization-unread", Severity::Warning, None);
    assert_eq!(found(&report), [expected]);
    assert_eq!(report.stage, Stage::Authorized);
}

#[test]
fn given_an_ended_grant_when_reported_then_it_is_an_error_since_the_last_renewal() {
    let host = in_state(json!({"is": "ended", "cause": "grant-expired"}));
    host.edit("grant", |grant| grant["renewed"] = 1_799_999_999.into());
    let report = report(&host);
    assert_eq!(found(&report), [("grant-expired", Severity::Error, None)]);
    assert_eq!(report.findings[0].since, 1_799_999_999);
}

#[test]
fn given_several_findings_when_reported_then_the_worst_come_first() {
    let host = with_scopes("companyinformation project salary");
    host.app.borrow_mut().as_mut().unwrap().options = vec![("pkce".into(), "off".into())];
    let expected = [
        ("scope-withheld", Severity::Error, Some("customers")),
        ("scope-wider", Severity::Warning, None),
        ("pkce-off", Severity::Info, None),
    ];
    assert_eq!(found(&report(&host)), expected);
}

#[test]
fn given_a_refresh_token_that_nobody_renews_when_its_end_comes_near_then_it_is_said_ever_louder() {
    const DAY: u64 = 86_400;
    for (age, expected) in [
        (31 * DAY - 1, None),
        (31 * DAY, Some(("grant-expiring", Severity::Info, None))),
        (38 * DAY - 1, Some(("grant-expiring", Severity::Info, None))),
        (38 * DAY, Some(("grant-expiring", Severity::Warning, None))),
        (
            43 * DAY - 1,
            Some(("grant-expiring", Severity::Warning, None)),
        ),
        (43 * DAY, Some(("grant-expiring", Severity::Error, None))),
        (
            45 * DAY - 1,
            Some(("grant-expiring", Severity::Error, None)),
        ),
        (45 * DAY, Some(("grant-expired", Severity::Error, None))),
    ] {
        let host = FakeHost::connected("user");
        host.pass(age);
        let report = report(&host);
        let mut found: Vec<_> = found(&report);
        found.retain(|(code, ..)| *code != "maintain-stopped");
        assert_eq!(found, Vec::from_iter(expected), "{age}");
        assert_eq!(report.stage == Stage::Attention, age >= 43 * DAY, "{age}");
    }
    let host = FakeHost::connected("service");
    host.pass(400 * DAY);
    assert!(report(&host).findings.is_empty());
}

#[test]
fn given_a_renewal_that_is_refused_for_a_licence_when_reported_then_fortnox_words_are_there() {
    let host = FakeHost::connected("user");
    crate::set_enabled(&host, true).unwrap();
    host.pass(3600);
    let since = host.now.get();
    let body = r#"{"error":"error_missing_license","error_description":"Licens saknas"}"#;
    host.answer(400, body);
    crate::access_token(&host, None).unwrap_err();
    host.pass(86_400);
    let report = report(&host);
    let expected = ("integration-licence-missing", Severity::Error, None);
    assert_eq!(found(&report), [expected]);
    assert_eq!(report.findings[0].provider_message, "Licens saknas");
    assert_eq!(report.findings[0].provider_code, "error_missing_license");
    assert_eq!(report.findings[0].since, since);
}

#[test]
fn given_another_app_than_the_grants_when_reported_then_it_is_an_error() {
    let host = FakeHost::connected("user");
    host.app.borrow_mut().as_mut().unwrap().client_id = "other".into();
    assert_eq!(
        found(&report(&host)),
        [("app-changed", Severity::Error, None)]
    );
}

#[test]
fn given_a_host_that_has_stopped_to_maintain_when_reported_then_its_operator_is_told() {
    let stopped = |host: &FakeHost| {
        let report = report(host);
        let found = report.findings.into_iter();
        let mut found = found.filter(|finding| finding.code == "maintain-stopped");
        found.next()
    };
    let host = FakeHost::connected("user");
    host.pass(18 * 86_400);
    assert_eq!(stopped(&host), None);
    host.pass(1);
    let finding = stopped(&host).unwrap();
    assert_eq!(finding.severity, Severity::Warning);
    assert_eq!(finding.since, host.now.get() - 1);
    assert!(!finding.reauthorize_helps);
    // Another consent does not make the host any better.
    let begun = host.begin();
    host.grants();
    host.come_back(&begun).unwrap();
    assert!(stopped(&host).is_some());
    crate::maintain(&host).unwrap();
    assert_eq!(stopped(&host), None);

    let service = FakeHost::connected("service");
    service.pass(400 * 86_400);
    assert_eq!(stopped(&service), None);
}

#[test]
fn given_a_fault_of_the_operator_when_a_renewal_meets_it_then_nobody_is_sent_to_authorize() {
    let host = FakeHost::connected("user");
    crate::set_enabled(&host, true).unwrap();
    host.pass(3600);
    host.answer(401, r#"{"error":"invalid_client"}"#);
    crate::access_token(&host, None).unwrap_err();
    let report = report(&host);
    let code = "client-credentials-refused";
    assert_eq!(found(&report), [(code, Severity::Error, None)]);
    assert!(!report.actions.contains(&Action::Reauthorize));
}

#[test]
fn given_a_trouble_that_passes_when_reported_then_authorizing_again_is_no_help() {
    let host = FakeHost::connected("user");
    crate::set_enabled(&host, true).unwrap();
    host.pass(3600);
    host.answer(200, "<html>");
    crate::access_token(&host, None).unwrap_err();
    let report = report(&host);
    assert_eq!(found(&report), [("answer-unusable", Severity::Error, None)]);
    assert!(!report.findings[0].reauthorize_helps);
}
