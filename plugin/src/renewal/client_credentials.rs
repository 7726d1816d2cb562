//! Renewal of a service account by the client's own credentials (RFC 6749
//! section 4.4) and the consent it holds. There is nothing to lose: no claim,
//! no kept answer, and the request may be repeated. Source: Fortnox, Client
//! Credentials.

use std::time::Duration;

use super::answer::{self, Answer};
use super::decision::Life;
use super::{Demand, Renewal, Step};
use crate::cause::Cause;
use crate::cell::{self, Cell};
use crate::effects::Effects;
use crate::endpoint;
use crate::error::Error;
use crate::grant::{Grant, State};
use crate::provider_text::Words;
use crate::refusal::Source;

/// After so long a withdrawn consent is asked about again.
pub(crate) const SECOND_LOOK: Duration = Duration::from_secs(24 * 3600);

impl<E: Effects> Renewal<'_, E> {
    /// One look at the grant of a service account.
    pub(super) fn client_credentials(&self, grant: Cell<Grant>) -> Result<Step, Error> {
        match grant.value.state {
            State::Live | State::InDoubt(_) => {}
            State::Ended(_) if self.looks_again(&grant) => {}
            // A late answer to a refresh token may heal it.
            State::Ended(_) => return self.rotation(grant),
            State::Removing => return Err(Error::Rejected(Cause::Removing)),
        }
        let is_live = !matches!(grant.value.state, State::Ended(_));
        if is_live && self.life(&grant) == Life::Fresh {
            return Ok(Step::Done(Box::new(grant)));
        }
        let Some(tenant_id) = grant.value.tenant_id.clone() else {
            // Nobody can be asked for yet; the code exchange's token can serve.
            return self.rotation(grant);
        };
        let ready = self.registration(&grant.value).and_then(|registration| {
            let pause = self.paused(&grant.value);
            pause.map_or(Ok(registration), Err)
        });
        let registration = match ready {
            Ok(registration) => registration,
            Err(error) => return self.without(grant, error),
        };
        let began = self.effects.now();
        let answer = endpoint::client_credentials(self.effects, &registration, &tenant_id);
        self.number(&answer);
        match answer::read(Source::ClientCredentials, &[], answer) {
            Answer::Granted(response) if response.usable().is_some() => {
                let next = grant
                    .value
                    .next(&response, self.effects.now(), self.since(began));
                self.store(grant, next)
            }
            Answer::Granted(_) => {
                let error = self.refused(
                    &grant.value,
                    self.is_over(&grant),
                    Cause::AnswerUnusable.into(),
                );
                self.without(grant, error)
            }
            Answer::GrantRefused(words) => self.consent_refused(grant, &words),
            // A server that does not offer it, or not to this app.
            Answer::Refused(refused)
                if refused.cause == Cause::RequestRefused && has_refresh_token(&grant) =>
            {
                self.rotation(grant)
            }
            Answer::Refused(refused) | Answer::Unsent(refused) | Answer::Unknown(refused) => {
                let error = self.refused(&grant.value, self.is_over(&grant), refused);
                self.without(grant, error)
            }
        }
    }

    /// A withdrawn consent may have been given again at Fortnox, and asking costs
    /// nothing.
    fn looks_again(&self, grant: &Cell<Grant>) -> bool {
        let withdrawn = grant.value.state == State::Ended(Cause::ConsentWithdrawn);
        let is_time = grant.age >= SECOND_LOOK || matches!(self.demand, Demand::Check { .. });
        withdrawn && grant.value.tenant_id.is_some() && is_time
    }

    /// A consent of before client credentials may still have its refresh token.
    fn consent_refused(&self, grant: Cell<Grant>, words: &Words) -> Result<Step, Error> {
        if let State::Ended(cause) = grant.value.state {
            // The next look is a day from now; whoever wrote meanwhile knows better.
            let _ = cell::save(self.effects, Some(&grant), &grant.again());
            return Err(Error::AuthorizationRequired(cause));
        }
        if has_refresh_token(&grant) {
            return self.rotation(grant);
        }
        match cell::read::<Grant>(self.effects)? {
            Some(found) if found.version == grant.version => {
                self.end(&found, Cause::ConsentWithdrawn, words)
            }
            _ => Ok(Step::LookAgain),
        }
    }
}

fn has_refresh_token(grant: &Cell<Grant>) -> bool {
    grant.value.refresh_token.is_some()
}
