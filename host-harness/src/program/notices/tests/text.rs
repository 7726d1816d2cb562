//! What a notice says, of plugins that behave and of those that do not.

use host_harness::contract::{
    Actor, Condition, Descriptor, Finding, FormField, Grant, Kind, Organization, Remedy, Report,
    Severity, Stage,
};

use super::super::text::Text;
use crate::web::{Locale, Words};

fn descriptor() -> Descriptor {
    let field = |key: &str, label: &str| FormField {
        key: key.into(),
        section: String::new(),
        label: label.into(),
        help: String::new(),
        kind: Kind::Text,
        initial: String::new(),
        required: false,
        locked: false,
    };
    Descriptor {
        id: "x".into(),
        name: "Books".into(),
        version: String::new(),
        vendor: String::new(),
        homepage: String::new(),
        summary: String::new(),
        icon: String::new(),
        origins: vec![],
        scopes: vec![],
        locales: vec![],
        form: vec![field("notices", "E-mail"), field("a", "Area A")],
    }
}

fn finding(severity: Severity, area: Option<&str>) -> Finding {
    Finding {
        code: "right-missing".into(),
        severity,
        area: area.map(Into::into),
        title: "The right is missing".into(),
        detail: "The user may not read this.".into(),
        remedies: vec![Remedy {
            who: Actor::ProviderAdministrator,
            step: "Give the user the right.".into(),
            place: "Settings".into(),
        }],
        reauthorize_helps: false,
        provider_code: "2000123".into(),
        provider_message: "No.".into(),
        since: 1_773_490_000,
    }
}

fn report(findings: Vec<Finding>) -> Report {
    Report {
        stage: Stage::Attention,
        headline: String::new(),
        enabled: true,
        settings: vec![],
        attempt: None,
        grant: Some(Grant {
            account: "user".into(),
            holder: String::new(),
            organization: Some(Organization {
                id: "1".into(),
                name: "Acme Ltd".into(),
                number: "556".into(),
            }),
            scopes: vec![],
            granted: 0,
            renewed: 0,
            renew_by: Some(1_773_490_000),
            condition: Condition::Good,
        }),
        access: vec![],
        findings,
        actions: vec![],
    }
}

/// Subject and body.
fn told(descriptor: &Descriptor, company: &str, report: &Report) -> (String, String) {
    let findings: Vec<&Finding> = report.findings.iter().collect();
    let words = Words::new();
    let text = Text {
        words: &words,
        locale: Locale::En,
        company,
        address: "eva@example.com",
        descriptor,
        report,
        findings: &findings,
        page: Some("https://erp.example/integrations/x"),
    };
    (text.subject(), text.body())
}

#[test]
fn given_findings_when_told_then_each_says_what_who_and_where() {
    let mut other = finding(Severity::Warning, None);
    other.title = "Something else".into();
    other.remedies = vec![];
    other.since = 0;
    let report = report(vec![
        finding(Severity::Error, Some("a")),
        finding(Severity::Error, Some("b")),
        other,
    ]);
    let (subject, body) = told(&descriptor(), "Acme AB", &report);
    assert_eq!(subject, "Demo ERP: Acme AB – The right is missing (+1)");
    let expected = "The connection of Acme AB to Books needs somebody's attention.

Company in this system: Acme AB
Company at Books: Acme Ltd (556)
Has to be renewed by: 14 March 2026, 13:06

Problem: The right is missing
The user may not read this.
Concerns: Area A, b
Since: 14 March 2026, 13:06
Books says: No. 2000123
Code for support: right-missing
What helps:
1. System administrator in Books: Give the user the right.
   Where: Settings

Warning: Something else
The user may not read this.
Books says: No. 2000123
Code for support: right-missing

To the integration: https://erp.example/integrations/x

-- \nYou get this mail because eva@example.com is named for notices in the settings of Books at Acme AB.
To get no more of them, change or empty the field “E-mail” there.
As long as it stays so, it is told at most once a day.
";
    assert_eq!(body, expected);
}

#[test]
fn given_a_hostile_plugin_when_told_then_its_words_stay_where_they_belong() {
    let plain = report(vec![finding(Severity::Error, Some("a"))]);
    let (_, plain) = told(&descriptor(), "Acme AB", &plain);

    let text =
        "x\r\n.\r\nFrom: evil\n\n-- \u{1b}[31m\u{2028}\u{202e}".to_owned() + &"y".repeat(9000);
    let mut descriptor = descriptor();
    descriptor.name = text.clone();
    descriptor.form[0].label = text.clone();
    descriptor.form[1].label = text.clone();
    let mut finding = finding(Severity::Error, Some("a"));
    for field in [
        &mut finding.code,
        &mut finding.title,
        &mut finding.detail,
        &mut finding.provider_code,
        &mut finding.provider_message,
    ] {
        *field = text.clone();
    }
    finding.remedies[0].step = text.clone();
    finding.remedies[0].place = text.clone();
    let mut report = report(vec![finding]);
    if let Some(organization) = report.grant.as_mut().unwrap().organization.as_mut() {
        organization.name = text.clone();
        organization.number = text.clone();
    }
    let (subject, body) = told(&descriptor, "Acme AB", &report);
    assert!(!subject.chars().any(char::is_control), "{subject}");
    assert_eq!(body.lines().count(), plain.lines().count(), "{body}");
    let deceptive = |c: char| c != '\n' && c.is_control() || matches!(c, '\u{2028}' | '\u{202e}');
    assert!(!body.contains(deceptive), "{body}");
    assert!(body.len() < 20_000, "{}", body.len());
}

#[test]
fn given_a_plugin_without_words_when_told_then_there_is_still_something_to_read() {
    let mut bare = finding(Severity::Error, None);
    for field in [&mut bare.title, &mut bare.detail, &mut bare.provider_code] {
        field.clear();
    }
    bare.provider_message.clear();
    bare.remedies.clear();
    let mut report = report(vec![bare]);
    report.grant = None;
    let (subject, body) = told(&descriptor(), "Acme AB", &report);
    assert_eq!(subject, "Demo ERP: Acme AB – Something is not right");
    assert!(
        body.contains("\nProblem: Something is not right\nSince:"),
        "{body}"
    );
}
