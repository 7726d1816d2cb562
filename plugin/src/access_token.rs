//! `access-token`: a token that is valid for at least another minute.

use std::fmt;
use std::time::Duration;

use oauth2::AccessToken;

use crate::catalogue::message;
use crate::cause::Cause;
use crate::cell::{self, Cell};
use crate::company_log::CompanyLog;
use crate::effects::Effects;
use crate::error::Error;
use crate::grant::Grant;
use crate::health::Health;
use crate::organization;
use crate::registration::Registration;
use crate::renewal::{self, Demand};
use crate::settings::SettingsCell;

/// An access token for the host.
pub struct Token {
    /// The token.
    pub value: AccessToken,
    /// Unix seconds at which it ends.
    pub expires: u64,
    /// Unix seconds until which it may be handed out again.
    pub renew: u64,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("value", &self.value)
            .field("expires", &self.expires)
            .field("renew", &self.renew)
            .finish()
    }
}

/// The stored token, renewed where it is time, or where the provider has just
/// `refused` it.
///
/// # Errors
/// [`Error::Rejected`] without settings, switched off or while removing;
/// [`Error::AuthorizationRequired`] without a usable grant, and what a renewal
/// can meet: [`Error::Unavailable`], [`Error::Misconfigured`].
pub fn access_token(effects: &impl Effects, refused: Option<&str>) -> Result<Token, Error> {
    switched_on(effects)?;
    let grant = renewal::supply(effects, Demand::AccessToken { refused })?;
    // Whoever is renewing relies on the cell's version.
    if grant.value.organization.is_none() && grant.value.claim.is_none() {
        identify(effects, &grant);
    }
    Ok(Token {
        renew: grant.value.due(),
        expires: grant.value.expires,
        value: grant.value.access_token,
    })
}

/// Whether the grant may be used at all.
pub(crate) fn switched_on(effects: &impl Effects) -> Result<(), Error> {
    let settings =
        cell::read::<SettingsCell>(effects)?.ok_or(Error::Rejected(Cause::Unconfigured))?;
    match settings.value.enabled {
        true => Ok(()),
        false => Err(Error::Rejected(Cause::Disabled)),
    }
}

/// Whoever asks for a token does not wait longer for the organization.
const PATIENCE: Duration = Duration::from_secs(3);

/// Seconds between two tries to learn the organization.
const PAUSE: u64 = 3600;

/// Learns which organization the grant is for. The token is as good without, so
/// nothing that goes wrong here stands in its way; it is tried again in an hour.
fn identify(effects: &impl Effects, grant: &Cell<Grant>) {
    let Ok(registration) = Registration::read(effects) else {
        return;
    };
    let token = &grant.value.access_token;
    let now = effects.now();
    let asked = Health::of(effects, &grant.value.lineage).organization_asked;
    if asked.is_some_and(|asked| asked <= now && now - asked < PAUSE) {
        return;
    }
    let read = organization::read(effects, &registration.endpoints, token, PATIENCE);
    let Ok(organization) = read else {
        return Health::change(effects, &grant.value.lineage, |health| {
            health.organization_asked = Some(now);
        });
    };
    let mut identified = grant.again();
    identified.tenant_id = Some(organization.tenant_id.clone());
    identified.organization = Some(organization.clone());
    if cell::save(effects, Some(grant), &identified).is_ok() {
        CompanyLog::open(effects).info(
            "organization.identified",
            &message::LOG_ORGANIZATION_IDENTIFIED,
            &[
                ("name", &organization.name),
                ("number", &organization.number),
            ],
        );
    }
}

#[cfg(test)]
mod tests;
