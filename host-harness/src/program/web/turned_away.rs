//! Where a return from the provider ends that was not accepted. The address is
//! fixed, so the answer depends on who asks alone, and can be opened by anybody.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, State};

use super::problem::Problem;
use super::site::Site;
use super::throttle::Source;
use super::visit::Visit;

/// Why it was not accepted.
pub async fn show(
    State(site): State<Arc<Site>>,
    visit: Visit,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
) -> Problem {
    match site.throttle.wait(&Source::all(&visit, client.ip())) {
        Some(wait) => Problem::TooMany(wait),
        None => Problem::NotYours,
    }
}
