//! `diagnostics`: what support needs to know, without a secret.
//!
//! Guarantees: it reads cells and asks nobody; it names every member it shows,
//! so that nothing new slips out; tokens appear as fingerprints, of the address
//! for notices only whether there is one.

use http::Uri;
use oauth2::RefreshToken;

use crate::attempt::{Attempt, Phase};
use crate::cell::{self, Cell};
use crate::contract::{Finding, StorageError};
use crate::effects::Effects;
use crate::error::Error;
use crate::fingerprint::Fingerprint;
use crate::grant::Grant;
use crate::health::Health;
use crate::json::{Json, Value, object};
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
    let bundle = object(vec![
        ("plugin", plugin()),
        ("now", effects.now().write()),
        ("registration", registration(effects)),
        ("settings", part(cell::read(effects), settings)),
        ("attempt", part(cell::read(effects), attempt)),
        (
            "grant",
            part(cell::read(effects), |cell| grant(effects, cell)),
        ),
        ("health", part(cell::read(effects), health)),
        ("findings", findings(effects)),
    ]);
    Ok(bundle.to_text())
}

fn plugin() -> Value {
    object(vec![
        ("id", "fortnox".into()),
        ("version", env!("CARGO_PKG_VERSION").into()),
        ("contract", CONTRACT.into()),
    ])
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
    object(vec![("error", error.cause().write())])
}

fn registration(effects: &impl Effects) -> Value {
    let registration = match Registration::read(effects) {
        Ok(registration) => registration,
        Err(error) => return failed(&error),
    };
    let endpoints = &registration.endpoints;
    object(vec![
        ("client-id", registration.client_id.write()),
        ("redirect-uri", registration.redirect_uri.write()),
        ("scopes", registration.scopes.write()),
        ("pkce", registration.pkce.write()),
        ("authorize", endpoints.authorize.to_string().write()),
        ("token", endpoints.token.to_string().write()),
        (
            "revoke",
            endpoints.revoke.as_ref().map(Uri::to_string).write(),
        ),
        ("api", endpoints.api.to_string().write()),
        ("issuer", endpoints.issuer.write()),
    ])
}

fn settings(cell: &Cell<SettingsCell>) -> Value {
    let settings = match cell.value.settings() {
        Ok(settings) => settings,
        Err(error) => return failed(&error),
    };
    let areas = settings.areas.iter().map(|area| area.key().into());
    object(vec![
        ("enabled", cell.value.enabled.write()),
        ("areas", Value::Array(areas.collect())),
        ("account", settings.account.write()),
        ("language", settings.language.tag().into()),
        ("notices", settings.notices.is_some().write()),
    ])
}

fn attempt(cell: &Cell<Attempt>) -> Value {
    let attempt = &cell.value;
    let failure = match &attempt.phase {
        Phase::Open { mark, .. } => mark.as_ref(),
        Phase::Exchanging { .. } => None,
        Phase::Failed { failure } => Some(failure),
    };
    let failure = failure.map(|failure| {
        object(vec![
            ("cause", failure.cause.write()),
            ("provider-code", failure.words.code.write()),
            ("provider-message", failure.words.message.write()),
        ])
    });
    object(vec![
        ("id", attempt.id.write()),
        ("phase", attempt.phase.name().into()),
        ("started", attempt.started.write()),
        ("account", attempt.account.write()),
        ("failure", failure.unwrap_or_default()),
    ])
}

fn grant(effects: &impl Effects, cell: &Cell<Grant>) -> Value {
    let grant = &cell.value;
    let (state, cause) = grant.state.told();
    let kept = match effects.get(&grant.lineage.answer(grant.generation)) {
        Ok(entry) => object(vec![
            ("age", entry.age.as_secs().write()),
            ("bytes", Value::Number(entry.value.len().to_string())),
        ]),
        Err(StorageError::Missing(_)) => Value::Null,
        Err(error) => failed(&error.into()),
    };
    let print = |token: &RefreshToken| Fingerprint::of(token.secret());
    object(vec![
        ("lineage", grant.lineage.write()),
        ("generation", grant.generation.write()),
        ("state", state.into()),
        ("cause", cause.write()),
        ("claimed", grant.claim.is_some().write()),
        ("age", cell.age.as_secs().write()),
        ("account", grant.account.write()),
        ("user", grant.user_id.write()),
        ("tenant", grant.tenant_id.write()),
        ("organization", grant.organization.write()),
        ("asked", grant.asked.write()),
        ("scopes", grant.scopes.write()),
        ("granted", grant.granted.write()),
        ("renewed", grant.renewed.write()),
        ("expires", grant.expires.write()),
        ("refresh-since", grant.refresh_since.write()),
        ("renew-by", grant.renew_by().write()),
        (
            "access-token",
            Fingerprint::of(grant.access_token.secret()).write(),
        ),
        (
            "refresh-token",
            grant.refresh_token.as_ref().map(print).write(),
        ),
        ("superseded", grant.superseded.as_ref().map(print).write()),
        ("kept-answer", kept),
    ])
}

fn health(cell: &Cell<Health>) -> Value {
    let health = &cell.value;
    object(vec![
        ("trouble", health.trouble.write()),
        ("access", health.access.write()),
        ("renewals", health.renewals.write()),
        ("maintain-by", health.maintain_by.write()),
    ])
}

fn findings(effects: &impl Effects) -> Value {
    match status(effects, "en") {
        Ok(report) => Value::Array(report.findings.iter().map(finding).collect()),
        Err(error) => failed(&error),
    }
}

fn finding(finding: &Finding) -> Value {
    object(vec![
        ("code", finding.code.write()),
        ("area", finding.area.write()),
        ("since", finding.since.write()),
        ("reauthorize-helps", finding.reauthorize_helps.write()),
        ("provider-code", finding.provider_code.write()),
        ("provider-message", finding.provider_message.write()),
    ])
}

#[cfg(test)]
mod tests;
