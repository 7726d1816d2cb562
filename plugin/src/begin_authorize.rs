//! `begin-authorize`: the authorization request (RFC 6749 section 4.1.1).
//!
//! Guarantees: `state`, binding and PKCE verifier are 256 secure random bits
//! each, new every time, and only hashes of the first two are stored; nobody is
//! sent away with a request that the registration cannot carry.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use form_urlencoded::Serializer;
use oauth2::{CsrfToken, PkceCodeChallenge, PkceCodeVerifier};

use crate::attempt::{Asked, Attempt, Hash, LIFETIME, Lineage, Phase, Verifier};
use crate::catalogue::message;
use crate::cause::Cause;
use crate::cell::{self, WriteError};
use crate::company_log::CompanyLog;
use crate::contract::Precondition;
use crate::effects::Effects;
use crate::error::Error;
use crate::grant::{Grant, State};
use crate::provider_text::Words;
use crate::registration::Registration;
use crate::settings::{Account, SettingsCell};

/// Where to send the browser, and what to keep for its return.
pub struct Authorization {
    /// The authorization request; holds `state`.
    pub url: String,
    /// Comes back with the callback.
    pub state: CsrfToken,
    /// Stays with the browser that began.
    pub binding: Binding,
    /// Unix seconds.
    pub expires: u64,
}

/// The second secret, for the browser's cookie.
pub struct Binding(String);

impl Binding {
    /// The secret.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

/// Opens an attempt in place of the one before.
///
/// # Errors
/// [`Error::Rejected`] without settings or while removing;
/// [`Error::Misconfigured`] when the registration cannot carry the journey.
pub fn begin_authorize(effects: &impl Effects) -> Result<Authorization, Error> {
    let settings = cell::read::<SettingsCell>(effects)?
        .ok_or(Error::Rejected(Cause::Unconfigured))?
        .value
        .settings()?;
    let log = CompanyLog::of(effects, Some(&settings));
    if cell::read::<Grant>(effects)?.is_some_and(|grant| grant.value.state == State::Removing) {
        return Err(Error::Rejected(Cause::Removing));
    }
    let registration = Registration::read(effects).inspect_err(|error| {
        if let Error::Misconfigured(cause) = error {
            let lead = &message::LOG_AUTHORIZATION_IMPOSSIBLE;
            log.refusal("authorization.impossible", lead, *cause, &Words::default());
        }
    })?;
    let scopes = settings.scopes();
    if let Some(scope) = registration.lacks(&scopes) {
        log.error(
            "authorization.impossible",
            &message::LOG_SCOPE_NOT_REGISTERED,
            &[("scope", scope)],
        );
        return Err(Error::Misconfigured(Cause::ScopeNotRegistered));
    }

    let state = CsrfToken::new(secret(effects));
    let binding = Binding(secret(effects));
    let verifier = registration
        .pkce
        .then(|| PkceCodeVerifier::new(secret(effects)));
    let url = request(
        &registration,
        &scopes,
        settings.account,
        &state,
        verifier.as_ref(),
    );
    let started = effects.now();
    let asked = Asked::note(
        &registration,
        &scopes,
        Hash::of(state.secret()),
        Hash::of(binding.secret()),
        verifier.map(|verifier| Verifier(verifier.into_secret())),
    );
    let attempt = Attempt {
        id: Lineage::begin(effects),
        started,
        account: settings.account,
        lived: 0,
        phase: Phase::Open { asked, mark: None },
    };
    open(effects, &attempt)?;
    log.info(
        "authorization.started",
        &message::LOG_AUTHORIZATION_STARTED,
        &[],
    );
    Ok(Authorization {
        url,
        state,
        binding,
        expires: started.saturating_add(LIFETIME.as_secs()),
    })
}

/// 256 bits, base64url without padding: 43 characters that no encoding alters,
/// which is what RFC 7636 section 4.1 recommends for a verifier.
fn secret(effects: &impl Effects) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(effects.random())
}

fn request(
    registration: &Registration,
    scopes: &[&str],
    account: Account,
    state: &CsrfToken,
    verifier: Option<&PkceCodeVerifier>,
) -> String {
    let mut request = registration.endpoints.authorize.to_string();
    // An endpoint's own query is kept (RFC 6749 section 3.1).
    let query = request.find('?').unwrap_or_else(|| {
        request.push('?');
        request.len().saturating_sub(1)
    });
    let mut request = Serializer::for_suffix(request, query.saturating_add(1));
    request
        .append_pair("response_type", "code")
        .append_pair("client_id", &registration.client_id)
        .append_pair("state", state.secret());
    if let Some(verifier) = verifier {
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(verifier);
        request
            .append_pair("code_challenge", challenge.as_str())
            .append_pair("code_challenge_method", challenge.method());
    }
    request
        .append_pair("redirect_uri", &registration.redirect_uri)
        .append_pair("scope", &scopes.join(" "))
        // Fortnox: Get Authorization-Code. Without it no refresh token.
        .append_pair("access_type", "offline");
    if account == Account::Service {
        // Left out for a user: any other value is undocumented.
        request.append_pair("account_type", "service");
    }
    request.finish()
}

/// Writes the attempt in place of the one before, whose kept answer nobody
/// will read any more.
fn open(effects: &impl Effects, attempt: &Attempt) -> Result<(), Error> {
    for _ in 0..cell::ROUNDS {
        let before = cell::read::<Attempt>(effects)?;
        match cell::save(effects, before.as_ref(), attempt) {
            Ok(_) => {
                if let Some(before) = before {
                    // Nobody reads it again if it stays: only tidiness is at stake.
                    let _ = effects.delete(&before.value.id.answer(0), Precondition::Always);
                }
                return Ok(());
            }
            Err(WriteError::Conflict) => {}
            Err(WriteError::Failed(error)) => return Err(error),
        }
    }
    Err(cell::busy())
}

#[cfg(test)]
mod tests;
