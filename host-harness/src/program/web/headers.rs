//! What every answer tells the browser not to do.
//!
//! No script runs here, nothing is loaded from elsewhere, no other site may frame
//! a page or learn where its visitors come from, and no answer is kept.
//!
//! `form-action` is `'self'` without exception. Browsers apply it to the redirects
//! that follow a form, and nobody knows over which hosts a provider leads its
//! users; so a form that leads to the provider is answered with a page that goes
//! on by itself (see `action`), not with a redirect.

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), \
    gyroscope=(), microphone=(), payment=(), publickey-credentials-get=(), usb=()";

/// Set on every answer.
const ALWAYS: [(HeaderName, &str); 5] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Set where an answer has not said otherwise. Without any referrer browsers would
/// send forms with `Origin: null`.
const UNLESS_SAID: [(HeaderName, &str); 2] = [
    (CACHE_CONTROL, "no-store"),
    (REFERRER_POLICY, "same-origin"),
];

/// Adds them.
pub async fn protect(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in UNLESS_SAID {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Where an address holds a secret: not even this site's pages may learn of it.
pub fn tell_nobody(headers: &mut HeaderMap) {
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}
