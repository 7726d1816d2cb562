//! The closed set of causes: why something is as it is, one code each.
//!
//! A code is stable, kebab-case, and means the same in an error, an attempt, a
//! finding, the log and the page. Its words and the ways out are in the
//! catalogue (`locales/*.ftl`), in every language; a test proves that none is
//! missing.

use std::fmt;

use crate::json::{Json, Value};

macro_rules! causes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal,)+) => {
        /// Why something is as it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Cause {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Cause {
            /// Every cause there is.
            pub const ALL: &[Cause] = &[$(Cause::$name,)+];

            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self { $(Cause::$name => $code,)+ }
            }

            /// The cause behind a code, if it is one of ours.
            pub fn from_code(code: &str) -> Option<Cause> {
                match code { $($code => Some(Cause::$name),)+ _ => None }
            }
        }
    };
}

causes! {
    // ---- the call does not fit the present state
    /// Nothing has been saved yet.
    Unconfigured = "unconfigured",
    /// The connection is switched off.
    Disabled = "disabled",
    /// The connection is being removed.
    Removing = "removing",

    /// The host asked for an API call that cannot be made.
    CallInvalid = "call-invalid",

    // ---- the host's operator has to act
    /// The operator has not registered the host at Fortnox.
    Unregistered = "unregistered",
    /// The registration has no usable client id.
    ClientIdInvalid = "client-id-invalid",
    /// The redirect URI cannot be used (RFC 6749 section 3.1.2).
    RedirectUriInvalid = "redirect-uri-invalid",
    /// An endpoint is not an absolute `https` URL (RFC 6749 section 3.1).
    EndpointInvalid = "endpoint-invalid",
    /// A needed scope is not registered for the app.
    ScopeNotRegistered = "scope-not-registered",
    /// Fortnox knows the client id or secret no more (`invalid_client`).
    ClientCredentialsRefused = "client-credentials-refused",
    /// Fortnox has another redirect URI (`redirect_uri_mismatch`).
    RedirectUriRefused = "redirect-uri-refused",
    /// The app may not be authorized as a service account.
    ServiceAccountNotAllowed = "service-account-not-allowed",
    /// Fortnox finds fault with the request itself.
    RequestRefused = "request-refused",
    /// The host's own policy forbids the request.
    EgressDenied = "egress-denied",
    /// PKCE is switched off by the operator.
    PkceOff = "pkce-off",

    // ---- the journey
    /// The callback is not well-formed (RFC 6749 section 3.1).
    CallbackMalformed = "callback-malformed",
    /// Unknown, used, expired or foreign `state`, or another browser.
    StateRejected = "state-rejected",
    /// The callback comes from another authorization server (RFC 9207).
    IssuerRejected = "issuer-rejected",
    /// The browser came back with neither code nor error.
    EmptyCallback = "empty-callback",
    /// Nobody came back within ten minutes.
    AttemptExpired = "attempt-expired",
    /// The exchange was cut off, and no answer was kept.
    ExchangeInterrupted = "exchange-interrupted",
    /// The account kind was changed while the attempt was under way.
    SettingsChanged = "settings-changed",
    /// The registration was changed while the attempt was under way.
    RegistrationChanged = "registration-changed",
    /// The person said no at the consent (`access_denied`).
    UserDeclined = "user-declined",
    /// A service account was to be approved by somebody who may not.
    NotSystemAdministrator = "not-system-administrator",
    /// The organization or user lacks the licence to integrate.
    IntegrationLicenceMissing = "integration-licence-missing",
    /// The integration has not been bought in the marketplace.
    AppLicenceMissing = "app-licence-missing",
    /// The code is unknown, used or expired (`invalid_grant`).
    CodeRefused = "code-refused",
    /// The token answer cannot be used.
    AnswerUnusable = "answer-unusable",
    /// The new grant is for another organization than the present one.
    AnotherOrganization = "another-organization",
    /// Nobody told for which organization a new grant is, and there is one.
    OrganizationUnverified = "organization-unverified",
    /// Fortnox refuses in words this plugin does not know.
    ProviderRefused = "provider-refused",

    // ---- the grant
    /// There is no grant.
    Unauthorized = "unauthorized",
    /// Fortnox does not accept the grant any more.
    GrantRefused = "grant-refused",
    /// The grant has outlived its time.
    GrantExpired = "grant-expired",
    /// The grant will soon have outlived its time.
    GrantExpiring = "grant-expiring",
    /// The answer to a renewal was lost.
    RenewalLost = "renewal-lost",
    /// The grant was issued to another app or by another server than are
    /// registered now.
    AppChanged = "app-changed",
    /// The organization withdrew its consent in Fortnox.
    ConsentWithdrawn = "consent-withdrawn",
    /// The grant lacks a scope that the settings need.
    ScopeMissing = "scope-missing",
    /// A scope was asked for and not granted.
    ScopeWithheld = "scope-withheld",
    /// The grant holds more scopes than were asked for.
    ScopeWider = "scope-wider",
    /// It could not be read yet which organization the grant is for.
    OrganizationUnread = "organization-unread",

    /// The host does not call `maintain` as it should.
    MaintainStopped = "maintain-stopped",

    // ---- the access to one area
    /// The grant's user may not use the register.
    RightMissing = "right-missing",
    /// No module is licensed that the area belongs to.
    AreaLicenceMissing = "area-licence-missing",
    /// Fortnox misses a scope that the grant has.
    ScopeRefused = "scope-refused",
    /// Refused for a reason that this plugin does not know.
    AreaRefused = "area-refused",
    /// An access token is refused although it was just renewed.
    TokenRefused = "token-refused",

    // ---- worth trying again
    /// The request did not reach Fortnox.
    ProviderUnreachable = "provider-unreachable",
    /// Fortnox did not answer, or not whole.
    ProviderSilent = "provider-silent",
    /// Fortnox is out of order.
    ProviderFailing = "provider-failing",
    /// Too many requests; a pause.
    RateLimited = "rate-limited",
    /// Somebody else is renewing the grant at this moment.
    RenewalUnderWay = "renewal-under-way",
    /// Others keep changing the same connection.
    Busy = "busy",

    // ---- the cells
    /// The storage does not answer or does not write.
    StorageUnavailable = "storage-unavailable",
    /// A cell is damaged.
    CellUnreadable = "cell-unreadable",
    /// A cell was written by a newer version of the plugin.
    CellNewer = "cell-newer",

    // ---- for explanation only
    /// What authorizing asks of a person.
    Authorize = "authorize",
    /// What removing does.
    Remove = "remove",
}

