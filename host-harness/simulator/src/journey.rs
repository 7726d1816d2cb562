//! A browser's way from login to consent, one page after the other.
//!
//! A journey belongs to the browser that started it, by cookie. It is over when
//! the browser is sent back to the client; one that is abandoned leaves nothing
//! behind and is forgotten after an hour.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

use crate::answer;
use crate::cast::TenantId;
use crate::eligibility::{self, Obstacle};
use crate::pages;
use crate::params::Params;
use crate::redirect;
use crate::refusal::Refusal;
use crate::scope::Scopes;
use crate::state::{Shared, World};

const COOKIE_NAME: &str = "fortnox-simulator";
const FORGOTTEN_AFTER: u64 = 3600;

/// An authorization request that passed every check.
#[derive(Clone)]
pub(crate) struct AuthorizationRequest {
    pub(crate) client_id: String,
    pub(crate) return_to: String,
    pub(crate) redirect_uri_given: bool,
    pub(crate) state: Option<String>,
    pub(crate) scopes: Scopes,
    pub(crate) account: Account,
    pub(crate) offline: bool,
    pub(crate) challenge: Option<String>,
}

/// Fortnox's `account_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Account {
    User,
    Service,
}

/// Where a journey stands: which page it shows.
#[derive(Clone)]
pub(crate) enum Stage {
    /// `rejected` is a login that nobody has.
    Login {
        rejected: Option<String>,
    },
    Agency {
        login: String,
    },
    Company {
        login: String,
    },
    Consent {
        login: String,
        tenant: TenantId,
    },
}

#[derive(Clone)]
pub(crate) struct Journey {
    session: String,
    started: u64,
    pub(crate) request: AuthorizationRequest,
    pub(crate) stage: Stage,
}

/// Journeys under way, by id.
#[derive(Default)]
pub(crate) struct Journeys(BTreeMap<String, Journey>);

/// What a form leads to.
enum Step {
    Show(Stage),
    Leave(Response),
}

