//! Who asks, and whether he may (RFC 6750; Fortnox: Scopes, Errors).

use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::refusal::ApiRefusal;
use super::register::Register;
use crate::book::{AccessToken, Consent};
use crate::cast::{Company, Licence, Right, TenantId};
use crate::eligibility::holds;
use crate::scope::{Scopes, is_licensed};
use crate::state::World;

/// Whose token it is, and what it is for.
pub(super) struct Caller {
    pub(super) tenant: TenantId,
    consent: Consent,
    scopes: Scopes,
}

impl World {
    /// The caller by a token that is one of ours and alive (RFC 6750 section 2.1),
    /// within the rate limit.
    pub(super) fn caller(&mut self, headers: &HeaderMap) -> Result<Caller, ApiRefusal> {
        let caller = self.bearer(headers).ok_or(ApiRefusal::Unauthorized)?;
        if let Some(limit) = self.behaviour.rest.rate_limit {
            let now = self.now();
            let client_id = &caller.consent.client_id;
            if !self.rates.admit(client_id, caller.tenant, now, limit) {
                return Err(ApiRefusal::RateLimited);
            }
        }
        Ok(caller)
    }

    fn bearer(&self, headers: &HeaderMap) -> Option<Caller> {
        let token = self.presented(headers)?;
        let alive = !token.revoked && self.now() < token.expires;
        alive.then_some(())?;
        let consent = self.book.consent(token.consent)?;
        Some(Caller {
            tenant: consent.tenant,
            consent: consent.clone(),
            scopes: token.scopes.clone(),
        })
    }

    /// The token that came along, dead or alive, if it is one of ours.
    fn presented(&self, headers: &HeaderMap) -> Option<&AccessToken> {
        let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
        let (scheme, value) = header.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(())?;
        self.book.access_tokens.get(value)
    }

    /// The company that the token is for, dead or alive.
    pub(super) fn tenant(&self, headers: &HeaderMap) -> Option<TenantId> {
        let consent = self.presented(headers)?.consent;
        Some(self.book.consent(consent)?.tenant)
    }

    /// The company whose register the caller may use.
    pub(super) fn authorize(
        &mut self,
        register: &'static Register,
        headers: &HeaderMap,
    ) -> Result<TenantId, ApiRefusal> {
        let caller = self.caller(headers)?;
        let right = register.right;
        if let Some(error) = self.behaviour.rest.refused.get(&right) {
            return Err(ApiRefusal::Standing(error.clone()));
        }
        caller.check_scope(right.scope())?;
        self.check_licence(&caller, right)?;
        if !self.has_right(&caller.consent, right) {
            return Err(ApiRefusal::RightMissing(right));
        }
        Ok(caller.tenant)
    }

    /// Without "Integration" or the app the company has nothing licensed at all
    /// (?: that these answer 2001103). Whatever else is missing is the scope's
    /// licence: a module, or anything of a person's own (S), and who left the
    /// company has none there (?).
    fn check_licence(&self, caller: &Caller, right: Right) -> Result<(), ApiRefusal> {
        let Consent { tenant, holder, .. } = &caller.consent;
        let integrates = |company: &Company| {
            company.app_licence && company.licences.contains(&Licence::Integration)
        };
        if !self.cast.company(*tenant).is_some_and(integrates) {
            return Err(ApiRefusal::IntegrationLicenceMissing);
        }
        let held = |licence| holds(&self.cast, *tenant, holder, licence);
        let licensed = held(Licence::Integration) && is_licensed(right.scope(), held);
        licensed.then_some(()).ok_or(ApiRefusal::LicenceMissing)
    }
}

impl Caller {
    pub(super) fn check_scope(&self, scope: &str) -> Result<(), ApiRefusal> {
        let granted = self.scopes.contains(scope);
        granted.then_some(()).ok_or(ApiRefusal::ScopeMissing)
    }
}
