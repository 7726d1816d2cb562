//! The token endpoint (RFC 6749 section 3.2; Fortnox: Get access token).

mod client_auth;
mod grants;

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::answer::{self, JSON, Members};
use crate::issue::Issued;
use crate::jwt::JwtError;
use crate::ledger::{Event, Kind, Outcome, TokenRequest, Why};
use crate::params::Params;
use crate::refusal::Refusal;
use crate::secret::Secret;
use crate::state::{Shared, World};
use crate::wire::Carried;

pub(crate) use client_auth::is_client;

/// Where the endpoint is.
pub(crate) const PATH: &str = "/oauth-v1/token";

const TENANT_ID: &str = "TenantId";

/// Why no token came.
#[derive(Debug)]
enum NotIssued {
    Refused { refusal: Refusal, why: Option<Why> },
    Failed(JwtError),
}

impl NotIssued {
    /// The code or refresh token is no good, for a reason that only the ledger
    /// tells.
    fn dead(refusal: Refusal, why: Why) -> Self {
        let why = Some(why);
        Self::Refused { refusal, why }
    }
}

impl From<Refusal> for NotIssued {
    fn from(refusal: Refusal) -> Self {
        Self::Refused { refusal, why: None }
    }
}

impl From<JwtError> for NotIssued {
    fn from(error: JwtError) -> Self {
        Self::Failed(error)
    }
}

/// `POST /oauth-v1/token`.
pub(crate) async fn token(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = Params::of_form(&headers, &body);
    let (response, delay) = {
        let mut world = shared.world();
        let delay = Duration::from_secs(world.behaviour.token_answer_delay);
        (answer_to(&mut world, &headers, &form), delay)
    };
    tokio::time::sleep(delay).await;
    response
}

fn answer_to(world: &mut World, headers: &HeaderMap, form: &Params) -> Response {
    let mut request = describe(world, headers, form);
    let canned = world.behaviour.next_token_answer.take();
    if let Some(canned) = canned.as_ref().filter(|canned| !canned.after_processing) {
        world.record(Event::TokenRequest(request));
        return answer::canned(&canned.answer);
    }
    let processed = world.process(form, &request);
    let own = match processed {
        Ok(issued) => {
            request.outcome = Outcome::Issued;
            success(world, issued)
        }
        Err(NotIssued::Refused { refusal, why }) => {
            request.outcome = Outcome::Refused(refusal);
            request.why = why;
            let status = world.status(refusal, form.get("grant_type"));
            answer::refusal(refusal, status, &world.behaviour)
        }
        Err(NotIssued::Failed(error)) => answer::internal(&error),
    };
    world.record(Event::TokenRequest(request));
    let response = canned.map_or(own, |canned| answer::canned(&canned.answer));
    with_request_id(world, response)
}

/// Tells the ledger of a request that is not carried out.
pub(crate) fn not_processed(world: &mut World, headers: &HeaderMap, form: &Params) {
    let request = describe(world, headers, form);
    world.record(Event::TokenRequest(request));
}

fn describe(world: &World, headers: &HeaderMap, form: &Params) -> TokenRequest {
    let presented = form.get("code").or(form.get("refresh_token"));
    let tenant_id = headers.get(TENANT_ID).and_then(|value| value.to_str().ok());
    TokenRequest {
        grant_type: form.given("grant_type").map(str::to_owned),
        presented: presented.map(Secret::new),
        code_verifier: form.get("code_verifier").is_some(),
        client_auth: client_auth::read(&world.app, headers, form),
        tenant_id: tenant_id.map(str::to_owned),
        outcome: Outcome::NotProcessed,
        why: None,
    }
}

impl World {
    fn process(&mut self, form: &Params, request: &TokenRequest) -> Result<Issued, NotIssued> {
        if !client_auth::is_accepted(request.client_auth, &self.behaviour) {
            return Err(Refusal::InvalidClient.into());
        }
        match form.get("grant_type") {
            Some("authorization_code") => self.exchange_code(form),
            Some("refresh_token") => self.refresh(form),
            Some("client_credentials") if self.behaviour.client_credentials_offered => {
                self.client_credentials(form, request.tenant_id.as_deref())
            }
            Some(_) => Err(Refusal::GrantTypeUnsupported.into()),
            None => Err(Refusal::GrantTypeMissing.into()),
        }
    }

    fn status(&self, refusal: Refusal, grant_type: Option<&str>) -> StatusCode {
        use Refusal::{AppLicenceMissing, ConsentMissing, LicenceMissing, ScopeOutsideConsent};
        let behaviour = &self.behaviour;
        match refusal {
            LicenceMissing | AppLicenceMissing if behaviour.lapsed_licence_is_401 => {
                StatusCode::UNAUTHORIZED
            }
            ConsentMissing | ScopeOutsideConsent
                if behaviour.client_credentials_refusal_is_403
                    && grant_type == Some("client_credentials") =>
            {
                StatusCode::FORBIDDEN
            }
            other => other.status(),
        }
    }
}

/// R; the members stand in the order of the wire.
fn success(world: &World, issued: Issued) -> Response {
    let mut members = Members::new();
    members.set("access_token", issued.access_token.as_str());
    members.set("expires_in", issued.expires_in);
    members.set("token_type", "bearer");
    members.set("scope", issued.scopes.to_string());
    if let Some(refresh_token) = &issued.refresh_token {
        members.set("refresh_token", refresh_token.as_str());
    }
    for (name, value) in &world.behaviour.token_answer_set {
        members.set(name, value.clone());
    }
    for name in &world.behaviour.token_answer_omit {
        members.remove(name);
    }
    let mut response = answer::uncached(answer::answer(StatusCode::OK, JSON, members.to_json()));
    let tokens = [
        (Kind::AccessToken, "access_token", Some(issued.access_token)),
        (Kind::RefreshToken, "refresh_token", issued.refresh_token),
    ];
    let carried = tokens.into_iter().filter_map(|(kind, member, value)| {
        let value = value?;
        members
            .has(member, &value)
            .then(|| (kind, Secret::new(value)))
    });
    response.extensions_mut().insert(Carried(carried.collect()));
    response
}

/// The request id that support asks for (R).
fn with_request_id(world: &mut World, mut response: Response) -> Response {
    if let Ok(id) = HeaderValue::from_str(&world.random.uuid()) {
        answer::set(&mut response, HeaderName::from_static("x-uid"), id);
    }
    response
}
