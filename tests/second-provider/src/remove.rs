//! `remove`: revokes the token (RFC 7009) and says what is left to do by hand.

use crate::attempt::Attempt;
use crate::cause::Cause;
use crate::cell::{self, Cell, Kind};
use crate::contract::{Actor, Error, Level, Precondition, Receipt, Remedy};
use crate::effects::Effects;
use crate::grant::Grant;
use crate::handle_callback::{kept, token};
use crate::ledgerly;
use crate::registration::Registration;
use crate::settings::log;
use crate::words::Locale;

/// Ends the connection, whatever Ledgerly answers, or does not.
///
/// # Errors
/// `storage` when the storage fails: what was not read could not be revoked.
pub fn remove(effects: &impl Effects, locale: &str) -> Result<Receipt, Error> {
    let registration = Registration::read(effects).ok();
    let (mut asked, mut confirmed) = (0, 0);
    let mut revoke = |token: &str| {
        let revoked = |it| ledgerly::revoke(effects, it, token);
        asked += 1;
        confirmed += u32::from(registration.as_ref().is_some_and(revoked));
    };
    // The attempt first, so that no exchange gets past its guard any more.
    let attempt = readable::<Attempt>(effects)?;
    effects.delete(Attempt::KEY, &Precondition::Always)?;
    if let Ok(Some(attempt)) = &attempt
        && let Some((body, _)) = kept(effects, &attempt.value)?
        && let Some((token, _)) = token(&body)
    {
        revoke(&token);
    }
    let damaged = loop {
        match readable::<Grant>(effects)? {
            Ok(None) => break attempt.is_err(),
            // Should another grant have taken its place, that is revoked, too.
            Ok(Some(grant)) => {
                revoke(&grant.value.access_token);
                grant.delete(effects)?;
            }
            Err(Damaged) => break true,
        }
    };
    log(effects, Level::Info, "integration.removed", "");
    let text = |key| Locale::nearest(locale).text(key).to_owned();
    let by_hand = || Remedy {
        who: Actor::ProviderAdministrator,
        step: text("remaining.step"),
        place: text("remaining.place"),
    };
    let unconfirmed = damaged || confirmed < asked;
    Ok(Receipt {
        revoked: asked > 0 && !unconfirmed,
        remaining: unconfirmed.then(by_hand).into_iter().collect(),
    })
}

/// What a cell held is unknown, which does not stand in the way.
struct Damaged;

fn readable<T: Kind>(effects: &impl Effects) -> Result<Result<Option<Cell<T>>, Damaged>, Error> {
    match cell::read(effects) {
        Ok(cell) => Ok(Ok(cell)),
        Err(error) if error == Cause::CellUnreadable.into() => Ok(Err(Damaged)),
        Err(error) => Err(error),
    }
}
