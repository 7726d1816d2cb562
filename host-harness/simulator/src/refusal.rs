//! Every way in which the OAuth endpoints say no, with its code, text and
//! status in one table.
//!
//! Marks: D documented by Fortnox, R recorded on the wire, S seen by an
//! integrator, I inferred (from the open-source server whose fingerprints
//! Fortnox's answers carry), ? unknown and made up here.

use http::StatusCode;
use serde::{Deserialize, Serialize};

/// A refusal by the authorization, token or revocation endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    // ---- authorization endpoint
    /// No client has this id (D: text; I: shown as a page).
    UnknownClient,
    /// The redirect URI is not the registered one (S: shown as a page).
    RedirectUriUnregistered,
    /// `response_type` is missing or not `code` (I).
    ResponseType,
    /// No `state` (D: required; I: code and text).
    StateMissing,
    /// No scope, or one that the app is not registered for (S live; I: text).
    ScopeUnregistered,
    /// `account_type` is neither absent nor `service` (?).
    AccountType,
    /// The app may not use service accounts (D: text; ?: code and transport).
    ServiceAccountNotAllowed,
    /// PKCE is enforced and there is no S256 challenge (I; RFC 7636 section 4.4.1).
    ChallengeMissing,
    /// The person pressed "Avbryt" (S; I: text).
    AccessDenied,
    /// A service account approved by someone who is not system administrator
    /// (S, single source; ?: text).
    SystemAdminRightMissing,

    // ---- both
    /// A licence is missing: at the consent (D and S), or lapsed since (S).
    LicenceMissing,
    /// The app has not been bought, or not any more (D and S; ?: text).
    AppLicenceMissing,

    // ---- token endpoint
    /// Wrong client id or secret (R).
    InvalidClient,
    /// No `grant_type` (I).
    GrantTypeMissing,
    /// A `grant_type` that is not offered (I).
    GrantTypeUnsupported,
    /// No `code` (I).
    CodeMissing,
    /// The code is unknown, used, or another client's (I).
    CodeInvalid,
    /// The code is older than its lifetime (I).
    CodeExpired,
    /// The redirect URI is missing or not the code's (S live: text; I: code).
    RedirectUriMismatch,
    /// PKCE is enforced and the verifier does not fit (I; RFC 7636 section 4.6).
    VerifierMismatch,
    /// No `refresh_token` (I).
    RefreshTokenMissing,
    /// The refresh token is unknown, used or revoked (R).
    RefreshTokenInvalid,
    /// The refresh token is older than its lifetime (D and I).
    RefreshTokenExpired,
    /// The refresh token belongs to another client (I).
    RefreshTokenForeign,
    /// A refresh asked for more than was granted (D; I: text).
    ScopeWidened,
    /// Client credentials without a numeric `TenantId` header (S weak).
    TenantIdMissing,
    /// Client credentials without a service account's consent (?).
    ConsentMissing,
    /// Client credentials for a scope outside the consent (S weak, contradictory).
    ScopeOutsideConsent,

    // ---- revocation endpoint
    /// No `token` (I).
    RevokeTokenMissing,
    /// A `token_type_hint` that is neither of the two known ones (I).
    RevokeHintUnknown,
}

impl Refusal {
    /// The `error` code, unless it is overridden.
    pub fn error(self) -> &'static str {
        self.row().0
    }

    /// The `error_description`, unless it is overridden.
    pub fn description(self) -> &'static str {
        self.row().1
    }

    /// The status of a direct answer; redirects are 302 whatever the refusal.
    pub fn status(self) -> StatusCode {
        match self {
            Self::InvalidClient => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    fn row(self) -> (&'static str, &'static str) {
        match self {
            Self::UnknownClient => (
                "invalid_client",
                "Auth code or ClientID supplied is invalid",
            ),
            Self::RedirectUriUnregistered => (
                "redirect_uri_mismatch",
                "The redirect URI provided is missing or does not match",
            ),
            Self::ResponseType => ("invalid_request", "Invalid or missing response type"),
            Self::StateMissing => ("invalid_request", "The state parameter is required"),
            Self::ScopeUnregistered => ("invalid_scope", "An unsupported scope was requested"),
            Self::AccountType => ("invalid_request", "Invalid account type"),
            Self::ServiceAccountNotAllowed => (
                "unauthorized_client",
                "Client does not allow service account",
            ),
            Self::ChallengeMissing => ("invalid_request", "Missing code challenge"),
            Self::AccessDenied => (
                "access_denied",
                "The user denied access to your application",
            ),
            Self::SystemAdminRightMissing => (
                "error_missing_system_admin_right",
                "Missing system administrator right",
            ),
            Self::LicenceMissing => (
                "error_missing_license",
                "Missing license: the user or company does not have enough licenses",
            ),
            Self::AppLicenceMissing => ("error_missing_app_license", "Missing app license"),
            Self::InvalidClient => ("invalid_client", "The client credentials are invalid"),
            Self::GrantTypeMissing => (
                "invalid_request",
                "The grant type was not specified in the request",
            ),
            Self::GrantTypeUnsupported => {
                ("unsupported_grant_type", "The grant type is not supported")
            }
            Self::CodeMissing => ("invalid_request", "Missing parameter: \"code\" is required"),
            Self::CodeInvalid => (
                "invalid_grant",
                "Authorization code doesn't exist or is invalid for the client",
            ),
            Self::CodeExpired => ("invalid_grant", "The authorization code has expired"),
            Self::RedirectUriMismatch => (
                "redirect_uri_mismatch",
                "The redirect URI is missing or do not match",
            ),
            Self::VerifierMismatch => ("invalid_grant", "The code verifier is missing or wrong"),
            Self::RefreshTokenMissing => (
                "invalid_request",
                "Missing parameter: \"refresh_token\" is required",
            ),
            Self::RefreshTokenInvalid => ("invalid_grant", "Invalid refresh token"),
            Self::RefreshTokenExpired => ("invalid_grant", "Refresh token has expired"),
            Self::RefreshTokenForeign => (
                "invalid_grant",
                "refresh_token doesn't exist or is invalid for the client",
            ),
            Self::ScopeWidened => (
                "invalid_scope",
                "The scope requested is invalid for this request",
            ),
            Self::TenantIdMissing => (
                "invalid_request",
                "The TenantId header is missing or invalid",
            ),
            Self::ConsentMissing => ("invalid_grant", "No consent exists for the tenant"),
            Self::ScopeOutsideConsent => (
                "invalid_scope",
                "The scope requested is outside the consent",
            ),
            Self::RevokeTokenMissing => ("invalid_request", "Missing token parameter to revoke"),
            Self::RevokeHintUnknown => (
                "invalid_request",
                "Token type hint must be either 'access_token' or 'refresh_token'",
            ),
        }
    }
}
