//! The switches of the REST API.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::api_error::{ApiError, ApiErrorStyle};
use crate::cast::Right;

/// How the REST API behaves. Marks as in [`Refusal`](crate::Refusal); each says
/// how certain the *default* is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rest {
    /// A bearer token that is missing, unknown, expired or ended. Default:
    /// [`ApiError::unauthorized`] (R).
    pub token_error: ApiError,
    /// The token lacks the scope. Default: 2000663 (D and S) as 400 in lower case
    /// (S; 403 was seen too).
    pub scope_error: ApiError,
    /// No licence for the scope. Default: 2001101 (D and S) as 400 (S) in lower
    /// case (?).
    pub licence_error: ApiError,
    /// The company has no licence to integrate, or for the app. Default: 2001103
    /// (D; ?: for the app) as 400 in lower case (?).
    pub integration_licence_error: ApiError,
    /// Other errors for people without the right to a register. Default: none;
    /// the usual ones are those of [`Rest::right_error`].
    pub right_errors: BTreeMap<Right, ApiError>,
    /// Registers that refuse every living token thus, whatever it may do.
    /// Default: none.
    pub refused: BTreeMap<Right, ApiError>,
    /// What cannot be found. Default: 404 in capitals (R).
    pub not_found_error: ApiErrorStyle,
    /// A request that makes no sense. Default: 400 in lower case (R).
    pub validation_error: ApiErrorStyle,
    /// Requests that a client may make in each company; none is no limit. A clock
    /// that stands still frees nothing. Default: 25 in 5 seconds (D).
    pub rate_limit: Option<RateLimit>,
    /// Seconds named in the `Retry-After` of a 429. Default: no such header (D by
    /// absence).
    pub rate_limit_retry_after: Option<u64>,
}

impl Default for Rest {
    fn default() -> Self {
        let refused = |code, message| ApiError::new(ApiErrorStyle::lower(400), code, message);
        Self {
            token_error: ApiError::unauthorized(),
            scope_error: refused(2_000_663, "Har inte behörighet för scope"),
            licence_error: refused(2_001_101, "Det finns ingen aktiv licens för önskat scope"),
            integration_licence_error: refused(2_001_103, "Api-licens saknas."),
            right_errors: BTreeMap::new(),
            refused: BTreeMap::new(),
            not_found_error: ApiErrorStyle::capital(404),
            validation_error: ApiErrorStyle::lower(400),
            rate_limit: Some(RateLimit {
                requests: 25,
                seconds: 5,
            }),
            rate_limit_retry_after: None,
        }
    }
}

impl Rest {
    /// What a person without the right to a register is told.
    pub fn right_error(&self, right: Right) -> ApiError {
        let other = self.right_errors.get(&right).cloned();
        other.unwrap_or_else(|| usual(right))
    }
}

/// Code and text of the customers (S) and suppliers (S live) are known with their
/// status; of invoices, invoice payments and supplier invoices the code (S); of
/// projects nothing at all, so that theirs are invented (?).
fn usual(right: Right) -> ApiError {
    let (style, code, message) = match right {
        Right::Customers => (
            ApiErrorStyle::lower(400),
            2_001_538,
            "Saknar behörighet för kundregister",
        ),
        Right::Projects => (
            ApiErrorStyle::capital(403),
            2_999_999,
            "Saknar behörighet för projektregister",
        ),
        Right::Invoices => (
            ApiErrorStyle::lower(400),
            2_001_339,
            "Saknar behörighet för kundfakturor",
        ),
        Right::InvoicePayments => (
            ApiErrorStyle::lower(400),
            2_003_330,
            "Saknar behörighet för inbetalningar",
        ),
        Right::Suppliers => (
            ApiErrorStyle::capital(403),
            2_003_275,
            "Saknar behörighet för leverantörsregister.",
        ),
        Right::SupplierInvoices => (
            ApiErrorStyle::capital(403),
            2_000_664,
            "Saknar behörighet för leverantörsfakturor",
        ),
    };
    ApiError::new(style, code, message)
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
