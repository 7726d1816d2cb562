//! The ledger: everything that happened to codes, tokens and consents, in
//! order, so that a test can check what a client really did.
//!
//! Entries are only ever added. They hold the values of tokens, since this is a
//! test tool, but `Debug` does not show them.

use crate::cast::TenantId;
use crate::refusal::Refusal;
use crate::scope::Scopes;
use crate::secret::Secret;

/// What was minted, spent or revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An authorization code.
    Code,
    /// An access token.
    AccessToken,
    /// A refresh token.
    RefreshToken,
}

/// On whose behalf the client acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A person, by login and user number within the company.
    Person {
        /// The login.
        login: String,
        /// The user number.
        user: u32,
    },
    /// The company's service account.
    ServiceAccount,
}

/// Why a token died before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The client asked for it at the revocation endpoint.
    Revocation,
    /// The customer removed the integration.
    Withdrawal,
    /// A code or refresh token was used twice, and a switch makes that matter.
    Reuse,
    /// A newer consent took its place, and a switch makes that matter.
    Replaced,
}

/// How the client authenticated at the token endpoint. The two dialects are
/// equal for plain letters and digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// Not at all.
    Absent,
    /// By a header that is not Basic, or cannot be read.
    Unreadable,
    /// By a Basic header.
    Basic {
        /// The credentials are right when read raw.
        raw: bool,
        /// The credentials are right when read form-encoded.
        form: bool,
    },
    /// By `client_id` and `client_secret` in the body.
    Body,
}

/// One request to the token endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRequest {
    /// `grant_type`, as sent.
    pub grant_type: Option<String>,
    /// The code or refresh token, as sent.
    pub presented: Option<Secret>,
    /// Whether a PKCE `code_verifier` came along.
    pub code_verifier: bool,
    /// How the client authenticated.
    pub client_auth: ClientAuth,
    /// The `TenantId` header, as sent.
    pub tenant_id: Option<String>,
    /// What the simulator did, which a replaced answer may not show.
    pub outcome: Outcome,
}

/// What became of a request to the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Tokens were issued.
    Issued,
    /// It was refused.
    Refused(Refusal),
    /// A replaced answer was sent and nothing done.
    NotProcessed,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody approved.
    Consented {
        /// In this company.
        tenant: TenantId,
        /// For this holder.
        holder: Holder,
        /// These scopes.
        scopes: Scopes,
    },
    /// A company's consents ended.
    Withdrawn {
        /// In this company.
        tenant: TenantId,
    },
    /// A code or token came into being.
    Minted {
        /// What.
        kind: Kind,
        /// Its value.
        value: Secret,
        /// The company it is for.
        tenant: TenantId,
    },
    /// A code was exchanged, or a refresh token used.
    Spent {
        /// What.
        kind: Kind,
        /// Its value.
        value: Secret,
    },
    /// A token was made worthless.
    Revoked {
        /// What.
        kind: Kind,
        /// Its value.
        value: Secret,
        /// Why.
        cause: Cause,
    },
    /// The token endpoint was asked.
    TokenRequest(TokenRequest),
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When, in the simulator's Unix seconds.
    pub at: u64,
    /// What.
    pub event: Event,
}

/// The ledger as it stood when it was asked for.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    entries: Vec<Entry>,
}

impl Ledger {
    pub(crate) fn record(&mut self, at: u64, event: Event) {
        self.entries.push(Entry { at, event });
    }

    /// All entries, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Values of this kind that were minted, oldest first.
    pub fn minted(&self, kind: Kind) -> Vec<Secret> {
        self.values(|event| match event {
            Event::Minted {
                kind: found, value, ..
            } if *found == kind => Some(value),
            _ => None,
        })
    }

    /// Values of this kind that were spent, once for each time.
    pub fn spent(&self, kind: Kind) -> Vec<Secret> {
        self.values(|event| match event {
            Event::Spent { kind: found, value } if *found == kind => Some(value),
            _ => None,
        })
    }

    /// Values of this kind that were revoked, oldest first.
    pub fn revoked(&self, kind: Kind) -> Vec<Secret> {
        self.values(|event| match event {
            Event::Revoked {
                kind: found, value, ..
            } if *found == kind => Some(value),
            _ => None,
        })
    }

    /// Requests to the token endpoint, oldest first.
    pub fn token_requests(&self) -> Vec<&TokenRequest> {
        let requests = self.entries.iter().filter_map(|entry| match &entry.event {
            Event::TokenRequest(request) => Some(request),
            _ => None,
        });
        requests.collect()
    }

    fn values(&self, pick: impl Fn(&Event) -> Option<&Secret>) -> Vec<Secret> {
        self.entries
            .iter()
            .filter_map(|entry| pick(&entry.event))
            .cloned()
            .collect()
    }
}
