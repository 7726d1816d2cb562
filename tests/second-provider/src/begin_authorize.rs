//! `begin-authorize`: the authorization request (RFC 6749 section 4.1.1).
//!
//! Guarantees: `state`, binding and PKCE verifier are new every time; nobody is
//! sent away with a request that the registration cannot carry.

use form_urlencoded::Serializer;

use crate::attempt::{Attempt, LIFETIME, Phase, hash, nonce, secret};
use crate::cell;
use crate::contract::{Authorization, Error, Level, Precondition};
use crate::effects::Effects;
use crate::registration::Registration;
use crate::settings::{Settings, log};

/// Opens an attempt in place of the one before.
///
/// # Errors
/// `rejected` without settings; `misconfigured` when the registration cannot
/// carry what they ask for.
pub fn begin_authorize(effects: &impl Effects) -> Result<Authorization, Error> {
    let scopes = Settings::read(effects)?.scopes();
    let registration = Registration::read(effects)?;
    registration.carries(&scopes)?;

    let (state, binding, verifier) = (secret(effects), secret(effects), secret(effects));
    let mut query = Serializer::new(String::new());
    query.extend_pairs([
        ("response_type", "code"),
        ("client_id", &registration.client_id),
        ("redirect_uri", &registration.redirect_uri),
        ("scope", &scopes.join(" ")),
        ("state", &state),
        ("code_challenge", &hash(&verifier)),
        ("code_challenge_method", "S256"),
    ]);
    let authorize = &registration.authorize;
    let separator = if authorize.contains('?') { '&' } else { '?' };
    let url = format!("{authorize}{separator}{}", query.finish());

    let started = effects.now();
    let attempt = Attempt {
        id: nonce(effects),
        started,
        state: hash(&state),
        binding: hash(&binding),
        verifier,
        registration,
        scopes: scopes.into_iter().map(str::to_owned).collect(),
        phase: Phase::Open,
    };
    let mut superseded = None;
    cell::change::<Attempt>(effects, |before| {
        superseded = before.map(|cell| cell.value.answer());
        Ok(Some(attempt.clone()))
    })?;
    // Nobody takes it up any more, and it may hold a token.
    if let Some(kept) = superseded {
        let _ = effects.delete(&kept, &Precondition::Always);
    }
    log(effects, Level::Info, "authorization.started", "");
    Ok(Authorization {
        url,
        state,
        binding,
        expires: started.saturating_add(LIFETIME),
    })
}
