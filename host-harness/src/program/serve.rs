//! `serve`: a callback address for real browsers.
//!
//! `GET /authorize/<company>` begins an attempt: it puts the binding into a
//! `__Host-` cookie and sends the browser to the provider. The path of the
//! configured redirect URI takes it back, and ends on a clean address without
//! code and state.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, COOKIE, LOCATION, REFERRER_POLICY, SET_COOKIE,
};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::routing::get;
use host_harness::contract::Error;
use host_harness::{CallError, Host};
use secrecy::ExposeSecret as _;
use tokio::net::TcpListener;
use url::Url;

use crate::arguments::Common;
use crate::assemble::assemble;
use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::{show, simulate};

/// Only sent over TLS or to this machine, not to scripts, not to other hosts.
const COOKIE_NAME: &str = "__Host-binding";
const COOKIE_ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Lax";

struct Site {
    host: Host,
    locale: String,
}

/// Runs until interrupted.
///
/// # Errors
///
/// [`Failure`].
pub async fn run(common: &Common) -> Result<(), Failure> {
    let configuration = Configuration::read(common.config.as_deref())?;
    let registration = configuration.registration()?;
    let redirect_uri = registration.ok_or(Failure::NothingToServe)?.redirect_uri;
    let path = Url::parse(&redirect_uri)
        .map(|url| url.path().to_owned())
        .map_err(|_| Failure::NothingToServe)?;
    let assembly = assemble(common, &configuration).await?;
    let address = configuration.listen();
    let cannot_listen = |source| Failure::Listen {
        address: address.to_string(),
        source,
    };
    let listener = TcpListener::bind(address).await.map_err(cannot_listen)?;
    let address = listener.local_addr().map_err(cannot_listen)?;
    println!("Callbacks are taken at {redirect_uri}.");
    println!(
        "To connect a company, open http://{address}/authorize/{}",
        common.company
    );
    let site = Site {
        host: assembly.host,
        locale: common.locale.clone(),
    };
    let router = router(site, &path);
    axum::serve(listener, router)
        .with_graceful_shutdown(simulate::interrupted())
        .await
        .map_err(cannot_listen)
}

fn router(site: Site, callback: &str) -> Router {
    Router::new()
        .route("/authorize/{company}", get(begin))
        .route("/status/{company}", get(status))
        .route(callback, get(end))
        .with_state(Arc::new(site))
}

async fn begin(State(site): State<Arc<Site>>, Path(company): Path<String>) -> Response<Body> {
    let begun = match site.host.connection(&company) {
        Ok(connection) => connection.begin_authorize().await,
        Err(error) => Err(error.into()),
    };
    match begun {
        Ok(authorization) => {
            let binding = authorization.binding.expose_secret();
            let cookie = format!("{COOKIE_NAME}={binding}; Max-Age=600; {COOKIE_ATTRIBUTES}");
            redirect(authorization.url.expose_secret(), Some(&cookie))
        }
        Err(error) => failed(&site, &error).await,
    }
}

async fn end(
    State(site): State<Arc<Site>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    let query = query.unwrap_or_default();
    let binding = binding(&headers);
    let company = match site.host.connection_for_callback(&query, &binding).await {
        Ok(Some(connection)) => {
            match connection.handle_callback(&query, &binding).await {
                Ok(()) => {}
                // The attempt is over; its mark is in the status.
                Err(CallError::Refused(refusal)) if ends(&refusal) => {}
                // The same return can still succeed: the binding stays.
                Err(error) => return failed(&site, &error).await,
            }
            connection.company().to_owned()
        }
        Ok(None) => {
            let text = "This return does not belong to an authorization that is open here.";
            return page(StatusCode::BAD_REQUEST, text);
        }
        Err(error) => return failed(&site, &error.into()).await,
    };
    let spent = format!("{COOKIE_NAME}=; Max-Age=0; {COOKIE_ATTRIBUTES}");
    let segment: String = url::form_urlencoded::byte_serialize(company.as_bytes()).collect();
    let clean = format!("/status/{}", segment.replace('+', "%20"));
    redirect(&clean, Some(&spent))
}

async fn status(State(site): State<Arc<Site>>, Path(company): Path<String>) -> Response<Body> {
    let report = match site.host.connection(&company) {
        Ok(connection) => connection.status(&site.locale).await,
        Err(error) => Err(error.into()),
    };
    match report {
        Ok(report) => {
            let mut text = Vec::new();
            show::report(&mut text, &report);
            page(StatusCode::OK, &String::from_utf8_lossy(&text))
        }
        Err(error) => failed(&site, &error).await,
    }
}

/// Whether a refused callback has ended the attempt. One that did not belong to
/// it, or met a storage that failed, has not, and a bare one has left it open.
fn ends(refusal: &Error) -> bool {
    match refusal {
        Error::CallbackRejected(code) => code != "state-rejected" && code != "empty-callback",
        Error::Misconfigured(_) => true,
        _ => false,
    }
}

fn binding(headers: &HeaderMap) -> String {
    let lines = headers.get_all(COOKIE).iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let cookies: BTreeMap<&str, &str> = pairs.collect();
    cookies
        .get(COOKIE_NAME)
        .copied()
        .unwrap_or_default()
        .to_owned()
}

async fn failed(site: &Site, error: &CallError) -> Response<Body> {
    let CallError::Refused(refusal) = error else {
        return page(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string());
    };
    let (headline, code) = show::error(refusal);
    let mut text = Vec::new();
    show::line(&mut text, &headline);
    if let Some(code) = code
        && let Ok(Some(explanation)) = site.host.explain(&code, &site.locale).await
    {
        show::explanation(&mut text, &explanation);
    }
    page(StatusCode::CONFLICT, &String::from_utf8_lossy(&text))
}

/// Plain text, which no browser takes for anything else.
fn page(status: StatusCode, text: &str) -> Response<Body> {
    respond(
        Response::builder()
            .status(status)
            .header(CONTENT_TYPE, "text/plain; charset=utf-8")
            .header("x-content-type-options", "nosniff"),
        Body::from(text.to_owned()),
    )
}

fn redirect(to: &str, cookie: Option<&str>) -> Response<Body> {
    let mut builder = Response::builder()
        .status(StatusCode::SEE_OTHER)
        .header(LOCATION, to);
    if let Some(cookie) = cookie {
        builder = builder.header(SET_COOKIE, cookie);
    }
    respond(builder, Body::empty())
}

fn respond(builder: axum::http::response::Builder, body: Body) -> Response<Body> {
    builder
        .header(CACHE_CONTROL, "no-store")
        .header(REFERRER_POLICY, "no-referrer")
        .body(body)
        .unwrap_or_else(|_| {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        })
}
