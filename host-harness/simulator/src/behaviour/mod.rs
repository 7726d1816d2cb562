//! The switches: where Fortnox's behaviour is unknown, contradictory or may
//! change, and where a client must cope with more than Fortnox does today.
//!
//! Marks as in [`Refusal`]; each says how certain the *default* is.

mod api_error;
mod rest;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::refusal::Refusal;
use crate::scope::Scopes;

pub use api_error::{ApiError, ApiErrorStyle, Shape};
pub use rest::{RateLimit, Rest};

/// How the simulator behaves. The default is Fortnox as it is known; every
/// field can be changed while it runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Behaviour {
    // ---- refusals, all endpoints
    /// Other codes and texts for single refusals, hostile ones included.
    /// Default: none (the certainty of each row stands at [`Refusal`]).
    pub wording: BTreeMap<Refusal, Wording>,
    /// Members of a direct refusal. Default: as recorded (R).
    pub error_shape: ErrorShape,
    /// Media type of a direct refusal. Default: as recorded, which is not JSON (R).
    pub error_media_type: ErrorMediaType,

    // ---- login and consent
    /// A request without `state` is refused. Default: true (D).
    pub state_required: bool,
    /// Authorization needs an S256 challenge and the code its verifier; else both
    /// are ignored. Default: false (I; nothing at Fortnox mentions PKCE).
    pub pkce_enforced: bool,
    /// How the redirect URI is compared with the registered one. Default:
    /// decoded (D; raw was seen once, S).
    pub redirect_uri_compare: RedirectUriCompare,
    /// Refusals shown as a page instead of a redirect. An unknown client and an
    /// unregistered redirect URI always are. Default: none (S).
    pub error_pages: BTreeSet<Refusal>,
    /// Every company counts as locked, not only those that are: the browser comes
    /// back with neither code, error nor state. Default: false (S live).
    pub every_company_locked: bool,
    /// A consent, and every token for it, needs the modules of all its scopes; else
    /// a missing one shows at its registers alone. Default: true (S; one client met
    /// such a register all the same).
    pub modules_needed_for_tokens: bool,
    /// Without `access_type=offline` no refresh token is issued. Default: false (?).
    pub refresh_token_needs_offline: bool,
    /// A consent grants only these of the scopes asked for. Default: all are
    /// granted (D).
    pub grant_only: Option<Scopes>,
    /// A new consent of the same holder revokes the earlier refresh tokens.
    /// Default: false (?).
    pub consent_replaces_tokens: bool,

    // ---- the way back
    /// Errors carry the `state`. Default: true (S).
    pub state_on_errors: bool,
    /// `+` in the state comes back as a space. Default: false (S, seen once).
    pub state_plus_becomes_space: bool,
    /// The `iss` parameter of RFC 9207. Default: none (D by absence).
    pub callback_issuer: Option<String>,
    /// Further parameters of the callback. Default: none.
    pub callback_extra: BTreeMap<String, String>,

    // ---- codes
    /// Seconds for which a code can be exchanged. Default: 600 (D).
    pub code_lifetime: u64,
    /// Using a code twice revokes the tokens issued from it (RFC 6749 section
    /// 4.1.2). Default: false (?).
    pub code_reuse_revokes: bool,
    /// The exchange must repeat the redirect URI even when the authorization left
    /// it out. Default: true (D and S).
    pub exchange_needs_redirect_uri: bool,

    // ---- client authentication
    /// How the Basic header is read. Default: raw (D by sample).
    pub basic: BasicDialect,
    /// `client_id` and `client_secret` in the body are accepted. Default: false
    /// (not documented).
    pub credentials_in_body: bool,

    // ---- access tokens
    /// Seconds for which an access token is good. Default: 3600 (D and R).
    pub access_token_lifetime: u64,
    /// How many right names `rightsAsJson` holds; decides the size. Default: 180,
    /// which makes a token of about 3 kB (R: 164 and 189).
    pub rights_in_token: usize,
    /// The claim `roles` is present, and empty for a service account. Default:
    /// true (S; what it holds for people is made up).
    pub roles_in_token: bool,
    /// Withdrawing the consent ends live access tokens. Default: false (?).
    pub withdrawal_ends_access_tokens: bool,

    // ---- refresh tokens
    /// Refresh tokens are issued and rotated; when not, answers have none and an
    /// older one stays good. Default: true (D).
    pub refresh_tokens_issued: bool,
    /// Seconds for which a refresh token is good. Default: 45 days (D; an old page
    /// says 31 days).
    pub refresh_token_lifetime: u64,
    /// Seconds for which a used refresh token is still accepted. Default: 0 (S).
    pub refresh_grace: u64,
    /// Using a refresh token twice revokes its successors. Default: false (S and I).
    pub refresh_reuse_revokes_family: bool,
    /// A licence that lapsed is refused with 401 instead of 400. Default: false (S,
    /// both were seen).
    pub lapsed_licence_is_401: bool,

    // ---- client credentials
    /// The grant is offered at all. Default: true (D; not before 2026).
    pub client_credentials_offered: bool,
    /// Its refusals are 403 instead of 400. Default: false (?).
    pub client_credentials_refusal_is_403: bool,
    /// Scopes outside the consent are dropped silently instead of refused.
    /// Default: false (S weak, contradictory).
    pub client_credentials_drop_scopes: bool,

    // ---- the token answer
    /// Seconds that the token endpoint waits before it answers, once the request
    /// is carried out. Default: 0.
    pub token_answer_delay: u64,
    /// Members set or added in a successful answer. Default: none.
    pub token_answer_set: BTreeMap<String, Value>,
    /// Members left out of a successful answer, which lose their values: the
    /// tokens were issued all the same. Default: none.
    pub token_answer_omit: BTreeSet<String>,
    /// Replaces the next answer of the token endpoint, once. Default: none.
    pub next_token_answer: Option<NextTokenAnswer>,

    // ---- revocation
    /// What else ends with a revoked refresh token. Default: nothing (?).
    pub revocation_ends: RevocationEnds,
    /// Replaces every answer of the revocation endpoint, which then revokes
    /// nothing. Default: none.
    pub revoke_answer: Option<CannedAnswer>,

    // ---- identity
    /// Replaces every answer of `/3/companyinformation`. Default: none.
    pub companyinformation_answer: Option<CannedAnswer>,
    /// `DatabaseNumber` is text in `/3/companyinformation` too. Default: false (D).
    pub database_number_is_text: bool,

    // ---- the rest of the REST API
    /// Refusals, and the rate limit of all requests.
    pub rest: Rest,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            wording: BTreeMap::new(),
            error_shape: ErrorShape::Plain,
            error_media_type: ErrorMediaType::AsRecorded,
            state_required: true,
            pkce_enforced: false,
            redirect_uri_compare: RedirectUriCompare::Decoded,
            error_pages: BTreeSet::new(),
            every_company_locked: false,
            modules_needed_for_tokens: true,
            refresh_token_needs_offline: false,
            grant_only: None,
            consent_replaces_tokens: false,
            state_on_errors: true,
            state_plus_becomes_space: false,
            callback_issuer: None,
            callback_extra: BTreeMap::new(),
            code_lifetime: 600,
            code_reuse_revokes: false,
            exchange_needs_redirect_uri: true,
            basic: BasicDialect::Raw,
            credentials_in_body: false,
            access_token_lifetime: 3600,
            rights_in_token: 180,
            roles_in_token: true,
            withdrawal_ends_access_tokens: false,
            refresh_tokens_issued: true,
            refresh_token_lifetime: 45 * 24 * 3600,
            refresh_grace: 0,
            refresh_reuse_revokes_family: false,
            lapsed_licence_is_401: false,
            client_credentials_offered: true,
            client_credentials_refusal_is_403: false,
            client_credentials_drop_scopes: false,
            token_answer_delay: 0,
            token_answer_set: BTreeMap::new(),
            token_answer_omit: BTreeSet::new(),
            next_token_answer: None,
            revocation_ends: RevocationEnds::Token,
            revoke_answer: None,
            companyinformation_answer: None,
            database_number_is_text: false,
            rest: Rest::default(),
        }
    }
}

