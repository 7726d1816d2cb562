//! `remove`: revokes the grant (RFC 7009) and says what is left to do by hand.
//!
//! Whatever Fortnox answers, or does not, the connection ends here. Only this
//! call revokes: at some servers revoking one token ends the whole consent.

use oauth2::RefreshToken;

use crate::attempt::{Attempt, Phase};
use crate::catalogue::{Locale, Message, message};
use crate::cause::Cause;
use crate::cell::{self, WriteError};
use crate::company_log::CompanyLog;
use crate::contract::{Actor, Precondition, Receipt, Remedy};
use crate::effects::Effects;
use crate::endpoint;
use crate::error::Error;
use crate::grant::{Grant, State};
use crate::registration::Registration;
use crate::settings::Account;
use crate::token_response::TokenResponse;

/// Ends the connection.
///
/// # Errors
/// [`Error::Storage`] when the storage fails, and [`Error::Cell`] for cells of
/// a newer version: what they hold could not be revoked.
pub fn remove(effects: &impl Effects, locale: &str) -> Result<Receipt, Error> {
    let locale = Locale::nearest(locale);
    let log = CompanyLog::open(effects);
    let attempt = readable(cell::read::<Attempt>(effects))?;
    let grant = mark_removing(effects)?;

    let mut tokens: Vec<RefreshToken> = Vec::new();
    if let Readable::Found(Some(attempt)) = &attempt {
        if matches!(attempt.value.phase, Phase::Exchanging { .. }) {
            tokens.extend(kept(effects, &attempt.value.id.answer(0)));
        }
        let _ = effects.delete(<Attempt as cell::Kind>::KEY, Precondition::Always);
    }
    if let Readable::Found(Some(grant)) = &grant {
        tokens.extend(grant.refresh_tokens().cloned());
        tokens.extend(kept(effects, &grant.lineage.answer(grant.generation)));
    }
    let damaged = matches!(attempt, Readable::Damaged) || matches!(grant, Readable::Damaged);
    let had_access = damaged || matches!(grant, Readable::Found(Some(_))) || !tokens.is_empty();
    // What is known is revoked; what is damaged may hold more.
    let revoked = revoke_all(effects, &tokens) && !damaged;

    let (text, values) = match (had_access, revoked) {
        (false, _) => (&message::LOG_REMOVED_UNAUTHORIZED, []),
        (true, true) => (&message::LOG_REMOVED, []),
        (true, false) => (&message::LOG_REMOVED_UNCONFIRMED, []),
    };
    log.info("integration.removed", text, &values);
    let service =
        matches!(&grant, Readable::Found(Some(grant)) if grant.account == Account::Service);
    let remaining = match (had_access, service, revoked) {
        // No call ends the consent of a service account.
        (true, true, _) => vec![by_hand(&message::REMAINING_SERVICE, locale)],
        (true, false, false) => vec![by_hand(&message::REMAINING_UNCONFIRMED, locale)],
        _ => Vec::new(),
    };
    Ok(Receipt { revoked, remaining })
}

/// A damaged cell holds nothing that could be lost by removing it.
enum Readable<T> {
    Found(T),
    Damaged,
}

fn readable<T>(read: Result<T, Error>) -> Result<Readable<T>, Error> {
    match read {
        Ok(found) => Ok(Readable::Found(found)),
        Err(Error::Cell {
            cause: Cause::CellUnreadable,
            ..
        }) => Ok(Readable::Damaged),
        Err(error) => Err(error),
    }
}

/// Marks the grant, so that a callback or renewal under way in another process
/// gives up what it gets.
fn mark_removing(effects: &impl Effects) -> Result<Readable<Option<Grant>>, Error> {
    for _ in 0..cell::ROUNDS {
        let cell = match readable(cell::read::<Grant>(effects))? {
            Readable::Found(Some(cell)) => cell,
            Readable::Found(None) => return Ok(Readable::Found(None)),
            Readable::Damaged => return Ok(Readable::Damaged),
        };
        let mut removing = cell.value.clone();
        removing.state = State::Removing;
        match cell::save(effects, Some(&cell), &removing) {
            Ok(_) => return Ok(Readable::Found(Some(removing))),
            Err(WriteError::Conflict) => {}
            Err(WriteError::Failed(error)) => return Err(error),
        }
    }
    Err(cell::busy())
}

/// The refresh token of a kept answer that nobody has taken in.
fn kept(effects: &impl Effects, key: &str) -> Option<RefreshToken> {
    let entry = effects.get(key).ok()?;
    TokenResponse::read(&entry.value).refresh_token()
}

/// Whether Fortnox confirmed every revocation; with nothing to revoke there is
/// nothing to confirm.
fn revoke_all(effects: &impl Effects, tokens: &[RefreshToken]) -> bool {
    let Ok(registration) = Registration::read(effects) else {
        return false;
    };
    let mut confirmed = true;
    for (index, token) in tokens.iter().enumerate() {
        let mut earlier = tokens.iter().take(index);
        if earlier.any(|earlier| earlier.secret() == token.secret()) {
            continue;
        }
        // Every one is tried, also after one that failed.
        confirmed &= endpoint::revoke(effects, &registration, token).unwrap_or(false);
    }
    confirmed && !tokens.is_empty()
}

fn by_hand(step: &Message, locale: Locale) -> Remedy {
    Remedy {
        who: Actor::ProviderAdministrator,
        step: step.text(locale).to_owned(),
        place: message::REMAINING_PLACE.text(locale).to_owned(),
    }
}

#[cfg(test)]
mod tests;
