//! `maintain`: what keeps a connection alive while nobody asks anything of it.
//!
//! A person's grant is renewed long before its refresh token dies of age, each
//! at its own time, so that many grants of one day are not renewed at once. An
//! exchange or renewal that broke off is taken up again. Whatever fails here
//! fails quietly: it is tried again, and `status` tells of it.

use std::time::Duration;

use crate::attempt::{Attempt, EXCHANGE_LIMIT, Phase};
use crate::cause::Cause;
use crate::cell::{self, Cell};
use crate::company_log::CompanyLog;
use crate::effects::Effects;
use crate::error::Error;
use crate::grant::{Grant, State};
use crate::handle_callback::Journey;
use crate::health::Health;
use crate::renewal::{self, DOUBT, Demand, SECOND_LOOK};

const DAY: u64 = 86_400;

/// Days after which an unused refresh token is renewed.
const KEEP_ALIVE: u64 = 14 * DAY;

/// Over so long a time the renewals of one day are spread.
const SPREAD: u64 = 2 * DAY;

/// When to look again at what needs nothing.
const IDLE: u64 = 30 * DAY;

/// After a renewal that did not succeed; there are weeks left.
const RETRY: u64 = 3600;

/// Renews what is due; returns the Unix second of the next useful call.
///
/// # Errors
/// [`Error::Storage`] and [`Error::Cell`] when the cells cannot be read.
pub fn maintain(effects: &impl Effects) -> Result<u64, Error> {
    let next = work(effects)?;
    if let Some(grant) = cell::read::<Grant>(effects)?
        && hangs(&grant.value)
    {
        Health::change(effects, &grant.value.lineage, |health| {
            health.maintain_by = Some(next);
        });
    }
    Ok(next)
}

/// A person's new grant hangs on being kept alive from now on.
pub(crate) fn promised(effects: &impl Effects, grant: &Grant) {
    if hangs(grant) {
        let by = effects.now().saturating_add(KEEP_ALIVE + SPREAD);
        Health::change(effects, &grant.lineage, |health| {
            health.maintain_by.get_or_insert(by);
        });
    }
}

fn work(effects: &impl Effects) -> Result<u64, Error> {
    let now = effects.now();
    let mut next = now.saturating_add(IDLE);
    if let Some(attempt) = cell::read::<Attempt>(effects)? {
        next = next.min(take_up(effects, &attempt));
    }
    let Some(grant) = cell::read::<Grant>(effects)? else {
        return Ok(next);
    };
    let trouble = Health::of(effects, &grant.value.lineage).trouble;
    // What stands in the way may be gone, and nobody else may be asking. Of a token
    // that the API refuses, a new one tells nothing.
    let again = trouble
        .filter(|trouble| trouble.cause != Cause::TokenRefused)
        .filter(|_| grant.value.state == State::Live)
        .map(|trouble| trouble.until.unwrap_or(now));
    match [due(&grant, now), again].into_iter().flatten().min() {
        None => return Ok(next),
        Some(due) if now < due => return Ok(next.min(due)),
        Some(_) => {}
    }
    let after = match renewal::supply(effects, Demand::KeepAlive) {
        Ok(renewed) => match due(&renewed, now) {
            // Somebody else is at it.
            Some(due) if due <= now => Some(now.saturating_add(RETRY)),
            due => due,
        },
        Err(Error::AuthorizationRequired(_) | Error::Rejected(_)) => None,
        Err(Error::Unavailable { after, .. }) => {
            Some(now.saturating_add(seconds(after).max(RETRY)))
        }
        Err(error @ (Error::Storage { .. } | Error::Cell { .. })) => return Err(error),
        Err(_) => Some(now.saturating_add(DAY)),
    };
    Ok(after.map_or(next, |after| next.min(after)))
}

/// The Unix second at which the grant needs something; none while it needs
/// nothing.
fn due(grant: &Cell<Grant>, now: u64) -> Option<u64> {
    let value = &grant.value;
    match (value.state, value.rotates()) {
        (State::Ended(Cause::ConsentWithdrawn), false) => {
            let left = SECOND_LOOK.saturating_sub(grant.age);
            Some(now.saturating_add(left.as_secs()))
        }
        (State::Removing | State::Ended(_), _) => None,
        // Somebody has to conclude it, once its token does not serve any more.
        (State::InDoubt(_), _) => {
            let left = DOUBT.saturating_sub(grant.age);
            Some(now.saturating_add(left.as_secs()).max(value.renew()))
        }
        // A consent lasts, and its tokens are asked for when they are needed.
        (State::Live, false) => None,
        (State::Live, true) => value.refresh_token.as_ref().map(|_| {
            let spread = value.lineage.spread() % SPREAD;
            match value.refresh_since > now {
                // It came under a clock that was ahead; how old it is nobody knows.
                true => now,
                false => value.refresh_since.saturating_add(KEEP_ALIVE + spread),
            }
        }),
    }
}

/// Takes up an exchange that broke off after its answer was kept; returns when
/// to look again.
fn take_up(effects: &impl Effects, attempt: &Cell<Attempt>) -> u64 {
    let now = effects.now();
    let idle = now.saturating_add(IDLE);
    let Phase::Exchanging { asked, .. } = &attempt.value.phase else {
        return idle;
    };
    if attempt.age < EXCHANGE_LIMIT {
        let left = EXCHANGE_LIMIT.saturating_sub(attempt.age);
        return now.saturating_add(seconds(left));
    }
    let journey = Journey {
        effects,
        log: CompanyLog::open(effects),
    };
    let resumed = match journey.kept(attempt) {
        Ok(Some(_)) => journey.resume(attempt, asked),
        Ok(None) => Ok(()),
        Err(error) => Err(error),
    };
    match resumed {
        Err(Error::Storage { .. }) => now.saturating_add(RETRY),
        _ => idle,
    }
}

/// For so long past its time a missing call is forgiven.
const GRACE: u64 = 2 * DAY;

/// Whether the host has stopped to call `maintain`, although this grant hangs on
/// it; since when.
pub(crate) fn stopped(grant: &Grant, health: &Health, now: u64) -> Option<u64> {
    let by = health.maintain_by?.saturating_add(GRACE);
    (hangs(grant) && by < now).then_some(by)
}

/// Whether it dies of age unless it is renewed.
fn hangs(grant: &Grant) -> bool {
    grant.state == State::Live && grant.rotates() && grant.refresh_token.is_some()
}

fn seconds(time: Duration) -> u64 {
    time.as_secs().max(1)
}

#[cfg(test)]
mod tests;
