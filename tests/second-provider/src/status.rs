//! `status`: one report that any host can draw. It reads cells and asks nobody.

use crate::area::{self, Seen};
use crate::attempt::{Attempt, EXCHANGE_LIMIT, Failure, LIFETIME, Phase, Words};
use crate::cause::Cause;
use crate::cell::{self, Cell};
use crate::contract::{
    Action, Attempt as AttemptReport, Condition, Error, Finding, Grant as GrantReport,
    Organization, Report, Severity, Stage,
};
use crate::effects::Effects;
use crate::grant::Grant;
use crate::handle_callback::kept;
use crate::registration::{ENTRIES, Registration};
use crate::settings::Settings;
use crate::words::Locale;

/// Seconds before its end from which a grant is told to end soon.
const SOON: u64 = 7 * 86_400;

/// Where the connection stands.
///
/// # Errors
/// `storage` when the cells cannot be read.
pub fn status(effects: &impl Effects, locale: &str) -> Result<Report, Error> {
    let locale = Locale::nearest(locale);
    let now = effects.now();
    let settings = cell::read::<Settings>(effects)?.map(|cell| cell.value);
    let grant = cell::read::<Grant>(effects)?.map(|cell| cell.value);
    // One that has become the grant and was not tidied away is no attempt.
    let became = |cell: &Cell<Attempt>| grant.as_ref().is_some_and(|it| it.id == cell.value.id);
    let attempt = cell::read::<Attempt>(effects)?.filter(|cell| !became(cell));
    let failure = match &attempt {
        Some(attempt) => failure(effects, attempt)?,
        None => None,
    };
    let seen = match &grant {
        Some(grant) => area::seen(effects, grant)?,
        None => None,
    };

    let mut findings = Vec::new();
    if let Some(settings) = &settings {
        let find = |cause, severity, since, words| {
            area::finding(effects, cause, severity, words, since, locale)
        };
        let plain = |cause, severity, since| find(cause, severity, since, Words::default());
        let registration = Registration::read(effects);
        match registration.map(|registration| registration.carries(&settings.scopes())) {
            Err(_) => findings.push(plain(Cause::RegistrationUnusable, Severity::Error, now)),
            Ok(Err(cause)) => findings.push(plain(cause, Severity::Error, now)),
            Ok(Ok(())) => {}
        }
        match (&grant, &failure) {
            (Some(grant), _) => {
                findings.extend(of_grant(grant, seen.as_ref(), settings, now, find))
            }
            (None, Some(failure)) => {
                let since = attempt.as_ref().map_or(now, |cell| cell.value.started);
                let words = failure.words.clone();
                findings.push(find(failure.cause, Severity::Error, since, words));
            }
            (None, None) => {}
        }
    }

    let unsound = |grant: &Grant| grant.condition(now) != Condition::Good;
    let errors = findings.iter().any(|it| it.severity == Severity::Error);
    let stage = match (&settings, &grant, &attempt, &failure) {
        (None, ..) => Stage::Unconfigured,
        (_, None, Some(_), None) => Stage::Authorizing,
        (_, None, _, Some(_)) => Stage::Failed,
        (_, None, None, None) => Stage::Unauthorized,
        (_, Some(grant), ..) if errors || unsound(grant) => Stage::Attention,
        (_, Some(_), ..) => Stage::Authorized,
    };
    let enabled = settings.as_ref().is_some_and(|settings| settings.enabled);
    let asked = settings.as_ref().is_some_and(|settings| settings.entries);
    let of = |grant: &Grant| area::report(grant, seen.as_ref(), locale);
    Ok(Report {
        stage,
        headline: headline(stage, enabled, grant.as_ref(), locale),
        enabled,
        settings: settings.as_ref().map_or_else(Vec::new, Settings::values),
        attempt: attempt.map(|cell| AttemptReport {
            started: cell.value.started,
            expires: cell.value.started.saturating_add(LIFETIME),
            failure: failure.map(|failure| failure.cause.to_string()),
        }),
        access: grant.iter().filter(|_| asked).map(of).collect(),
        actions: actions(
            stage,
            enabled,
            grant.as_ref().is_some_and(unsound),
            &findings,
        ),
        grant: grant.map(|grant| of_report(grant, now, locale)),
        findings,
    })
}

