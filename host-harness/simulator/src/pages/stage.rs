//! The pages of a journey, in Swedish. The forms carry the name of their page,
//! by which the journey tells an old one.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::document;
use crate::app::App;
use crate::cast::{Cast, Company, Person, Role, TenantId};
use crate::journey::{Account, Journey, Stage};
use crate::scope;

/// The page of a journey's stage.
pub(crate) fn stage(app: &App, cast: &Cast, journey: &Journey) -> Response {
    match &journey.stage {
        Stage::Login { rejected } => show(&login(cast, rejected.as_deref())),
        Stage::Agency { .. } => show(&Agency),
        Stage::Company { login } => show(&companies(cast, login)),
        Stage::Consent { login, tenant } => show(&consent(app, cast, journey, login, *tenant)),
    }
}

fn show(page: &impl Template) -> Response {
    document(StatusCode::OK, page)
}

#[derive(Template)]
#[template(path = "login.html")]
struct Login<'a> {
    rejected: Option<&'a str>,
    people: Vec<Somebody<'a>>,
}

struct Somebody<'a> {
    login: &'a str,
    name: &'a str,
    places: Vec<Place<'a>>,
}

struct Place<'a> {
    company: &'a str,
    role: &'static str,
}

fn login<'a>(cast: &'a Cast, rejected: Option<&'a str>) -> Login<'a> {
    let people = cast.people.iter().map(|person| Somebody {
        login: &person.login,
        name: &person.name,
        places: places(cast, person),
    });
    Login {
        rejected,
        people: people.collect(),
    }
}

fn places<'a>(cast: &'a Cast, person: &Person) -> Vec<Place<'a>> {
    let places = person.memberships.iter().filter_map(|place| {
        Some(Place {
            company: &cast.company(place.tenant)?.name,
            role: match place.role {
                Role::SystemAdministrator => "systemadministratör",
                Role::User => "användare",
                Role::Consultant => "byråkonsult",
            },
        })
    });
    places.collect()
}

#[derive(Template)]
#[template(path = "agency.html")]
struct Agency;

#[derive(Template)]
#[template(path = "company.html")]
struct Companies<'a> {
    companies: Vec<&'a Company>,
}

fn companies<'a>(cast: &'a Cast, login: &str) -> Companies<'a> {
    let reachable = cast.person(login).map(|person| cast.reachable(person));
    Companies {
        companies: reachable.into_iter().flatten().collect(),
    }
}

#[derive(Template)]
#[template(path = "consent.html")]
struct Consent<'a> {
    app: &'a str,
    company: &'a str,
    tenant: TenantId,
    person: &'a str,
    service: bool,
    scopes: Vec<Asked<'a>>,
}

struct Asked<'a> {
    name: &'a str,
    label: &'a str,
}

fn consent<'a>(
    app: &'a App,
    cast: &'a Cast,
    journey: &'a Journey,
    login: &'a str,
    tenant: TenantId,
) -> Consent<'a> {
    let scopes = journey.request.scopes.iter().map(|name| Asked {
        name,
        label: scope::label(name),
    });
    Consent {
        app: &app.name,
        company: cast.company(tenant).map_or("", |company| &company.name),
        tenant,
        person: cast.person(login).map_or(login, |person| &person.name),
        service: journey.request.account == Account::Service,
        scopes: scopes.collect(),
    }
}