impl Behaviour {
    /// The code of a refusal as it goes out.
    pub(crate) fn error(&self, refusal: Refusal) -> &str {
        let wording = self.wording.get(&refusal);
        wording
            .and_then(|words| words.error.as_deref())
            .unwrap_or(refusal.error())
    }

    /// The text of a refusal as it goes out.
    pub(crate) fn description(&self, refusal: Refusal) -> &str {
        let wording = self.wording.get(&refusal);
        wording
            .and_then(|words| words.description.as_deref())
            .unwrap_or(refusal.description())
    }
}

/// Another code or text for a refusal; none keeps the usual one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wording {
    /// The `error` member or parameter.
    pub error: Option<String>,
    /// The `error_description` member or parameter.
    pub description: Option<String>,
}

/// Members of a direct refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorShape {
    /// `error` and `error_description` (R).
    Plain,
    /// Those, and `error_hint`, `error_debug`, `status_code`, as in the newer
    /// OpenAPI file (D there).
    Hydra,
}

/// Media type of a direct refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorMediaType {
    /// `text/plain` for 401, `text/html` for the rest (R).
    AsRecorded,
    /// `application/json` (RFC 6749 section 5.2).
    Json,
}

/// How the redirect URI of an authorization is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RedirectUriCompare {
    /// After decoding the query, exactly.
    Decoded,
    /// As the text stands in the query, so that a percent-encoded one mismatches.
    Raw,
}

