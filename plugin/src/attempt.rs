//! The cell `attempt`: a person's journey to Fortnox and back.
//!
//! There is at most one per connection, so that starting again and again
//! leaves nothing behind. Its age is measured by the storage's clock.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::cause::Cause;
use crate::cell::{self, Cell};
use crate::effects::Effects;
use crate::json::{Json, Value, member, object};
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lineage(String);

impl Lineage {
    /// A new line.
    pub fn begin(effects: &impl Effects) -> Lineage {
        Lineage(nonce(effects))
    }

    /// The cell that keeps the answer to spending a generation; generation 0
    /// is the code exchange.
    pub fn answer(&self, generation: u64) -> String {
        format!("answer-{}-{generation}", self.0)
    }

    /// A number that differs from line to line, and is the same for ever.
    pub fn spread(&self) -> u64 {
        let digits = self.0.get(..8).unwrap_or_default();
        u64::from_str_radix(digits, 16).unwrap_or_default()
    }
}

impl Json for Lineage {
    fn read(value: &Value) -> Option<Self> {
        String::read(value).map(Lineage)
    }

    fn write(&self) -> Value {
        self.0.write()
    }
}

/// 128 bits that never come again; no secret.
pub fn nonce(effects: &impl Effects) -> String {
    let bytes = effects.random();
    let half = bytes.iter().take(16);
    half.map(|byte| format!("{byte:02x}")).collect()
}

/// The SHA-256 hash of a secret that comes back from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl Json for Hash {
    fn read(value: &Value) -> Option<Self> {
        String::read(value).map(Hash)
    }

    fn write(&self) -> Value {
        self.0.write()
    }
}

/// A PKCE code verifier at rest (RFC 7636 section 4.1).
#[derive(Clone)]
pub struct Verifier(pub String);

impl Json for Verifier {
    fn read(value: &Value) -> Option<Self> {
        String::read(value).map(Verifier)
    }

    fn write(&self) -> Value {
        self.0.write()
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier([redacted])")
    }
}

/// What was asked for, and with what; all of it is compared or used again when
/// the answer comes (RFC 9700 section 4.4.2).
#[derive(Clone, Debug)]
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

impl Json for Asked {
    fn read(value: &Value) -> Option<Self> {
        let endpoints: Vec<String> = member(value, "endpoints")?;
        Some(Asked {
            state: member(value, "state")?,
            binding: member(value, "binding")?,
            verifier: member(value, "verifier")?,
            redirect_uri: member(value, "redirect_uri")?,
            client_id: member(value, "client_id")?,
            scopes: member(value, "scopes")?,
            endpoints: endpoints.try_into().ok()?,
            issuer: member(value, "issuer")?,
        })
    }

    fn write(&self) -> Value {
        object(vec![
            ("state", self.state.write()),
            ("binding", self.binding.write()),
            ("verifier", self.verifier.write()),
            ("redirect_uri", self.redirect_uri.write()),
            ("client_id", self.client_id.write()),
            ("scopes", self.scopes.write()),
            ("endpoints", self.endpoints.to_vec().write()),
            ("issuer", self.issuer.write()),
        ])
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
    let revoke = revoke.as_ref().map(ToString::to_string);
    [
        authorize.to_string(),
        token.to_string(),
        revoke.unwrap_or_default(),
        api.to_string(),
    ]
}

/// Why an attempt failed, and the provider's words where there were any.
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl Json for Failure {
    fn read(value: &Value) -> Option<Self> {
        Some(Failure {
            cause: member(value, "cause")?,
            words: member(value, "words")?,
        })
    }

    fn write(&self) -> Value {
        object(vec![
            ("cause", self.cause.write()),
            ("words", self.words.write()),
        ])
    }
}

/// How far an attempt has come.
#[derive(Clone, Debug)]
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
        /// A nonce of the call that redeems it, so that two calls at once never
        /// write the same bytes: a write in doubt is then told apart.
        claim: String,
    },
    /// Over.
    Failed {
        /// Why.
        failure: Failure,
    },
}

impl Phase {
    /// As it is called in the cell and for support.
    pub const fn name(&self) -> &'static str {
        match self {
            Phase::Open { .. } => "open",
            Phase::Exchanging { .. } => "exchanging",
            Phase::Failed { .. } => "failed",
        }
    }
}

/// The cell `attempt`.
#[derive(Clone, Debug)]
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
    pub phase: Phase,
}

