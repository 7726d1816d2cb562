//! The default cast: one person or company for each situation worth meeting,
//! named after it.

use super::{Cast, Company, Licence, Membership, Person, Right, Role, TenantId};

/// Tenant ids of the default companies.
pub mod company {
    use super::TenantId;

    /// Exempel AB: everything in order.
    pub const EXEMPEL: TenantId = TenantId(1_234_567);
    /// Andra AB: another company, everything in order.
    pub const ANDRA: TenantId = TenantId(1_234_568);
    /// Tvilling AB: shares name and organisation number with its twin.
    pub const TWIN_ONE: TenantId = TenantId(1_234_571);
    /// Tvilling AB, the other one.
    pub const TWIN_TWO: TenantId = TenantId(1_234_572);
    /// Låst AB: locked by Fortnox.
    pub const LOCKED: TenantId = TenantId(1_234_573);
    /// Utan Integration AB: lacks the licence "Integration".
    pub const WITHOUT_INTEGRATION: TenantId = TenantId(1_234_574);
    /// Utan App AB: has not bought the app.
    pub const WITHOUT_APP: TenantId = TenantId(1_234_575);
    /// Liten AB: has the module Kundfaktura only, so no supplier invoices.
    pub const SMALL: TenantId = TenantId(1_234_576);
}

/// Logins of the default people.
pub mod person {
    /// System administrator of Exempel AB.
    pub const ADMIN: &str = "anna.admin";
    /// User of Exempel AB with rights to every register.
    pub const USER: &str = "ulf.user";
    /// User of Exempel AB with rights to invoices and invoice payments alone.
    pub const USER_WITHOUT_RIGHTS: &str = "rut.rightless";
    /// System administrator of Exempel AB who is not assigned the licence
    /// "Integration".
    pub const ADMIN_WITHOUT_LICENCE: &str = "lena.licenceless";
    /// System administrator of Exempel AB, Andra AB and both Tvilling AB.
    pub const MANY: &str = "mia.many";
    /// Agency consultant with the clients Exempel AB and Andra AB.
    pub const CONSULTANT: &str = "bo.byra";
    /// System administrator of Låst AB.
    pub const LOCKED: &str = "lars.locked";
    /// System administrator of Utan Integration AB.
    pub const WITHOUT_INTEGRATION: &str = "nils.nointegration";
    /// System administrator of Utan App AB.
    pub const WITHOUT_APP: &str = "ada.noapp";
    /// System administrator of Liten AB.
    pub const SMALL: &str = "siv.small";
}

impl Default for Cast {
    fn default() -> Self {
        Self {
            people: people(),
            companies: companies(),
        }
    }
}

fn people() -> Vec<Person> {
    use Role::{Consultant, SystemAdministrator as Admin, User};
    let mut without_rights = member(company::EXEMPEL, 4, User);
    without_rights.rights = [Right::Invoices, Right::InvoicePayments].into();
    let mut without_licence = member(company::EXEMPEL, 5, Admin);
    without_licence.licences.remove(&Licence::Integration);
    vec![
        named(
            person::ADMIN,
            "Anna Admin",
            vec![member(company::EXEMPEL, 1, Admin)],
        ),
        named(
            person::USER,
            "Ulf User",
            vec![member(company::EXEMPEL, 3, User)],
        ),
        named(
            person::USER_WITHOUT_RIGHTS,
            "Rut Rättslös",
            vec![without_rights],
        ),
        named(
            person::ADMIN_WITHOUT_LICENCE,
            "Lena Licenslös",
            vec![without_licence],
        ),
        named(
            person::MANY,
            "Mia Många",
            vec![
                member(company::EXEMPEL, 6, Admin),
                member(company::ANDRA, 1, Admin),
                member(company::TWIN_ONE, 1, Admin),
                member(company::TWIN_TWO, 1, Admin),
            ],
        ),
        named(
            person::CONSULTANT,
            "Bo Byrå",
            vec![
                member(company::EXEMPEL, 7, Consultant),
                member(company::ANDRA, 3, Consultant),
            ],
        ),
        named(
            person::LOCKED,
            "Lars Låst",
            vec![member(company::LOCKED, 1, Admin)],
        ),
        named(
            person::WITHOUT_INTEGRATION,
            "Nils Nylén",
            vec![member(company::WITHOUT_INTEGRATION, 1, Admin)],
        ),
        named(
            person::WITHOUT_APP,
            "Ada Applös",
            vec![member(company::WITHOUT_APP, 1, Admin)],
        ),
        named(
            person::SMALL,
            "Siv Små",
            vec![member(company::SMALL, 1, Admin)],
        ),
    ]
}

fn companies() -> Vec<Company> {
    let mut locked = firm(company::LOCKED, "Låst AB", "556000-0506");
    locked.locked = true;
    let mut without_integration = firm(
        company::WITHOUT_INTEGRATION,
        "Utan Integration AB",
        "556000-0605",
    );
    without_integration.licences.remove(&Licence::Integration);
    let mut without_app = firm(company::WITHOUT_APP, "Utan App AB", "556000-0704");
    without_app.app_licence = false;
    let mut small = firm(company::SMALL, "Liten AB", "556000-0803");
    small.licences = [Licence::Integration, Licence::Kundfaktura].into();
    vec![
        firm(company::EXEMPEL, "Exempel AB", "556000-0100"),
        firm(company::ANDRA, "Andra AB", "556000-0209"),
        firm(company::TWIN_ONE, "Tvilling AB", "556000-0308"),
        firm(company::TWIN_TWO, "Tvilling AB", "556000-0308"),
        locked,
        without_integration,
        without_app,
        small,
    ]
}

fn named(login: &str, name: &str, memberships: Vec<Membership>) -> Person {
    Person {
        login: login.to_owned(),
        name: name.to_owned(),
        memberships,
    }
}

/// With every right, and assigned whatever the company has or buys.
fn member(tenant: TenantId, user: u32, role: Role) -> Membership {
    Membership {
        tenant,
        user,
        role,
        rights: Right::ALL.into(),
        licences: Licence::ALL.into(),
    }
}

fn firm(tenant: TenantId, name: &str, organization_number: &str) -> Company {
    use Licence::{Bokforing, Integration, Kundfaktura, Order};
    Company {
        tenant,
        name: name.to_owned(),
        organization_number: organization_number.to_owned(),
        city: "Växjö".to_owned(),
        locked: false,
        app_licence: true,
        licences: [Bokforing, Integration, Kundfaktura, Order].into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast::SERVICE_ACCOUNT;

    #[test]
    fn given_the_default_cast_when_walked_then_every_membership_leads_to_a_company() {
        let cast = Cast::default();
        for person in &cast.people {
            assert!(cast.reachable(person).count() == person.memberships.len());
            assert!(
                person
                    .memberships
                    .iter()
                    .all(|place| place.user != SERVICE_ACCOUNT)
            );
        }
    }

    #[test]
    fn given_the_twins_when_compared_then_only_the_tenant_id_differs() {
        let cast = Cast::default();
        let one = cast.company(company::TWIN_ONE).unwrap();
        let mut two = cast.company(company::TWIN_TWO).unwrap().clone();
        assert_ne!(one, &two);
        two.tenant = company::TWIN_ONE;
        assert_eq!(one, &two);
    }
}
