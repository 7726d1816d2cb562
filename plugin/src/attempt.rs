//! The cell `attempt`: a person's journey to Fortnox and back.
//!
//! There is at most one per connection, so that starting again and again
//! leaves nothing behind. Its age is measured by the storage's clock.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::cause::Cause;
use crate::cell::{self, Cell};
use crate::effects::Effects;
use crate::provider_text::Words;
use crate::registration::{Endpoints, Registration};
use crate::settings::Account;

/// How long a callback is waited for; Fortnox' codes live as long. Source:
/// Fortnox, Get Authorization-Code.
pub const LIFETIME: Duration = Duration::from_secs(600);

/// How long an exchange can be under way before it counts as cut off: the
/// longest exchange and what surrounds it.
pub const EXCHANGE_LIMIT: Duration = Duration::from_secs(90);

/// The line of tokens that one consent begins; also the identity of the
/// attempt that leads to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lineage(String);

impl Lineage {
    /// A new line.
    pub fn begin(effects: &impl Effects) -> Lineage {
        let bytes = effects.random();
        let half = bytes.iter().take(16);
        Lineage(half.map(|byte| format!("{byte:02x}")).collect())
    }

    /// The cell that keeps the answer to spending a generation; generation 0
    /// is the code exchange.
    pub fn answer(&self, generation: u64) -> String {
        format!("answer-{}-{generation}", self.0)
    }
}

/// The SHA-256 hash of a secret that comes back from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hash(String);

impl Hash {
    /// The hash of a secret.
    pub fn of(secret: &str) -> Hash {
        Hash(BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(secret)))
    }

    /// Whether this is the hash of a secret; takes the same time for every
    /// wrong one.
    pub fn matches(&self, secret: &str) -> bool {
        self.0
            .as_bytes()
            .ct_eq(Hash::of(secret).0.as_bytes())
            .into()
    }
}

/// A PKCE code verifier at rest (RFC 7636 section 4.1).
#[derive(Clone, Serialize, Deserialize)]
pub struct Verifier(pub String);

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier([redacted])")
    }
}

/// What was asked for, and with what; all of it is compared or used again when
/// the answer comes (RFC 9700 section 4.4.2).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Asked {
    /// Hash of `state`.
    pub state: Hash,
    /// Hash of the browser's binding.
    pub binding: Hash,
    /// The PKCE verifier; none when PKCE is off, and then none is ever sent.
    pub verifier: Option<Verifier>,
    /// As in the authorization request.
    pub redirect_uri: String,
    /// As in the authorization request.
    pub client_id: String,
    /// As in the authorization request.
    pub scopes: Vec<String>,
    endpoints: [String; 4],
    issuer: Option<String>,
}

impl Asked {
    /// Notes what is being asked for.
    pub fn note(
        registration: &Registration,
        scopes: &[&str],
        state: Hash,
        binding: Hash,
        verifier: Option<Verifier>,
    ) -> Asked {
        Asked {
            state,
            binding,
            verifier,
            redirect_uri: registration.redirect_uri.clone(),
            client_id: registration.client_id.clone(),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            endpoints: urls(&registration.endpoints),
            issuer: registration.endpoints.issuer.clone(),
        }
    }

    /// Whether the registration is still the one that was asked with.
    pub fn fits(&self, registration: &Registration) -> bool {
        self.redirect_uri == registration.redirect_uri
            && self.client_id == registration.client_id
            && self.endpoints == urls(&registration.endpoints)
            && self.issuer == registration.endpoints.issuer
    }
}

fn urls(endpoints: &Endpoints) -> [String; 4] {
    let Endpoints {
        authorize,
        token,
        revoke,
        api,
        ..
    } = endpoints;
    [authorize, token, revoke, api].map(ToString::to_string)
}

/// Why an attempt failed, and the provider's words where there were any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Why.
    pub cause: Cause,
    /// Fortnox' own code and words.
    pub words: Words,
}

impl From<Cause> for Failure {
    fn from(cause: Cause) -> Self {
        Failure {
            cause,
            words: Words::default(),
        }
    }
}

/// How far an attempt has come.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "phase")]
pub enum Phase {
    /// The callback is awaited. A mark is a failure that does not end the wait:
    /// whoever came back may not have been the provider.
    Open {
        /// What was asked for.
        asked: Asked,
        /// What has come back so far.
        mark: Option<Failure>,
    },
    /// The code is being redeemed, or was when the call broke off.
    Exchanging {
        /// What was asked for.
        asked: Asked,
    },
    /// Over.
    Failed {
        /// Why.
        failure: Failure,
    },
}

/// The cell `attempt`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Attempt {
    /// The lineage that it may begin.
    pub id: Lineage,
    /// Unix seconds, for display.
    pub started: u64,
    /// The kind of account it asks for.
    pub account: Account,
    /// Milliseconds it had lived when the cell was last written.
    pub lived: u64,
    /// How far it has come.
    #[serde(flatten)]
    pub phase: Phase,
}

impl cell::Kind for Attempt {
    const KEY: &'static str = "attempt";
}

impl Cell<Attempt> {
    /// Since the attempt began, by the storage's clock.
    pub fn lived(&self) -> Duration {
        self.age
            .saturating_add(Duration::from_millis(self.value.lived))
    }

    /// The same attempt in another phase; its life goes on.
    pub fn in_phase(&self, phase: Phase) -> Attempt {
        Attempt {
            id: self.value.id.clone(),
            started: self.value.started,
            account: self.value.account,
            lived: u64::try_from(self.lived().as_millis()).unwrap_or(u64::MAX),
            phase,
        }
    }

    /// Whether the ten minutes are over.
    pub fn expired(&self) -> bool {
        self.lived() >= LIFETIME
    }
}
