//! `status`: one report that any host can draw.
//!
//! It reads cells and asks nobody. Whether there is a grant, whether it is
//! switched on and whether it is healthy stay apart.

mod findings;

use crate::access;
use crate::attempt::{Attempt, EXCHANGE_LIMIT, Failure, LIFETIME, Phase};
use crate::catalogue::{Locale, message};
use crate::cause::Cause;
use crate::cell::{self, Cell};
use crate::contract::{
    Action, Attempt as AttemptReport, Condition, Finding, Grant as GrantReport, Report, Severity,
    Stage, StorageError,
};
use crate::effects::Effects;
use crate::error::Error;
use crate::grant::{Grant, State};
use crate::health::{Health, Trouble};
use crate::registration::Registration;
use crate::settings::{Account, Settings, SettingsCell};

/// Where the connection stands.
///
/// # Errors
/// [`Error::Storage`] and [`Error::Cell`] when the cells cannot be read.
pub fn status(effects: &impl Effects, locale: &str) -> Result<Report, Error> {
    let locale = Locale::nearest(locale);
    let stored = cell::read::<SettingsCell>(effects)?;
    let grant = cell::read::<Grant>(effects)?.map(|cell| cell.value);
    let attempt = cell::read::<Attempt>(effects)?;
    let Some(stored) = stored else {
        let leftover = grant.is_some() || attempt.is_some();
        return Ok(unconfigured(locale, leftover));
    };
    let settings = stored.value.settings()?;
    let attempt = attempt
        // One that has become the grant and was not tidied away.
        .filter(|attempt| {
            grant
                .as_ref()
                .is_none_or(|grant| grant.lineage != attempt.value.id)
        });
    let failure = attempt
        .as_ref()
        .map(|attempt| failure(effects, attempt))
        .transpose()?
        .flatten();
    let health = grant
        .as_ref()
        .map_or_else(Health::default, |grant| Health::of(effects, &grant.lineage));
    let view = View {
        locale,
        now: effects.now(),
        registration: Registration::read(effects),
        enabled: stored.value.enabled,
        settings,
        grant,
        attempt,
        failure,
        // What cannot be read here only leaves a finding out.
        health,
    };
    Ok(view.report())
}

/// A removal that was cut off can leave something to remove.
fn unconfigured(locale: Locale, leftover: bool) -> Report {
    let mut actions = vec![Action::Configure];
    actions.extend(leftover.then_some(Action::Remove));
    Report {
        stage: Stage::Unconfigured,
        headline: message::HEADLINE_UNCONFIGURED.text(locale).to_owned(),
        enabled: false,
        settings: Vec::new(),
        attempt: None,
        grant: None,
        access: Vec::new(),
        findings: Vec::new(),
        actions,
    }
}

/// Why an attempt has failed, if it has.
fn failure(effects: &impl Effects, attempt: &Cell<Attempt>) -> Result<Option<Failure>, Error> {
    Ok(match &attempt.value.phase {
        Phase::Failed { failure } => Some(failure.clone()),
        Phase::Open {
            mark: Some(failure),
            ..
        } => Some(failure.clone()),
        Phase::Open { .. } if attempt.expired() => Some(Cause::AttemptExpired.into()),
        Phase::Exchanging { .. } if attempt.age > EXCHANGE_LIMIT => {
            match effects.get(&attempt.value.id.answer(0)) {
                // A reload of the callback takes it up while its browser can.
                Ok(_) if attempt.lived() < LIFETIME => None,
                Ok(_) => Some(Cause::ExchangeInterrupted.into()),
                Err(StorageError::Missing(_)) => Some(Cause::ExchangeInterrupted.into()),
                Err(error) => return Err(error.into()),
            }
        }
        Phase::Open { .. } | Phase::Exchanging { .. } => None,
    })
}

/// Everything a report is made of, read once.
struct View {
    locale: Locale,
    now: u64,
    registration: Result<Registration, Error>,
    enabled: bool,
    settings: Settings,
    grant: Option<Grant>,
    attempt: Option<Cell<Attempt>>,
    failure: Option<Failure>,
    health: Health,
}

impl View {
    fn report(self) -> Report {
        let findings = self.findings();
        let stage = self.stage(&findings);
        Report {
            stage,
            headline: self.headline(stage),
            enabled: self.enabled,
            settings: self.settings.values(),
            attempt: self.attempt.as_ref().map(|attempt| AttemptReport {
                started: attempt.value.started,
                expires: attempt.value.started.saturating_add(LIFETIME.as_secs()),
                failure: self
                    .failure
                    .as_ref()
                    .map(|failure| failure.cause.to_string()),
            }),
            grant: self.grant.as_ref().map(|grant| self.grant_report(grant)),
            access: self.grant.as_ref().map_or_else(Vec::new, |grant| {
                access::report(&self.settings, grant, &self.health, self.locale)
            }),
            actions: self.actions(stage, &findings),
            findings,
        }
    }

