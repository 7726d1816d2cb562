//! Files to take along.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use super::site::Site;
use crate::show;

/// Something to be kept, by a name that says of when it is (RFC 6266).
pub fn file(
    site: &Site,
    name: &str,
    extension: &str,
    kind: &'static str,
    text: String,
) -> Response {
    let now = show::time(site.now());
    let day = now.split('T').next().unwrap_or_default();
    let name = format!("attachment; filename=\"{name}-{day}.{extension}\"");
    let headers = [(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, name)];
    (headers, text).into_response()
}
