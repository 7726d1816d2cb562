//! Results in words, for a terminal.
//!
//! A terminal that cannot be written to is nobody's to mend: such errors are
//! ignored.

use std::io::Write;
use std::time::{Duration, UNIX_EPOCH};

use host_harness::Entry;
use host_harness::contract::{
    Access, Action, Actor, Condition, Descriptor, Error, Explanation, Finding, Grant, Kind,
    Receipt, Remedy, Report, Severity, Stage, Verdict,
};

/// One line; line breaks apart, what a terminal would obey is shown instead.
pub fn line(out: &mut impl Write, text: &str) {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() && character != '\n' {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    let _ = writeln!(out, "{shown}");
}

/// A label and a value.
fn pair(out: &mut impl Write, label: &str, value: &str) {
    line(out, &format!("{label:<14}{value}"));
}

pub fn descriptor(out: &mut impl Write, descriptor: &Descriptor, contract: &str) {
    line(out, &format!("{} {}", descriptor.name, descriptor.version));
    line(out, &descriptor.summary);
    line(out, "");
    pair(out, "plugin", &descriptor.id);
    pair(out, "contract", contract);
    pair(out, "vendor", &descriptor.vendor);
    pair(out, "homepage", &descriptor.homepage);
    pair(out, "languages", &descriptor.locales.join(", "));
    pair(out, "scopes", &descriptor.scopes.join(" "));
    for origin in &descriptor.origins {
        let limit = match (origin.requests, origin.window) {
            (0, _) | (_, 0) => String::new(),
            (requests, window) => format!(" (at most {requests} requests in {window} ms)"),
        };
        pair(out, "reaches", &format!("{}{limit}", origin.url));
    }
    let mut section = "";
    for field in &descriptor.form {
        if field.section != section {
            section = &field.section;
            line(out, &format!("\n{section}"));
        }
        let values = match &field.kind {
            Kind::Toggle => "true | false".to_owned(),
            Kind::Choice(choices) => {
                let values: Vec<&str> = choices.iter().map(|c| c.value.as_str()).collect();
                values.join(" | ")
            }
            Kind::Text => "text".to_owned(),
            Kind::Email => "e-mail address".to_owned(),
            Kind::Number => "number".to_owned(),
            Kind::Secret => "secret".to_owned(),
        };
        line(
            out,
            &format!("  {:<20}{} [{}]", field.key, values, field.initial),
        );
        line(out, &format!("  {:<20}{}. {}", "", field.label, field.help));
    }
}

pub fn explanation(out: &mut impl Write, explanation: &Explanation) {
    line(
        out,
        &format!("  {}. {}", explanation.title, explanation.detail),
    );
    remedies(out, &explanation.remedies);
}

fn remedies(out: &mut impl Write, remedies: &[Remedy]) {
    for Remedy { who, step, place } in remedies {
        let who = match who {
            Actor::Administrator => "administrator",
            Actor::ProviderAdministrator => "administrator at the provider",
            Actor::Operator => "operator",
            Actor::Provider => "provider",
        };
        line(out, &format!("  - {who}: {step} ({place})"));
    }
}

pub fn report(out: &mut impl Write, report: &Report) {
    line(out, &report.headline);
    line(out, "");
    pair(out, "stage", stage(report.stage));
    let enabled = if report.enabled { "yes" } else { "no" };
    pair(out, "switched on", enabled);
    let settings: Vec<String> = report
        .settings
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    pair(out, "settings", &settings.join(" "));
    if let Some(attempt) = &report.attempt {
        let what = match &attempt.failure {
            Some(cause) => format!("failed: {cause}"),
            None => format!("open until {}", time(attempt.expires)),
        };
        pair(out, "attempt", &what);
    }
    if let Some(grant) = &report.grant {
        self::grant(out, grant);
    }
    self::access(out, &report.access);
    for finding in &report.findings {
        self::finding(out, finding);
    }
    let actions: Vec<&str> = report.actions.iter().map(|one| action(*one)).collect();
    pair(out, "\nactions", &actions.join(", "));
}

/// What the grant may do, area by area.
pub fn access(out: &mut impl Write, access: &[Access]) {
    for access in access {
        let verdict = match access.verdict {
            Verdict::Unchecked => "not checked yet",
            Verdict::Granted => "granted",
            Verdict::MissingScope => "scope missing",
            Verdict::MissingLicence => "licence missing",
            Verdict::MissingRight => "right missing",
            Verdict::Unknown => "refused, reason unknown",
        };
        pair(out, "access", &format!("{}: {verdict}", access.label));
        words(out, &access.provider_code, &access.provider_message);
    }
}

/// The provider's own words, where it gave any.
fn words(out: &mut impl Write, code: &str, message: &str) {
    let words = format!("{message} {code}");
    if !words.trim().is_empty() {
        line(out, &format!("  The provider says: {}", words.trim()));
    }
}

fn grant(out: &mut impl Write, grant: &Grant) {
    pair(out, "acts as", &grant.holder);
    if let Some(organization) = &grant.organization {
        let text = format!(
            "{} ({}), {}",
            organization.name, organization.number, organization.id
        );
        pair(out, "organization", &text);
    }
    pair(out, "scopes", &grant.scopes.join(" "));
    pair(out, "granted", &time(grant.granted));
    if let Some(renew_by) = grant.renew_by {
        pair(out, "renew by", &time(renew_by));
    }
    match &grant.condition {
        Condition::Good => {}
        Condition::InDoubt(cause) => pair(out, "in doubt", cause),
        Condition::Ended(cause) => pair(out, "ended", cause),
    }
}

fn finding(out: &mut impl Write, finding: &Finding) {
    let severity = match finding.severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let area = finding.area.as_ref().map(|area| format!(", {area}"));
    let area = area.unwrap_or_default();
    line(
        out,
        &format!("\n{severity}{area}: {}. {}", finding.title, finding.detail),
    );
    words(out, &finding.provider_code, &finding.provider_message);
    remedies(out, &finding.remedies);
}

pub fn receipt(out: &mut impl Write, receipt: &Receipt) {
    line(
        out,
        if receipt.revoked {
            "The connection was removed and the access revoked at the provider."
        } else {
            "The connection was removed. The provider confirmed no revocation."
        },
    );
    remedies(out, &receipt.remaining);
}

pub fn entry(out: &mut impl Write, entry: &Entry) {
    let actor = entry.actor.as_deref().unwrap_or("-");
    let text = format!(
        "{}  {:<8} {:<28} {actor}: {}",
        time(entry.time.as_secs()),
        entry.level.as_str(),
        entry.event,
        entry.message
    );
    line(out, &text);
}

/// An entry as one object; the time as in RFC 3339.
pub fn entry_value(entry: &Entry) -> serde_json::Value {
    serde_json::json!({
        "time": time(entry.time.as_secs()),
        "level": entry.level.as_str(),
        "event": entry.event,
        "message": entry.message,
        "actor": entry.actor,
    })
}

/// The case of an error in words, and the cause code it carries.
pub fn error(error: &Error) -> (String, Option<String>) {
    let (case, code) = match error {
        Error::InvalidSettings(_) => return ("the settings were refused".to_owned(), None),
        Error::Rejected(code) => ("not now", code),
        Error::Misconfigured(code) => ("the operator has to act", code),
        Error::CallbackRejected(code) => ("the callback was not accepted", code),
        Error::AuthorizationRequired(code) => ("somebody has to authorize", code),
        Error::Forbidden(finding) => ("the provider refuses", &finding.code),
        Error::Unavailable(retry) => ("unavailable for now", &retry.reason),
        Error::Storage(code) => ("the storage failed", code),
        Error::Other(code) => ("it did not work", code),
        Error::Provider(error) => {
            let text = format!("the provider answered {}: {}", error.status, error.message);
            return (text, None);
        }
    };
    (format!("{case}: {code}"), Some(code.clone()))
}

/// A stage as the contract calls it.
pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Unconfigured => "unconfigured",
        Stage::Unauthorized => "unauthorized",
        Stage::Authorizing => "authorizing",
        Stage::Failed => "failed",
        Stage::Authorized => "authorized",
        Stage::Attention => "attention",
    }
}

