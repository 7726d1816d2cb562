//! What stands in the way of a consent, or of a token for one given earlier.

use crate::behaviour::Behaviour;
use crate::cast::{Cast, Licence, Role, TenantId};
use crate::journey::{Account, AuthorizationRequest};
use crate::ledger::Holder;
use crate::refusal::Refusal;
use crate::scope::{Scopes, is_licensed};

/// Why the consent page does not appear.
pub(crate) enum Obstacle {
    /// The company is locked.
    Locked,
    Refused(Refusal),
}

/// On whose behalf the client would act in this company, or what stands in the
/// way. The person must be one who reaches the company.
pub(crate) fn holder(
    cast: &Cast,
    behaviour: &Behaviour,
    request: &AuthorizationRequest,
    login: &str,
    tenant: TenantId,
) -> Result<Holder, Obstacle> {
    let membership = cast.membership(login, tenant);
    let (Some(membership), Some(company)) = (membership, cast.company(tenant)) else {
        return Err(Obstacle::Refused(Refusal::AccessDenied));
    };
    if company.locked || behaviour.every_company_locked {
        return Err(Obstacle::Locked);
    }
    let holder = match request.account {
        Account::Service if membership.role != Role::SystemAdministrator => {
            return Err(Obstacle::Refused(Refusal::SystemAdminRightMissing));
        }
        Account::Service => Holder::ServiceAccount,
        Account::User => Holder::Person {
            login: login.to_owned(),
            user: membership.user,
        },
    };
    match licence_refusal(cast, behaviour, tenant, &holder, &request.scopes) {
        Some(refusal) => Err(Obstacle::Refused(refusal)),
        None => Ok(holder),
    }
}

/// The licence without which there is no token, if one is missing: the app's,
/// "Integration", or that of a scope's module.
pub(crate) fn licence_refusal(
    cast: &Cast,
    behaviour: &Behaviour,
    tenant: TenantId,
    holder: &Holder,
    scopes: &Scopes,
) -> Option<Refusal> {
    if !cast.company(tenant)?.app_licence {
        return Some(Refusal::AppLicenceMissing);
    }
    let held = |licence| holds(cast, tenant, holder, licence);
    let modules = scopes.iter().all(|name| is_licensed(name, held));
    let licensed = held(Licence::Integration) && (modules || !behaviour.modules_needed_for_tokens);
    (!licensed).then_some(Refusal::LicenceMissing)
}

/// Whether a licence is bought, and assigned to the person on whose behalf the
/// client acts; a service account needs no assignment (S).
pub(crate) fn holds(cast: &Cast, tenant: TenantId, holder: &Holder, licence: Licence) -> bool {
    let company = cast.company(tenant);
    let bought = company.is_some_and(|company| company.licences.contains(&licence));
    bought
        && match holder {
            Holder::ServiceAccount => true,
            Holder::Person { login, .. } => cast
                .membership(login, tenant)
                .is_some_and(|place| place.licences.contains(&licence)),
        }
}