/// How the Basic header's two parts are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BasicDialect {
    /// As they stand (RFC 7617).
    Raw,
    /// Form-encoded each (RFC 6749 section 2.3.1).
    Form,
}

/// What revoking a refresh token ends (RFC 7009 section 2.1 leaves it open).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RevocationEnds {
    /// That token alone; access tokens live to their end.
    Token,
    /// The grant: every refresh and access token that descends from its code.
    Grant,
    /// The company's consents, as if the customer had removed the integration;
    /// another switch says whether that ends access tokens.
    Consent,
}

/// An answer given as bytes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CannedAnswer {
    /// HTTP status; one that HTTP does not know is sent as 500.
    pub status: u16,
    /// The `Content-Type`; none sends no such header.
    pub content_type: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

impl fmt::Debug for CannedAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CannedAnswer")
            .field("status", &self.status)
            .field("content_type", &self.content_type)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// An answer that stands in for the token endpoint's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NextTokenAnswer {
    /// What is sent.
    pub answer: CannedAnswer,
    /// Whether the request is carried out first: true spends codes and tokens and
    /// loses the successors, false leaves everything as it was.
    pub after_processing: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast::Right;

    #[test]
    fn given_the_defaults_when_written_and_read_then_equal() {
        let mut behaviour = Behaviour::default();
        let error = ApiError::new(ApiErrorStyle::empty(403), 0, "");
        behaviour.rest.refused.insert(Right::Projects, error);
        behaviour
            .wording
            .insert(Refusal::AccessDenied, Wording::default());
        let text = serde_json::to_string(&behaviour).unwrap();
        assert_eq!(serde_json::from_str::<Behaviour>(&text).unwrap(), behaviour);
    }

    #[test]
    fn given_a_partial_file_when_read_then_the_rest_is_default() {
        let read: Behaviour = serde_json::from_str(r#"{"code_lifetime":1}"#).unwrap();
        let expected = Behaviour {
            code_lifetime: 1,
            ..Behaviour::default()
        };
        assert_eq!(read, expected);
        assert!(serde_json::from_str::<Behaviour>(r#"{"no_such_switch":1}"#).is_err());
    }

    #[test]
    fn given_a_canned_answer_when_debugged_then_the_body_is_absent() {
        let answer = CannedAnswer {
            status: 200,
            content_type: None,
            body: b"token".to_vec(),
        };
        assert!(format!("{answer:?}").contains("5 bytes"));
    }
}
