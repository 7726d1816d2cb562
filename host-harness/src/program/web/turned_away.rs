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
    // A session has not done what others at its address did.
    let source = match &visit.session {
        Some(browser) => Source::Session(browser.key),
        None => Source::address(client.ip()),
    };
    match site.throttle.wait(&[source]) {
        Some(wait) => Problem::TooMany(wait),
        None => Problem::NotYours,
    }
}
