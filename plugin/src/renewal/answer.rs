//! What the token endpoint answers to a renewal.
//!
//! One reading for both ways of renewing. What decides is whether the token can
//! have been spent: certainly not, certainly refused, or unknown.

use std::time::Duration;

use http::StatusCode;

use crate::cause::Cause;
use crate::contract::HttpError;
use crate::effects::Response;
use crate::provider_text::Words;
use crate::refusal::{self, Source};
use crate::retry_after::retry_after;
use crate::token_response::TokenResponse;

/// A missing licence is asked about once a day.
pub(super) const LICENCE_PAUSE: Duration = Duration::from_secs(24 * 3600);

/// An answer, or why there is none.
pub(super) enum Answer {
    /// A success with something in it.
    Granted(Box<TokenResponse>),
    /// Certainly nothing was spent.
    Refused(Refused),
    /// The host sent nothing. Somebody else may have come first.
    Unsent(Refused),
    /// The grant is not accepted.
    GrantRefused(Words),
    /// Whether anything was spent is unknown.
    Unknown(Refused),
}

/// A refusal for a reason that is not the grant's.
pub(super) struct Refused {
    pub(super) cause: Cause,
    pub(super) words: Words,
    /// When to try again, where that was said.
    pub(super) after: Option<Duration>,
}

impl From<Cause> for Refused {
    fn from(cause: Cause) -> Self {
        Refused {
            cause,
            words: Words::default(),
            after: None,
        }
    }
}

/// Whose a refusal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// The grant is over.
    Grant,
    /// A licence is missing at the provider: a pause.
    Licence,
    /// The host's operator has to act: no grant is touched.
    Operator,
    /// Worth trying again.
    Passing,
}

/// Whose a cause is when a renewal meets it.
pub(super) fn class(cause: Cause) -> Class {
    match cause {
        Cause::GrantRefused | Cause::ConsentWithdrawn => Class::Grant,
        Cause::IntegrationLicenceMissing | Cause::AppLicenceMissing => Class::Licence,
        cause if cause.is_the_operators() => Class::Operator,
        _ => Class::Passing,
    }
}

/// Reads what came of a request. `sent` are secrets that may come back in words.
pub(super) fn read(source: Source, sent: &[&str], answer: Result<Response, HttpError>) -> Answer {
    match answer {
        Ok(response) => received(source, sent, &response),
        Err(HttpError::Denied(_)) => Answer::Refused(Cause::EgressDenied.into()),
        Err(HttpError::Limited(pause)) => Answer::Refused(Refused {
            after: Some(Duration::from_millis(pause.into())),
            ..Cause::RateLimited.into()
        }),
        Err(HttpError::NotSent(_)) => Answer::Unsent(Cause::ProviderUnreachable.into()),
        Err(HttpError::NoAnswer(_) | HttpError::Other(_)) => {
            Answer::Unknown(Cause::ProviderSilent.into())
        }
    }
}

fn received(source: Source, sent: &[&str], response: &Response) -> Answer {
    let status = response.status;
    let read = TokenResponse::read(&response.body);
    if status.is_success() && read.holds_something() {
        return Answer::Granted(Box::new(read));
    }
    let after = retry_after(response);
    if let Some(words) = read.refusal(sent).filter(|_| !status.is_success()) {
        let cause = refusal::meaning(source, &words);
        return match class(cause) {
            // RFC 6749 section 5.2. Anybody may stand in the way under another status.
            Class::Grant if matches!(status.as_u16(), 400 | 401 | 403) => {
                Answer::GrantRefused(words)
            }
            Class::Grant if status == StatusCode::TOO_MANY_REQUESTS => Answer::Refused(Refused {
                cause: Cause::RateLimited,
                words,
                after,
            }),
            Class::Grant => Answer::Unknown(Refused {
                cause: Cause::ProviderFailing,
                words,
                after,
            }),
            // A server out of order may have lost count.
            Class::Passing if status.is_server_error() && after.is_none() => {
                Answer::Unknown(Refused {
                    cause,
                    words,
                    after,
                })
            }
            _ => Answer::Refused(Refused {
                cause,
                words,
                after,
            }),
        };
    }
    let unknown = |cause: Cause| {
        Answer::Unknown(Refused {
            after,
            ..cause.into()
        })
    };
    match status {
        StatusCode::TOO_MANY_REQUESTS => Answer::Refused(Refused {
            after,
            ..Cause::RateLimited.into()
        }),
        StatusCode::SERVICE_UNAVAILABLE if after.is_some() => Answer::Refused(Refused {
            after,
            ..Cause::ProviderFailing.into()
        }),
        // RFC 9110 sections 15.5.20 and RFC 8470 section 5.2: not processed.
        StatusCode::MISDIRECTED_REQUEST | StatusCode::TOO_EARLY => {
            Answer::Refused(Cause::ProviderFailing.into())
        }
        status if status.is_server_error() => unknown(Cause::ProviderFailing),
        _ => unknown(Cause::AnswerUnusable),
    }
}
