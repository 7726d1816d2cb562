//! What a person should know of a connection, in words: why the latest journey
//! failed, and every finding, none twice.

use host_harness::contract::{Condition, Descriptor, Finding, Report, Severity};

use super::explain::{Cause, Explainer};

/// A finding in words.
pub struct Told {
    /// The message of its severity.
    pub severity: &'static str,
    /// The class of the style sheet.
    pub tone: &'static str,
    /// The area it concerns; may be empty.
    pub area: String,
    /// What it is, and what to do.
    pub cause: Cause,
    /// Unix seconds; zero when nobody knows.
    pub since: u64,
    /// Whether authorizing again can clear it.
    pub authorize: bool,
}

/// Seconds after which nobody needs to know any more why a journey failed that was
/// to renew what is there all the same.
const STALE: u64 = 24 * 3600;

/// Why the latest journey failed, in the words of the report where it has any.
pub async fn failure(explainer: &Explainer<'_>, report: &Report) -> Option<Cause> {
    let attempt = report.attempt.as_ref()?;
    let code = attempt.failure.as_ref()?;
    let age = explainer.site.now().saturating_sub(attempt.started);
    if report.grant.is_some() && age >= STALE {
        return None;
    }
    let known = report.findings.iter().find(|finding| finding.code == *code);
    Some(match known {
        Some(finding) => explainer.finding(finding),
        None => explainer.code(code).await,
    })
}

/// What else a person should know.
pub async fn findings(
    explainer: &Explainer<'_>,
    descriptor: &Descriptor,
    report: &Report,
    failure: Option<&Cause>,
) -> Vec<Told> {
    let label = |key: &String| {
        let field = descriptor.form.iter().find(|field| field.key == *key);
        field.map_or_else(|| key.clone(), |field| field.label.clone())
    };
    let is_told = |code: &str| failure.is_some_and(|failure| failure.code == code);
    let findings = report
        .findings
        .iter()
        .filter(|finding| !is_told(&finding.code));
    let mut told: Vec<Told> = Vec::new();
    for finding in findings {
        let area = finding.area.as_ref().map(label).unwrap_or_default();
        let cause = explainer.finding(finding);
        // The same of several areas is told once.
        let same = told
            .iter_mut()
            .find(|told| !told.area.is_empty() && !area.is_empty() && told.cause == cause);
        match same {
            Some(told) => told.area = format!("{}, {area}", told.area),
            None => told.push(tell(finding, area, cause)),
        }
    }
    let condition = report.grant.as_ref().map(|grant| &grant.condition);
    if let Some(Condition::InDoubt(code) | Condition::Ended(code)) = condition
        && !told.iter().any(|told| told.cause.code == *code)
        && !is_told(code)
    {
        told.insert(
            0,
            Told {
                severity: "severity-error",
                tone: "bad",
                area: String::new(),
                cause: explainer.code(code).await,
                since: 0,
                authorize: matches!(condition, Some(Condition::Ended(_))),
            },
        );
    }
    told
}

fn tell(finding: &Finding, area: String, cause: Cause) -> Told {
    let (severity, tone) = match finding.severity {
        Severity::Info => ("severity-info", "quiet"),
        Severity::Warning => ("severity-warning", "warn"),
        Severity::Error => ("severity-error", "bad"),
    };
    Told {
        severity,
        tone,
        area,
        cause,
        since: finding.since,
        authorize: finding.reauthorize_helps,
    }
}
