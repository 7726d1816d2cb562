//! The control page at `/`: what a person who demonstrates or tests a plugin by
//! hand can see and turn. It is in English, unlike the pages that imitate the
//! provider, so that nobody takes the one for the other.

mod command;
mod company;
mod ledger;
mod origin;
mod person;
mod switches;
mod view;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use http::header::LOCATION;
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::answer;
use crate::params::Params;
use crate::state::Shared;
use command::{Command, Part};

/// The simulator, and the origin of its own pages.
#[derive(Clone)]
struct Control {
    shared: Shared,
    origin: String,
}

pub(crate) fn router(shared: Shared, origin: String) -> Router {
    Router::new()
        .route("/", get(show).post(obey))
        .with_state(Control { shared, origin })
}

async fn show(State(control): State<Control>, RawQuery(query): RawQuery) -> Response {
    let query = Params::of_query(&query.unwrap_or_default());
    let done = query.get("done").and_then(Part::find);
    view::control(&control.shared.world(), done)
}

async fn obey(State(control): State<Control>, headers: HeaderMap, body: Bytes) -> Response {
    if !origin::is_own(&headers, &control.origin) {
        return view::refused(
            StatusCode::FORBIDDEN,
            "This form was sent by another page. Nothing was changed.",
        );
    }
    let form = Params::of_form(&headers, &body);
    let mut world = control.shared.world();
    match Command::read(&form, &world) {
        Ok((part, command)) => {
            command.carry_out(&mut world);
            back_to(part)
        }
        Err(command::Unreadable(field)) => {
            let text = format!("“{field}” has no value that can be used. Nothing was changed.");
            view::refused(StatusCode::BAD_REQUEST, &text)
        }
    }
}

/// By `GET`, so that a reload does nothing twice.
fn back_to(part: Part) -> Response {
    let mut response = answer::answer(StatusCode::SEE_OTHER, "text/plain", String::new());
    let to = format!("/?done={0}#{0}", part.id());
    if let Ok(to) = HeaderValue::from_str(&to) {
        answer::set(&mut response, LOCATION, to);
    }
    response
}
