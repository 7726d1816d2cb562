//! The people who can log in, the companies they reach, and what each company
//! has bought.

mod default;
mod licence;
mod right;

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use default::{company, person};
pub use licence::Licence;
pub use right::Right;

/// Fortnox's number for a company: `tenantId` of the token, `DatabaseNumber` of
/// the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TenantId(pub u64);

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The number of a company's service account among its users; seen as
/// `2@tenant` in the `sub` claim.
pub const SERVICE_ACCOUNT: u32 = 2;

/// A firm at Fortnox. Neither its name nor its number is unique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    /// The key.
    pub tenant: TenantId,
    /// Display name.
    pub name: String,
    /// Swedish organisation number, `556000-0000`.
    pub organization_number: String,
    /// Town of the address.
    pub city: String,
    /// Locked by Fortnox, for instance over an unpaid invoice.
    pub locked: bool,
    /// Has bought the app, where it is sold through Fortnox's marketplace.
    pub app_licence: bool,
    /// Has bought these licences.
    pub licences: BTreeSet<Licence>,
}

/// What a person is in a company. The rights to registers do not hang on it (?).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Systemadministratör, who alone may approve a service account.
    SystemAdministrator,
    /// An ordinary user.
    User,
    /// A consultant at an accounting agency (Digital byrå), who reaches the
    /// company as a client and is not its system administrator.
    Consultant,
}

/// A person's place in a company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Where.
    pub tenant: TenantId,
    /// The user's number within the company.
    pub user: u32,
    /// As what.
    pub role: Role,
    /// May use these registers.
    pub rights: BTreeSet<Right>,
    /// Is assigned these licences, each of which counts while the company has
    /// bought it. A user account needs the person's own; a service account needs
    /// only the company's (S).
    pub licences: BTreeSet<Licence>,
}

/// Somebody who can log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// What is typed on the login page, such as `anna.admin`.
    pub login: String,
    /// Display name.
    pub name: String,
    /// The companies the person reaches.
    pub memberships: Vec<Membership>,
}

impl Person {
    /// The person's place in a company.
    pub fn membership(&self, tenant: TenantId) -> Option<&Membership> {
        self.memberships.iter().find(|place| place.tenant == tenant)
    }

    /// Whether the person has to pass the agency's login to reach a client.
    pub(crate) fn is_consultant(&self) -> bool {
        self.memberships
            .iter()
            .any(|place| place.role == Role::Consultant)
    }
}

/// Everybody and everything the simulator knows. The default cast names them in
/// [`person`] and [`company`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cast {
    /// Who can log in.
    pub people: Vec<Person>,
    /// The companies.
    pub companies: Vec<Company>,
}

impl Cast {
    /// The person with this login.
    pub fn person(&self, login: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.login == login)
    }

    /// The person with this login, to change.
    pub fn person_mut(&mut self, login: &str) -> Option<&mut Person> {
        self.people.iter_mut().find(|person| person.login == login)
    }

    /// A person's place in a company.
    pub fn membership(&self, login: &str, tenant: TenantId) -> Option<&Membership> {
        self.person(login)?.membership(tenant)
    }

    /// A person's place in a company, to change.
    pub fn membership_mut(&mut self, login: &str, tenant: TenantId) -> Option<&mut Membership> {
        let mut places = self.person_mut(login)?.memberships.iter_mut();
        places.find(|place| place.tenant == tenant)
    }

    /// The company with this number.
    pub fn company(&self, tenant: TenantId) -> Option<&Company> {
        self.companies
            .iter()
            .find(|company| company.tenant == tenant)
    }

    /// The company with this number, to change.
    pub fn company_mut(&mut self, tenant: TenantId) -> Option<&mut Company> {
        self.companies
            .iter_mut()
            .find(|company| company.tenant == tenant)
    }

    /// The companies a person can choose from, in the order of the memberships.
    pub(crate) fn reachable<'a>(&'a self, person: &'a Person) -> impl Iterator<Item = &'a Company> {
        person
            .memberships
            .iter()
            .filter_map(|place| self.company(place.tenant))
    }
}
