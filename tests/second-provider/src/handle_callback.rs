//! `handle-callback`: from the callback to the grant (RFC 6749 sections 4.1.2 to
//! 4.1.4); and `maintain`, which goes on where that broke off.
//!
//! Guarantees: a callback that does not belong to the open attempt changes
//! nothing, and its sender learns nothing; the attempt is consumed by one write
//! before the code is sent, so the code is sent once; the answer is kept by the
//! host, so that a call that breaks off is taken up again; nothing becomes a
//! grant before it is known which company it is for.

use serde_json::Value;

use crate::attempt::{Attempt, EXCHANGE_LIMIT, Failure, Phase, Words, hash, nonce};
use crate::cause::Cause;
use crate::cell::{self, Cell, Kind as _};
use crate::contract::{Error, Guard, HttpError, Level, Precondition, StorageError};
use crate::effects::Effects;
use crate::grant::Grant;
use crate::ledgerly;
use crate::registration::Registration;
use crate::settings::log;
use crate::words::harmless;

/// Longest query that is looked at, in bytes.
const LONGEST: usize = 16 * 1024;

/// Milliseconds after which a consumed attempt lets no request out any more.
const GUARD: u32 = 60_000;

/// Seconds of a token's life where the answer does not tell.
const MONTH: u64 = 30 * 86_400;

/// Seconds until `maintain` is worth calling again, while nothing is under way.
const IDLE: u64 = 86_400;

/// What the browser came back with. It has no `Debug`: it holds the code.
struct Callback {
    state: String,
    issuer: Option<String>,
    answer: Result<String, Words>,
}

impl Callback {
    /// Reads a raw query. None for one that answers no request of ours: without
    /// `state`, with neither code nor error, or with a parameter twice.
    fn parse(query: &str) -> Option<Callback> {
        let short = Some(query).filter(|query| query.len() <= LONGEST)?;
        let pairs: Vec<_> = form_urlencoded::parse(short.as_bytes()).collect();
        let all = |name: &'static str| pairs.iter().filter(move |(key, _)| key == name);
        let names = ["state", "code", "error", "error_description", "iss"];
        if names.into_iter().any(|name| all(name).count() > 1) {
            return None;
        }
        let one = |name| Some(all(name).next()?.1.clone().into_owned());
        let (state, code) = (one("state")?, one("code"));
        let secrets = [&state, code.as_deref().unwrap_or_default()];
        let answer = match (one("error"), &code) {
            (Some(error), _) => Err(Words {
                code: harmless(&error, &secrets),
                message: harmless(&one("error_description").unwrap_or_default(), &secrets),
            }),
            (None, code) => Ok(code.clone().filter(|code| !code.is_empty())?),
        };
        Some(Callback {
            issuer: one("iss"),
            state,
            answer,
        })
    }
}

/// Ends the open attempt with what the browser came back with.
///
/// # Errors
/// `callback-rejected`, or `misconfigured` where the operator has to act. After
/// `unavailable` and `storage` the same callback can be handed in again.
pub fn handle_callback(effects: &impl Effects, query: &str, binding: &str) -> Result<(), Error> {
    // One code for whoever asks, whatever was wrong.
    let foreign = || {
        log(effects, Level::Warn, "callback.rejected", "");
        Error::from(Cause::StateRejected)
    };
    let callback = Callback::parse(query).ok_or_else(foreign)?;
    let attempt = cell::read::<Attempt>(effects)?.ok_or_else(foreign)?;
    let asked = &attempt.value;
    if hash(&callback.state) != asked.state || hash(binding) != asked.binding {
        return Err(foreign());
    }
    match asked.phase {
        Phase::Open if !attempt.has_expired() => {}
        Phase::Exchanging(_) => {
            return match kept(effects, asked)? {
                Some((body, age)) => conclude(effects, &attempt, &body, age),
                None => Err(foreign()),
            };
        }
        Phase::Open | Phase::Failed(_) => return Err(foreign()),
    }
    // What was asked with may not change on the way (RFC 9700 section 4.4.2).
    let registration = Registration::read(effects)?;
    let other_server = registration.issuer.is_some() && registration.issuer != callback.issuer;
    if registration != asked.registration || other_server {
        return Err(attempt.fail(effects, Cause::AuthorizationFailed));
    }
    let code = match callback.answer {
        Ok(code) => code,
        Err(words) => {
            let cause = match words.code.as_str() {
                "access_denied" => Cause::UserDeclined,
                _ => Cause::AuthorizationFailed,
            };
            return Err(attempt.fail(effects, Failure { cause, words }));
        }
    };

    // From here on this call, and no other, may spend the code. Whoever was
    // faster has used it, or has begun anew: either way it is over here.
    let consumed = Attempt {
        phase: Phase::Exchanging(nonce(effects)),
        ..attempt.value.clone()
    };
    let version = cell::save(effects, Some(&attempt), &consumed)?.ok_or_else(foreign)?;
    let attempt = Cell {
        value: consumed,
        version: version.clone(),
        age: 0,
    };
    let asked = &attempt.value;
    let guard = Guard {
        key: Attempt::KEY.to_owned(),
        version,
        max_age: GUARD,
    };
    let request = ledgerly::redeem(&registration, &code, &asked.verifier, guard, asked.answer());
    match effects.send(&request) {
        Ok(answer) if ledgerly::is_success(&answer) => conclude(effects, &attempt, &answer.body, 0),
        Ok(answer) => {
            let words = ledgerly::words(&answer.body, &[&code, &asked.verifier]);
            let cause = match words.code.as_str() {
                "invalid_client" => Cause::ClientRefused,
                _ => Cause::AuthorizationFailed,
            };
            Err(attempt.fail(effects, Failure { cause, words }))
        }
        Err(HttpError::Denied(_)) => Err(attempt.fail(effects, Cause::EgressDenied)),
        // Perhaps spent, and a code is not sent twice. Where it certainly was
        // not, a plugin may open the attempt again; here a person does.
        Err(_) => Err(attempt.fail(effects, Cause::AuthorizationFailed)),
    }
}

