//! Keeping a grant alive: from a stored grant to one whose access token lasts.
//!
//! Guarantees: a refresh token is spent once, and never unless its successor
//! can be stored; only what is stored is handed out; whatever goes wrong short
//! of a refusal leaves the grant as it was; and while the stored access token
//! still lasts, it is handed out although the renewal failed.
//!
//! A service account asks with the client's own credentials
//! ([`client_credentials`]); a person's grant hangs on its refresh token
//! ([`rotation`]), by the protocol of [`decision`].

mod answer;
mod client_credentials;
pub(crate) mod decision;
mod journal;
mod rotation;

use std::cell::{Cell as Flag, RefCell};
use std::time::Duration;

use oauth2::RefreshToken;
use subtle::ConstantTimeEq;

use crate::cause::Cause;
use crate::cell::{self, Cell, WriteError};
use crate::company_log::CompanyLog;
use crate::contract::Precondition;
use crate::effects::Effects;
use crate::endpoint;
use crate::error::Error;
use crate::grant::{Grant, State};
use crate::health::Health;
use crate::provider_text::Words;
use crate::registration::Registration;
use crate::settings::Account;

pub(crate) use client_credentials::SECOND_LOOK;
pub(crate) use rotation::DOUBT;

use answer::Refused;
use decision::{LateSave, Life, Stored, late};

/// What a caller needs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Demand<'a> {
    /// An access token that lasts, and is not the one just `refused`.
    AccessToken {
        /// A value that the provider has answered with 401.
        refused: Option<&'a str>,
    },
    /// An access token that lasts, for somebody who wants to see whether what
    /// stood in the way is gone: no pause holds.
    Check {
        /// A value that the provider has answered with 401.
        refused: Option<&'a str>,
    },
    /// A new refresh token, before the present one dies of age.
    KeepAlive,
}

/// After a failure that gives no time of its own.
const RETRY: Duration = Duration::from_secs(30);

/// After an answer that would be the same again.
const REPEAT: Duration = Duration::from_secs(60);

/// The grant, with an access token that lasts.
///
/// # Errors
/// [`Error::AuthorizationRequired`] when the grant has ended,
/// [`Error::Unavailable`] when trying again can help, [`Error::Misconfigured`]
/// where the operator has to act, and those of the cells.
pub(crate) fn supply(effects: &impl Effects, demand: Demand<'_>) -> Result<Cell<Grant>, Error> {
    let renewal = Renewal {
        effects,
        log: CompanyLog::open(effects),
        demand,
        saved: Flag::new(false),
        request: RefCell::default(),
    };
    for _ in 0..cell::ROUNDS {
        let grant = cell::read::<Grant>(effects)?
            .ok_or(Error::AuthorizationRequired(Cause::Unauthorized))?;
        let step = match grant.value.account {
            Account::Service => renewal.client_credentials(grant)?,
            Account::User => renewal.rotation(grant)?,
        };
        match step {
            Step::Done(grant) => return Ok(*grant),
            Step::LookAgain => {}
        }
    }
    Err(cell::busy())
}

/// How far one look at the grant has led.
pub(crate) enum Step {
    /// This is it.
    Done(Box<Cell<Grant>>),
    /// The cell is another now.
    LookAgain,
}

/// One renewal on its way.
pub(crate) struct Renewal<'a, E> {
    effects: &'a E,
    log: CompanyLog<'a, E>,
    demand: Demand<'a>,
    /// Whether a refresh token has already come without an access token.
    saved: Flag<bool>,
    /// How Fortnox numbered the latest request, where it did.
    request: RefCell<Option<String>>,
}

