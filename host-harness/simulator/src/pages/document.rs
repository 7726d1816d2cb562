//! A template as an HTTP answer, and the style that all pages share.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, StatusCode};

use crate::answer::{answer, internal, set, uncached};

const STYLE: &str = include_str!("../../templates/simulator.css");

/// No script, no frame around it, and nothing from elsewhere. Where forms lead
/// is left open: browsers hold that against the redirect back to the client, too.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'";

/// The page, kept by no cache. Its address, which names the journey, goes to
/// nobody else.
pub(crate) fn document(status: StatusCode, page: &impl Template) -> Response {
    let html = match page.render() {
        Ok(html) => html,
        Err(error) => return internal(&error),
    };
    let mut response = uncached(answer(status, "text/html; charset=utf-8", html));
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "same-origin"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        set(&mut response, name, HeaderValue::from_static(value));
    }
    response
}

/// `GET /simulator.css`.
pub(crate) async fn style() -> impl IntoResponse {
    let mut response = answer(StatusCode::OK, "text/css; charset=utf-8", STYLE.to_owned());
    let fresh = HeaderValue::from_static("no-cache");
    set(&mut response, CACHE_CONTROL, fresh);
    response
}
