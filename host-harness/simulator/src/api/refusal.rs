//! Every way in which the REST API says no (Fortnox: Errors). Texts are Swedish
//! whatever the request asks for; marks as in [`Refusal`](crate::Refusal).

use axum::response::Response;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};

use super::register::Register;
use crate::answer::{self, JSON, Members};
use crate::behaviour::{ApiErrorStyle, Behaviour, Casing};

pub(super) enum ApiRefusal {
    /// The token is missing, unknown, expired or ended (R).
    Unauthorized,
    /// Too many requests (D: 429; ?: the body).
    RateLimited,
    /// D and S: 2000663.
    ScopeMissing,
    /// D and S: 2001101.
    LicenceMissing,
    /// D: 2001103; ?: status and casing.
    ApiLicenceMissing,
    /// The register's own words.
    RightMissing(&'static Register),
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
        let invalid = |code, message: &str| error(rest.validation_error, code, message);
        match self {
            Self::Unauthorized => unauthorized(),
            Self::RateLimited => rate_limited(rest.rate_limit_retry_after),
            Self::ScopeMissing => {
                let message = "Har inte behörighet för scope";
                error(behaviour.scope_error, 2_000_663, message)
            }
            Self::LicenceMissing => {
                let message = "Det finns ingen aktiv licens för önskat scope";
                error(rest.licence_error, 2_001_101, message)
            }
            Self::ApiLicenceMissing => error(rest.licence_error, 2_001_103, "Api-licens saknas."),
            Self::RightMissing(register) => {
                let right = (register.right_error)(rest);
                error(right.style, right.code, &right.message)
            }
            Self::NotFound(register) => {
                let (code, message) = register.not_found;
                error(rest.not_found_error, code, message)
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

/// R: 26 bytes, no `ErrorInformation`.
fn unauthorized() -> Response {
    let mut members = Members::new();
    members.set("message", "unauthorized");
    answer::answer(StatusCode::UNAUTHORIZED, JSON, members.to_json())
}

fn rate_limited(retry_after: Option<u64>) -> Response {
    let body = Members::new().to_json();
    let mut response = answer::answer(StatusCode::TOO_MANY_REQUESTS, JSON, body);
    if let Some(seconds) = retry_after {
        answer::set(&mut response, RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn error(style: ApiErrorStyle, number: u32, text: &str) -> Response {
    let [error, message, code] = match style.casing {
        Casing::Lower => ["error", "message", "code"],
        Casing::Capital => ["Error", "Message", "Code"],
    };
    let mut information = Members::new();
    information.set(error, 1);
    information.set(message, text);
    information.set(code, number);
    let mut members = Members::new();
    members.set("ErrorInformation", information);
    let status = StatusCode::from_u16(style.status).unwrap_or(StatusCode::BAD_REQUEST);
    answer::answer(status, JSON, members.to_ascii_json())
}
