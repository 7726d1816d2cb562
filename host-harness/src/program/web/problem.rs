//! Whatever goes wrong becomes a page: what it is, and what to do. What an
//! operator wants to know besides goes to `tracing`.
//!
//! Handlers return a [`Problem`]; the page is drawn on the way out, where the
//! visitor's language is known.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::http::header::{ALLOW, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use host_harness::contract::Error;
use host_harness::{CallError, HostError, RandomError};

use super::explain::{Cause, Explainer};
use super::frame::Frame;
use super::page::page;
use super::place::Place;
use super::site::Site;
use super::traveller::Traveller;
use super::visit::Visit;

/// Why there is no page.
#[derive(Debug)]
pub enum Problem {
    /// No such page.
    NotFound,
    /// Not with this method; the methods that are.
    Method(&'static str),
    /// More than any form here holds.
    TooLarge,
    /// Not a form, or one with values that it does not offer.
    NotAForm,
    /// The session is over.
    SignedOut,
    /// The form was not drawn for this session.
    Forged,
    /// The form was sent from another address of this page.
    Elsewhere,
    /// A return from the provider that this session has not begun.
    NotYours,
    /// A link that opens nothing, for whatever reason.
    LinkOver,
    /// Too many failed returns; how long to wait.
    TooMany(Duration),
    /// A call of the plugin failed.
    Call(Box<CallError>),
    /// The plugin sends people to something that is no web address.
    NoWay,
    /// The program itself failed; `tracing` knows.
    Internal,
}

impl Problem {
    fn status(&self) -> StatusCode {
        match self {
            Problem::NotFound => StatusCode::NOT_FOUND,
            Problem::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Problem::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Problem::NotAForm => StatusCode::BAD_REQUEST,
            Problem::SignedOut | Problem::Forged | Problem::Elsewhere | Problem::NotYours => {
                StatusCode::FORBIDDEN
            }
            Problem::LinkOver => StatusCode::GONE,
            Problem::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Problem::Call(error) => status_of_call(error),
            Problem::NoWay => StatusCode::BAD_GATEWAY,
            Problem::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Whether the connection cannot be read, so that its page cannot offer to
    /// remove it.
    fn is_of_the_cells(&self) -> bool {
        let Problem::Call(error) = self else {
            return false;
        };
        matches!(**error, CallError::Refused(Error::Storage(_)))
    }

    /// The messages of heading and text.
    fn words(&self) -> (&'static str, &'static str) {
        match self {
            Problem::NotFound => ("problem-not-found", "problem-not-found-text"),
            Problem::Method(_) | Problem::NotAForm | Problem::TooLarge => {
                ("problem-form", "problem-form-text")
            }
            Problem::SignedOut => ("problem-signed-out", "problem-signed-out-text"),
            Problem::Forged => ("problem-forged", "problem-forged-text"),
            Problem::Elsewhere => ("problem-elsewhere", "problem-elsewhere-text"),
            Problem::NotYours => ("problem-not-yours", "problem-not-yours-text"),
            Problem::LinkOver => ("problem-link-over", "problem-link-over-text"),
            Problem::TooMany(_) => ("problem-too-many", "problem-too-many-text"),
            Problem::NoWay => ("problem-no-way", "problem-no-way-text"),
            Problem::Call(_) | Problem::Internal => ("problem-internal", "problem-internal-text"),
        }
    }
}

fn status_of_call(error: &CallError) -> StatusCode {
    let CallError::Refused(refusal) = error else {
        return StatusCode::INTERNAL_SERVER_ERROR;
    };
    match refusal {
        Error::InvalidSettings(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Rejected(_) | Error::CallbackRejected(_) | Error::AuthorizationRequired(_) => {
            StatusCode::CONFLICT
        }
        Error::Forbidden(_) => StatusCode::FORBIDDEN,
        Error::Provider(_) => StatusCode::BAD_GATEWAY,
        Error::Misconfigured(_) | Error::Unavailable(_) | Error::Storage(_) => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        Error::Other(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl From<CallError> for Problem {
    fn from(error: CallError) -> Self {
        Problem::Call(Box::new(error))
    }
}

impl From<HostError> for Problem {
    fn from(error: HostError) -> Self {
        CallError::from(error).into()
    }
}

impl From<RandomError> for Problem {
    fn from(error: RandomError) -> Self {
        HostError::from(error).into()
    }
}

/// Travels with the answer until its page is drawn.
#[derive(Clone)]
struct Told(Arc<Problem>);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        let headers = response.headers_mut();
        match &self {
            Problem::Method(allowed) => {
                headers.insert(ALLOW, HeaderValue::from_static(allowed));
            }
            Problem::TooMany(wait) => {
                let seconds = wait.as_secs().max(1);
                headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
            }
            _ => {}
        }
        response.extensions_mut().insert(Told(Arc::new(self)));
        response
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Page<'a> {
    frame: &'a Frame<'a>,
    /// What the provider is called.
    name: String,
    text: String,
    cause: Option<Cause>,
    /// Where to sign in; another address of this page leads to the right one.
    sign_in: String,
    /// There is nothing to sign in for.
    is_dead_end: bool,
    /// The connection cannot be shown, so the way to remove it is offered here.
    can_remove: bool,
}

/// Draws the page of a problem, if the answer is one.
pub async fn draw(site: &Site, visit: &Visit, response: Response) -> Response {
    let Some(Told(problem)) = response.extensions().get::<Told>().cloned() else {
        return response;
    };
    let (heading, text) = problem.words();
    let here = match *problem {
        Problem::NotYours | Problem::TooMany(_) => Place::TurnedAway,
        _ => Traveller::of(visit).map_or(Place::Integrations, |it| match it.home {
            Place::Approval => Place::Approval,
            _ => Place::Integrations,
        }),
    };
    let mut frame = Frame::titled(site, visit, here, heading);
    let mut text = frame.with(text, "address", &site.address.origin);
    let mut cause: Option<Cause> = None;
    let mut name = String::new();
    if let Problem::Call(error) = &*problem {
        tracing::warn!(%error, "a call failed");
        if let CallError::Refused(refusal) = &**error
            && let Ok(descriptor) = site.host.describe(frame.lang()).await
        {
            let explainer = Explainer {
                site,
                frame: &frame,
                descriptor: &descriptor,
            };
            cause = Some(explainer.refusal(refusal).await);
            name = descriptor.name;
        }
    }
    if let Some(found) = &cause {
        text.clone_from(&found.detail);
        frame = Frame::new(site, visit, Place::Integrations, found.title.clone());
    }
    let can_remove = frame.person().is_some() && problem.is_of_the_cells();
    let sign_in = match &*problem {
        Problem::Elsewhere => format!("{}/", site.address.origin),
        _ => frame.path("sign-in"),
    };
    let template = Page {
        is_dead_end: matches!(*problem, Problem::LinkOver),
        sign_in,
        frame: &frame,
        name,
        text,
        cause,
        can_remove,
    };
    let (parts, empty) = response.into_parts();
    match page(parts.status, &template) {
        Ok(mut drawn) => {
            for (name, value) in &parts.headers {
                if !drawn.headers().contains_key(name) {
                    drawn.headers_mut().insert(name, value.clone());
                }
            }
            drawn
        }
        Err(_) => Response::from_parts(parts, empty),
    }
}
