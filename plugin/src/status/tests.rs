//! The report: stage, headline, attempt, grant, findings and actions.

mod findings;
mod stages;

use serde_json::{Value, json};

use super::*;
use crate::contract::Verdict;
use crate::testing::{COMPANY, FakeHost, SCOPES, company_information, outcome, token_answer};

fn report(host: &FakeHost) -> Report {
    status(host, "en").unwrap()
}

/// Codes, severities and areas of the findings, in order.
fn found(report: &Report) -> Vec<(&str, Severity, Option<&str>)> {
    report
        .findings
        .iter()
        .map(|finding| {
            (
                finding.code.as_str(),
                finding.severity,
                finding.area.as_deref(),
            )
        })
        .collect()
}

fn in_state(state: Value) -> FakeHost {
    let host = FakeHost::connected("user");
    host.edit("grant", |grant| grant["state"] = state);
    host
}

/// The registration loses a scope.
fn unregister(host: &FakeHost, scope: &str) {
    let mut app = host.app.borrow_mut();
    app.as_mut()
        .unwrap()
        .scopes
        .retain(|carried| carried != scope);
}

// ---- the whole of it

#[test]
fn given_anything_when_reported_then_nobody_is_asked_and_nothing_written() {
    let (open, _) = FakeHost::begun(&[]);
    let (cut_off, _) = FakeHost::cut_off();
    let hosts = [FakeHost::new(), open, cut_off, FakeHost::connected("user")];
    for host in hosts {
        let before = (host.snapshot(), host.events());
        report(&host);
        assert_eq!((host.snapshot(), host.events()), before);
        assert!(host.sent.borrow().is_empty());
    }
}

#[test]
fn given_cells_that_cannot_be_used_when_reported_then_it_is_said() {
    for key in ["settings", "grant", "attempt"] {
        let host = FakeHost::configured(&[]);
        host.write(key, br#"{"format":2}"#);
        assert_eq!(
            outcome(status(&host, "en")),
            format!("cell `{key}`: cell-newer")
        );
        host.write(key, b"{");
        assert_eq!(
            outcome(status(&host, "en")),
            format!("cell `{key}`: cell-unreadable")
        );
        host.unreadable(key);
        assert_eq!(outcome(status(&host, "en")), "storage: storage-unavailable");
    }
}

#[test]
fn given_settings_when_reported_then_they_are_shown_as_the_form_has_them() {
    let host = FakeHost::configured(&[("invoices", "true"), ("notices", "eva@example.com")]);
    let report = report(&host);
    assert_eq!(report.settings.len(), 8);
    assert_eq!(report.settings[2], ("invoices".into(), "true".into()));
    assert_eq!(
        report.settings[7],
        ("notices".into(), "eva@example.com".into())
    );
    assert!(!report.enabled);
    crate::set_enabled(&host, true).unwrap();
    assert!(super::status(&host, "en").unwrap().enabled);
}

#[test]
fn given_a_callers_language_when_reported_then_the_words_are_in_it_and_not_the_companys() {
    let host = FakeHost::configured(&[("language", "nb")]);
    for (tag, locale) in [
        ("sv-SE", Locale::Sv),
        ("nb", Locale::Nb),
        ("de", Locale::En),
    ] {
        let headline = status(&host, tag).unwrap().headline;
        assert_eq!(headline, message::HEADLINE_UNAUTHORIZED.text(locale));
    }
}

// ---- the grant

#[test]
fn given_a_user_grant_when_reported_then_it_is_shown_without_any_token() {
    let host = FakeHost::connected("user");
    let granted = host.now.get();
    host.pass(10);
    let grant = report(&host).grant.unwrap();
    let organization = grant.organization.unwrap();
    assert_eq!(organization.id, COMPANY);
    assert_eq!(organization.name, "Exempel AB");
    assert_eq!(organization.number, "556000-0000");
    assert_eq!(grant.account, "user");
    assert_eq!(grant.holder, "User 2 in Fortnox");
    assert_eq!(grant.scopes, SCOPES.split(' ').collect::<Vec<_>>());
    assert_eq!((grant.granted, grant.renewed), (granted, granted));
    assert_eq!(grant.renew_by, Some(granted + 45 * 86_400));
    assert_eq!(grant.condition, Condition::Good);
}

#[test]
fn given_a_service_grant_when_reported_then_it_has_no_end() {
    let grant = report(&FakeHost::connected("service")).grant.unwrap();
    assert_eq!(grant.account, "service");
    assert_eq!(grant.holder, "Service account");
    assert_eq!(grant.renew_by, None);
}

#[test]
fn given_a_user_grant_without_a_number_when_reported_then_its_holder_is_the_approver() {
    let host = FakeHost::connected("user");
    host.edit("grant", |grant| grant["user_id"] = Value::Null);
    assert_eq!(
        report(&host).grant.unwrap().holder,
        "The person who approved"
    );
}

#[test]
fn given_the_state_of_a_grant_when_reported_then_it_is_its_condition() {
    let cases = [
        (
            json!({"is": "in-doubt", "cause": "renewal-lost"}),
            Condition::InDoubt("renewal-lost".into()),
        ),
        (
            json!({"is": "ended", "cause": "grant-expired"}),
            Condition::Ended("grant-expired".into()),
        ),
        (
            json!({"is": "removing"}),
            Condition::Ended("removing".into()),
        ),
    ];
    for (state, expected) in cases {
        assert_eq!(report(&in_state(state)).grant.unwrap().condition, expected);
    }
}

// ---- access

#[test]
fn given_a_grant_when_reported_then_there_is_a_verdict_for_each_chosen_area() {
    let host = FakeHost::connected("service");
    host.configure(&[("projects", "false"), ("invoices", "true")])
        .unwrap();
    let access = report(&host).access;
    let verdicts: Vec<_> = access
        .iter()
        .map(|access| (access.area.as_str(), access.label.as_str(), access.verdict))
        .collect();
    let expected = [
        ("customers", "Customers", Verdict::Unchecked),
        ("invoices", "Invoices", Verdict::MissingScope),
    ];
    assert_eq!(verdicts, expected);
    assert!(access.iter().all(|access| access.checked.is_none()));
}

#[test]
fn given_no_grant_when_reported_then_there_is_no_access() {
    assert!(report(&FakeHost::configured(&[])).access.is_empty());
}
