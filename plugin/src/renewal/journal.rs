//! What is noted and told of renewals: a trouble once and its end once, and for
//! support what became of the latest ones.

use std::time::Duration;

use oauth2::RefreshToken;

use super::Renewal;
use crate::catalogue::message;
use crate::cause::Cause;
use crate::contract::HttpError;
use crate::effects::{Effects, Response};
use crate::fingerprint::Fingerprint;
use crate::grant::{Grant, State};
use crate::health::{self, Health};
use crate::provider_text::{Words, harmless};

impl<E: Effects> Renewal<'_, E> {
    /// Tells of a trouble, once for as long as it stays the same.
    pub(super) fn note(&self, grant: &Grant, cause: Cause, words: &Words, pause: Option<Duration>) {
        let now = self.effects.now();
        let is_new = Health::change(self.effects, &grant.lineage, |health| {
            health.note(cause, words, now, pause)
        });
        if is_new {
            self.tell("renewal.failed", cause, words);
        }
    }

    /// Notes a renewal that succeeded, and tells that a trouble is over.
    pub(super) fn renewed(&self, before: &Grant, after: &Grant, serves: bool) {
        let had_trouble = Health::change(self.effects, &after.lineage, |health| {
            let outcome = self.outcome(before, None, after.refresh_token.as_ref());
            health.renewals.push(outcome);
            // A refresh token alone is saved, and mends nothing.
            let mended = |trouble: &mut health::Trouble| {
                // The API has refused what was renewed before, and is yet to be asked.
                serves && trouble.cause != Cause::TokenRefused
            };
            health.trouble.take_if(mended).is_some()
        });
        self.log
            .debug("grant.renewed", &message::LOG_GRANT_RENEWED, &[]);
        if had_trouble || before.state != State::Live {
            self.log
                .info("renewal.recovered", &message::LOG_RENEWAL_RECOVERED, &[]);
        }
    }

    fn outcome(
        &self,
        grant: &Grant,
        failure: Option<Cause>,
        received: Option<&RefreshToken>,
    ) -> health::Renewal {
        let print = |token: &RefreshToken| Fingerprint::of(token.secret());
        health::Renewal {
            at: self.effects.now(),
            generation: grant.generation,
            failure,
            spent: grant.refresh_token.as_ref().map(print),
            received: received.map(print),
            request: self.request.borrow().clone(),
        }
    }

    /// Remembers how Fortnox numbered a request, for support.
    pub(super) fn number(&self, answer: &Result<Response, HttpError>) {
        let header = |response: &Response| response.header("x-uid").map(harmless);
        let number = answer.as_ref().ok().and_then(header);
        self.request.replace(number);
    }

    pub(super) fn tell(&self, event: &str, cause: Cause, words: &Words) {
        self.log
            .refusal(event, &message::LOG_RENEWAL_FAILED, cause, words);
    }

    /// Notes for support why a renewal did not succeed, unless it is the same as
    /// the last time.
    pub(super) fn remember(&self, grant: &Grant, failure: Cause) {
        Health::change(self.effects, &grant.lineage, |health| {
            let outcome = self.outcome(grant, Some(failure), None);
            let repeats = |last: &health::Renewal| {
                last.generation == outcome.generation && last.failure == outcome.failure
            };
            if !health.renewals.last().is_some_and(repeats) {
                health.renewals.push(outcome);
            }
        });
    }
}
