//! What people should know about a connection, for as long as it holds.
//!
//! Guarantees: whether authorizing again helps is computed from what was asked,
//! granted and refused; where the operator has to act, nobody in the company is
//! sent to authorize.

use super::View;
use crate::access;
use crate::advice::{self, Subject};
use crate::area::{Area, COMPANY_INFORMATION};
use crate::cause::Cause;
use crate::contract::{Finding, Severity};
use crate::error::Error;
use crate::grant::{Grant, State};
use crate::maintain;
use crate::provider_text::Words;

const DAY: u64 = 86_400;

/// Seconds after which what usually passes by itself needs somebody all the same.
const PASSING: u64 = 3600;

/// Days before the end of a refresh token, and how loudly it is said.
const WARNINGS: [(u64, Severity); 3] = [
    (14, Severity::Info),
    (7, Severity::Warning),
    (2, Severity::Error),
];

impl View {
    /// The gravest first.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut findings = self.registration_findings();
        match (&self.grant, &self.failure) {
            (None, Some(failure)) => {
                let since = self.attempt.as_ref().map_or(self.now, |a| a.value.started);
                let words = failure.words.clone();
                findings.push(self.finding(failure.cause, Severity::Error, since, words));
            }
            (Some(grant), _) => findings.extend(self.grant_findings(grant)),
            (None, None) => {}
        }
        let mut sorted: Vec<Finding> = Vec::new();
        for finding in findings {
            let is_graver = |other: &Finding| other.severity as u8 >= finding.severity as u8;
            sorted.insert(sorted.partition_point(is_graver), finding);
        }
        sorted
    }

    fn registration_findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        match &self.registration {
            Ok(registration) => {
                if registration.lacks(&[COMPANY_INFORMATION]).is_some() {
                    findings.push(self.now(Cause::ScopeNotRegistered, Severity::Error));
                }
                for area in &self.settings.areas {
                    if registration.lacks(&[area.scope()]).is_some() {
                        findings.push(self.area_finding(Cause::ScopeNotRegistered, *area));
                    }
                }
                if !registration.pkce {
                    findings.push(self.now(Cause::PkceOff, Severity::Info));
                }
            }
            Err(Error::Misconfigured(cause)) => {
                findings.push(self.now(*cause, Severity::Error));
            }
            Err(_) => {}
        }
        findings
    }

    fn grant_findings(&self, grant: &Grant) -> Vec<Finding> {
        let mut findings = Vec::new();
        let told = |cause, severity| self.finding(cause, severity, grant.renewed, Words::default());
        match grant.state {
            State::Live => findings.extend(self.age_finding(grant)),
            State::InDoubt(cause) => findings.push(told(cause, Severity::Warning)),
            State::Ended(cause) => findings.push(told(cause, Severity::Error)),
            State::Removing => findings.push(self.now(Cause::Removing, Severity::Error)),
        }
        let is_over = matches!(grant.state, State::Ended(_) | State::Removing);
        if let Some(since) = maintain::stopped(grant, &self.health, self.now) {
            let cause = Cause::MaintainStopped;
            findings.push(self.finding(cause, Severity::Warning, since, Words::default()));
        }
        if let Ok(registration) = &self.registration
            && !grant.issued.fits(registration)
        {
            findings.push(self.now(Cause::AppChanged, Severity::Error));
        }
        if let Some(trouble) = &self.health.trouble {
            let words = trouble.words.clone();
            let lasts = self.now.saturating_sub(trouble.since) >= PASSING;
            let severity = match trouble.cause.passes() && !lasts {
                true => Severity::Warning,
                false => Severity::Error,
            };
            findings.push(Finding {
                // Renewing is tried by itself, and a new grant has to be renewed, too.
                reauthorize_helps: false,
                ..self.finding(trouble.cause, severity, trouble.since, words)
            });
        }
        if grant.organization.is_none() {
            let cause = Cause::OrganizationUnread;
            let words = Words::default();
            findings.push(self.finding(cause, Severity::Warning, grant.granted, words));
        }
        // What it might do says nothing once it does nothing.
        if !is_over {
            findings.extend(self.scope_findings(grant));
            findings.extend(self.access_findings(grant));
        }
        if grant
            .scopes
            .iter()
            .any(|scope| !grant.asked.contains(scope))
        {
            let cause = Cause::ScopeWider;
            findings.push(self.finding(cause, Severity::Warning, grant.granted, Words::default()));
        }
        findings
    }

    /// A refresh token that nobody renews dies of age: that is said ever louder.
    fn age_finding(&self, grant: &Grant) -> Option<Finding> {
        let (cause, severity) = match grant.renew_by()?.saturating_sub(self.now) {
            0 => (Cause::GrantExpired, Severity::Error),
            left => {
                let warning = WARNINGS.iter().rfind(|(days, _)| left <= days * DAY);
                (Cause::GrantExpiring, warning?.1)
            }
        };
        Some(self.finding(cause, severity, grant.renewed, Words::default()))
    }

    /// What was chosen and not granted.
    fn scope_findings(&self, grant: &Grant) -> Vec<Finding> {
        let registered = |scope| match &self.registration {
            Ok(registration) => registration.lacks(&[scope]).is_none(),
            Err(_) => false,
        };
        let areas = self.settings.areas.iter();
        areas
            .filter(|area| grant.lacks(area.scope()) && registered(area.scope()))
            .map(|area| self.area_finding(access::missing_scope(*area, grant), *area))
            .collect()
    }

    /// What was granted and is refused all the same.
    fn access_findings(&self, grant: &Grant) -> Vec<Finding> {
        let mut findings = Vec::new();
        let trouble = self.health.trouble.iter().map(|trouble| trouble.cause);
        let mut general: Vec<Cause> = trouble.collect();
        for (key, seen) in &self.health.access {
            let Some(refusal) = &seen.refusal else {
                continue;
            };
            let area = Area::from_key(key);
            // What is not transferred any more, or is told as not granted.
            if area.is_some_and(|area| {
                !self.settings.areas.contains(&area) || grant.lacks(area.scope())
            }) {
                continue;
            }
            let area = area.filter(|_| !refusal.cause.is_general());
            if refusal.cause.is_general() {
                if general.contains(&refusal.cause) {
                    continue;
                }
                general.push(refusal.cause);
            }
            let subject = Subject {
                cause: refusal.cause,
                area,
                register: Some(key),
                account: Some(grant.account),
            };
            findings.push(advice::finding(
                subject,
                Severity::Error,
                refusal.since,
                refusal.words.clone(),
                self.locale,
            ));
        }
        findings
    }

    fn area_finding(&self, cause: Cause, area: Area) -> Finding {
        let subject = Subject {
            cause,
            area: Some(area),
            register: None,
            account: self.grant.as_ref().map(|grant| grant.account),
        };
        let since = self.grant.as_ref().map_or(self.now, |grant| grant.granted);
        let words = Words::default();
        advice::finding(subject, Severity::Error, since, words, self.locale)
    }

    fn now(&self, cause: Cause, severity: Severity) -> Finding {
        self.finding(cause, severity, self.now, Words::default())
    }

    fn finding(&self, cause: Cause, severity: Severity, since: u64, words: Words) -> Finding {
        let subject = Subject {
            account: self.grant.as_ref().map(|grant| grant.account),
            ..cause.into()
        };
        advice::finding(subject, severity, since, words, self.locale)
    }
}