impl World {
    pub(crate) fn start_journey(
        &mut self,
        request: AuthorizationRequest,
        headers: &HeaderMap,
    ) -> Response {
        let started = self.now();
        self.journeys
            .0
            .retain(|_, old| started.saturating_sub(old.started) < FORGOTTEN_AFTER);
        let session = session(headers).map(str::to_owned);
        let session = session.unwrap_or_else(|| self.random.hex40());
        let id = self.random.hex40();
        let cookie = format!("{COOKIE_NAME}={session}; Path=/oauth-v1; HttpOnly; SameSite=Lax");
        let journey = Journey {
            session,
            started,
            request,
            stage: Stage::Login { rejected: None },
        };
        self.journeys.0.insert(id.clone(), journey);
        let mut response = to_page(&id);
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            answer::set(&mut response, SET_COOKIE, cookie);
        }
        response
    }

    fn journey(&self, id: &str, headers: &HeaderMap) -> Option<&Journey> {
        let journey = self.journeys.0.get(id)?;
        (session(headers) == Some(&journey.session)).then_some(journey)
    }

    fn step(&mut self, journey: &Journey, form: &Params) -> Step {
        match &journey.stage {
            Stage::Login { .. } => {
                let login = form.get("login").unwrap_or_default().trim();
                match self.cast.person(login) {
                    None => Step::Show(Stage::Login {
                        rejected: Some(login.to_owned()),
                    }),
                    Some(person) if person.is_consultant() => Step::Show(Stage::Agency {
                        login: login.to_owned(),
                    }),
                    Some(_) => self.pick_company(journey, login),
                }
            }
            Stage::Agency { login } => self.pick_company(journey, login),
            Stage::Company { login } => {
                let tenant = form
                    .get("company")
                    .and_then(|text| text.parse().ok())
                    .map(TenantId);
                let person = self.cast.person(login);
                match tenant
                    .filter(|tenant| person.is_some_and(|p| p.membership(*tenant).is_some()))
                {
                    Some(tenant) => self.enter(journey, login, tenant),
                    None => Step::Show(journey.stage.clone()),
                }
            }
            Stage::Consent { login, tenant } => match form.get("decision") {
                Some("approve") => self.approve(journey, login, *tenant),
                Some("cancel") => self.refuse(journey, Refusal::AccessDenied),
                _ => Step::Show(journey.stage.clone()),
            },
        }
    }

    /// The picker is left out when there is nothing to pick from.
    fn pick_company(&self, journey: &Journey, login: &str) -> Step {
        let person = self.cast.person(login);
        let companies: Vec<TenantId> = person
            .map(|person| {
                self.cast
                    .reachable(person)
                    .map(|company| company.tenant)
                    .collect()
            })
            .unwrap_or_default();
        match companies.as_slice() {
            [only] => self.enter(journey, login, *only),
            _ => Step::Show(Stage::Company {
                login: login.to_owned(),
            }),
        }
    }

    /// The consent page, unless something is known to stand in the way.
    fn enter(&self, journey: &Journey, login: &str, tenant: TenantId) -> Step {
        let request = &journey.request;
        match eligibility::holder(&self.cast, &self.behaviour, request, login, tenant) {
            Ok(_) => Step::Show(Stage::Consent {
                login: login.to_owned(),
                tenant,
            }),
            Err(obstacle) => self.turn_back(journey, &obstacle),
        }
    }

    fn approve(&mut self, journey: &Journey, login: &str, tenant: TenantId) -> Step {
        let request = &journey.request;
        match eligibility::holder(&self.cast, &self.behaviour, request, login, tenant) {
            Ok(holder) => {
                let code = self.consent(request, tenant, holder);
                let state = request.state.as_deref();
                let back = redirect::with_code(&self.behaviour, &request.return_to, state, &code);
                Step::Leave(back)
            }
            Err(obstacle) => self.turn_back(journey, &obstacle),
        }
    }

    fn turn_back(&self, journey: &Journey, obstacle: &Obstacle) -> Step {
        match obstacle {
            Obstacle::Locked => Step::Leave(redirect::bare(&journey.request.return_to)),
            Obstacle::Refused(refusal) => self.refuse(journey, *refusal),
        }
    }

    fn refuse(&self, journey: &Journey, refusal: Refusal) -> Step {
        let AuthorizationRequest {
            return_to, state, ..
        } = &journey.request;
        let state = state.as_deref();
        Step::Leave(redirect::with_error(
            &self.behaviour,
            return_to,
            state,
            refusal,
        ))
    }
}

/// `GET /oauth-v1/auth/{journey}`: the page where the journey stands.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let world = shared.world();
    match world.journey(&id, &headers) {
        Some(journey) => pages::stage(&world.app, &world.cast, journey),
        None => pages::over(),
    }
}

/// `POST /oauth-v1/auth/{journey}`: the form of that page.
pub(crate) async fn submit(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut world = shared.world();
    let Some(journey) = world.journey(&id, &headers).cloned() else {
        return pages::over();
    };
    let form = Params::of_form(&headers, &body);
    if form.get("page") != Some(journey.stage.page()) {
        // A form from before: show where the journey stands now.
        return to_page(&id);
    }
    match world.step(&journey, &form) {
        Step::Show(stage) => {
            if let Some(journey) = world.journeys.0.get_mut(&id) {
                journey.stage = stage;
            }
            to_page(&id)
        }
        Step::Leave(response) => {
            world.journeys.0.remove(&id);
            response
        }
    }
}

impl Stage {
    /// The name that the page's form carries.
    pub(crate) fn page(&self) -> &'static str {
        match self {
            Self::Login { .. } => "login",
            Self::Agency { .. } => "agency",
            Self::Company { .. } => "company",
            Self::Consent { .. } => "consent",
        }
    }
}

fn to_page(id: &str) -> Response {
    answer::redirect(&format!("/oauth-v1/auth/{id}")).unwrap_or_else(pages::over)
}

fn session(headers: &HeaderMap) -> Option<&str> {
    let lines = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok());
    let mut pairs = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(name, _)| *name == COOKIE_NAME)
        .map(|(_, value)| value)
}
