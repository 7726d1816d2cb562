//! `GET /3/companyinformation`: which company a token is for (Fortnox: Company
//! Information).

use axum::extract::State;
use axum::response::Response;
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};

use crate::answer::{self, JSON, Members};
use crate::behaviour::{ApiErrorStyle, Casing};
use crate::cast::Company;
use crate::state::{Shared, World};

/// The handler.
pub(crate) async fn companyinformation(
    State(shared): State<Shared>,
    headers: HeaderMap,
) -> Response {
    let world = shared.world();
    if let Some(canned) = &world.behaviour.companyinformation_answer {
        return answer::canned(canned);
    }
    let Some(bearer) = bearer(&world, &headers) else {
        return unauthorized();
    };
    if !bearer.has_scope {
        return scope_missing(world.behaviour.scope_error);
    }
    let information = information(bearer.company, world.behaviour.database_number_is_text);
    let mut members = Members::new();
    members.set("CompanyInformation", information);
    answer::answer(StatusCode::OK, JSON, members.to_ascii_json())
}

struct Bearer<'a> {
    company: &'a Company,
    has_scope: bool,
}

/// Whose token it is, if it is one of ours and alive (RFC 6750 section 2.1).
fn bearer<'a>(world: &'a World, headers: &HeaderMap) -> Option<Bearer<'a>> {
    let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, value) = header.split_once(' ')?;
    let token = world.book.access_tokens.get(value)?;
    let alive = !token.revoked && world.now() < token.expires;
    let consent = world.book.consent(token.consent)?;
    (scheme.eq_ignore_ascii_case("bearer") && alive).then_some(())?;
    Some(Bearer {
        company: world.cast.company(consent.tenant)?,
        has_scope: token.scopes.contains("companyinformation"),
    })
}

/// R: 26 bytes, no `ErrorInformation`.
fn unauthorized() -> Response {
    let mut members = Members::new();
    members.set("message", "unauthorized");
    answer::answer(StatusCode::UNAUTHORIZED, JSON, members.to_json())
}

/// D and S: error 2000663.
fn scope_missing(style: ApiErrorStyle) -> Response {
    let [error, message, code] = match style.casing {
        Casing::Lower => ["error", "message", "code"],
        Casing::Capital => ["Error", "Message", "Code"],
    };
    let mut information = Members::new();
    information.set(error, 1);
    information.set(message, "Har inte behörighet för scope");
    information.set(code, 2_000_663);
    let mut members = Members::new();
    members.set("ErrorInformation", information);
    let status = StatusCode::from_u16(style.status).unwrap_or(StatusCode::BAD_REQUEST);
    answer::answer(status, JSON, members.to_ascii_json())
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