/// An action as the contract calls it.
pub fn action(action: Action) -> &'static str {
    match action {
        Action::Configure => "configure",
        Action::Authorize => "authorize",
        Action::Reauthorize => "reauthorize",
        Action::Enable => "enable",
        Action::Disable => "disable",
        Action::CheckAccess => "check-access",
        Action::Remove => "remove",
    }
}

/// Unix seconds as a date and time in UTC (RFC 3339), which ends with the year
/// 9999; a plugin may say anything.
pub fn time(seconds: u64) -> String {
    const YEAR_10000: u64 = 253_402_300_800;
    if seconds >= YEAR_10000 {
        return format!("second {seconds}");
    }
    humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_secs(seconds)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_obeys_nothing_that_a_plugin_says() {
        let mut out = Vec::new();
        line(&mut out, "a\u{1b}]0;title\u{7}\r\nb");
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "a\\u{1b}]0;title\\u{7}\\r\nb\n"
        );
    }

    #[test]
    fn every_second_can_be_shown() {
        assert_eq!(time(0), "1970-01-01T00:00:00Z");
        assert_eq!(time(253_402_300_799), "9999-12-31T23:59:59Z");
        assert_eq!(time(253_402_300_800), "second 253402300800");
        assert_eq!(time(u64::MAX), "second 18446744073709551615");
    }
}
