//! The REST API below `/3/`: which company a token is for, and the registers of
//! customers and projects.
//!
//! What stands in the way is told in this order: a bad token, too many requests,
//! a missing scope, a missing licence, a missing right, and then whatever is
//! wrong with the request itself (?: the order is made up).

mod access;
mod companyinformation;
mod listing;
mod rate;
mod record;
mod refusal;
mod register;
mod registers;

use axum::Router;
use axum::routing::get;

use crate::state::Shared;

pub(crate) use rate::Rates;
pub(crate) use record::Records;

pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route(
            "/3/companyinformation",
            get(companyinformation::companyinformation),
        )
        .merge(registers::router(&register::CUSTOMERS))
        .merge(registers::router(&register::PROJECTS))
}
