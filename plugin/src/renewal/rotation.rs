//! Renewal by refresh token (RFC 6749 section 6), which rotates: each is good
//! for one use.

use std::time::Duration;

use super::answer::{self, Answer, Refused};
use super::decision::{
    self, AfterRefusal, Claim, Condition, Life, Move, Sight, Verdict, decide, may_be_kept,
};
use super::{Renewal, Step};
use crate::attempt::nonce;
use crate::catalogue::message;
use crate::cause::Cause;
use crate::cell::{self, Cell, WriteError};
use crate::contract::{Guard, Precondition, StorageError};
use crate::effects::{Effects, Entry};
use crate::endpoint;
use crate::error::Error;
use crate::grant::{Grant, State};
use crate::provider_text::Words;
use crate::refusal::Source;
use crate::settings::Account;
use crate::token_response::TokenResponse;

/// For so long somebody who has claimed a grant may be at it.
const CLAIM: Duration = Duration::from_secs(90);

/// For so long after its claim a request may go out, in milliseconds: whoever
/// was suspended in between is late, and keeps still.
const GUARD: u32 = 60_000;

// A claim outlives whatever goes out under it: nobody takes it over in flight.
const _: () = assert!(CLAIM.as_millis() > GUARD as u128 + endpoint::TIMEOUT.as_millis());

/// For so long a late answer is waited for.
pub(crate) const DOUBT: Duration = Duration::from_secs(10 * 60);

/// When to look again while somebody else renews.
const WAIT: Duration = Duration::from_secs(2);

