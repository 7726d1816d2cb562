//! The REST API below `/3/`: which company a token is for, and the registers.
//!
//! What stands in the way is told in this order: a bad token, too many requests,
//! a register that a switch closes, a missing scope, a missing licence, a missing right, and then whatever is
//! wrong with the request itself (?: the order is made up).

mod access;
mod companyinformation;
mod listing;
mod rate;
mod record;
mod recorded;
mod refusal;
mod register;
mod registers;

use axum::routing::get;
use axum::{Router, middleware};

use crate::state::Shared;

pub(crate) use rate::Rates;
pub(crate) use record::Records;
pub(crate) use recorded::not_processed;

pub(crate) fn router(shared: Shared) -> Router<Shared> {
    let information = get(companyinformation::companyinformation);
    let router = Router::new().route("/3/companyinformation", information);
    let registers = register::REGISTERS.into_iter().map(registers::router);
    registers
        .fold(router, Router::merge)
        .route_layer(middleware::from_fn_with_state(shared, recorded::record))
}
