//! What can happen to a company at the provider.

use crate::cast::{Licence, TenantId};
use crate::state::World;

/// Something that happens to a company.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Happening {
    Withdraw,
    Lock,
    Unlock,
    Buys(Licence),
    Cancels(Licence),
    BuysApp,
    CancelsApp,
}

impl Happening {
    pub(super) fn all() -> Vec<Self> {
        let mut all = vec![
            Self::Withdraw,
            Self::Lock,
            Self::Unlock,
            Self::BuysApp,
            Self::CancelsApp,
        ];
        all.extend(Licence::ALL.map(Self::Buys));
        all.extend(Licence::ALL.map(Self::Cancels));
        all
    }

    /// The one with this name.
    pub(super) fn find(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|it| it.name() == name)
    }

    /// Its name in the form.
    pub(super) fn name(self) -> String {
        match self {
            Self::Withdraw => "withdraw".to_owned(),
            Self::Lock => "lock".to_owned(),
            Self::Unlock => "unlock".to_owned(),
            Self::Buys(licence) => format!("buys {}", licence.name()),
            Self::Cancels(licence) => format!("cancels {}", licence.name()),
            Self::BuysApp => "buys the app".to_owned(),
            Self::CancelsApp => "cancels the app".to_owned(),
        }
    }

    /// What people read.
    pub(super) fn label(self) -> String {
        match self {
            Self::Withdraw => "removes the integration (all its consents are withdrawn)".to_owned(),
            Self::Lock => "is locked".to_owned(),
            Self::Unlock => "is unlocked".to_owned(),
            Self::Buys(licence) => format!("buys the licence “{}”", licence.name()),
            Self::Cancels(licence) => format!("loses the licence “{}”", licence.name()),
            Self::BuysApp => "buys the app".to_owned(),
            Self::CancelsApp => "loses the app".to_owned(),
        }
    }

    pub(super) fn to(self, world: &mut World, tenant: TenantId) {
        if self == Self::Withdraw {
            return world.withdraw(tenant);
        }
        let Some(company) = world.cast.company_mut(tenant) else {
            return;
        };
        match self {
            Self::Withdraw => {}
            Self::Lock => company.locked = true,
            Self::Unlock => company.locked = false,
            Self::Buys(licence) => {
                company.licences.insert(licence);
            }
            Self::Cancels(licence) => {
                company.licences.remove(&licence);
            }
            Self::BuysApp => company.app_licence = true,
            Self::CancelsApp => company.app_licence = false,
        }
    }
}
