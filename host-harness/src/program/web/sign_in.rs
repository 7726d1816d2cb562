//! Signing in, signing out, and the choice of a language.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::csrf::Posted;
use super::frame::Frame;
use super::locale::Locale;
use super::page::page;
use super::people::{self, Person};
use super::place::Place;
use super::problem::Problem;
use super::session::Who;
use super::site::Site;
use super::visit::{Visit, browser};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page<'a> {
    frame: &'a Frame<'a>,
    companies: Vec<(&'static str, Vec<&'static Person>)>,
}

/// Everybody who can sign in. Whoever has no session yet gets one, for the form's
/// token.
pub async fn show(State(site): State<Arc<Site>>, visit: Visit) -> Result<Response, Problem> {
    if visit.signed_in().is_some() {
        return Ok(to(&site, Place::Integrations));
    }
    let (visit, begun) = match visit.session {
        Some(_) => (visit, None),
        None => {
            let (key, line) = site.sessions.begin(Who::Nobody)?;
            let session = browser(&site, key);
            (Visit { session, ..visit }, Some(line))
        }
    };
    let frame = Frame::titled(&site, &visit, Place::SignIn, "sign-in-title");
    let companies = people::companies();
    let template = Page {
        frame: &frame,
        companies,
    };
    let response = page(StatusCode::OK, &template)?;
    Ok(with_cookie(response, begun))
}

/// Begins a new session with somebody in it; the one before is over.
pub async fn sign_in(State(site): State<Arc<Site>>, posted: Posted) -> Result<Response, Problem> {
    let person = posted.field("person").and_then(people::find);
    let person = person.ok_or(Problem::NotAForm)?;
    let (_, line) = site.sessions.begin(Who::Person(person))?;
    end(&site, &posted.visit);
    Ok(with_cookie(to(&site, Place::Integrations), Some(line)))
}

/// Ends the session; what comes after has another id.
pub async fn sign_out(State(site): State<Arc<Site>>, posted: Posted) -> Result<Response, Problem> {
    let (_, line) = site.sessions.begin(Who::Nobody)?;
    end(&site, &posted.visit);
    Ok(with_cookie(to(&site, Place::SignIn), Some(line)))
}

/// Keeps the language, and goes back to the page.
pub async fn choose_language(
    State(site): State<Arc<Site>>,
    posted: Posted,
) -> Result<Response, Problem> {
    let locale = posted.field("language").and_then(Locale::from_tag);
    let here = posted.field("here").and_then(Place::from_name);
    let (locale, here) = locale.zip(here).ok_or(Problem::NotAForm)?;
    Ok(with_cookie(to(&site, here), Some(locale.keep())))
}

/// Sends a browser to a page of this site.
pub fn to(site: &Site, place: Place) -> Response {
    Redirect::to(&place.path(site.host.plugin_id())).into_response()
}

/// Adds a cookie.
pub fn with_cookie(mut response: Response, line: Option<String>) -> Response {
    if let Some(line) = line.and_then(|line| HeaderValue::try_from(line).ok()) {
        response.headers_mut().append(SET_COOKIE, line);
    }
    response
}

fn end(site: &Site, visit: &Visit) {
    if let Some(browser) = &visit.session {
        site.sessions.end(browser.key);
    }
}
