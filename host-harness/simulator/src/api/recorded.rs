//! What the ledger is told of each request.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::request::Parts;

use super::refusal::Told;
use crate::ledger::{ApiRequest, Event};
use crate::state::{Shared, World};

/// Stands before every endpoint of the API.
pub(super) async fn record(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let mut line = line(&shared.world(), &parts);
    let response = next.run(Request::from_parts(parts, body)).await;
    line.status = Some(response.status().as_u16());
    line.code = response.extensions().get::<Told>().map(|told| told.0);
    shared.world().record(Event::ApiRequest(line));
    response
}

/// Tells the ledger of a request that no endpoint sees.
pub(crate) fn not_processed(world: &mut World, parts: &Parts) {
    let line = line(world, parts);
    world.record(Event::ApiRequest(line));
}

fn line(world: &World, parts: &Parts) -> ApiRequest {
    ApiRequest {
        method: parts.method.clone(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        tenant: world.tenant(&parts.headers),
        status: None,
        code: None,
    }
}
