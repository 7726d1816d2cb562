//! `diagnostics`: what support needs to know, without a secret.
//!
//! Guarantees: it reads cells and asks nobody; it names every member it shows,
//! so that nothing new slips out; tokens appear as fingerprints, of the address
//! for notices only whether there is one.

use oauth2::RefreshToken;
use serde_json::{Value, json};

use crate::attempt::{Attempt, Phase};
use crate::cell::{self, Cell};
use crate::contract::{Finding, StorageError};
use crate::effects::Effects;
use crate::error::Error;
use crate::fingerprint::Fingerprint;
use crate::grant::{Grant, State};
use crate::health::Health;
use crate::registration::Registration;
use crate::settings::SettingsCell;
use crate::status::status;

/// The contract this plugin is built for.
const CONTRACT: &str = "erp:integration@0.1.0";

/// The bundle, as one JSON object.
///
/// # Errors
/// None of its own: what cannot be read is in the bundle as its cause.
pub fn diagnostics(effects: &impl Effects) -> Result<String, Error> {
    let grant = cell::read::<Grant>(effects);
    let health = cell::read::<Health>(effects);
    let bundle = json!({
        "plugin": { "id": "fortnox", "version": env!("CARGO_PKG_VERSION"), "contract": CONTRACT },
        "now": effects.now(),
        "registration": registration(effects),
        "settings": part(cell::read::<SettingsCell>(effects), settings),
        "attempt": part(cell::read::<Attempt>(effects), attempt),
        "grant": part(grant, |grant| grant_of(effects, grant)),
        "health": part(health, |health| json!({
            "trouble": health.value.trouble,
            "access": health.value.access,
            "renewals": health.value.renewals,
            "maintain-by": health.value.maintain_by,
        })),
        "findings": match status(effects, "en") {
            Ok(report) => report.findings.iter().map(finding).collect(),
            Err(error) => failed(&error),
        },
    });
    Ok(bundle.to_string())
}

/// What there is, null where there is nothing, and why where it cannot be read.
fn part<T>(read: Result<Option<Cell<T>>, Error>, show: impl Fn(&Cell<T>) -> Value) -> Value {
    match read {
        Ok(Some(cell)) => show(&cell),
        Ok(None) => Value::Null,
        Err(error) => failed(&error),
    }
}

fn failed(error: &Error) -> Value {
    json!({ "error": error.to_string() })
}

fn registration(effects: &impl Effects) -> Value {
    match Registration::read(effects) {
        Ok(registration) => json!({
            "client-id": registration.client_id,
            "redirect-uri": registration.redirect_uri,
            "scopes": registration.scopes,
            "pkce": registration.pkce,
            "authorize": registration.endpoints.authorize.as_str(),
            "token": registration.endpoints.token.as_str(),
            "revoke": registration.endpoints.revoke.as_ref().map(|url| url.as_str()),
            "api": registration.endpoints.api.as_str(),
            "issuer": registration.endpoints.issuer,
        }),
        Err(error) => failed(&error),
    }
}

fn settings(cell: &Cell<SettingsCell>) -> Value {
    match cell.value.settings() {
        Ok(settings) => json!({
            "enabled": cell.value.enabled,
            "areas": settings.areas.iter().map(|area| area.key()).collect::<Vec<_>>(),
            "account": settings.account.value(),
            "language": settings.language.tag(),
            "notices": settings.notices.is_some(),
        }),
        Err(error) => failed(&error),
    }
}

fn attempt(cell: &Cell<Attempt>) -> Value {
    let attempt = &cell.value;
    let (phase, failure) = match &attempt.phase {
        Phase::Open { mark, .. } => ("open", mark.as_ref()),
        Phase::Exchanging { .. } => ("exchanging", None),
        Phase::Failed { failure } => ("failed", Some(failure)),
    };
    json!({
        "id": attempt.id,
        "phase": phase,
        "started": attempt.started,
        "account": attempt.account.value(),
        "failure": failure.map(|failure| json!({
            "cause": failure.cause,
            "provider-code": failure.words.code,
            "provider-message": failure.words.message,
        })),
    })
}

fn grant_of(effects: &impl Effects, cell: &Cell<Grant>) -> Value {
    let grant = &cell.value;
    let (state, cause) = match grant.state {
        State::Live => ("live", None),
        State::InDoubt(cause) => ("in-doubt", Some(cause)),
        State::Ended(cause) => ("ended", Some(cause)),
        State::Removing => ("removing", None),
    };
    let kept = match effects.get(&grant.lineage.answer(grant.generation)) {
        Ok(entry) => json!({ "age": entry.age.as_secs(), "bytes": entry.value.len() }),
        Err(StorageError::Missing(_)) => Value::Null,
        Err(error) => failed(&error.into()),
    };
    let refresh =
        |token: &Option<RefreshToken>| token.as_ref().map(|it| Fingerprint::of(it.secret()));
    json!({
        "lineage": grant.lineage,
        "generation": grant.generation,
        "state": state,
        "cause": cause,
        "claimed": grant.claim.is_some(),
        "age": cell.age.as_secs(),
        "account": grant.account.value(),
        "user": grant.user_id,
        "tenant": grant.tenant_id,
        "organization": grant.organization,
        "asked": grant.asked,
        "scopes": grant.scopes,
        "granted": grant.granted,
        "renewed": grant.renewed,
        "expires": grant.expires,
        "refresh-since": grant.refresh_since,
        "renew-by": grant.renew_by(),
        "access-token": Fingerprint::of(grant.access_token.secret()),
        "refresh-token": refresh(&grant.refresh_token),
        "superseded": refresh(&grant.superseded),
        "kept-answer": kept,
    })
}

fn finding(finding: &Finding) -> Value {
    json!({
        "code": finding.code,
        "area": finding.area,
        "since": finding.since,
        "reauthorize-helps": finding.reauthorize_helps,
        "provider-code": finding.provider_code,
        "provider-message": finding.provider_message,
    })
}

#[cfg(test)]
mod tests;