impl Cause {
    /// Whether it is for the host's operator to act; then nobody in the company
    /// is sent to authorize again in vain.
    pub const fn is_the_operators(self) -> bool {
        matches!(
            self,
            Cause::Unregistered
                | Cause::ClientIdInvalid
                | Cause::RedirectUriInvalid
                | Cause::EndpointInvalid
                | Cause::ScopeNotRegistered
                | Cause::ClientCredentialsRefused
                | Cause::RedirectUriRefused
                | Cause::ServiceAccountNotAllowed
                | Cause::RequestRefused
                | Cause::EgressDenied
                | Cause::PkceOff
                | Cause::MaintainStopped
        )
    }

    /// Whether it usually passes by itself.
    pub const fn passes(self) -> bool {
        matches!(
            self,
            Cause::ProviderUnreachable
                | Cause::ProviderSilent
                | Cause::ProviderFailing
                | Cause::RateLimited
        )
    }

    /// Whether it concerns all areas at once, wherever it was met.
    pub const fn is_general(self) -> bool {
        matches!(self, Cause::IntegrationLicenceMissing | Cause::TokenRefused)
    }

    /// The same, where other areas are served.
    pub const fn of_one_area(self) -> Cause {
        match self {
            Cause::TokenRefused => Cause::AreaRefused,
            Cause::IntegrationLicenceMissing => Cause::AreaLicenceMissing,
            other => other,
        }
    }

    /// Whether a service account would do without what a person lacks. Source:
    /// Fortnox, Service accounts.
    pub const fn service_account_helps(self) -> bool {
        matches!(self, Cause::RightMissing)
    }

    /// Whether authorizing again, with nothing else done before, can lead
    /// elsewhere.
    pub const fn reauthorize_helps(self) -> bool {
        matches!(
            self,
            Cause::CallbackMalformed
                | Cause::StateRejected
                | Cause::IssuerRejected
                | Cause::AttemptExpired
                | Cause::ExchangeInterrupted
                | Cause::SettingsChanged
                | Cause::RegistrationChanged
                | Cause::UserDeclined
                | Cause::NotSystemAdministrator
                | Cause::CodeRefused
                | Cause::AnswerUnusable
                | Cause::AnotherOrganization
                | Cause::Unauthorized
                | Cause::GrantRefused
                | Cause::GrantExpired
                | Cause::GrantExpiring
                | Cause::RenewalLost
                | Cause::ConsentWithdrawn
                | Cause::AppChanged
                | Cause::ScopeMissing
                | Cause::OrganizationUnread
                | Cause::OrganizationUnverified
                | Cause::ProviderUnreachable
                | Cause::ProviderSilent
                | Cause::ProviderFailing
                | Cause::RateLimited
        )
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Json for Cause {
    fn read(value: &Value) -> Option<Self> {
        Cause::from_code(value.as_str()?)
    }

    fn write(&self) -> Value {
        self.code().into()
    }
}
