//! The core's errors and how they become the contract's.
//!
//! An error says what the caller can do about it (its case) and why (its
//! cause). None holds a secret.

use std::time::Duration;

use thiserror::Error;

use crate::cause::Cause;
use crate::contract::{self, Finding, Problem, Retry, StorageError};

/// What can go wrong in a call.
#[derive(Debug, Error)]
pub enum Error {
    /// Settings were refused; nothing was stored.
    #[error("{} setting(s) refused", .0.len())]
    InvalidSettings(Vec<Problem>),
    /// The call does not fit the present state.
    #[error("rejected: {0}")]
    Rejected(Cause),
    /// The host's operator has to act.
    #[error("misconfigured: {0}")]
    Misconfigured(Cause),
    /// The callback was not accepted.
    #[error("callback rejected: {0}")]
    CallbackRejected(Cause),
    /// A person has to authorize again.
    #[error("authorization required: {0}")]
    AuthorizationRequired(Cause),
    /// Fortnox refuses the area to this grant.
    #[error("forbidden: {}", .0.code)]
    Forbidden(Box<Finding>),
    /// Worth trying again later.
    #[error("unavailable: {cause}; try again after {after:?}")]
    Unavailable {
        /// Why not now.
        cause: Cause,
        /// When to try again.
        after: Duration,
    },
    /// The storage failed.
    #[error("storage: {cause}")]
    Storage {
        /// Always [`Cause::StorageUnavailable`].
        cause: Cause,
        /// What the host said.
        #[source]
        source: StorageError,
    },
    /// A cell cannot be used as it is; it was left untouched.
    #[error("cell `{key}`: {cause}")]
    Cell {
        /// Which cell.
        key: &'static str,
        /// [`Cause::CellUnreadable`] or [`Cause::CellNewer`].
        cause: Cause,
    },
}

impl Error {
    /// Why; none where there may be several reasons, or a finding says it.
    pub fn cause(&self) -> Option<Cause> {
        match self {
            Error::InvalidSettings(_) | Error::Forbidden(_) => None,
            Error::Rejected(cause)
            | Error::Misconfigured(cause)
            | Error::CallbackRejected(cause)
            | Error::AuthorizationRequired(cause)
            | Error::Unavailable { cause, .. }
            | Error::Storage { cause, .. }
            | Error::Cell { cause, .. } => Some(*cause),
        }
    }
}

impl From<StorageError> for Error {
    fn from(source: StorageError) -> Self {
        Error::Storage {
            cause: Cause::StorageUnavailable,
            source,
        }
    }
}

impl From<Error> for contract::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::InvalidSettings(problems) => Self::InvalidSettings(problems),
            Error::Rejected(cause) => Self::Rejected(cause.to_string()),
            Error::Misconfigured(cause) => Self::Misconfigured(cause.to_string()),
            Error::CallbackRejected(cause) => Self::CallbackRejected(cause.to_string()),
            Error::AuthorizationRequired(cause) => Self::AuthorizationRequired(cause.to_string()),
            Error::Forbidden(finding) => Self::Forbidden(*finding),
            Error::Unavailable { cause, after } => Self::Unavailable(Retry {
                reason: cause.to_string(),
                after: u32::try_from(after.as_millis()).unwrap_or(u32::MAX),
            }),
            Error::Storage { cause, .. } | Error::Cell { cause, .. } => {
                Self::Storage(cause.to_string())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_each_error_when_it_leaves_then_its_case_and_cause_stay() {
        use contract::Error as Told;
        let problem = Problem {
            key: "a".into(),
            code: "b".into(),
            message: "c".into(),
        };
        let storage = StorageError::Unavailable("for the operator".into());
        let cause = Cause::CellNewer;
        let code = || "cell-newer".to_owned();
        let cases = [
            (
                Error::InvalidSettings(vec![problem.clone()]),
                Told::InvalidSettings(vec![problem]),
            ),
            (Error::Rejected(cause), Told::Rejected(code())),
            (Error::Misconfigured(cause), Told::Misconfigured(code())),
            (
                Error::CallbackRejected(cause),
                Told::CallbackRejected(code()),
            ),
            (
                Error::AuthorizationRequired(cause),
                Told::AuthorizationRequired(code()),
            ),
            (
                Error::Cell {
                    key: "grant",
                    cause,
                },
                Told::Storage(code()),
            ),
            (
                Error::from(storage),
                Told::Storage("storage-unavailable".into()),
            ),
        ];
        for (error, expected) in cases {
            assert_eq!(Told::from(error), expected);
        }
    }

    #[test]
    fn given_a_pause_when_it_leaves_then_it_is_in_milliseconds_within_bounds() {
        for (after, expected) in [
            (Duration::from_millis(1_500), 1_500),
            (Duration::from_secs(u64::MAX), u32::MAX),
        ] {
            let error = Error::Unavailable {
                cause: Cause::Busy,
                after,
            };
            let retry = Retry {
                reason: "busy".into(),
                after: expected,
            };
            assert_eq!(
                contract::Error::from(error),
                contract::Error::Unavailable(retry)
            );
        }
    }
}
