//! `handle-callback`: admission of what the browser came back with.
//!
//! The order is: shape, `state` and binding, issuer, error, code. Guarantees: a
//! callback that does not belong to the open attempt changes nothing, and its
//! sender learns nothing; a callback that does ends the attempt, with a grant
//! or with the mark of its failure, unless nothing was spent.

use crate::attempt::{Asked, Attempt, Failure, Phase};
use crate::callback::{Answer, Callback};
use crate::catalogue::{Message, message};
use crate::cause::Cause;
use crate::cell::{self, Cell, WriteError};
use crate::company_log::CompanyLog;
use crate::contract::Precondition;
use crate::effects::Effects;
use crate::error::Error;
use crate::provider_text::Words;
use crate::refusal::{self, Source};
use crate::registration::Registration;

/// Ends the open attempt with what the browser came back with.
///
/// # Errors
/// [`Error::CallbackRejected`] or, where the operator has to act,
/// [`Error::Misconfigured`]; the attempt then bears the mark of its failure,
/// unless the callback did not belong to it. After [`Error::Unavailable`] and
/// [`Error::Storage`] the same callback can be handed in again.
pub fn handle_callback(effects: &impl Effects, query: &str, binding: &str) -> Result<(), Error> {
    let log = CompanyLog::open(effects);
    let journey = Journey { effects, log };
    let callback = Callback::parse(query).map_err(|cause| {
        journey.turned_away(&message::LOG_CALLBACK_MALFORMED);
        Error::CallbackRejected(cause)
    })?;
    let attempt = cell::read::<Attempt>(effects)?
        .ok_or_else(|| journey.foreign(&message::LOG_CALLBACK_UNKNOWN))?;
    let asked = match &attempt.value.phase {
        Phase::Open { asked, .. } | Phase::Exchanging { asked, .. } => asked.clone(),
        Phase::Failed { .. } => return Err(journey.foreign(&message::LOG_CALLBACK_UNKNOWN)),
    };
    let state_matches = callback
        .state
        .as_deref()
        .map(|state| asked.state.matches(state));
    let binding_matches = asked.binding.matches(binding);
    match (state_matches, binding_matches) {
        (Some(true), true) | (None, true) => {}
        (Some(true), false) => {
            return Err(journey.foreign(&message::LOG_CALLBACK_OTHER_BROWSER));
        }
        _ => return Err(journey.foreign(&message::LOG_CALLBACK_FOREIGN)),
    }
    if matches!(attempt.value.phase, Phase::Exchanging { .. }) {
        return match state_matches {
            Some(_) => journey.resume(&attempt, &asked),
            None => Err(journey.foreign(&message::LOG_CALLBACK_FOREIGN)),
        };
    }
    if attempt.expired() {
        return Err(journey.foreign(&message::LOG_CALLBACK_EXPIRED));
    }
    if state_matches.is_none() {
        // Fortnox has been seen to drop `state` with the code or the error. The
        // browser is right, so the cause is noted; it decides nothing, and the
        // words may be anybody's.
        return match callback.answer {
            Answer::Code(_) => Err(journey.foreign(&message::LOG_CALLBACK_FOREIGN)),
            Answer::Refused(words) => {
                Err(journey.mark(&attempt, &asked, refused(words).cause.into()))
            }
            Answer::Nothing => Err(journey.mark(&attempt, &asked, Cause::EmptyCallback.into())),
        };
    }
    let registration = match Registration::read(effects) {
        Ok(registration) => registration,
        // The operator may bring it back while the attempt is open.
        Err(Error::Misconfigured(cause)) => {
            return Err(journey.mark(&attempt, &asked, cause.into()));
        }
        Err(error) => return Err(error),
    };
    if !asked.fits(&registration) {
        return Err(journey.fail(&attempt, Cause::RegistrationChanged.into()));
    }
    let issuer = registration.endpoints.issuer.as_deref();
    if issuer.is_some() && issuer != callback.issuer.as_deref() {
        return Err(journey.fail(&attempt, Cause::IssuerRejected.into()));
    }
    match callback.answer {
        Answer::Refused(words) => Err(journey.fail(&attempt, refused(words))),
        Answer::Nothing => Err(journey.mark(&attempt, &asked, Cause::EmptyCallback.into())),
        Answer::Code(code) => journey.redeem(attempt, asked, &registration, code),
    }
}

/// A refusal in the callback.
fn refused(words: Words) -> Failure {
    Failure {
        cause: refusal::meaning(Source::Callback, &words),
        words,
    }
}

/// The error for a journey that ended with this cause.
fn ended(cause: Cause) -> Error {
    if cause.is_the_operators() {
        Error::Misconfigured(cause)
    } else {
        Error::CallbackRejected(cause)
    }
}

/// One call on its way from callback to grant.
pub(crate) struct Journey<'a, E> {
    pub(crate) effects: &'a E,
    pub(crate) log: CompanyLog<'a, E>,
}

impl<E: Effects> Journey<'_, E> {
    /// One code for whoever asks; which it was is for the log only.
    pub(crate) fn foreign(&self, message: &Message) -> Error {
        self.turned_away(message);
        Error::CallbackRejected(Cause::StateRejected)
    }

    fn turned_away(&self, message: &Message) {
        self.log.warn("callback.rejected", message, &[]);
    }

    pub(crate) fn note_failure(&self, failure: &Failure) {
        let Failure { cause, words } = failure;
        let lead = &message::LOG_AUTHORIZATION_FAILED;
        self.log
            .refusal("authorization.failed", lead, *cause, words);
    }

    /// Notes what came back, and goes on waiting until the attempt expires.
    fn mark(&self, attempt: &Cell<Attempt>, asked: &Asked, failure: Failure) -> Error {
        let error = ended(failure.cause);
        self.note_failure(&failure);
        let marked = attempt.in_phase(Phase::Open {
            asked: asked.clone(),
            mark: Some(failure),
        });
        match cell::save(self.effects, Some(attempt), &marked) {
            // Whoever wrote meanwhile knows better.
            Ok(_) | Err(WriteError::Conflict) => error,
            Err(WriteError::Failed(failed)) => failed,
        }
    }

    /// Ends the attempt with the mark of its failure, and forgets what it got.
    pub(crate) fn fail(&self, attempt: &Cell<Attempt>, failure: Failure) -> Error {
        let error = ended(failure.cause);
        self.note_failure(&failure);
        let failed = attempt.in_phase(Phase::Failed { failure });
        match cell::save(self.effects, Some(attempt), &failed) {
            Ok(_) => {
                // Unread from now on: only tidiness is at stake.
                let kept = attempt.value.id.answer(0);
                let _ = self.effects.delete(&kept, Precondition::Always);
                error
            }
            Err(WriteError::Conflict) => error,
            Err(WriteError::Failed(failed)) => failed,
        }
    }
}

#[cfg(test)]
mod tests;
