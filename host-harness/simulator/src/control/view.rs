//! What the control page shows.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use crate::app::App;
use crate::behaviour::Behaviour;
use crate::cast::{Cast, Company, Licence, Membership, Person, Right, TenantId};
use crate::ledger::Holder;
use crate::pages::document;
use crate::scenario::{self, Heading, Scenario};
use crate::scope::Scopes;
use crate::state::World;

use super::command::{Part, RESET};
use super::company::Happening;
use super::ledger::{self, Count, Line};
use super::person::{Change, register, role_name};
use super::switches::{self, CALLBACK_ISSUER, GRANT_ONLY, Group, MOST_SECONDS};

#[derive(Template)]
#[template(path = "control.html")]
struct Page<'a> {
    done: Option<Part>,
    now: String,
    app: &'a App,
    behaviour: Switched<'a>,
    current: Option<&'static Scenario>,
    headings: Vec<UnderHeading>,
    people: Vec<Row<'a>>,
    companies: Vec<CompanyRow<'a>>,
    consents: Vec<ConsentRow<'a>>,
    counts: Vec<Count>,
    lines: Vec<Line>,
}

struct UnderHeading {
    title: &'static str,
    scenarios: Vec<&'static Scenario>,
}

struct Row<'a> {
    person: &'a Person,
    places: Vec<PlaceRow<'a>>,
}

struct PlaceRow<'a> {
    company: &'a Company,
    role: &'static str,
    remark: String,
}

struct CompanyRow<'a> {
    company: &'a Company,
    remarks: Vec<&'static str>,
    modules: String,
}

struct ConsentRow<'a> {
    company: &'a str,
    tenant: TenantId,
    holder: &'a str,
    scopes: &'a Scopes,
}

/// The switches as they stand.
struct Switched<'a> {
    now: &'a Behaviour,
    default: Behaviour,
}

impl Switched<'_> {
    fn grant_only(&self) -> String {
        let scopes = self.now.grant_only.as_ref();
        scopes.map(ToString::to_string).unwrap_or_default()
    }

    fn callback_issuer(&self) -> &str {
        self.now.callback_issuer.as_deref().unwrap_or_default()
    }
}

impl Page<'_> {
    fn is_current(&self, scenario: &Scenario) -> bool {
        self.current
            .is_some_and(|current| current.id == scenario.id)
    }

    fn groups(&self) -> &'static [Group] {
        switches::GROUPS
    }

    fn happenings(&self) -> Vec<Happening> {
        Happening::all()
    }

    fn changes(&self) -> Vec<Change> {
        Change::all()
    }
}

/// The page, with what was just done.
pub(super) fn control(world: &World, done: Option<Part>) -> Response {
    let headings = Heading::ALL.map(|heading| UnderHeading {
        title: title(heading),
        scenarios: scenario::ALL
            .iter()
            .copied()
            .filter(|scenario| scenario.heading == heading)
            .collect(),
    });
    let page = Page {
        done,
        now: ledger::time(world.now()),
        app: &world.app,
        behaviour: Switched {
            now: &world.behaviour,
            default: Behaviour::default(),
        },
        current: world.playing(),
        headings: headings.into(),
        people: people(&world.cast),
        companies: companies(world),
        consents: consents(world),
        counts: ledger::counts(&world.ledger),
        lines: ledger::lines(&world.ledger, &world.cast),
    };
    document(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "control-refused.html")]
struct Refused<'a> {
    text: &'a str,
}

/// A form that was not obeyed.
pub(super) fn refused(status: StatusCode, text: &str) -> Response {
    document(status, &Refused { text })
}

fn title(heading: Heading) -> &'static str {
    match heading {
        Heading::Success => "It works",
        Heading::App => "The app’s registration is wrong",
        Heading::Company => "The company stands in the way",
        Heading::WayBack => "The browser comes back oddly",
        Heading::Exchange => "The exchange of the code fails",
        Heading::Afterwards => "Something fails afterwards",
        Heading::Registers => "The registers refuse",
    }
}

fn people(cast: &Cast) -> Vec<Row<'_>> {
    let rows = cast.people.iter().map(|person| {
        let places = person.memberships.iter().filter_map(|place| {
            let company = cast.company(place.tenant)?;
            Some(PlaceRow {
                company,
                role: role_name(place.role),
                remark: lacks(place, company),
            })
        });
        Row {
            person,
            places: places.collect(),
        }
    });
    rows.collect()
}

/// The rights that a person lacks, and the licences of the company.
fn lacks(place: &Membership, company: &Company) -> String {
    let mut remarks = Vec::new();
    let rights = Right::ALL.into_iter();
    let rights = rights.filter(|right| !place.rights.contains(right));
    let rights: Vec<&str> = rights.map(register).collect();
    if !rights.is_empty() {
        remarks.push(format!("no right to {}", rights.join(", ")));
    }
    let licences = company.licences.difference(&place.licences);
    let licences: Vec<String> = licences.map(|it| format!("“{}”", it.name())).collect();
    if !licences.is_empty() {
        remarks.push(format!("no personal licence {}", licences.join(", ")));
    }
    remarks.join("; ")
}

fn companies(world: &World) -> Vec<CompanyRow<'_>> {
    let rows = world.cast.companies.iter().map(|company| {
        let locked = company.locked || world.behaviour.every_company_locked;
        let remarks = [
            (locked, "locked"),
            (
                !company.licences.contains(&Licence::Integration),
                "lacks the licence “Integration”",
            ),
            (!company.app_licence, "has not bought the app"),
        ];
        let remarks = remarks.into_iter().filter(|(holds, _)| *holds);
        let modules = company.licences.iter();
        let modules = modules.filter(|licence| **licence != Licence::Integration);
        let modules: Vec<&str> = modules.map(|licence| licence.name()).collect();
        CompanyRow {
            company,
            remarks: remarks.map(|(_, remark)| remark).collect(),
            modules: modules.join(", "),
        }
    });
    rows.collect()
}

fn consents(world: &World) -> Vec<ConsentRow<'_>> {
    let rows = world.book.standing_consents().map(|consent| ConsentRow {
        company: world.cast.company(consent.tenant).map_or("", |at| &at.name),
        tenant: consent.tenant,
        holder: match &consent.holder {
            Holder::ServiceAccount => "service account",
            Holder::Person { login, .. } => login,
        },
        scopes: &consent.scopes,
    });
    rows.collect()
}
