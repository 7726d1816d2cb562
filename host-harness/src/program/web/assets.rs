//! The style sheet and the product's mark. Their addresses change with their
//! content, so browsers may keep them.

use std::sync::LazyLock;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use sha2::{Digest as _, Sha256};

const STYLE: &str = include_str!("../../../assets/style.css");
const MARK: &str = include_str!("../../../assets/mark.svg");
const KEEP: &str = "public, max-age=31536000, immutable";

static STYLE_ADDRESS: LazyLock<String> = LazyLock::new(|| {
    let hash = Sha256::digest(STYLE.as_bytes());
    let version: String = hash
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("/assets/style.css?v={version}")
});

/// Where the style sheet of this version is.
pub fn style_address() -> &'static str {
    &STYLE_ADDRESS
}

/// The style sheet.
pub async fn style() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, KEEP),
    ];
    (headers, STYLE)
}

/// The product's mark.
pub async fn mark() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "image/svg+xml"),
        (CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, MARK)
}