/// Why an attempt has failed, if it has.
fn failure(effects: &impl Effects, attempt: &Cell<Attempt>) -> Result<Option<Failure>, Error> {
    Ok(match &attempt.value.phase {
        Phase::Failed(failure) => Some(failure.clone()),
        Phase::Open if attempt.has_expired() => Some(Cause::AttemptExpired.into()),
        // With a kept answer it can still be taken up.
        Phase::Exchanging(_) if attempt.age > EXCHANGE_LIMIT => {
            match kept(effects, &attempt.value)? {
                Some(_) => None,
                None => Some(Cause::AuthorizationFailed.into()),
            }
        }
        Phase::Open | Phase::Exchanging(_) => None,
    })
}

/// What is to be said of a grant: its end, or what it may not do.
fn of_grant(
    grant: &Grant,
    seen: Option<&Seen>,
    settings: &Settings,
    now: u64,
    find: impl Fn(Cause, Severity, u64, Words) -> Finding,
) -> Vec<Finding> {
    if let Some((cause, since)) = grant.ended(now) {
        return vec![find(cause, Severity::Error, since, Words::default())];
    }
    let mut findings = Vec::new();
    let refusal = seen.and_then(|seen| seen.refusal.as_ref());
    if settings.entries && grant.lacks(ENTRIES) {
        let words = Words::default();
        findings.push(find(
            Cause::MissingScope,
            Severity::Error,
            grant.granted,
            words,
        ));
    } else if let Some(refusal) = refusal.filter(|_| settings.entries) {
        let words = refusal.words.clone();
        findings.push(find(refusal.cause, Severity::Error, refusal.since, words));
    }
    let soon = grant.expires.saturating_sub(SOON);
    if now >= soon {
        let words = Words::default();
        findings.push(find(Cause::AccessEndsSoon, Severity::Warning, soon, words));
    }
    findings
}

fn of_report(grant: Grant, now: u64, locale: Locale) -> GrantReport {
    GrantReport {
        // There is one kind of account, which is why no setting asks for it.
        account: "user".to_owned(),
        holder: locale.text("holder").to_owned(),
        renew_by: Some(grant.expires),
        condition: grant.condition(now),
        granted: grant.granted,
        renewed: grant.granted,
        scopes: grant.scopes,
        organization: Some(Organization {
            id: grant.company.id,
            name: grant.company.name,
            number: grant.company.number,
        }),
    }
}

fn headline(stage: Stage, enabled: bool, grant: Option<&Grant>, locale: Locale) -> String {
    let key = match stage {
        Stage::Unconfigured => "unconfigured",
        Stage::Unauthorized => "unauthorized",
        Stage::Authorizing => "authorizing",
        Stage::Failed => "failed",
        Stage::Attention => "attention",
        Stage::Authorized if enabled => "authorized",
        Stage::Authorized => "switched-off",
    };
    let name = grant.map_or("", |grant| grant.company.name.as_str());
    let text = locale.text(&format!("headline.{key}"));
    text.replace("{name}", name)
}

/// Nobody is sent to Ledgerly while only the operator can help.
fn actions(stage: Stage, enabled: bool, ended: bool, findings: &[Finding]) -> Vec<Action> {
    let operators = [Cause::RegistrationUnusable, Cause::ScopeNotRegistered];
    let operators = operators.map(|cause| cause.to_string());
    let passable = !findings.iter().any(|it| operators.contains(&it.code));
    let helps = findings.iter().any(|it| it.reauthorize_helps);
    let switch = if enabled {
        Action::Disable
    } else {
        Action::Enable
    };
    let mut actions = match stage {
        Stage::Unconfigured => return vec![Action::Configure],
        Stage::Unauthorized | Stage::Authorizing | Stage::Failed => {
            vec![Action::Authorize, Action::Configure, Action::Remove]
        }
        Stage::Authorized | Stage::Attention => vec![
            switch,
            Action::CheckAccess,
            Action::Configure,
            Action::Reauthorize,
            Action::Remove,
        ],
    };
    if helps {
        // What helps comes first; the sort keeps the order of the others.
        actions.sort_by_key(|it| !matches!(it, Action::Authorize | Action::Reauthorize));
    }
    actions.retain(|action| match action {
        Action::Authorize | Action::Reauthorize => passable,
        Action::CheckAccess => !ended,
        _ => true,
    });
    actions
}
