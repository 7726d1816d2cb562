//! From an authorization code to a stored grant (RFC 6749 section 4.1.3).
//!
//! Guarantees: an attempt is consumed by one atomic write before the code is
//! sent anywhere; the code is sent once, and its answer is kept by the host, so
//! that a call that breaks off is taken up again by the next one; nothing
//! becomes a grant before the company behind it was compared; a grant that
//! existed stays until the new one is proven.

use std::time::Duration;

use http::StatusCode;
use oauth2::AuthorizationCode;

use crate::attempt::{Asked, Attempt, Failure, Phase, nonce};
use crate::catalogue::message;
use crate::cause::Cause;
use crate::cell::{self, Cell, WriteError};
use crate::claims::Claims;
use crate::company;
use crate::contract::{Guard, HttpError, Precondition, StorageError};
use crate::effects::{Effects, Entry, Response};
use crate::endpoint::{self, SendError};
use crate::error::Error;
use crate::grant::{Company, Grant, State};
use crate::handle_callback::Journey;
use crate::provider_text::Words;
use crate::refusal::{self, Source};
use crate::registration::Registration;
use crate::settings::SettingsCell;
use crate::token_response::{TokenResponse, Usable};

/// No request goes out under an attempt that was consumed longer ago, in
/// milliseconds.
const GUARD: u32 = 60_000;

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
        let sent = code.secret().clone();
        match endpoint::exchange_code(self.effects, token, &asked, code, guard, kept) {
            Ok(response) => self.answered(&attempt, &asked, registration, grant, &response, &sent),
            Err(error) => self.unanswered(&attempt, &asked, registration, error),
        }
    }

    fn answered(
        &self,
        attempt: &Cell<Attempt>,
        asked: &Asked,
        registration: &Registration,
        grant: Option<Cell<Grant>>,
        response: &Response,
        code: &str,
    ) -> Result<(), Error> {
        let status = response.status();
        let answer = TokenResponse::read(response.body());
        match answer.usable().filter(|_| status.is_success()) {
            Some(usable) => {
                self.take_in(attempt, asked, registration, grant, usable, Duration::ZERO)
            }
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
        error: SendError,
    ) -> Result<(), Error> {
        let cause = match error {
            SendError::Request => Cause::EndpointInvalid,
            SendError::Http(HttpError::Denied(_)) => Cause::EgressDenied,
            SendError::Http(HttpError::Limited(_)) => Cause::RateLimited,
            SendError::Http(HttpError::NotSent(_)) => {
                // Perhaps because another call has spent the code already.
                if let Some(kept) = self.kept(attempt)? {
                    return self.take_up(attempt, asked, registration, &kept);
                }
                Cause::ProviderUnreachable
            }
            SendError::Http(HttpError::NoAnswer(_) | HttpError::Other(_)) => Cause::ProviderSilent,
        };
        Err(self.fail(attempt, cause.into()))
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
    fn fits_settings(&self, attempt: &Cell<Attempt>) -> Result<(), Error> {
        let settings = cell::read::<SettingsCell>(self.effects)?
            .ok_or(Error::Rejected(Cause::Unconfigured))?;
        if settings.value.settings()?.account == attempt.value.account {
            Ok(())
        } else {
            Err(self.fail(attempt, Cause::SettingsChanged.into()))
        }
    }

    /// The kept answer of the exchange.
    fn kept(&self, attempt: &Cell<Attempt>) -> Result<Option<Entry>, Error> {
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

    /// From a usable answer to a stored grant.
    fn take_in(
        &self,
        attempt: &Cell<Attempt>,
        asked: &Asked,
        registration: &Registration,
        mut grant: Option<Cell<Grant>>,
        usable: Usable,
        age: Duration,
    ) -> Result<(), Error> {
        let company = company::read(self.effects, &registration.endpoints, &usable.access_token);
        let new = new_grant(self.effects.now(), attempt, asked, usable, age);
        for _ in 0..cell::ROUNDS {
            let before = grant.as_ref().map(|cell| &cell.value);
            if before.is_some_and(|before| before.lineage == new.lineage) {
                return self.done(attempt);
            }
            let removed = match before {
                Some(before) => before.state == State::Removing,
                None => self.erased()?,
            };
            if removed {
                self.give_back(registration, &new);
                return Err(Error::Rejected(Cause::Removing));
            }
            let after = match admit(before, &new, &company) {
                Ok(after) => after,
                Err(failure) => return Err(self.fail(attempt, failure)),
            };
            match cell::save(self.effects, grant.as_ref(), &after) {
                Ok(_) => {
                    self.note_success(&after, &company);
                    return self.done(attempt);
                }
                // A renewal of the old grant came first: compare with that.
                Err(WriteError::Conflict) => grant = cell::read::<Grant>(self.effects)?,
                // The host refuses writes to a connection that it has erased.
                Err(WriteError::Failed(_)) if self.erased().unwrap_or(false) => grant = None,
                Err(WriteError::Failed(error)) => return Err(error),
            }
        }
        Err(cell::busy())
    }

    /// Whether the connection was removed meanwhile: only that leaves neither
    /// attempt nor grant. The attempt is read first, because whoever takes it
    /// in stores the grant before tidying it away.
    fn erased(&self) -> Result<bool, Error> {
        Ok(cell::read::<Attempt>(self.effects)?.is_none()
            && cell::read::<Grant>(self.effects)?.is_none())
    }

    /// The grant is stored: the attempt and its kept answer have served.
    fn done(&self, attempt: &Cell<Attempt>) -> Result<(), Error> {
        let kept = attempt.value.id.answer(0);
        // If they stay, the grant's lineage tells that they are done with.
        let _ = self.effects.delete(&kept, Precondition::Always);
        let _ = attempt.delete(self.effects);
        Ok(())
    }

    /// A grant that must not be stored any more is revoked.
    fn give_back(&self, registration: &Registration, grant: &Grant) {
        for token in grant.refresh_tokens() {
            // Removal has told the people what remains to be done by hand.
            let _ = endpoint::revoke(self.effects, registration, token.clone());
        }
    }

    fn note_success(&self, grant: &Grant, company: &Result<Company, Words>) {
        match company {
            Ok(company) => self.log.info(
                "authorization.succeeded",
                &message::LOG_AUTHORIZATION_SUCCEEDED,
                &[("name", &company.name), ("number", &company.number)],
            ),
            Err(words) => {
                self.log.info(
                    "authorization.succeeded",
                    &message::LOG_AUTHORIZATION_SUCCEEDED_UNREAD,
                    &[],
                );
                let said = words.line().unwrap_or_default();
                self.log.warn(
                    "organization.unread",
                    &message::LOG_ORGANIZATION_UNREAD,
                    &[("words", &said)],
                );
            }
        }
        let narrower = difference(&grant.asked, &grant.scopes);
        if !narrower.is_empty() {
            let values = [("scopes", narrower.as_str())];
            self.log
                .warn("grant.narrower", &message::LOG_SCOPES_NARROWER, &values);
        }
        let wider = difference(&grant.scopes, &grant.asked);
        if !wider.is_empty() {
            let values = [("scopes", wider.as_str())];
            self.log
                .warn("grant.wider", &message::LOG_SCOPES_WIDER, &values);
        }
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

fn new_grant(
    now: u64,
    attempt: &Cell<Attempt>,
    asked: &Asked,
    usable: Usable,
    age: Duration,
) -> Grant {
    let claims = Claims::of(&usable.access_token);
    // From receipt, not from now: a kept answer may have lain for a while.
    let received = now.saturating_sub(age.as_secs());
    Grant {
        lineage: attempt.value.id.clone(),
        generation: 1,
        access_token: usable.access_token,
        expires: received.saturating_add(usable.life.as_secs()),
        refresh_token: usable.refresh_token,
        superseded: None,
        tenant_id: claims.tenant_id,
        user_id: claims.user_id,
        company: None,
        scopes: usable.scopes.unwrap_or_else(|| asked.scopes.clone()),
        asked: asked.scopes.clone(),
        account: attempt.value.account,
        granted: received,
        renewed: received,
        claim: None,
        state: State::Live,
    }
}

/// The company check. On a re-authorization the company must have been read and
/// be the same; a first grant is kept even if it could not be read.
fn admit(
    before: Option<&Grant>,
    new: &Grant,
    company: &Result<Company, Words>,
) -> Result<Grant, Failure> {
    let mut after = new.clone();
    let Some(before) = before else {
        if let Ok(company) = company {
            after.tenant_id = Some(company.tenant_id.clone());
            after.company = Some(company.clone());
        }
        return Ok(after);
    };
    let company = company.as_ref().map_err(|words| Failure {
        cause: Cause::OrganizationUnread,
        words: words.clone(),
    })?;
    if before
        .tenant_id
        .as_ref()
        .is_some_and(|tenant_id| *tenant_id != company.tenant_id)
    {
        return Err(Cause::AnotherCompany.into());
    }
    after.tenant_id = Some(company.tenant_id.clone());
    after.company = Some(company.clone());
    after.superseded = before
        .refresh_token
        .as_ref()
        .or(before.superseded.as_ref())
        .cloned();
    Ok(after)
}

/// What is in one list and not in the other, in one line.
fn difference(these: &[String], those: &[String]) -> String {
    let rest = these.iter().filter(|scope| !those.contains(scope));
    rest.map(String::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
