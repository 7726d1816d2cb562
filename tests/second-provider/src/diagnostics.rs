//! `diagnostics`: what support needs to know, without a secret.
//!
//! It names every member that it shows, so that nothing new slips out.

use serde_json::{Value, json};

use crate::attempt::{Attempt, Phase, hash};
use crate::cell::{self, Cell, Kind};
use crate::contract::{Error, Setting};
use crate::describe::ID;
use crate::effects::Effects;
use crate::grant::Grant;
use crate::registration::Registration;
use crate::settings::Settings;
use crate::status::status;

/// The bundle, as one JSON object.
///
/// # Errors
/// None: what cannot be read is in the bundle as its error.
pub fn diagnostics(effects: &impl Effects) -> Result<String, Error> {
    let failed = |error: &Error| json!({ "error": error.to_string() });
    let findings = |report: crate::contract::Report| {
        let codes = report.findings.into_iter().map(|finding| finding.code);
        Value::from_iter(codes)
    };
    let bundle = json!({
        "plugin": { "id": ID, "version": env!("CARGO_PKG_VERSION"), "contract": "erp:integration@0.1.0" },
        "now": effects.now(),
        "registration": Registration::read(effects).map_or_else(|e| failed(&e), |it| json!(it)),
        "settings": part(effects, |settings: &Settings| {
            // Of the address only whether there is one.
            let shown = |(key, value): &Setting| key != "notices" || value.is_empty();
            let values = settings.values();
            json!({
                "enabled": settings.enabled,
                "values": values.iter().filter(|it| shown(it)).collect::<Vec<_>>(),
            })
        }),
        "attempt": part(effects, |attempt: &Attempt| {
            let (phase, cause) = match &attempt.phase {
                Phase::Open => ("open", None),
                Phase::Exchanging(_) => ("exchanging", None),
                Phase::Failed(failure) => ("failed", Some(failure.cause)),
            };
            json!({ "id": attempt.id, "started": attempt.started, "phase": phase, "cause": cause })
        }),
        "grant": part(effects, |grant: &Grant| json!({
            "id": grant.id,
            "organization": grant.company.id,
            "scopes": grant.scopes,
            "granted": grant.granted,
            "expires": grant.expires,
            "refused": grant.refused,
            // Enough to tell two tokens apart, and nothing to use.
            "token": hash(&grant.access_token).get(..8),
        })),
        // Nothing is renewed here.
        "renewals": [],
        "findings": status(effects, "en").map_or_else(|e| failed(&e), findings),
    });
    Ok(bundle.to_string())
}

/// What a cell holds, null where there is none, and why where it cannot be read.
fn part<T: Kind>(effects: &impl Effects, show: impl Fn(&T) -> Value) -> Value {
    match cell::read(effects) {
        Ok(Some(Cell { value, .. })) => show(&value),
        Ok(None) => Value::Null,
        Err(error) => json!({ "error": error.to_string() }),
    }
}