/// The members of the phase stand beside those of the attempt.
impl Json for Attempt {
    fn read(value: &Value) -> Option<Self> {
        let phase: String = member(value, "phase")?;
        let phase = match phase.as_str() {
            "open" => Phase::Open {
                asked: member(value, "asked")?,
                mark: member(value, "mark")?,
            },
            "exchanging" => Phase::Exchanging {
                asked: member(value, "asked")?,
                claim: member(value, "claim")?,
            },
            "failed" => Phase::Failed {
                failure: member(value, "failure")?,
            },
            _ => return None,
        };
        Some(Attempt {
            id: member(value, "id")?,
            started: member(value, "started")?,
            account: member(value, "account")?,
            lived: member(value, "lived")?,
            phase,
        })
    }

    fn write(&self) -> Value {
        let mut members = vec![
            ("id", self.id.write()),
            ("started", self.started.write()),
            ("account", self.account.write()),
            ("lived", self.lived.write()),
            ("phase", self.phase.name().into()),
        ];
        match &self.phase {
            Phase::Open { asked, mark } => {
                members.push(("asked", asked.write()));
                members.extend(mark.as_ref().map(|mark| ("mark", mark.write())));
            }
            Phase::Exchanging { asked, claim } => {
                members.push(("asked", asked.write()));
                members.push(("claim", claim.write()));
            }
            Phase::Failed { failure } => members.push(("failure", failure.write())),
        }
        object(members)
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Precondition;
    use crate::testing::FakeHost;

    fn read(host: &FakeHost) -> Cell<Attempt> {
        cell::read(host).unwrap().unwrap()
    }

    fn failed() -> Phase {
        Phase::Failed {
            failure: Cause::UserDeclined.into(),
        }
    }

    #[test]
    fn given_a_secret_when_hashed_then_only_that_secret_matches() {
        let hash = Hash::of("secret");
        assert_eq!(hash.0, "K7gNU3sdo-OL0wNhqoVWhr3g6s1xYv72ol_pe_Unols");
        assert!(hash.matches("secret"));
        for other in ["", "secre", "secrets", "Secret", hash.0.as_str()] {
            assert!(!hash.matches(other), "{other}");
        }
    }

    #[test]
    fn given_a_lineage_when_begun_then_it_is_new_and_names_its_answers() {
        let host = FakeHost::new();
        let (one, other) = (Lineage::begin(&host), Lineage::begin(&host));
        assert_ne!(one, other);
        assert_eq!(one.0.len(), 32);
        assert!(one.0.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_eq!(one.answer(3), format!("answer-{}-3", one.0));
    }

    #[test]
    fn given_an_attempt_when_it_changes_phase_then_its_life_goes_on() {
        let (host, _) = FakeHost::begun(&[]);
        let began = read(&host);
        host.pass(200);
        cell::save(&host, Some(&began), &read(&host).in_phase(failed())).unwrap();
        let later = read(&host);
        assert_eq!(later.age, Duration::ZERO);
        assert_eq!(later.lived(), Duration::from_secs(200));
        host.pass(399);
        assert!(!read(&host).expired());
        host.pass(1);
        assert!(read(&host).expired());
        assert_eq!(later.value.id, began.value.id);
        assert_eq!(later.value.started, began.value.started);
    }

    #[test]
    fn given_a_life_beyond_all_bounds_when_reckoned_then_it_has_expired() {
        let (host, _) = FakeHost::begun(&[]);
        host.edit("attempt", |attempt| attempt["lived"] = u64::MAX.into());
        host.pass(1);
        assert!(read(&host).expired());
        assert_eq!(read(&host).in_phase(failed()).lived, u64::MAX);
    }

    #[test]
    fn given_a_verifier_when_shown_then_it_says_only_that_it_is_one() {
        let shown = format!("{:?}", Verifier("canary".into()));
        assert_eq!(shown, "Verifier([redacted])");
    }

    #[test]
    fn given_each_phase_when_stored_and_read_then_it_is_the_same() {
        let (host, _) = FakeHost::begun(&[]);
        let Phase::Open { asked, .. } = read(&host).value.phase else {
            panic!("not open");
        };
        let mark = Some(Cause::EmptyCallback.into());
        let claim = nonce(&host);
        for phase in [
            Phase::Open {
                asked: asked.clone(),
                mark,
            },
            Phase::Exchanging { asked, claim },
            failed(),
        ] {
            let shown = format!("{phase:?}");
            let before = read(&host);
            cell::save(&host, Some(&before), &before.in_phase(phase)).unwrap();
            assert_eq!(format!("{:?}", read(&host).value.phase), shown);
        }
        read(&host).delete(&host).unwrap();
        assert!(host.put("attempt", b"", Precondition::Absent).is_ok());
    }
}
