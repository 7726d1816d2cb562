//! What stands in the way of a consent, or of a token for one given earlier.

use crate::behaviour::Behaviour;
use crate::cast::{Cast, Role, TenantId};
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
    let membership = cast
        .person(login)
        .and_then(|person| person.membership(tenant));
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
    match licence_refusal(cast, tenant, &holder, &request.scopes) {
        Some(refusal) => Err(Obstacle::Refused(refusal)),
        None => Ok(holder),
    }
}

/// The licence that is missing, if one is: the app's, the integration's (which a
/// person must hold too), or that of a scope's module.
pub(crate) fn licence_refusal(
    cast: &Cast,
    tenant: TenantId,
    holder: &Holder,
    scopes: &Scopes,
) -> Option<Refusal> {
    let company = cast.company(tenant)?;
    if !company.app_licence {
        return Some(Refusal::AppLicenceMissing);
    }
    let personally = match holder {
        Holder::ServiceAccount => true,
        Holder::Person { login, .. } => cast
            .person(login)
            .and_then(|person| person.membership(tenant))
            .is_some_and(|membership| membership.integration_licence),
    };
    let held = |licence| company.licences.contains(&licence);
    let licensed = company.integration_licence
        && personally
        && scopes.iter().all(|name| is_licensed(name, held));
    (!licensed).then_some(Refusal::LicenceMissing)
}
