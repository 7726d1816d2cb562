//! What the provider remembers: consents, codes and tokens.

use std::collections::BTreeMap;

use crate::cast::TenantId;
use crate::ledger::Holder;
use crate::scope::Scopes;

/// Place of a consent in the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ConsentId(usize);

/// The tokens that descend from one code. A client-credentials token has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Family(u64);

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
    pub(crate) family: Family,
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
    pub(crate) family: Family,
    pub(crate) expires: u64,
    pub(crate) standing: Standing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Live,
    Spent { at: u64 },
    Revoked,
}

#[derive(Clone, Debug)]
pub(crate) struct AccessToken {
    pub(crate) consent: ConsentId,
    pub(crate) family: Option<Family>,
    pub(crate) scopes: Scopes,
    pub(crate) expires: u64,
    pub(crate) revoked: bool,
}

#[derive(Default)]
pub(crate) struct Book {
    consents: Vec<Consent>,
    families: u64,
    pub(crate) codes: BTreeMap<String, Code>,
    pub(crate) refresh_tokens: BTreeMap<String, RefreshToken>,
    pub(crate) access_tokens: BTreeMap<String, AccessToken>,
}

impl Book {
    pub(crate) fn add_consent(&mut self, consent: Consent) -> ConsentId {
        self.consents.push(consent);
        ConsentId(self.consents.len() - 1)
    }

    pub(crate) fn consent(&self, id: ConsentId) -> Option<&Consent> {
        self.consents.get(id.0)
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
        which: impl Fn(&Consent, &RefreshToken) -> bool,
    ) -> Vec<String> {
        let mut ended = Vec::new();
        for (value, token) in &mut self.refresh_tokens {
            let of = self.consents.get(token.consent.0);
            if of.is_some_and(|of| which(of, token)) {
                if token.standing == Standing::Live {
                    ended.push(value.clone());
                }
                token.standing = Standing::Revoked;
            }
        }
        ended
    }

    /// Ends the live access tokens that `which` picks, and returns them.
    pub(crate) fn end_access_tokens(
        &mut self,
        which: impl Fn(&Consent, &AccessToken) -> bool,
    ) -> Vec<String> {
        let mut ended = Vec::new();
        for (value, token) in &mut self.access_tokens {
            let chosen = self
                .consents
                .get(token.consent.0)
                .is_some_and(|of| which(of, token));
            if chosen && !token.revoked {
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
        self.consents.iter().rposition(standing).map(ConsentId)
    }

    pub(crate) fn new_family(&mut self) -> Family {
        self.families += 1;
        Family(self.families)
    }
}
