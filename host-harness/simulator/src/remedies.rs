//! What people do at Fortnox, in the Developer Portal, and to each other's
//! rights: whatever stops a client, and whatever helps against it.
//!
//! Nothing of it touches a consent or token that exists. A company or a
//! membership that there is not is left alone.

use crate::cast::{Company, Licence, Membership, Right, Role, TenantId};
use crate::simulator::Simulator;

/// Rights and licences of a person in a company.
impl Simulator {
    /// Gives a person the right to a register.
    pub fn give_right(&self, login: &str, tenant: TenantId, right: Right) {
        self.change_membership(login, tenant, |place| {
            place.rights.insert(right);
        });
    }

    /// Takes the right to a register from a person.
    pub fn take_right(&self, login: &str, tenant: TenantId, right: Right) {
        self.change_membership(login, tenant, |place| {
            place.rights.remove(&right);
        });
    }

    /// Assigns a person a licence, which counts while the company has bought it.
    pub fn assign_licence(&self, login: &str, tenant: TenantId, licence: Licence) {
        self.change_membership(login, tenant, |place| {
            place.licences.insert(licence);
        });
    }

    /// Takes a licence from a person and leaves it with the company.
    pub fn withdraw_licence(&self, login: &str, tenant: TenantId, licence: Licence) {
        self.change_membership(login, tenant, |place| {
            place.licences.remove(&licence);
        });
    }

    /// Makes a person system administrator, or anything else.
    pub fn set_role(&self, login: &str, tenant: TenantId, role: Role) {
        self.change_membership(login, tenant, |place| place.role = role);
    }

    fn change_membership(
        &self,
        login: &str,
        tenant: TenantId,
        change: impl FnOnce(&mut Membership),
    ) {
        self.cast(|cast| {
            if let Some(place) = cast.membership_mut(login, tenant) {
                change(place);
            }
        });
    }
}

/// Condition and licences of a company.
impl Simulator {
    /// The company buys a licence. Who is not assigned it has no use of it but
    /// through a service account.
    pub fn buy_licence(&self, tenant: TenantId, licence: Licence) {
        self.change_company(tenant, |company| {
            company.licences.insert(licence);
        });
    }

    /// The company cancels a licence. Who is assigned it stays so.
    pub fn cancel_licence(&self, tenant: TenantId, licence: Licence) {
        self.change_company(tenant, |company| {
            company.licences.remove(&licence);
        });
    }

    /// The company buys the app in the marketplace.
    pub fn buy_app(&self, tenant: TenantId) {
        self.change_company(tenant, |company| company.app_licence = true);
    }

    /// The company cancels the app.
    pub fn cancel_app(&self, tenant: TenantId) {
        self.change_company(tenant, |company| company.app_licence = false);
    }

    /// Fortnox locks the company.
    pub fn lock(&self, tenant: TenantId) {
        self.change_company(tenant, |company| company.locked = true);
    }

    /// Fortnox unlocks the company.
    pub fn unlock(&self, tenant: TenantId) {
        self.change_company(tenant, |company| company.locked = false);
    }

    fn change_company(&self, tenant: TenantId, change: impl FnOnce(&mut Company)) {
        self.cast(|cast| {
            if let Some(company) = cast.company_mut(tenant) {
                change(company);
            }
        });
    }
}

/// Registration of the app.
impl Simulator {
    /// Registers a scope, which may be asked for from then on.
    pub fn register_scope(&self, scope: &str) {
        self.change_app(|app| app.scopes.insert(scope));
    }

    /// Takes a scope out of the registration.
    pub fn unregister_scope(&self, scope: &str) {
        self.change_app(|app| app.scopes.remove(scope));
    }
}
