//! How the REST API says no: status, shape, code and text.

use serde::{Deserialize, Serialize};

/// The answer of a refused request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiError {
    /// Everything but the words.
    pub style: ApiErrorStyle,
    /// Fortnox's code.
    pub code: u32,
    /// The text.
    pub message: String,
}

impl ApiError {
    /// An error in these words.
    pub fn new(style: ApiErrorStyle, code: u32, message: &str) -> Self {
        Self {
            style,
            code,
            message: message.to_owned(),
        }
    }

    /// `{"message":"unauthorized"}`, which the gateway says of every bad token
    /// (R).
    pub fn unauthorized() -> Self {
        Self::new(ApiErrorStyle::json(401, Shape::Message), 0, "unauthorized")
    }

    /// 2000310 (D; ?: status and casing).
    pub fn login_invalid() -> Self {
        Self::new(ApiErrorStyle::lower(401), 2_000_310, "Ogiltig inloggning")
    }

    /// 2000311 (D and S; ?: status and casing).
    pub fn login_missing() -> Self {
        let message = "Kan inte logga in, access-token eller client-secret saknas(2).";
        Self::new(ApiErrorStyle::lower(401), 2_000_311, message)
    }

    /// 2004054 (S; ?: text, status and casing).
    pub fn login_invalid_v2() -> Self {
        Self::new(ApiErrorStyle::lower(401), 2_004_054, "Ogiltig inloggning")
    }
}

/// Status, shape and media type of an API error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiErrorStyle {
    /// HTTP status; one that HTTP does not know is sent as 500.
    pub status: u16,
    /// What the body looks like.
    pub shape: Shape,
    /// The `Content-Type`; none sends no such header.
    pub media_type: Option<String>,
}

impl ApiErrorStyle {
    /// `ErrorInformation` with members in lower case.
    pub fn lower(status: u16) -> Self {
        Self::json(status, Shape::Lower)
    }

    /// `ErrorInformation` with members in capitals.
    pub fn capital(status: u16) -> Self {
        Self::json(status, Shape::Capital)
    }

    /// No body, and no media type.
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            shape: Shape::Empty,
            media_type: None,
        }
    }

    fn json(status: u16, shape: Shape) -> Self {
        Self {
            status,
            shape,
            media_type: Some("application/json".to_owned()),
        }
    }
}

/// The body of an API error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// `ErrorInformation` with `error`, `message`, `code` (R).
    Lower,
    /// `ErrorInformation` with `Error`, `Message`, `Code` (R).
    Capital,
    /// `message` alone, as the gateway has it (R).
    Message,
    /// `error`, `id` and `message`, as newer services have it (D; ?: what the
    /// first holds, here the code).
    Service,
    /// Nothing (S).
    Empty,
}
