//! What the provider remembers: consents, codes and tokens.

use std::collections::BTreeMap;

use crate::cast::TenantId;
use crate::ledger::{Cause, ConsentId, GrantId, Holder};
use crate::scope::Scopes;

#[derive(Clone, Debug)]
pub(crate) struct Consent {
    pub(crate) client_id: String,
    pub(crate) tenant: TenantId,
    pub(crate) holder: Holder,
    pub(crate) scopes: Scopes,
    pub(crate) withdrawn: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) consent: ConsentId,
    pub(crate) grant: GrantId,
    pub(crate) redirect_uri: String,
    /// Whether the authorization request named it.
    pub(crate) redirect_uri_given: bool,
    pub(crate) challenge: Option<String>,
    pub(crate) offline: bool,
    pub(crate) expires: u64,
    pub(crate) spent: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct RefreshToken {
    pub(crate) consent: ConsentId,
    pub(crate) grant: GrantId,
    pub(crate) expires: u64,
    pub(crate) standing: Standing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Live,
    Spent { at: u64 },
    Revoked { cause: Cause },
}

#[derive(Clone, Debug)]
pub(crate) struct AccessToken {
    pub(crate) consent: ConsentId,
    /// A client-credentials token descends from no code.
    pub(crate) grant: Option<GrantId>,
    pub(crate) scopes: Scopes,
    pub(crate) expires: u64,
    pub(crate) revoked: bool,
}

#[derive(Default)]
pub(crate) struct Book {
    consents: Vec<Consent>,
    grants: u64,
    pub(crate) codes: BTreeMap<String, Code>,
    pub(crate) refresh_tokens: BTreeMap<String, RefreshToken>,
    pub(crate) access_tokens: BTreeMap<String, AccessToken>,
}

impl Book {
    pub(crate) fn add_consent(&mut self, consent: Consent) -> ConsentId {
        self.consents.push(consent);
        ConsentId(self.consents.len())
    }

    pub(crate) fn consent(&self, id: ConsentId) -> Option<&Consent> {
        self.consents.get(id.0.checked_sub(1)?)
    }

    /// The consents that were not withdrawn, oldest first.
    pub(crate) fn standing_consents(&self) -> impl Iterator<Item = &Consent> {
        self.consents.iter().filter(|consent| !consent.withdrawn)
    }

    /// Ends every consent of the company.
    pub(crate) fn withdraw(&mut self, tenant: TenantId) {
        for consent in &mut self.consents {
            consent.withdrawn |= consent.tenant == tenant;
        }
    }

    /// Ends the refresh tokens that `which` picks, also those used and still in
    /// their grace, and returns the ones that were live.
    pub(crate) fn end_refresh_tokens(
        &mut self,
        cause: Cause,
        which: impl Fn(&Consent, &RefreshToken) -> bool,
    ) -> Vec<String> {
        let chosen: Vec<String> = self
            .refresh_tokens
            .iter()
            .filter(|(_, token)| {
                self.consent(token.consent)
                    .is_some_and(|of| which(of, token))
            })
            .map(|(value, _)| value.clone())
            .collect();
        let end = |value: &String| self.end_refresh_token(value, cause);
        chosen.into_iter().filter(end).collect()
    }

    /// Ends a refresh token, and says whether it was live. One that was revoked
    /// before keeps its first cause.
    pub(crate) fn end_refresh_token(&mut self, value: &str, cause: Cause) -> bool {
        let Some(token) = self.refresh_tokens.get_mut(value) else {
            return false;
        };
        let was = token.standing;
        if !matches!(was, Standing::Revoked { .. }) {
            token.standing = Standing::Revoked { cause };
        }
        was == Standing::Live
    }

    /// Ends the live access tokens that `which` picks, and returns them.
    pub(crate) fn end_access_tokens(
        &mut self,
        which: impl Fn(&Consent, &AccessToken) -> bool,
    ) -> Vec<String> {
        let mut ended = Vec::new();
        for (value, token) in &mut self.access_tokens {
            let at = token.consent.0.checked_sub(1);
            let consent = at.and_then(|at| self.consents.get(at));
            if consent.is_some_and(|of| which(of, token)) && !token.revoked {
                token.revoked = true;
                ended.push(value.clone());
            }
        }
        ended
    }

    /// The newest consent of a service account that still stands.
    pub(crate) fn service_consent(&self, client_id: &str, tenant: TenantId) -> Option<ConsentId> {
        let standing = |consent: &Consent| {
            consent.client_id == client_id
                && consent.tenant == tenant
                && consent.holder == Holder::ServiceAccount
                && !consent.withdrawn
        };
        let at = self.consents.iter().rposition(standing)?;
        Some(ConsentId(at + 1))
    }

    pub(crate) fn new_grant(&mut self) -> GrantId {
        self.grants += 1;
        GrantId(self.grants)
    }
}
