//! The switches of the REST API.

use serde::{Deserialize, Serialize};

use crate::scope::Scopes;

/// How the REST API behaves. Marks as in [`Refusal`](crate::Refusal); each says
/// how certain the *default* is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rest {
    /// Status and casing of error 2001101 (no licence for the scope). Default: 400
    /// (S) in lower case (?).
    pub licence_error: ApiErrorStyle,
    /// What a person without right to the customers is told. Default: 400, 2001538
    /// (S) in lower case (?).
    pub customer_right_error: RightError,
    /// What a person without right to the projects is told. Default: 403, 2003275
    /// in capitals, as the supplier register answers (S live); that projects do
    /// the same, and the text, are made up (?).
    pub project_right_error: RightError,
    /// Status and casing of what cannot be found. Default: 404 in capitals (R).
    pub not_found_error: ApiErrorStyle,
    /// Status and casing of a request that makes no sense. Default: 400 in lower
    /// case (R).
    pub validation_error: ApiErrorStyle,
    /// Registers, by their scopes, to which no person has the right, system
    /// administrators included; service accounts have it. Default: none.
    pub rights_withheld: Scopes,
    /// Registers, by their scopes, that are refused as unlicensed though the
    /// consent passed. Default: none.
    pub licences_withheld: Scopes,
    /// Requests that a client may make in each company; none is no limit. A clock
    /// that stands still frees nothing. Default: 25 in 5 seconds (D).
    pub rate_limit: Option<RateLimit>,
    /// Seconds named in the `Retry-After` of a 429. Default: no such header (D by
    /// absence).
    pub rate_limit_retry_after: Option<u64>,
}

impl Default for Rest {
    fn default() -> Self {
        let lower = ApiErrorStyle {
            status: 400,
            casing: Casing::Lower,
        };
        let capital = |status| ApiErrorStyle {
            status,
            casing: Casing::Capital,
        };
        Self {
            licence_error: lower,
            customer_right_error: RightError {
                style: lower,
                code: 2_001_538,
                message: "Saknar behörighet för kundregister".to_owned(),
            },
            project_right_error: RightError {
                style: capital(403),
                code: 2_003_275,
                message: "Saknar behörighet för projektregister.".to_owned(),
            },
            not_found_error: capital(404),
            validation_error: lower,
            rights_withheld: Scopes::default(),
            licences_withheld: Scopes::default(),
            rate_limit: Some(RateLimit {
                requests: 25,
                seconds: 5,
            }),
            rate_limit_retry_after: None,
        }
    }
}

/// Status and casing of an API error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiErrorStyle {
    /// HTTP status; one that HTTP does not know is sent as 400.
    pub status: u16,
    /// Casing of the members in `ErrorInformation`.
    pub casing: Casing,
}

/// Casing of the members in `ErrorInformation`; both occur (R).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Casing {
    /// `error`, `message`, `code`.
    Lower,
    /// `Error`, `Message`, `Code`.
    Capital,
}

/// What a person without right to a register is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RightError {
    /// Status and casing.
    pub style: ApiErrorStyle,
    /// The code.
    pub code: u32,
    /// The text.
    pub message: String,
}

/// A sliding window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// Requests that are served within the window.
    pub requests: usize,
    /// Length of the window in whole seconds of the simulator's clock.
    pub seconds: u64,
}
