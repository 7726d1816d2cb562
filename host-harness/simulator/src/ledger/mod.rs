//! The ledger: everything that happened to codes, tokens and consents, and every
//! request to the REST API, in order, so that a test can check what a client really did.
//!
//! Entries are only ever added. They hold the values of tokens, since this is a
//! test tool, but `Debug` does not show them.

mod queries;

use std::fmt;

use http::Method;

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

/// A consent, numbered from 1 in the order in which they were given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConsentId(pub(crate) usize);

impl fmt::Display for ConsentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A grant: a code and every token that descends from it. Numbered from 1 in the
/// order of the codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GrantId(pub(crate) u64);

impl fmt::Display for GrantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a code or token comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The company it is for.
    pub tenant: TenantId,
    /// The consent behind it.
    pub consent: ConsentId,
    /// The grant it belongs to; none for a client-credentials token, which
    /// descends from no code.
    pub grant: Option<GrantId>,
    /// The code or refresh token that was spent for it; none for a code, and for
    /// a client-credentials token.
    pub parent: Option<Secret>,
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
    /// Why the code or refresh token was no good, which the answer does not tell;
    /// none where it was good, or where its refusal says all there is.
    pub why: Option<Why>,
}

/// What became of a code or refresh token that is refused as invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It was never minted.
    Unknown,
    /// It was spent before.
    Spent,
    /// It was made worthless, or the consent behind it was.
    Revoked(Cause),
    /// The person on whose behalf it acts is no longer in the company.
    HolderLeft,
}

/// What became of a request to the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Tokens were issued.
    Issued,
    /// It was refused.
    Refused(Refusal),
    /// Nothing was done: a replaced answer or a fault came first.
    NotProcessed,
}

/// One request to the REST API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiRequest {
    /// Its method.
    pub method: Method,
    /// Its path, such as `/3/customers`.
    pub path: String,
    /// Its query, as sent.
    pub query: Option<String>,
    /// The company that its token is for, dead or alive; none without a token of
    /// ours.
    pub tenant: Option<TenantId>,
    /// The status of the answer; none where a fault came before it was carried
    /// out.
    pub status: Option<u16>,
    /// Fortnox's code, where the answer tells one.
    pub code: Option<u32>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody approved.
    Consented {
        /// Its number.
        consent: ConsentId,
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
        /// Where it comes from.
        origin: Origin,
    },
    /// The whole answer of the token endpoint that carries the token was handed
    /// to the connection, its last byte included. Nothing tells whether the
    /// client read it; an answer that was cut or reset, or that nobody waited for
    /// any more, is not delivered.
    Delivered {
        /// What.
        kind: Kind,
        /// Its value.
        value: Secret,
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
    /// The REST API was asked.
    ApiRequest(ApiRequest),
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
}