    fn stage(&self, findings: &[Finding]) -> Stage {
        match (&self.grant, &self.attempt, &self.failure) {
            (None, Some(_), None) => Stage::Authorizing,
            (None, _, Some(_)) => Stage::Failed,
            (None, None, None) => Stage::Unauthorized,
            (Some(grant), ..) => {
                let errors = findings.iter().any(|f| f.severity == Severity::Error);
                if errors || grant.condition() != Condition::Good {
                    Stage::Attention
                } else {
                    Stage::Authorized
                }
            }
        }
    }

    fn headline(&self, stage: Stage) -> String {
        let text = |message: &crate::catalogue::Message| message.text(self.locale).to_owned();
        match stage {
            Stage::Unconfigured => text(&message::HEADLINE_UNCONFIGURED),
            Stage::Unauthorized => text(&message::HEADLINE_UNAUTHORIZED),
            Stage::Authorizing => text(&message::HEADLINE_AUTHORIZING),
            Stage::Failed => text(&message::HEADLINE_FAILED),
            Stage::Attention => text(&message::HEADLINE_ATTENTION),
            Stage::Authorized if !self.enabled => text(&message::HEADLINE_AUTHORIZED_DISABLED),
            Stage::Authorized => {
                match self
                    .grant
                    .as_ref()
                    .and_then(|grant| grant.organization.as_ref())
                {
                    Some(organization) => message::HEADLINE_AUTHORIZED_ORGANIZATION
                        .with(self.locale, &[("name", &organization.name)]),
                    None => text(&message::HEADLINE_AUTHORIZED),
                }
            }
        }
    }

    fn grant_report(&self, grant: &Grant) -> GrantReport {
        let holder = match (grant.account, &grant.user_id) {
            (Account::Service, _) => message::HOLDER_SERVICE.text(self.locale).to_owned(),
            (Account::User, Some(number)) => {
                message::HOLDER_USER.with(self.locale, &[("number", number)])
            }
            (Account::User, None) => message::HOLDER_UNKNOWN_USER.text(self.locale).to_owned(),
        };
        GrantReport {
            account: grant.account.value().to_owned(),
            holder,
            organization: grant.organization.as_ref().map(Into::into),
            scopes: grant.scopes.clone(),
            granted: grant.granted,
            renewed: grant.renewed,
            renew_by: match grant.state {
                State::Ended(_) | State::Removing => None,
                State::Live | State::InDoubt(_) => grant.renew_by(),
            },
            condition: grant.condition(),
        }
    }

    /// Nobody is offered a journey that the registration cannot carry.
    fn actions(&self, stage: Stage, findings: &[Finding]) -> Vec<Action> {
        let passable = self
            .registration
            .as_ref()
            .is_ok_and(|registration| registration.lacks(&self.settings.scopes()).is_none());
        let switch = if self.enabled {
            Action::Disable
        } else {
            Action::Enable
        };
        let check = self.grant.as_ref().is_some_and(|grant| {
            let ended = matches!(grant.state, State::Ended(_) | State::Removing);
            !ended && !self.settings.areas.is_empty()
        });
        let failure = self.failure.as_ref();
        let failure_helps = failure.is_some_and(|failure| failure.cause.reauthorize_helps());
        let reauthorize_helps = failure_helps || findings.iter().any(|f| f.reauthorize_helps);
        let removing = self
            .grant
            .as_ref()
            .is_some_and(|grant| grant.state == State::Removing);
        let actions = match stage {
            _ if removing => vec![Action::Remove],
            Stage::Unconfigured | Stage::Unauthorized | Stage::Authorizing | Stage::Failed => {
                vec![Action::Authorize, Action::Configure, switch, Action::Remove]
            }
            Stage::Authorized | Stage::Attention if reauthorize_helps => vec![
                Action::Reauthorize,
                Action::CheckAccess,
                Action::Configure,
                switch,
                Action::Remove,
            ],
            Stage::Authorized if !self.enabled => vec![
                switch,
                Action::Configure,
                Action::CheckAccess,
                Action::Reauthorize,
                Action::Remove,
            ],
            // Whoever has carried out a remedy wants to see that it works.
            Stage::Attention => vec![
                Action::CheckAccess,
                Action::Configure,
                switch,
                Action::Reauthorize,
                Action::Remove,
            ],
            Stage::Authorized => vec![
                Action::Configure,
                Action::CheckAccess,
                switch,
                Action::Reauthorize,
                Action::Remove,
            ],
        };
        // What the operator mends clears by itself.
        let mended = |trouble: &Trouble| !trouble.cause.is_the_operators();
        let mended = self.health.trouble.as_ref().is_none_or(mended);
        let useful = |action: &Action| match action {
            Action::Authorize => passable,
            Action::Reauthorize => passable && mended,
            // Without access there is nothing to switch on.
            Action::Enable => self.grant.is_some(),
            Action::CheckAccess => check,
            _ => true,
        };
        actions.into_iter().filter(useful).collect()
    }
}

#[cfg(test)]
mod tests;