impl<E: Effects> Renewal<'_, E> {
    /// How long the access token lasts, for this demand.
    fn life(&self, grant: &Cell<Grant>) -> Life {
        let now = self.effects.now();
        let lasts = grant.serves(now);
        match self.demand {
            Demand::KeepAlive if lasts => Life::Due,
            Demand::AccessToken { refused } | Demand::Check { refused }
                if lasts && !is(refused, &grant.value) =>
            {
                match now < grant.value.due() {
                    true => Life::Fresh,
                    false => Life::Due,
                }
            }
            _ => Life::Over,
        }
    }

    /// Whether whoever asks has nothing left to go on with.
    fn is_over(&self, grant: &Cell<Grant>) -> bool {
        self.life(grant) == Life::Over
    }

    /// How long ago this was: what an answer brings lives from before it was asked
    /// for, because whoever waited for it may have slept.
    fn since(&self, began: u64) -> Duration {
        Duration::from_secs(self.effects.now().saturating_sub(began))
    }

    /// The registration that the grant was issued under. Tokens of one app or
    /// server are of no use to another, and must not go there (RFC 9700 section
    /// 4.4).
    fn registration(&self, grant: &Grant) -> Result<Registration, Error> {
        let registration = Registration::read(self.effects)?;
        if grant.issued.fits(&registration) {
            Ok(registration)
        } else {
            Err(Error::AuthorizationRequired(Cause::AppChanged))
        }
    }

    /// What a renewal that brought nothing means to the caller: the stored token
    /// while it lasts, else the error.
    fn without(&self, grant: Cell<Grant>, error: Error) -> Result<Step, Error> {
        let serves = !matches!(self.demand, Demand::KeepAlive);
        if serves && self.life(&grant) == Life::Due {
            Ok(Step::Done(Box::new(grant)))
        } else {
            Err(error)
        }
    }

    /// Notes what the token endpoint refused for a reason that is not the
    /// grant's, and says what it means to the caller; `over`: who has no token left.
    fn refused(&self, grant: &Grant, over: bool, refused: Refused) -> Error {
        let Refused {
            cause,
            words,
            after,
        } = refused;
        self.remember(grant, cause);
        match answer::class(cause) {
            answer::Class::Operator => {
                self.note(grant, cause, &words, None);
                Error::Misconfigured(cause)
            }
            answer::Class::Licence => {
                self.note(grant, cause, &words, Some(answer::LICENCE_PAUSE));
                let after = answer::LICENCE_PAUSE;
                Error::Unavailable { cause, after }
            }
            answer::Class::Passing | answer::Class::Grant => {
                let after = match cause {
                    // The same again would only be spent in vain.
                    Cause::AnswerUnusable | Cause::ProviderRefused => Some(after.unwrap_or(REPEAT)),
                    _ => after,
                };
                // While the token serves, nobody misses anything. The host keeps the
                // pause of a limit for all companies.
                if over || after.is_some() && cause != Cause::RateLimited {
                    let pause = after.filter(|_| cause != Cause::RateLimited);
                    self.note(grant, cause, &words, pause);
                }
                let after = after.unwrap_or(RETRY);
                Error::Unavailable { cause, after }
            }
        }
    }

    /// The pause that an earlier refusal has imposed.
    fn paused(&self, grant: &Grant) -> Option<Error> {
        if matches!(self.demand, Demand::Check { .. }) {
            return None;
        }
        let now = self.effects.now();
        let pause = Health::of(self.effects, &grant.lineage).pause(now)?;
        Some(Error::Unavailable {
            cause: pause.cause,
            after: Duration::from_secs(pause.until.saturating_sub(now)),
        })
    }

    /// The grant has ended: a person has to authorize again.
    fn end(&self, grant: &Cell<Grant>, cause: Cause, words: &Words) -> Result<Step, Error> {
        let mut ended = grant.again();
        ended.state = State::Ended(cause);
        ended.claim = None;
        match cell::save(self.effects, Some(grant), &ended) {
            Ok(_) => {
                self.remember(&grant.value, cause);
                self.tell("grant.ended", cause, words);
                Err(Error::AuthorizationRequired(cause))
            }
            Err(WriteError::Conflict) => Ok(Step::LookAgain),
            Err(WriteError::Failed(error)) => Err(error),
        }
    }

    /// Stores a new generation; somebody who wrote first is met as
    /// [`decision::late`] says.
    fn store(&self, before: Cell<Grant>, after: Grant) -> Result<Step, Error> {
        let spent = before.value.clone();
        let mut current = before;
        for _ in 0..cell::ROUNDS {
            match cell::save(self.effects, Some(&current), &after) {
                Ok(version) => {
                    let stored = current.written(after, version);
                    let serves = stored.serves(self.effects.now());
                    self.renewed(&spent, &stored.value, serves);
                    return Ok(Step::Done(Box::new(stored)));
                }
                Err(WriteError::Conflict) => {
                    let found = cell::read::<Grant>(self.effects)?;
                    match (late(stored(found.as_ref(), &current.value)), found) {
                        (LateSave::PutAgain, Some(found)) => current = found,
                        (LateSave::Adopt, _) => return Ok(Step::LookAgain),
                        (LateSave::GiveBack, _) | (LateSave::PutAgain, None) => {
                            self.give_back(&current.value, &after);
                            return Err(Error::Rejected(Cause::Removing));
                        }
                    }
                }
                // The host refuses writes to a connection that it has erased.
                Err(WriteError::Failed(error)) => {
                    if cell::read::<Grant>(self.effects).is_ok_and(|found| found.is_none()) {
                        self.give_back(&current.value, &after);
                        return Err(Error::Rejected(Cause::Removing));
                    }
                    return Err(error);
                }
            }
        }
        Err(cell::busy())
    }

    /// Revokes what removal did not know of.
    fn give_back(&self, known: &Grant, new: &Grant) {
        let Ok(registration) = Registration::read(self.effects) else {
            return;
        };
        let is_known = |token: &RefreshToken| {
            known
                .refresh_tokens()
                .any(|known| known.secret() == token.secret())
        };
        if let Some(token) = new.refresh_token.clone().filter(|token| !is_known(token)) {
            // Removal has told the people what remains to be done by hand.
            let _ = endpoint::revoke(self.effects, &registration, &token);
        }
    }

    fn forget(&self, key: &str) {
        // If it stays, the generation tells that it is done with.
        let _ = self.effects.delete(key, Precondition::Always);
    }
}

fn stored(found: Option<&Cell<Grant>>, spent: &Grant) -> Stored {
    match found.map(|cell| &cell.value) {
        None => Stored::Nothing,
        Some(grant) if grant.state == State::Removing => Stored::Removing,
        Some(grant) if grant.lineage == spent.lineage && grant.generation == spent.generation => {
            Stored::SameGeneration
        }
        Some(_) => Stored::Another,
    }
}

fn is(refused: Option<&str>, grant: &Grant) -> bool {
    let present = grant.access_token.secret().as_bytes();
    refused.is_some_and(|refused| refused.as_bytes().ct_eq(present).into())
}

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
