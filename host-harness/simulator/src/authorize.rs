//! The authorization endpoint: checks the request before anybody logs in (RFC
//! 6749 section 4.1.1; Fortnox: Authorization guide).
//!
//! Nothing redirects to an address that is not the registered one.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};

use crate::app::App;
use crate::behaviour::{Behaviour, RedirectUriCompare};
use crate::journey::{Account, AuthorizationRequest};
use crate::pages;
use crate::params::{Params, raw};
use crate::redirect;
use crate::refusal::Refusal;
use crate::scope::Scopes;
use crate::state::Shared;

/// `GET /oauth-v1/auth`.
pub(crate) async fn begin(
    State(shared): State<Shared>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let params = Params::of_query(&query);
    let mut world = shared.world();
    if params.get("client_id") != Some(&world.app.client_id) {
        return pages::refused(&world.behaviour, Refusal::UnknownClient);
    }
    let Some(return_to) = redirect_target(&world.app, &world.behaviour, &params, &query) else {
        return pages::refused(&world.behaviour, Refusal::RedirectUriUnregistered);
    };
    match check(&world.app, &world.behaviour, &params, &return_to) {
        Ok(request) => world.start_journey(request, &headers),
        Err(refusal) => {
            let state = params.given("state");
            redirect::with_error(&world.behaviour, &return_to, state, refusal)
        }
    }
}

/// Anything posted here: a code exchange sent to the wrong address gets 403 (S).
pub(crate) async fn misdirected() -> Response {
    StatusCode::FORBIDDEN.into_response()
}

/// Where the browser goes back to: the registered URI, or any when none is.
fn redirect_target(
    app: &App,
    behaviour: &Behaviour,
    params: &Params,
    query: &str,
) -> Option<String> {
    let given = match behaviour.redirect_uri_compare {
        RedirectUriCompare::Decoded => params.get("redirect_uri"),
        RedirectUriCompare::Raw => raw(query, "redirect_uri"),
    };
    match (given, &app.redirect_uri) {
        (Some(given), Some(registered)) => (given == registered).then(|| registered.clone()),
        (Some(_), None) => params.get("redirect_uri").map(str::to_owned),
        (None, registered) => registered.clone(),
    }
}

fn check(
    app: &App,
    behaviour: &Behaviour,
    params: &Params,
    return_to: &str,
) -> Result<AuthorizationRequest, Refusal> {
    if params.get("response_type") != Some("code") {
        return Err(Refusal::ResponseType);
    }
    let scopes = Scopes::parse(params.get("scope").unwrap_or_default());
    if scopes.is_empty() || !scopes.is_subset(&app.scopes) {
        return Err(Refusal::ScopeUnregistered);
    }
    let state = params.get("state").map(str::to_owned);
    if behaviour.state_required && state.is_none() {
        return Err(Refusal::StateMissing);
    }
    let account = match params.given("account_type") {
        None => Account::User,
        Some("service") if app.service_accounts => Account::Service,
        Some("service") => return Err(Refusal::ServiceAccountNotAllowed),
        Some(_) => return Err(Refusal::AccountType),
    };
    let challenge = params.get("code_challenge").map(str::to_owned);
    let is_s256 = params.get("code_challenge_method") == Some("S256");
    if behaviour.pkce_enforced && (challenge.is_none() || !is_s256) {
        return Err(Refusal::ChallengeMissing);
    }
    Ok(AuthorizationRequest {
        client_id: app.client_id.clone(),
        return_to: return_to.to_owned(),
        redirect_uri_given: params.get("redirect_uri").is_some(),
        state,
        scopes,
        account,
        offline: params.get("access_type") == Some("offline"),
        challenge,
    })
}
