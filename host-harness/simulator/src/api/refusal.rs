//! Every way in which the REST API says no (Fortnox: Errors). Texts are Swedish
//! whatever the request asks for; marks as in [`Refusal`](crate::Refusal).

use axum::response::Response;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};

use super::register::Register;
use crate::answer::{self, JSON, Members};
use crate::behaviour::{ApiError, ApiErrorStyle, Behaviour, CannedAnswer, Shape};
use crate::cast::Right;

pub(super) enum ApiRefusal {
    /// The token is missing, unknown, expired or ended (R).
    Unauthorized,
    /// Too many requests (D: 429; ?: the body).
    RateLimited,
    /// The register refuses everybody.
    Standing(ApiError),
    /// D and S: 2000663.
    ScopeMissing,
    /// D and S: 2001101.
    LicenceMissing,
    /// D: 2001103; ?: status and casing.
    IntegrationLicenceMissing,
    /// The register's own words.
    RightMissing(Right),
    /// R: the register's own words.
    NotFound(&'static Register),
    /// D: 2000588.
    Parameter,
    /// The number is another record's. D: 2000637 for customers; ?: projects.
    NumberTaken(&'static Register, String),
    /// D: 2002115; ?: text.
    NotJson,
    /// No such field. D: 2001399; ?: text.
    FieldName(String),
    /// A field's value is no good. D: 2001392; ?: text.
    Data(String),
}

impl ApiRefusal {
    /// What this field holds is no good.
    pub(super) fn data(field: &str) -> Self {
        Self::Data(field.to_owned())
    }

    pub(super) fn answer(&self, behaviour: &Behaviour) -> Response {
        let rest = &behaviour.rest;
        let invalid = |code, message: &str| error(&rest.validation_error, code, message);
        match self {
            Self::Unauthorized => whole(&rest.token_error),
            Self::RateLimited => rate_limited(rest.rate_limit_retry_after),
            Self::Standing(error) => whole(error),
            Self::ScopeMissing => whole(&rest.scope_error),
            Self::LicenceMissing => whole(&rest.licence_error),
            Self::IntegrationLicenceMissing => whole(&rest.integration_licence_error),
            Self::RightMissing(right) => whole(&rest.right_error(*right)),
            Self::NotFound(register) => {
                let (code, message) = register.not_found;
                error(&rest.not_found_error, code, message)
            }
            Self::Parameter => invalid(2_000_588, "Ogiltig parameter i anropet."),
            Self::NumberTaken(register, number) => {
                let (code, word) = register.taken;
                invalid(code, &format!("{word} {number} används redan."))
            }
            Self::NotJson => invalid(2_002_115, "Felaktig JSON."),
            Self::FieldName(name) => invalid(2_001_399, &format!("Felaktigt fältnamn: {name}.")),
            Self::Data(field) => invalid(2_001_392, &format!("Felaktig data: {field}.")),
        }
    }
}

fn rate_limited(retry_after: Option<u64>) -> Response {
    let body = Members::new().to_json();
    let mut response = answer::answer(StatusCode::TOO_MANY_REQUESTS, JSON, body);
    if let Some(seconds) = retry_after {
        answer::set(&mut response, RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn whole(refused: &ApiError) -> Response {
    error(&refused.style, refused.code, &refused.message)
}

/// The code that an answer holds, as an extension of it.
#[derive(Clone, Copy)]
pub(super) struct Told(pub(super) u32);

fn error(style: &ApiErrorStyle, code: u32, message: &str) -> Response {
    let mut members = Members::new();
    let body = match style.shape {
        Shape::Lower => information(["error", "message", "code"], code, message),
        Shape::Capital => information(["Error", "Message", "Code"], code, message),
        Shape::Message => {
            members.set("message", message);
            members.to_ascii_json()
        }
        Shape::Service => {
            members.set("error", code.to_string());
            members.set("id", "0f0e0d0c-0b0a-4908-8706-050403020100");
            members.set("message", message);
            members.to_ascii_json()
        }
        Shape::Empty => String::new(),
    };
    let mut response = answer::canned(&CannedAnswer {
        status: style.status,
        content_type: style.media_type.clone(),
        body: body.into_bytes(),
    });
    if !matches!(style.shape, Shape::Message | Shape::Empty) {
        response.extensions_mut().insert(Told(code));
    }
    response
}

fn information([error, message, code]: [&str; 3], number: u32, text: &str) -> String {
    let mut information = Members::new();
    information.set(error, 1);
    information.set(message, text);
    information.set(code, number);
    let mut members = Members::new();
    members.set("ErrorInformation", information);
    members.to_ascii_json()
}
