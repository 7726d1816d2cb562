//! `configure` and `set-enabled`: what the company chooses.

use crate::catalogue::{Locale, message};
use crate::cause::Cause;
use crate::cell::{self, WriteError};
use crate::company_log::CompanyLog;
use crate::contract::Setting;
use crate::effects::Effects;
use crate::error::Error;
use crate::grant::Grant;
use crate::settings::{Settings, SettingsCell, account_locked};

/// Replaces all settings.
///
/// # Errors
/// [`Error::InvalidSettings`] with every problem, and then nothing is stored.
pub fn configure(effects: &impl Effects, given: &[Setting], locale: &str) -> Result<(), Error> {
    let locale = Locale::nearest(locale);
    let settings = Settings::parse(given, locale).map_err(Error::InvalidSettings)?;
    for _ in 0..cell::ROUNDS {
        let before = cell::read::<SettingsCell>(effects)?;
        if let Some(grant) = cell::read::<Grant>(effects)?
            && grant.value.account != settings.account
        {
            return Err(Error::InvalidSettings(vec![account_locked(locale)]));
        }
        let after = SettingsCell::after(
            before.as_ref().map(|cell| &cell.value),
            &settings,
            effects.now(),
        );
        match cell::save(effects, before.as_ref(), &after) {
            Ok(_) => {
                let log = CompanyLog::of(effects, Some(&settings));
                log.info("settings.saved", &message::LOG_SETTINGS_SAVED, &[]);
                return Ok(());
            }
            Err(WriteError::Conflict) => {}
            Err(WriteError::Failed(error)) => return Err(error),
        }
    }
    Err(cell::busy())
}

/// Switches the connection on or off.
///
/// # Errors
/// [`Cause::Unconfigured`] without settings.
pub fn set_enabled(effects: &impl Effects, enabled: bool) -> Result<(), Error> {
    for _ in 0..cell::ROUNDS {
        let before =
            cell::read::<SettingsCell>(effects)?.ok_or(Error::Rejected(Cause::Unconfigured))?;
        if before.value.enabled == enabled {
            return Ok(());
        }
        let settings = before.value.settings()?;
        let after = before.value.switched(enabled);
        match cell::save(effects, Some(&before), &after) {
            Ok(_) => {
                let log = CompanyLog::of(effects, Some(&settings));
                if enabled {
                    log.info("integration.enabled", &message::LOG_ENABLED, &[]);
                } else {
                    log.info("integration.disabled", &message::LOG_DISABLED, &[]);
                }
                return Ok(());
            }
            Err(WriteError::Conflict) => {}
            Err(WriteError::Failed(error)) => return Err(error),
        }
    }
    Err(cell::busy())
}

#[cfg(test)]
mod tests;
