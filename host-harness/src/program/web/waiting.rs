//! The page that is shown while an exchange runs.
//!
//! It has no script and no clock to watch: the page leads on at once, and the
//! answer to that is held back until the exchange has ended. So people see it
//! for as long as it takes and no longer, and nothing polls.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::callback::onwards;
use super::exchange;
use super::frame::Frame;
use super::page::page;
use super::place::Place;
use super::problem::Problem;
use super::session::Key;
use super::site::Site;
use super::traveller::Traveller;

#[derive(Template)]
#[template(path = "waiting.html")]
struct Page<'a> {
    frame: &'a Frame<'a>,
    name: &'a str,
}

/// The page; without an exchange there is nothing to wait for.
pub async fn show(
    State(site): State<Arc<Site>>,
    traveller: Traveller,
) -> Result<Response, Problem> {
    if under_way(&site, traveller.session).is_none() {
        return Ok(onwards(&site, &traveller));
    }
    let descriptor = site.host.describe(traveller.visit.locale.tag()).await?;
    let frame = Frame::titled(&site, &traveller.visit, Place::Waiting, "waiting-title");
    let template = Page {
        frame: &frame,
        name: &descriptor.name,
    };
    page(StatusCode::OK, &template)
}

/// Waits, and leads on.
pub async fn end(State(site): State<Arc<Site>>, traveller: Traveller) -> Response {
    if let Some(exchange) = under_way(&site, traveller.session) {
        // Patience over: the page is shown once more.
        let _ = tokio::time::timeout(site.patience.waiting, exchange::ended(exchange)).await;
    }
    onwards(&site, &traveller)
}

fn under_way(site: &Site, session: Key) -> Option<tokio::sync::watch::Receiver<()>> {
    site.sessions
        .with(session, |session| session.attempts.exchanging())
        .flatten()
}
