//! The causes of whatever stands in the way: a closed set. Each has words in
//! every language, one remedy, and one case of the contract's `error`.

use std::fmt;

use serde::de::IntoDeserializer as _;
use serde::de::value::{Error as Unknown, StrDeserializer};
use serde::{Deserialize, Serialize};

use crate::contract::{Actor, Error, Explanation, Remedy, Retry, StorageError};
use crate::words::Locale;

/// Why something does not work. The code is the name in kebab-case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// No cause: what to expect of authorizing.
    Authorize,
    /// No cause: what to expect of removing.
    Remove,
    Unconfigured,
    Disabled,
    CallInvalid,
    StateRejected,
    UserDeclined,
    AttemptExpired,
    AuthorizationFailed,
    OtherOrganization,
    Unauthorized,
    AccessEndsSoon,
    AccessEnded,
    AccessRefused,
    MissingScope,
    MissingLicence,
    MissingRight,
    AreaRefused,
    RegistrationUnusable,
    ScopeNotRegistered,
    ClientRefused,
    EgressDenied,
    ProviderUnreachable,
    ProviderSilent,
    ProviderFailing,
    RateLimited,
    Busy,
    StorageFailing,
    CellUnreadable,
}

use Cause::*;

/// Milliseconds after which to try again where nobody said.
const RETRY: u32 = 5_000;

impl Cause {
    /// The cause of a code; none for a code that is none of ours.
    pub fn from_code(code: &str) -> Option<Cause> {
        let code: StrDeserializer<'_, Unknown> = code.into_deserializer();
        Cause::deserialize(code).ok()
    }

    /// Who can carry out the remedy.
    const fn actor(self) -> Actor {
        match self {
            MissingLicence | MissingRight | AreaRefused => Actor::ProviderAdministrator,
            RegistrationUnusable | ScopeNotRegistered | ClientRefused | EgressDenied
            | StorageFailing | CellUnreadable => Actor::Operator,
            ProviderUnreachable | ProviderSilent | ProviderFailing | RateLimited => Actor::Provider,
            _ => Actor::Administrator,
        }
    }

    /// Whether a new grant can clear it, provided that the registration can
    /// carry one.
    pub const fn is_cured_by_authorizing(self) -> bool {
        matches!(
            self,
            UserDeclined
                | AttemptExpired
                | AuthorizationFailed
                | OtherOrganization
                | AccessEndsSoon
                | AccessEnded
                | AccessRefused
                | MissingScope
        )
    }

    /// In words, with the way out.
    pub fn explain(self, locale: Locale) -> Explanation {
        let text = |part: &str| locale.text(&format!("{self}.{part}")).to_owned();
        Explanation {
            title: text("title"),
            detail: text("detail"),
            remedies: vec![Remedy {
                who: self.actor(),
                step: text("step"),
                place: text("place"),
            }],
        }
    }

    /// The error that is worth trying again after so many milliseconds.
    pub fn retry(self, after: u32) -> Error {
        Error::Unavailable(Retry {
            reason: self.to_string(),
            after,
        })
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

impl From<Cause> for Error {
    /// The case says what the caller can do about it.
    fn from(cause: Cause) -> Error {
        let code = cause.to_string();
        match cause {
            Unconfigured | Disabled | CallInvalid => Error::Rejected(code),
            StateRejected | UserDeclined | AttemptExpired | AuthorizationFailed
            | OtherOrganization => Error::CallbackRejected(code),
            Unauthorized | AccessEnded | AccessRefused => Error::AuthorizationRequired(code),
            RegistrationUnusable | ScopeNotRegistered | ClientRefused | EgressDenied => {
                Error::Misconfigured(code)
            }
            ProviderUnreachable | ProviderSilent | ProviderFailing | RateLimited | Busy => {
                cause.retry(RETRY)
            }
            StorageFailing | CellUnreadable => Error::Storage(code),
            Authorize | Remove | AccessEndsSoon | MissingScope | MissingLicence | MissingRight
            | AreaRefused => Error::Other(code),
        }
    }
}

impl From<StorageError> for Error {
    fn from(_: StorageError) -> Error {
        StorageFailing.into()
    }
}
