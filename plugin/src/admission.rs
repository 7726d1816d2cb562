//! From a usable token answer to a stored grant.
//!
//! Guarantees: nothing becomes a grant before the organization behind it was
//! compared, and before the settings still ask for its kind of account; a grant
//! that existed stays until the new one is proven; what may not be stored any
//! more, because the connection was removed meanwhile, is revoked.

use std::time::Duration;

use crate::attempt::{Asked, Attempt, Failure};
use crate::catalogue::message;
use crate::cause::Cause;
use crate::cell::{self, Cell, WriteError};
use crate::claims::Claims;
use crate::contract::Precondition;
use crate::effects::Effects;
use crate::endpoint;
use crate::error::Error;
use crate::grant::{Grant, Issued, Organization, State};
use crate::handle_callback::Journey;
use crate::maintain;
use crate::organization;
use crate::provider_text::Words;
use crate::registration::Registration;
use crate::token_response::Usable;

/// For the question which organization it is.
const PATIENCE: Duration = Duration::from_secs(20);

impl<E: Effects> Journey<'_, E> {
    /// Admits what the answer brought, or fails the attempt. `age` is how long
    /// ago the answer arrived.
    pub(crate) fn take_in(
        &self,
        attempt: &Cell<Attempt>,
        asked: &Asked,
        registration: &Registration,
        mut grant: Option<Cell<Grant>>,
        usable: Usable,
        age: Duration,
    ) -> Result<(), Error> {
        let (endpoints, token) = (&registration.endpoints, &usable.access_token);
        let organization = organization::read(self.effects, endpoints, token, PATIENCE);
        let new = new_grant(
            self.effects.now(),
            attempt,
            asked,
            registration,
            usable,
            age,
        );
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
            self.fits_settings(attempt)?;
            let after = match admit(before, &new, &organization) {
                Ok(after) => after,
                Err(failure) => return Err(self.fail(attempt, failure)),
            };
            match cell::save(self.effects, grant.as_ref(), &after) {
                Ok(_) => {
                    maintain::promised(self.effects, &after);
                    self.note_success(&after, &organization);
                    return self.done(attempt);
                }
                // A renewal of the old grant came first: compare with that.
                Err(WriteError::Conflict) => {
                    let found = cell::read::<Grant>(self.effects)?;
                    if self.is_overtaken(attempt, grant.as_ref(), found.as_ref())? {
                        return Err(self.foreign(&message::LOG_CALLBACK_UNKNOWN));
                    }
                    grant = found;
                }
                // The host refuses writes to a connection that it has erased.
                Err(WriteError::Failed(_)) if self.erased().unwrap_or(false) => grant = None,
                Err(WriteError::Failed(error)) => return Err(error),
            }
        }
        Err(cell::busy())
    }

    /// Whether a later attempt has become the grant meanwhile: the last one counts,
    /// not the slowest. What this one brought is dropped; revoking it could end
    /// the consent that both hang on.
    fn is_overtaken(
        &self,
        attempt: &Cell<Attempt>,
        before: Option<&Cell<Grant>>,
        found: Option<&Cell<Grant>>,
    ) -> Result<bool, Error> {
        let Some(found) = found.map(|cell| &cell.value) else {
            return Ok(false);
        };
        let known = before.is_some_and(|before| before.value.lineage == found.lineage);
        if known || found.lineage == attempt.value.id || found.state == State::Removing {
            return Ok(false);
        }
        let current = cell::read::<Attempt>(self.effects)?;
        Ok(current.is_none_or(|current| current.value.id != attempt.value.id))
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
            let _ = endpoint::revoke(self.effects, registration, token);
        }
    }

    fn note_success(&self, grant: &Grant, organization: &Result<Organization, Words>) {
        match organization {
            Ok(organization) => self.log.info(
                "authorization.succeeded",
                &message::LOG_AUTHORIZATION_SUCCEEDED,
                &[
                    ("name", &organization.name),
                    ("number", &organization.number),
                ],
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

fn new_grant(
    now: u64,
    attempt: &Cell<Attempt>,
    asked: &Asked,
    registration: &Registration,
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
        organization: None,
        scopes: usable.scopes.unwrap_or_else(|| asked.scopes.clone()),
        asked: asked.scopes.clone(),
        account: attempt.value.account,
        issued: Issued::under(registration),
        granted: received,
        renewed: received,
        refresh_since: received,
        lived: u64::try_from(age.as_millis()).unwrap_or(u64::MAX),
        claim: None,
        state: State::Live,
    }
}

/// The company check. On a re-authorization the organization must have been read and
/// be the same; a first grant is kept even if it could not be read.
fn admit(
    before: Option<&Grant>,
    new: &Grant,
    organization: &Result<Organization, Words>,
) -> Result<Grant, Failure> {
    let mut after = new.clone();
    let Some(before) = before else {
        if let Ok(organization) = organization {
            after.tenant_id = Some(organization.tenant_id.clone());
            after.organization = Some(organization.clone());
        }
        return Ok(after);
    };
    let organization = organization.as_ref().map_err(|words| Failure {
        cause: Cause::OrganizationUnverified,
        words: words.clone(),
    })?;
    if before
        .tenant_id
        .as_ref()
        .is_some_and(|tenant_id| *tenant_id != organization.tenant_id)
    {
        return Err(Cause::AnotherOrganization.into());
    }
    after.tenant_id = Some(organization.tenant_id.clone());
    after.organization = Some(organization.clone());
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