/// The kept answer of an exchange, and its age in milliseconds.
pub fn kept(effects: &impl Effects, attempt: &Attempt) -> Result<Option<(Vec<u8>, u64)>, Error> {
    match effects.get(&attempt.answer()) {
        Ok(entry) => Ok(Some((entry.value, entry.age))),
        Err(StorageError::Missing(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The access token of an answer (RFC 6749 section 5.1), and the rest of it.
pub fn token(body: &[u8]) -> Option<(String, Value)> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let token = body.get("access_token").and_then(Value::as_str)?;
    Some((token.to_owned(), body)).filter(|(token, _)| !token.is_empty())
}

/// From the answer of the token endpoint, now or kept, to the grant.
fn conclude(
    effects: &impl Effects,
    attempt: &Cell<Attempt>,
    body: &[u8],
    age: u64,
) -> Result<(), Error> {
    let asked = &attempt.value;
    let Some((token, answer)) = token(body) else {
        return Err(attempt.fail(effects, Cause::AuthorizationFailed));
    };
    // Where this fails for now, the kept answer stays, and is taken up again.
    let Some(company) = ledgerly::organization(effects, &asked.registration, &token)? else {
        return Err(attempt.fail(effects, Cause::AuthorizationFailed));
    };
    let lives = answer.get("expires_in").and_then(Value::as_u64);
    let scopes = match answer.get("scope").and_then(Value::as_str) {
        Some(scopes) => scopes.split(' ').map(str::to_owned).collect(),
        // As asked for, when nothing is said (RFC 6749 section 5.1).
        None => asked.scopes.clone(),
    };
    let granted = effects.now().saturating_sub(age / 1000);
    let grant = Grant {
        id: asked.id.clone(),
        expires: granted.saturating_add(lives.unwrap_or(MONTH)),
        access_token: token.clone(),
        granted,
        scopes,
        company,
        refused: None,
    };
    let mut other = false;
    cell::change::<Grant>(effects, |before| {
        other = before.is_some_and(|cell| cell.value.company.id != grant.company.id);
        if other {
            return Ok(None);
        }
        // Looked at after the grant was read and before it is written: whoever
        // began anew meanwhile has the later word, in any order of writes.
        match cell::read::<Attempt>(effects)? {
            Some(now) if now.version == attempt.version => Ok(Some(grant.clone())),
            _ => Err(Cause::StateRejected.into()),
        }
    })?;
    if other {
        // Of no use to anybody, and nobody else knows it.
        ledgerly::revoke(effects, &asked.registration, &token);
        return Err(attempt.fail(effects, Cause::OtherOrganization));
    }
    // The attempt first: without it the kept answer is never read again.
    if attempt.delete(effects).is_ok() {
        let _ = effects.delete(&asked.answer(), &Precondition::Always);
    }
    log(
        effects,
        Level::Info,
        "authorization.succeeded",
        &grant.company.name,
    );
    Ok(())
}

/// `maintain`: there is nothing to renew here, but an exchange that broke off is
/// taken up again. Returns the Unix second of the next useful call.
///
/// # Errors
/// `storage` when the cells cannot be read.
pub fn maintain(effects: &impl Effects) -> Result<u64, Error> {
    let now = effects.now();
    let after = |seconds: u64| Ok(now.saturating_add(seconds));
    let attempt = cell::read::<Attempt>(effects)?;
    let under_way = |cell: &Cell<Attempt>| matches!(cell.value.phase, Phase::Exchanging(_));
    let Some(attempt) = attempt.filter(under_way) else {
        return after(IDLE);
    };
    // Its own call may still be at it.
    if attempt.age < EXCHANGE_LIMIT {
        return after((EXCHANGE_LIMIT - attempt.age).div_ceil(1000));
    }
    let Some((body, age)) = kept(effects, &attempt.value)? else {
        return after(IDLE);
    };
    match conclude(effects, &attempt, &body, age) {
        Err(Error::Unavailable(_)) => after(EXCHANGE_LIMIT / 1000),
        Err(error @ Error::Storage(_)) => Err(error),
        // What became of it, `status` tells.
        _ => after(IDLE),
    }
}
