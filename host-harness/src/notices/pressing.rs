//! Which findings need a person.

use crate::contract::{Actor, Finding, Report, Severity};

/// Seconds before the end of a grant from which a warning is pressing.
pub const NEAR: u64 = 7 * 24 * 3600;

/// At most so many findings are told at once; the worst are reported first.
pub const MOST: usize = 20;

/// The findings of a report that a person has to do something about: what does
/// not work, and what is going to stop working because the grant ends soon.
/// `now` is in Unix seconds.
///
/// Without a grant there is nothing that worked and does not any more: whoever
/// failed to connect has been told so on the page.
pub fn pressing(report: &Report, now: u64) -> Vec<&Finding> {
    let Some(grant) = &report.grant else {
        return Vec::new();
    };
    let soon = now.saturating_add(NEAR);
    let ends_soon = grant.renew_by.is_some_and(|end| end <= soon);
    let presses = |finding: &&Finding| match finding.severity {
        // What only the operator can mend, nobody in the company has to read.
        _ if !is_the_companys(finding) => false,
        Severity::Error => true,
        Severity::Warning => ends_soon && finding.area.is_none(),
        Severity::Info => false,
    };
    report.findings.iter().filter(presses).take(MOST).collect()
}

/// Whether somebody in the company can do something about it.
fn is_the_companys(finding: &Finding) -> bool {
    let mut remedies = finding.remedies.iter();
    remedies.any(|remedy| {
        matches!(
            remedy.who,
            Actor::Administrator | Actor::ProviderAdministrator
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Condition, Grant, Remedy, Stage};

    const NOW: u64 = 1_700_000_000;

    fn finding(code: &str, severity: Severity, area: Option<&str>) -> Finding {
        Finding {
            code: code.into(),
            severity,
            area: area.map(Into::into),
            title: String::new(),
            detail: String::new(),
            remedies: vec![Remedy {
                who: Actor::Administrator,
                step: String::new(),
                place: String::new(),
            }],
            reauthorize_helps: false,
            provider_code: String::new(),
            provider_message: String::new(),
            since: 0,
        }
    }

    fn report(renew_by: Option<u64>) -> Report {
        Report {
            stage: Stage::Attention,
            headline: String::new(),
            enabled: true,
            settings: Vec::new(),
            attempt: None,
            grant: Some(Grant {
                account: String::new(),
                holder: String::new(),
                organization: None,
                scopes: Vec::new(),
                granted: 0,
                renewed: 0,
                renew_by,
                condition: Condition::Good,
            }),
            access: Vec::new(),
            findings: vec![
                finding("error", Severity::Error, None),
                finding("error-of-area", Severity::Error, Some("a")),
                finding("warning", Severity::Warning, None),
                finding("warning-of-area", Severity::Warning, Some("a")),
                finding("info", Severity::Info, None),
            ],
            actions: Vec::new(),
        }
    }

    fn picked(report: &Report) -> Vec<&str> {
        let pressing = pressing(report, NOW).into_iter();
        pressing.map(|finding| finding.code.as_str()).collect()
    }

    #[test]
    fn given_findings_when_picked_then_errors_press_and_warnings_only_before_the_end() {
        let errors = ["error", "error-of-area"];
        assert_eq!(picked(&report(None)), errors);
        assert_eq!(picked(&report(Some(NOW + NEAR + 1))), errors);
        for end in [NOW + NEAR, NOW, 0] {
            let expected = ["error", "error-of-area", "warning"];
            assert_eq!(picked(&report(Some(end))), expected, "{end}");
        }
    }

    #[test]
    fn given_no_grant_when_picked_then_nothing_presses() {
        let mut report = report(Some(NOW));
        report.grant = None;
        assert!(picked(&report).is_empty());
    }

    #[test]
    fn given_any_number_of_findings_when_picked_then_there_is_a_limit() {
        let mut report = report(None);
        report.findings = vec![finding("error", Severity::Error, None); 500];
        assert_eq!(picked(&report).len(), MOST);
    }
}