impl<E: Effects> Renewal<'_, E> {
    /// One look at a grant that hangs on its refresh token.
    pub(super) fn rotation(&self, grant: Cell<Grant>) -> Result<Step, Error> {
        let (condition, claim) = (condition(&grant), claim(&grant));
        let kept = match may_be_kept(condition, claim) {
            true => self.kept(&grant.value)?,
            false => None,
        };
        let sight = Sight {
            condition,
            life: self.life(&grant),
            claim,
            kept: kept.is_some(),
        };
        match (decide(sight), kept) {
            (Move::Serve, _) => Ok(Step::Done(Box::new(grant))),
            (Move::Apply, Some(kept)) => self.apply(grant, &kept),
            (Move::Apply, None) => Ok(Step::LookAgain),
            (Move::Spend { takeover }, _) => self.spend(grant, takeover),
            (Move::Wait, _) => Err(under_way(&grant)),
            (Move::End, _) => self.end(&grant, Cause::RenewalLost, &Words::default()),
            (Move::Refuse, _) => Err(match grant.value.state {
                State::Ended(cause) => Error::AuthorizationRequired(cause),
                _ => Error::Rejected(Cause::Removing),
            }),
        }
    }

    /// Claims the grant and spends its refresh token, once.
    fn spend(&self, grant: Cell<Grant>, takeover: bool) -> Result<Step, Error> {
        let Some(token) = grant.value.refresh_token.clone() else {
            return match self.life(&grant) {
                Life::Over => self.end(&grant, Cause::GrantExpired, &Words::default()),
                _ => Ok(Step::Done(Box::new(grant))),
            };
        };
        let ready = self.registration(&grant.value).and_then(|registration| {
            let pause = self.paused(&grant.value);
            pause.map_or(Ok(registration), Err)
        });
        let registration = match ready {
            Ok(registration) => registration,
            Err(error) => return self.without(grant, error),
        };
        let mut claimed = grant.again();
        claimed.claim = Some(nonce(self.effects));
        let version = match cell::save(self.effects, Some(&grant), &claimed) {
            Ok(version) => version,
            Err(WriteError::Conflict) => return Ok(Step::LookAgain),
            // What cannot be saved is not spent.
            Err(WriteError::Failed(error)) => return self.without(grant, error),
        };
        let grant = grant.written(claimed, version);
        let guard = Guard {
            key: <Grant as cell::Kind>::KEY.to_owned(),
            version: grant.version.clone(),
            max_age: GUARD,
        };
        let keep = grant.value.lineage.answer(grant.value.generation);
        let began = self.effects.now();
        let answer = endpoint::refresh(self.effects, &registration, &token, guard, keep);
        self.number(&answer);
        match answer::read(Source::Renewal, &[token.secret()], answer) {
            Answer::Granted(response) => self.advance(grant, &response, self.since(began)),
            Answer::GrantRefused(words) => self.refused_grant(grant, takeover, &words),
            Answer::Unsent(_) if self.overtaken(&grant)? => Ok(Step::LookAgain),
            Answer::Unsent(refused) | Answer::Refused(refused) => {
                let error = self.refused(&grant.value, self.is_over(&grant), refused);
                self.release(grant, takeover, error)
            }
            Answer::Unknown(refused) => self.unknown(grant, refused),
        }
    }

    /// Whether somebody else has come first, which is why nothing was sent.
    fn overtaken(&self, grant: &Cell<Grant>) -> Result<bool, Error> {
        let found = cell::read::<Grant>(self.effects)?;
        let moved = found.is_none_or(|found| found.version != grant.version);
        Ok(moved || self.kept(&grant.value)?.is_some())
    }

    /// Certainly nothing was spent: the claim is given up, unless an earlier
    /// spend's fate hangs on it.
    fn release(&self, grant: Cell<Grant>, takeover: bool, error: Error) -> Result<Step, Error> {
        if takeover {
            return self.without(grant, error);
        }
        let mut free = grant.again();
        free.claim = None;
        match cell::save(self.effects, Some(&grant), &free) {
            Ok(version) => self.without(grant.written(free, version), error),
            // Whoever wrote knows better; a claim that stays runs out.
            Err(_) => self.without(grant, error),
        }
    }

    /// Whether the token was spent is unknown: the claim stays, and whoever
    /// takes it over is the one who finds out.
    fn unknown(&self, grant: Cell<Grant>, refused: Refused) -> Result<Step, Error> {
        // Of an answer that broke off, the part that came is kept.
        match self.kept(&grant.value) {
            Ok(Some(kept)) if TokenResponse::read(&kept.value).holds_something() => {
                return Ok(Step::LookAgain);
            }
            // A kept body without sense would stand in the way of the next try.
            Ok(Some(kept)) => self.discard(&grant.value, &kept),
            Ok(None) | Err(_) => {}
        }
        let error = self.refused(&grant.value, self.is_over(&grant), refused);
        self.without(grant, error)
    }

    fn refused_grant(
        &self,
        grant: Cell<Grant>,
        takeover: bool,
        words: &Words,
    ) -> Result<Step, Error> {
        let Some(found) = cell::read::<Grant>(self.effects)? else {
            return Ok(Step::LookAgain);
        };
        let same = found.value.lineage == grant.value.lineage
            && found.value.generation == grant.value.generation
            && found.value.state == State::Live;
        let own = found.value.claim == grant.value.claim;
        let seen = AfterRefusal {
            own_claim: same && own,
            other_claim: same && !own && found.value.claim.is_some(),
            kept: self.kept(&grant.value)?.is_some(),
            takeover,
        };
        match decision::refused(seen) {
            Verdict::LookAgain => Ok(Step::LookAgain),
            Verdict::Wait => Err(under_way(&found)),
            Verdict::Doubt => self.doubt(&found, words),
            Verdict::End => {
                let aged = found.value.refresh_by() <= self.effects.now();
                let cause = match found.value.account {
                    // The client's own credentials were refused before.
                    Account::Service if found.value.tenant_id.is_some() => Cause::ConsentWithdrawn,
                    _ if aged => Cause::GrantExpired,
                    _ => Cause::GrantRefused,
                };
                self.end(&found, cause, words)
            }
        }
    }

    fn doubt(&self, grant: &Cell<Grant>, words: &Words) -> Result<Step, Error> {
        let mut doubted = grant.again();
        doubted.state = State::InDoubt(Cause::RenewalLost);
        doubted.claim = None;
        match cell::save(self.effects, Some(grant), &doubted) {
            Ok(_) => {
                self.remember(&grant.value, Cause::RenewalLost);
                self.tell("grant.in-doubt", Cause::RenewalLost, words);
                Err(under_way(grant))
            }
            Err(WriteError::Conflict) => Ok(Step::LookAgain),
            Err(WriteError::Failed(error)) => Err(error),
        }
    }

    /// The kept answer to spending the present generation.
    fn kept(&self, grant: &Grant) -> Result<Option<Entry>, Error> {
        match self.effects.get(&grant.lineage.answer(grant.generation)) {
            Ok(entry) => Ok(Some(entry)),
            Err(StorageError::Missing(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn apply(&self, grant: Cell<Grant>, kept: &Entry) -> Result<Step, Error> {
        let response = TokenResponse::read(&kept.value);
        if response.holds_something() {
            return self.advance(grant, &response, kept.age);
        }
        self.discard(&grant.value, kept);
        Ok(Step::LookAgain)
    }

    /// A kept body without sense would stand in the way of the next try. A better
    /// one may have come in its place since.
    pub(super) fn discard(&self, grant: &Grant, kept: &Entry) {
        if !TokenResponse::read(&kept.value).holds_something() {
            let key = grant.lineage.answer(grant.generation);
            let read = Precondition::Unchanged(kept.version.clone());
            let _ = self.effects.delete(&key, read);
        }
    }

    /// The next generation, out of an answer that arrived `age` ago.
    fn advance(
        &self,
        grant: Cell<Grant>,
        response: &TokenResponse,
        age: Duration,
    ) -> Result<Step, Error> {
        let before = grant.value.clone();
        let (lineage, spent) = (&before.lineage, before.generation);
        let next = grant.value.next(response, self.effects.now(), age);
        let step = self.store(grant, next)?;
        if response.spoils_refresh_token() {
            let text = &message::LOG_REFRESH_TOKEN_UNUSABLE;
            self.log.warn("refresh-token.unusable", text, &[]);
        }
        self.forget(&lineage.answer(spent));
        if let Some(before) = spent.checked_sub(1) {
            self.forget(&lineage.answer(before));
        }
        match response.usable() {
            Some(_) => match step {
                // It may have been on its way, or kept, for longer than it lasts.
                Step::Done(grant) if !grant.serves(self.effects.now()) => Ok(Step::LookAgain),
                step => Ok(step),
            },
            // A refresh token came alone: it is good for one more renewal at once.
            None if !self.saved.replace(true) => Ok(Step::LookAgain),
            // And then not again: a server that goes on so would be asked for ever.
            None => {
                let sent = before.refresh_token.as_ref();
                let sent = sent.map_or("", |token| token.secret());
                let refused = Refused {
                    words: response.refusal(&[sent]).unwrap_or_default(),
                    ..Cause::AnswerUnusable.into()
                };
                Err(self.refused(&before, true, refused))
            }
        }
    }
}

fn condition(grant: &Cell<Grant>) -> Condition {
    match grant.value.state {
        State::Live => Condition::Live,
        State::InDoubt(_) => Condition::InDoubt {
            waited: grant.age >= DOUBT,
        },
        State::Ended(_) => Condition::Ended,
        State::Removing => Condition::Removing,
    }
}

fn claim(grant: &Cell<Grant>) -> Claim {
    match grant.value.claim {
        None => Claim::None,
        Some(_) if grant.age < CLAIM => Claim::Young,
        Some(_) => Claim::Old,
    }
}

fn under_way(grant: &Cell<Grant>) -> Error {
    // Who is at it is soon done; who is not any more holds the claim to its end.
    let left = match grant.value.claim {
        Some(_) if grant.age > endpoint::TIMEOUT => CLAIM.saturating_sub(grant.age),
        _ => WAIT,
    };
    Error::Unavailable {
        cause: Cause::RenewalUnderWay,
        after: left.max(WAIT),
    }
}
