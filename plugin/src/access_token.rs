//! `access-token`: a token that is valid for at least another minute.

use std::fmt;

use oauth2::AccessToken;

use crate::cause::Cause;
use crate::cell;
use crate::effects::Effects;
use crate::error::Error;
use crate::organization::{self, Asking};
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
    organization::identify(effects, &grant, Asking::InPassing);
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

#[cfg(test)]
mod tests;
