//! `GET /3/companyinformation`: which company a token is for (Fortnox: Company
//! Information).

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::refusal::ApiRefusal;
use crate::answer::{self, JSON, Members};
use crate::cast::Company;
use crate::state::{Shared, World};

/// The handler.
pub(crate) async fn companyinformation(
    State(shared): State<Shared>,
    headers: HeaderMap,
) -> Response {
    let mut world = shared.world();
    if let Some(canned) = &world.behaviour.companyinformation_answer {
        return answer::canned(canned);
    }
    match identify(&mut world, &headers) {
        Ok(members) => answer::answer(StatusCode::OK, JSON, members.to_ascii_json()),
        Err(refusal) => refusal.answer(&world.behaviour),
    }
}

fn identify(world: &mut World, headers: &HeaderMap) -> Result<Members, ApiRefusal> {
    let caller = world.caller(headers)?;
    caller.check_scope("companyinformation")?;
    let company = world.cast.company(caller.tenant);
    let company = company.ok_or(ApiRefusal::Unauthorized)?;
    let information = information(company, world.behaviour.database_number_is_text);
    let mut members = Members::new();
    members.set("CompanyInformation", information);
    Ok(members)
}

fn information(company: &Company, number_is_text: bool) -> Members {
    let mut members = Members::new();
    members.set("CompanyName", company.name.as_str());
    members.set("OrganizationNumber", company.organization_number.as_str());
    match number_is_text {
        true => members.set("DatabaseNumber", company.tenant.to_string()),
        false => members.set("DatabaseNumber", company.tenant.0),
    }
    members.set("Address", "Storgatan 1");
    members.set("ZipCode", "352 30");
    members.set("City", company.city.as_str());
    members.set("CountryCode", "SE");
    members
}
