//! The cell `grant`: one access token for a month, and no way to renew it but
//! authorizing again. Nothing is ever spent to keep it.

use serde::{Deserialize, Serialize};

use crate::cause::Cause;
use crate::cell::{self, Cell};
use crate::contract::{Condition, Error, Level, Token};
use crate::effects::Effects;
use crate::settings::{Settings, log};

/// Seconds for which a token that is handed out is valid at least.
const MARGIN: u64 = 60;

/// The company at Ledgerly.
#[derive(Clone, Serialize, Deserialize)]
pub struct Company {
    pub id: String,
    pub name: String,
    pub number: String,
}

/// The cell `grant`. It has no `Debug`: it holds the token.
#[derive(Clone, Serialize, Deserialize)]
pub struct Grant {
    /// The attempt that led to it.
    pub id: String,
    pub access_token: String,
    /// Unix seconds.
    pub expires: u64,
    pub granted: u64,
    pub scopes: Vec<String>,
    pub company: Company,
    /// Unix seconds since which Ledgerly refuses the token.
    pub refused: Option<u64>,
}

impl cell::Kind for Grant {
    const KEY: &'static str = "grant";
}

impl Grant {
    /// Why it is of no use any more, and since when.
    pub fn ended(&self, now: u64) -> Option<(Cause, u64)> {
        let refused = self.refused.map(|since| (Cause::AccessRefused, since));
        let aged = now.saturating_add(MARGIN) >= self.expires;
        refused.or(aged.then_some((Cause::AccessEnded, self.expires)))
    }

    /// For the report.
    pub fn condition(&self, now: u64) -> Condition {
        match self.ended(now) {
            None => Condition::Good,
            Some((cause, _)) => Condition::Ended(cause.to_string()),
        }
    }

    /// Whether it lacks a scope.
    pub fn lacks(&self, scope: &str) -> bool {
        !self.scopes.iter().any(|granted| granted == scope)
    }
}

/// The grant, if it can be used. `refused` is a token that Ledgerly has just
/// answered with 401: if it still is the grant's, that has ended.
pub fn usable(effects: &impl Effects, refused: Option<&str>) -> Result<Grant, Error> {
    let now = effects.now();
    let mut ended = false;
    let refuses = |grant: &Grant| {
        grant.refused.is_none() && refused.is_some_and(|token| token == grant.access_token)
    };
    cell::change(effects, |before: Option<&Cell<Grant>>| {
        let before = before.map(|cell| &cell.value).filter(|it| refuses(it));
        ended = before.is_some();
        Ok(before.map(|grant| Grant {
            refused: Some(now),
            ..grant.clone()
        }))
    })?;
    if ended {
        log(effects, Level::Error, "access.ended", "");
    }
    let cell: Cell<Grant> = cell::read(effects)?.ok_or(Cause::Unauthorized)?;
    match cell.value.ended(now) {
        None => Ok(cell.value),
        Some((cause, _)) => Err(cause.into()),
    }
}

/// The same for whoever works with it: only while switched on.
pub fn at_work(effects: &impl Effects, refused: Option<&str>) -> Result<Grant, Error> {
    match Settings::read(effects)?.enabled {
        true => usable(effects, refused),
        false => Err(Cause::Disabled.into()),
    }
}

/// `access-token`: the stored token, as long as it serves.
///
/// # Errors
/// `rejected` while switched off; `authorization-required` without a usable
/// grant.
pub fn access_token(effects: &impl Effects, refused: Option<&str>) -> Result<Token, Error> {
    let grant = at_work(effects, refused)?;
    Ok(Token {
        renew: grant.expires.saturating_sub(MARGIN),
        expires: grant.expires,
        value: grant.access_token,
    })
}
