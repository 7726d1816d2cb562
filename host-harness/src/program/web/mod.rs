//! The sample page: what administrators of a business system click through.
//!
//! It is written to be copied: one concern of a host's web side per file. It
//! works without scripts, knows no provider - every word about one comes from the
//! plugin - and keeps its own words in [`words`]. Before a request reaches a page,
//! [`headers`] and [`visit`] have seen it; every form passes [`csrf`].

mod access;
mod action;
mod address;
mod approval;
mod assets;
mod attempt;
mod badge;
mod binding;
mod callback;
mod company_log;
mod cookie;
mod csrf;
mod download;
mod exchange;
mod explain;
mod findings;
mod form;
mod frame;
mod guest;
mod headers;
mod icon;
mod integration;
mod invitation;
mod journal;
mod list;
mod locale;
mod log_export;
mod log_filter;
mod notice;
mod page;
mod people;
mod place;
mod problem;
mod removal;
mod session;
mod sign_in;
mod site;
mod support;
mod throttle;
mod time;
mod traveller;
mod turned_away;
mod visit;
mod waiting;
mod words;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{Redirect, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;

pub use address::{Address, AddressError};
pub use locale::Locale;
pub use site::Site;
pub use time::moment;
pub use words::Words;

use callback::Return;
use place::Place;
use problem::Problem;
use visit::Visit;

/// Bytes of the largest form; settings are short.
const LARGEST_FORM: usize = 64 * 1024;
/// So long answers under way may take once the page is to end.
const GRACE: Duration = Duration::from_secs(2);

/// Serves the page until `stop`, and then until all exchanges and calls have ended.
///
/// # Errors
///
/// When the system refuses to accept connections.
pub async fn serve(
    listener: TcpListener,
    site: Arc<Site>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (stopping, stopped) = tokio::sync::oneshot::channel::<()>();
    let signal = async move {
        stop.await;
        drop(stopping);
    };
    let service = router(site.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(signal);
    // Browsers keep connections open on which they ask for nothing.
    let out_of_patience = async {
        let _ = stopped.await;
        tokio::time::sleep(GRACE).await;
    };
    let served = tokio::select! {
        served = serving.into_future() => served,
        () = out_of_patience => Ok(()),
    };
    site.exchanges.finish().await;
    site.host.finish().await;
    served
}

fn router(site: Arc<Site>) -> Router {
    let plugin = site.host.plugin_id();
    let at = |place: Place| place.path(plugin);
    let below = |name: &str| format!("{}/{name}", Place::Integration.path(plugin));
    Router::new()
        .route("/", get(async || Redirect::to("/integrations")))
        .route(
            &at(Place::SignIn),
            get(sign_in::show).post(sign_in::sign_in),
        )
        .route("/sign-out", post(sign_in::sign_out))
        .route("/language", post(sign_in::choose_language))
        .route(&at(Place::Integrations), get(list::show))
        .route(&at(Place::Integration), get(integration::show))
        .route(&below("save"), post(action::save))
        .route(&below("authorize"), post(action::authorize))
        .route(&below("enable"), post(action::enable))
        .route(&below("disable"), post(action::disable))
        .route(&below("resume"), post(action::resume))
        .route(&below("check-access"), post(action::check_access))
        .route(&below("invite"), post(invitation::invite))
        .route(&below("withdraw"), post(invitation::withdraw))
        .route(&at(Place::Removal), get(removal::ask).post(removal::remove))
        .route(&at(Place::Removed), get(removal::done))
        .route(&at(Place::Waiting), get(waiting::show))
        .route(&below("waiting/end"), get(waiting::end))
        .route(&at(Place::TurnedAway), get(turned_away::show))
        .route(&at(Place::Approval), get(approval::show))
        .route("/approve/start", post(approval::start))
        .route("/approve/resume", post(approval::resume))
        .route(
            "/approve/{secret}",
            get(approval::look).post(approval::open),
        )
        .route(&at(Place::Log), get(company_log::show))
        .route("/log/csv", get(log_export::csv))
        .route("/log/jsonl", get(log_export::jsonl))
        .route("/support", get(support::bundle))
        .route("/assets/style.css", get(assets::style))
        .route("/assets/mark.svg", get(assets::mark))
        .fallback(async || Problem::NotFound)
        .method_not_allowed_fallback(async || Problem::Method("GET, HEAD, POST"))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(from_fn_with_state(site.clone(), front))
        .layer(from_fn(headers::protect))
        .with_state(site)
}

/// Finds out who asks, takes returns from the provider wherever they are
/// registered to arrive, and draws the page of whatever went wrong.
async fn front(State(site): State<Arc<Site>>, mut request: Request, next: Next) -> Response {
    let by_itself = company_log::asks_by_itself(request.uri(), &site);
    let visit = Visit::find(&site, request.headers(), by_itself).await;
    let client = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let client = client.map(|ConnectInfo(address)| address.ip());
    let response = match client {
        Some(client) if request.uri().path() == site.address.callback => {
            let back = Return {
                method: request.method(),
                uri: request.uri(),
                headers: request.headers(),
                client,
            };
            callback::take(&site, &visit, back).await
        }
        _ => {
            request.extensions_mut().insert(visit.clone());
            next.run(request).await
        }
    };
    problem::draw(&site, &visit, response).await
}
