//! HTTP answers, built without anything that can fail.

use axum::body::Body;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, PRAGMA};
use http::{HeaderName, HeaderValue, StatusCode};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::behaviour::{Behaviour, CannedAnswer, ErrorMediaType, ErrorShape};
use crate::refusal::Refusal;

pub(crate) const JSON: &str = "application/json";

pub(crate) fn answer(status: StatusCode, media_type: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    set(
        &mut response,
        CONTENT_TYPE,
        HeaderValue::from_static(media_type),
    );
    response
}

/// An answer that no cache keeps (RFC 6749 section 5.1).
pub(crate) fn uncached(mut response: Response) -> Response {
    set(
        &mut response,
        CACHE_CONTROL,
        HeaderValue::from_static("no-store"),
    );
    set(&mut response, PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// 302, or none when the address cannot stand in a header.
pub(crate) fn redirect(to: &str) -> Option<Response> {
    let location = HeaderValue::from_str(to).ok()?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    set(&mut response, LOCATION, location);
    Some(response)
}

pub(crate) fn canned(canned: &CannedAnswer) -> Response {
    let mut response = Response::new(Body::from(canned.body.clone()));
    *response.status_mut() =
        StatusCode::from_u16(canned.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let media_type = canned
        .content_type
        .as_deref()
        .and_then(|text| text.parse().ok());
    if let Some(media_type) = media_type {
        set(&mut response, CONTENT_TYPE, media_type);
    }
    response
}

/// A refusal given directly, not by redirect (R; RFC 6749 section 5.2).
pub(crate) fn refusal(refusal: Refusal, status: StatusCode, behaviour: &Behaviour) -> Response {
    let mut members = Members::new();
    members.set("error", behaviour.error(refusal));
    members.set("error_description", behaviour.description(refusal));
    if behaviour.error_shape == ErrorShape::Hydra {
        members.set("error_hint", "");
        members.set("error_debug", "");
        members.set("status_code", status.as_u16());
    }
    let media_type = match behaviour.error_media_type {
        ErrorMediaType::Json => JSON,
        ErrorMediaType::AsRecorded if status == StatusCode::UNAUTHORIZED => {
            "text/plain;charset=UTF-8"
        }
        ErrorMediaType::AsRecorded => "text/html; charset=UTF-8",
    };
    uncached(answer(status, media_type, members.to_json()))
}

pub(crate) fn internal(error: &(dyn std::error::Error + 'static)) -> Response {
    tracing::error!(error, "the simulator failed");
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    answer(status, "text/plain; charset=UTF-8", String::new())
}

pub(crate) fn set(response: &mut Response, name: HeaderName, value: HeaderValue) {
    response.headers_mut().insert(name, value);
}

/// A JSON object whose members stay in order, as on the wire.
pub(crate) struct Members(Vec<(String, Value)>);

impl Members {
    pub(crate) fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        let value = value.into();
        match self.0.iter_mut().find(|(found, _)| found == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// Whether the member has this text.
    pub(crate) fn has(&self, name: &str, text: &str) -> bool {
        self.0
            .iter()
            .any(|(found, value)| found == name && value.as_str() == Some(text))
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(found, _)| found != name);
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// With everything outside ASCII escaped, as the REST API writes (R).
    pub(crate) fn to_ascii_json(&self) -> String {
        let mut ascii = String::new();
        for char in self.to_json().chars() {
            if char.is_ascii() {
                ascii.push(char);
            } else {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    ascii.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
        ascii
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl From<Members> for Value {
    /// Loses the order, which nested objects of the API do not need.
    fn from(members: Members) -> Self {
        Self::Object(members.0.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use axum::body::HttpBody as _;

    use super::*;

    #[test]
    fn given_an_inner_failure_when_answered_then_500_and_nothing_of_it_shows() {
        let response = internal(&std::fmt::Error);
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.body().size_hint().exact(), Some(0));
    }

    #[test]
    fn given_letters_outside_ascii_when_written_for_the_api_then_escaped() {
        let mut members = Members::new();
        members.set("b", "Växjö \u{1F600}");
        members.set("a", 1);
        let text = members.to_ascii_json();
        assert_eq!(text, r#"{"b":"V\u00e4xj\u00f6 \ud83d\ude00","a":1}"#);
    }
}
