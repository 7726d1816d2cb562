//! What can change for a person in a company.

use crate::cast::{Cast, Licence, Right, Role, TenantId};

/// Something that changes for a person in a company.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Change {
    Leaves,
    Becomes(Role),
    Gets(Right),
    Loses(Right),
    IsAssigned(Licence),
    IsWithdrawn(Licence),
}

impl Change {
    pub(super) fn all() -> Vec<Self> {
        let mut all = vec![
            Self::Leaves,
            Self::Becomes(Role::SystemAdministrator),
            Self::Becomes(Role::User),
        ];
        all.extend(Right::ALL.map(Self::Gets));
        all.extend(Right::ALL.map(Self::Loses));
        all.extend(Licence::ALL.map(Self::IsAssigned));
        all.extend(Licence::ALL.map(Self::IsWithdrawn));
        all
    }

    /// The one with this name.
    pub(super) fn find(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|it| it.name() == name)
    }

    /// Its name in the form.
    pub(super) fn name(self) -> String {
        match self {
            Self::Leaves => "leaves".to_owned(),
            Self::Becomes(role) => format!("becomes {}", role_name(role)),
            Self::Gets(right) => format!("gets {}", right.scope()),
            Self::Loses(right) => format!("loses {}", right.scope()),
            Self::IsAssigned(licence) => format!("is assigned {}", licence.name()),
            Self::IsWithdrawn(licence) => format!("is withdrawn {}", licence.name()),
        }
    }

    /// What people read.
    pub(super) fn label(self) -> String {
        match self {
            Self::Leaves => "leaves the company".to_owned(),
            Self::Becomes(role) => format!("becomes {}", role_name(role)),
            Self::Gets(right) => format!("gets the right to {}", register(right)),
            Self::Loses(right) => format!("loses the right to {}", register(right)),
            Self::IsAssigned(licence) => format!("is assigned the licence “{}”", licence.name()),
            Self::IsWithdrawn(licence) => {
                format!("is not assigned the licence “{}” any more", licence.name())
            }
        }
    }

    pub(super) fn to(self, cast: &mut Cast, login: &str, tenant: TenantId) {
        if self == Self::Leaves {
            if let Some(person) = cast.person_mut(login) {
                person.memberships.retain(|place| place.tenant != tenant);
            }
            return;
        }
        let Some(place) = cast.membership_mut(login, tenant) else {
            return;
        };
        match self {
            Self::Leaves => {}
            Self::Becomes(role) => place.role = role,
            Self::Gets(right) => {
                place.rights.insert(right);
            }
            Self::Loses(right) => {
                place.rights.remove(&right);
            }
            Self::IsAssigned(licence) => {
                place.licences.insert(licence);
            }
            Self::IsWithdrawn(licence) => {
                place.licences.remove(&licence);
            }
        }
    }
}

/// What people read.
pub(super) fn role_name(role: Role) -> &'static str {
    match role {
        Role::SystemAdministrator => "system administrator",
        Role::User => "user",
        Role::Consultant => "agency consultant",
    }
}

/// What people read.
pub(super) fn register(right: Right) -> &'static str {
    match right {
        Right::Customers => "customers",
        Right::Projects => "projects",
        Right::Invoices => "invoices",
        Right::InvoicePayments => "invoice payments",
        Right::Suppliers => "suppliers",
        Right::SupplierInvoices => "supplier invoices",
    }
}
