//! From an authorization code to a token answer (RFC 6749 section 4.1.3).
//!
//! Guarantees: an attempt is consumed by one atomic write before the code is
//! sent anywhere; the code is sent once, and its answer is kept by the host, so
//! that a call that breaks off is taken up again by the next one; a code that
//! certainly was not sent can be handed in again.

use std::time::Duration;

use http::StatusCode;
use oauth2::AuthorizationCode;

use crate::attempt::{Asked, Attempt, Failure, Phase, nonce};
use crate::catalogue::message;
use crate::cause::Cause;
use crate::cell::{self, Cell, WriteError};
use crate::contract::{Guard, HttpError, StorageError};
use crate::effects::{Effects, Entry, Response};
use crate::endpoint;
use crate::error::Error;
use crate::grant::{Grant, State};
use crate::handle_callback::Journey;
use crate::refusal::{self, Source};
use crate::registration::Registration;
use crate::settings::SettingsCell;
use crate::token_response::TokenResponse;

/// No request goes out under an attempt that was consumed longer ago, in
/// milliseconds.
const GUARD: u32 = 60_000;

/// When to try again after a request that did not leave.
const RETRY: Duration = Duration::from_secs(5);

impl<E: Effects> Journey<'_, E> {
    /// Consumes the attempt, spends the code, and takes in the answer.
    pub(crate) fn redeem(
        &self,
        attempt: Cell<Attempt>,
        asked: Asked,
        registration: &Registration,
        code: AuthorizationCode,
    ) -> Result<(), Error> {
        self.fits_settings(&attempt)?;
        let grant = cell::read::<Grant>(self.effects)?;
        if grant
            .as_ref()
            .is_some_and(|grant| grant.value.state == State::Removing)
        {
            return Err(Error::Rejected(Cause::Removing));
        }
        let consumed = attempt.in_phase(Phase::Exchanging {
            asked: asked.clone(),
            claim: nonce(self.effects),
        });
        let version = match cell::save(self.effects, Some(&attempt), &consumed) {
            Ok(version) => version,
            Err(WriteError::Conflict) => return Err(self.foreign(&message::LOG_CALLBACK_USED)),
            Err(WriteError::Failed(error)) => return Err(error),
        };
        let attempt = attempt.written(consumed, version);
        let guard = Guard {
            key: <Attempt as cell::Kind>::KEY.to_owned(),
            version: attempt.version.clone(),
            max_age: GUARD,
        };
        let kept = attempt.value.id.answer(0);
        let token = &registration.endpoints.token;
        let began = self.effects.now();
        match endpoint::exchange_code(self.effects, token, &asked, &code, guard, kept) {
            Ok(response) => {
                // Whoever waited for it may have slept.
                let age = Duration::from_secs(self.effects.now().saturating_sub(began));
                let answer = (&response, age);
                self.answered(&attempt, &asked, registration, grant, answer, code.secret())
            }
            Err(error) => self.unanswered(&attempt, &asked, registration, error),
        }
    }

    fn answered(
        &self,
        attempt: &Cell<Attempt>,
        asked: &Asked,
        registration: &Registration,
        grant: Option<Cell<Grant>>,
        (response, age): (&Response, Duration),
        code: &str,
    ) -> Result<(), Error> {
        let status = response.status;
        let answer = TokenResponse::read(&response.body);
        match answer.usable().filter(|_| status.is_success()) {
            Some(usable) => self.take_in(attempt, asked, registration, grant, usable, age),
            None => {
                let verifier = asked.verifier.as_ref().map_or("", |verifier| &verifier.0);
                Err(self.fail(attempt, refused(status, &answer, &[code, verifier])))
            }
        }
    }

    fn unanswered(
        &self,
        attempt: &Cell<Attempt>,
        asked: &Asked,
        registration: &Registration,
        error: HttpError,
    ) -> Result<(), Error> {
        let cause = match error {
            HttpError::Denied(_) => Cause::EgressDenied,
            HttpError::Limited(pause) => {
                let pause = Duration::from_millis(pause.into());
                return Err(self.unspent(attempt, asked, Cause::RateLimited, pause));
            }
            HttpError::NotSent(_) => {
                // Perhaps because another call has spent the code already.
                if let Some(kept) = self.kept(attempt)? {
                    return self.take_up(attempt, asked, registration, &kept);
                }
                return Err(self.unspent(attempt, asked, Cause::ProviderUnreachable, RETRY));
            }
            HttpError::NoAnswer(_) | HttpError::Other(_) => Cause::ProviderSilent,
        };
        Err(self.fail(attempt, cause.into()))
    }

    /// The code never left: the attempt is open again, with a mark, and the same
    /// callback can be handed in once more.
    fn unspent(
        &self,
        attempt: &Cell<Attempt>,
        asked: &Asked,
        cause: Cause,
        after: Duration,
    ) -> Error {
        let open = attempt.in_phase(Phase::Open {
            asked: asked.clone(),
            mark: Some(cause.into()),
        });
        match cell::save(self.effects, Some(attempt), &open) {
            Ok(_) => {
                self.note_failure(&cause.into());
                Error::Unavailable { cause, after }
            }
            // A new attempt is what held the request back.
            Err(WriteError::Conflict) => self.foreign(&message::LOG_CALLBACK_USED),
            Err(WriteError::Failed(error)) => error,
        }
    }

    /// Goes on from a kept answer; without one the code counts as used.
    pub(crate) fn resume(&self, attempt: &Cell<Attempt>, asked: &Asked) -> Result<(), Error> {
        let registration = Registration::read(self.effects)?;
        let Some(kept) = self.kept(attempt)? else {
            return Err(self.foreign(&message::LOG_CALLBACK_USED));
        };
        if !asked.fits(&registration) {
            return Err(self.fail(attempt, Cause::RegistrationChanged.into()));
        }
        self.fits_settings(attempt)?;
        self.take_up(attempt, asked, &registration, &kept)
    }

    /// An attempt for another kind of account than is chosen now has failed.
    pub(crate) fn fits_settings(&self, attempt: &Cell<Attempt>) -> Result<(), Error> {
        let settings = cell::read::<SettingsCell>(self.effects)?
            .ok_or(Error::Rejected(Cause::Unconfigured))?;
        if settings.value.settings()?.account == attempt.value.account {
            Ok(())
        } else {
            Err(self.fail(attempt, Cause::SettingsChanged.into()))
        }
    }

    /// The kept answer of the exchange.
    pub(crate) fn kept(&self, attempt: &Cell<Attempt>) -> Result<Option<Entry>, Error> {
        match self.effects.get(&attempt.value.id.answer(0)) {
            Ok(entry) => Ok(Some(entry)),
            Err(StorageError::Missing(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn take_up(
        &self,
        attempt: &Cell<Attempt>,
        asked: &Asked,
        registration: &Registration,
        kept: &Entry,
    ) -> Result<(), Error> {
        let answer = TokenResponse::read(&kept.value);
        let Some(usable) = answer.usable() else {
            // Only the bodies of successful answers are kept.
            return Err(self.fail(attempt, refused(StatusCode::OK, &answer, &[])));
        };
        let grant = cell::read::<Grant>(self.effects)?;
        self.take_in(attempt, asked, registration, grant, usable, kept.age)
    }
}

/// What an answer without a usable token means.
fn refused(status: StatusCode, answer: &TokenResponse, sent: &[&str]) -> Failure {
    match answer.refusal(sent) {
        Some(words) => Failure {
            cause: refusal::meaning(Source::CodeExchange, &words),
            words,
        },
        None if status == StatusCode::TOO_MANY_REQUESTS => Cause::RateLimited.into(),
        None if status.is_server_error() => Cause::ProviderFailing.into(),
        None => Cause::AnswerUnusable.into(),
    }
}

#[cfg(test)]
mod tests;
