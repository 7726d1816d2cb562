//! The support bundle as a file: what the integration says of itself, for whoever
//! is asked for help. It holds no secret by contract.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::download::file;
use super::problem::Problem;
use super::site::Site;
use super::visit::SignedIn;

/// The bundle of the person's company.
pub async fn bundle(State(site): State<Arc<Site>>, person: SignedIn) -> Result<Response, Problem> {
    let bundle = person.connection(&site)?.diagnostics().await?;
    Ok(file(&site, "support", "json", "application/json", bundle))
}
