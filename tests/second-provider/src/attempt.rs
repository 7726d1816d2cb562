//! The cell `attempt`: a person's journey to Ledgerly and back.
//!
//! There is at most one. `state` and binding are stored as hashes and compared
//! as such: how long a comparison of hashes takes tells nobody what to guess.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::cause::Cause;
use crate::cell::{self, Cell};
use crate::contract::{Error, Level, Precondition};
use crate::effects::Effects;
use crate::registration::Registration;
use crate::settings;

/// Seconds for which a callback is accepted.
pub const LIFETIME: u64 = 600;

/// Milliseconds after which an exchange counts as broken off.
pub const EXCHANGE_LIMIT: u64 = 90_000;

/// What the provider said, made harmless; empty when it said nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    pub code: String,
    pub message: String,
}

/// Why an attempt failed.
#[derive(Clone, Serialize, Deserialize)]
pub struct Failure {
    pub cause: Cause,
    pub words: Words,
}

impl From<Cause> for Failure {
    fn from(cause: Cause) -> Failure {
        let words = Words::default();
        Failure { cause, words }
    }
}

/// How far an attempt has come.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// The callback is awaited.
    Open,
    /// The code is being redeemed, or was when the call broke off. The nonce is
    /// that call's own, so that two never write the same bytes and a write in
    /// doubt is told apart.
    Exchanging(String),
    /// Over.
    Failed(Failure),
}

/// The cell `attempt`. It has no `Debug`: it holds the PKCE verifier.
#[derive(Clone, Serialize, Deserialize)]
pub struct Attempt {
    /// Names the grant that it leads to. No secret.
    pub id: String,
    /// Unix seconds, for display.
    pub started: u64,
    /// Hash of `state`.
    pub state: String,
    /// Hash of the browser's binding.
    pub binding: String,
    /// The PKCE code verifier (RFC 7636 section 4.1).
    pub verifier: String,
    /// What was asked with; it must still be the same when the answer comes.
    pub registration: Registration,
    /// What was asked for.
    pub scopes: Vec<String>,
    pub phase: Phase,
}

impl cell::Kind for Attempt {
    const KEY: &'static str = "attempt";
}

impl Attempt {
    /// The cell that keeps the answer to spending the code.
    pub fn answer(&self) -> String {
        format!("answer-{}", self.id)
    }
}

impl Cell<Attempt> {
    /// Whether the ten minutes are over, by the storage's clock: while the
    /// attempt is open nothing writes the cell again.
    pub fn has_expired(&self) -> bool {
        self.age >= LIFETIME * 1000
    }

    /// Ends the attempt with its failure, and forgets what it got.
    pub fn fail(&self, effects: &impl Effects, failure: impl Into<Failure>) -> Error {
        let failure = failure.into();
        let Failure { cause, words } = failure.clone();
        let title = cause.explain(settings::language(effects)).title;
        let more = format!("{title} {} {}", words.code, words.message);
        settings::log(effects, Level::Error, "authorization.failed", more.trim());
        let failed = Attempt {
            phase: Phase::Failed(failure),
            verifier: String::new(),
            ..self.value.clone()
        };
        // A lost race is a new attempt: then this one is over anyway.
        if let Err(error) = cell::save(effects, Some(self), &failed) {
            return error;
        }
        // Unread from now on: only tidiness is at stake.
        let _ = effects.delete(&self.value.answer(), &Precondition::Always);
        cause.into()
    }
}

/// The SHA-256 hash of a secret, base64url; also PKCE's S256 (RFC 7636 section
/// 4.2).
pub fn hash(secret: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

/// 256 secure random bits, base64url: 43 characters that no encoding alters.
pub fn secret(effects: &impl Effects) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(effects.random())
}

/// 128 bits that never come again, in hexadecimal; no secret.
pub fn nonce(effects: &impl Effects) -> String {
    let bytes = effects.random();
    let half = bytes.iter().take(16);
    half.map(|byte| format!("{byte:02x}")).collect()
}
