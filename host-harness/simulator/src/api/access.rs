//! Who asks, and whether he may (RFC 6750; Fortnox: Scopes, Errors).

use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::refusal::ApiRefusal;
use super::register::Register;
use crate::book::Consent;
use crate::cast::{Role, TenantId};
use crate::eligibility::licence_refusal;
use crate::ledger::Holder;
use crate::refusal::Refusal;
use crate::scope::Scopes;
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
        let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
        let (scheme, value) = header.split_once(' ')?;
        let token = self.book.access_tokens.get(value)?;
        let alive = !token.revoked && self.now() < token.expires;
        (scheme.eq_ignore_ascii_case("bearer") && alive).then_some(())?;
        let consent = self.book.consent(token.consent)?;
        Some(Caller {
            tenant: consent.tenant,
            consent: consent.clone(),
            scopes: token.scopes.clone(),
        })
    }

    /// The company whose register the caller may use.
    pub(super) fn authorize(
        &mut self,
        register: &'static Register,
        headers: &HeaderMap,
    ) -> Result<TenantId, ApiRefusal> {
        let caller = self.caller(headers)?;
        caller.check_scope(register.scope)?;
        self.check_licence(&caller, register)?;
        if !self.has_right(&caller.consent, register) {
            return Err(ApiRefusal::RightMissing(register));
        }
        Ok(caller.tenant)
    }

    /// A missing module is the scope's licence; without "Integration" or the app
    /// nothing is licensed at all (?: that these answer 2001103). A person's own
    /// licence counts too (S), and who left the company has none there (?).
    fn check_licence(&self, caller: &Caller, register: &Register) -> Result<(), ApiRefusal> {
        let Consent { tenant, holder, .. } = &caller.consent;
        let company = self.cast.company(*tenant);
        let integration = company.is_some_and(|company| company.integration_licence);
        let scope = Scopes::parse(register.scope);
        let withheld = &self.behaviour.rest.licences_withheld;
        match licence_refusal(&self.cast, *tenant, holder, &scope) {
            Some(Refusal::LicenceMissing) if integration => Err(ApiRefusal::LicenceMissing),
            Some(_) => Err(ApiRefusal::ApiLicenceMissing),
            None if withheld.contains(register.scope) => Err(ApiRefusal::LicenceMissing),
            None => Ok(()),
        }
    }

    /// A service account has every right, and a person those of the role.
    fn has_right(&self, consent: &Consent, register: &Register) -> bool {
        if consent.holder == Holder::ServiceAccount {
            return true;
        }
        let withheld = &self.behaviour.rest.rights_withheld;
        let by_role = match self.role(consent) {
            None => false,
            Some(Role::User(rights)) => rights.contains(register.scope),
            Some(Role::SystemAdministrator | Role::Consultant) => true,
        };
        by_role && !withheld.contains(register.scope)
    }
}

impl Caller {
    pub(super) fn check_scope(&self, scope: &str) -> Result<(), ApiRefusal> {
        let granted = self.scopes.contains(scope);
        granted.then_some(()).ok_or(ApiRefusal::ScopeMissing)
    }
}
