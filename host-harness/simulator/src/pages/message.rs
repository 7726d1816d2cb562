//! Pages that lead nowhere.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::document;
use crate::behaviour::Behaviour;
use crate::refusal::Refusal;

#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    title: &'static str,
    refusal: Option<Shown<'a>>,
    text: &'static str,
}

struct Shown<'a> {
    error: &'a str,
    description: &'a str,
}

/// A refusal that must not, or shall not, go back to the client.
pub(crate) fn refused(behaviour: &Behaviour, refusal: Refusal) -> Response {
    let page = Message {
        title: "Något gick fel",
        refusal: Some(Shown {
            error: behaviour.error(refusal),
            description: behaviour.description(refusal),
        }),
        text: "Stäng fönstret och börja om i ditt program.",
    };
    document(StatusCode::BAD_REQUEST, &page)
}

/// The journey is over, or another browser's.
pub(crate) fn over() -> Response {
    let page = Message {
        title: "Sidan finns inte",
        refusal: None,
        text: "Sidan gäller inte längre. Börja om i ditt program.",
    };
    document(StatusCode::NOT_FOUND, &page)
}

/// The redirect URI cannot be sent in a header.
pub(crate) fn unreachable() -> Response {
    let page = Message {
        title: "Något gick fel",
        refusal: None,
        text: "Det går inte att skicka webbläsaren tillbaka till programmet.",
    };
    document(StatusCode::INTERNAL_SERVER_ERROR, &page)
}
