//! From template to answer.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};

use super::problem::Problem;

/// A page.
///
/// # Errors
///
/// [`Problem::Internal`] when the template cannot be written.
pub fn page(status: StatusCode, template: &impl Template) -> Result<Response, Problem> {
    match template.render() {
        Ok(html) => Ok((status, Html(html)).into_response()),
        Err(error) => {
            tracing::error!(%error, "a page cannot be drawn");
            Err(Problem::Internal)
        }
    }
}
