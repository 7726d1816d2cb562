//! What the control page's forms ask for, parsed.

use std::time::Duration;

use crate::behaviour::Behaviour;
use crate::cast::{Company, TenantId};
use crate::params::Params;
use crate::scenario::{AS_FORTNOX, Scenario};
use crate::state::World;

use super::switches;

/// Longest that the clock is moved at once.
const MOST_DAYS: u64 = 366;

/// A form that does not say what to do. Holds the field's label.
#[derive(Debug, PartialEq)]
pub(super) struct Unreadable(pub(super) &'static str);

/// Something to do.
pub(super) enum Command {
    Play(&'static Scenario),
    Turn(Box<Behaviour>),
    Move(Duration),
    Happen(TenantId, Happening),
    Leave { login: String, tenant: TenantId },
}

/// Something that happens to a company at the provider.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Happening {
    Withdraw,
    Lock,
    Unlock,
    LicenceLapses,
    LicenceBought,
    AppLapses,
    AppBought,
}

impl Happening {
    pub(super) const ALL: [Self; 7] = [
        Self::Withdraw,
        Self::Lock,
        Self::Unlock,
        Self::LicenceLapses,
        Self::LicenceBought,
        Self::AppLapses,
        Self::AppBought,
    ];

    /// Its name in the form.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Withdraw => "withdraw",
            Self::Lock => "lock",
            Self::Unlock => "unlock",
            Self::LicenceLapses => "licence-lapses",
            Self::LicenceBought => "licence-bought",
            Self::AppLapses => "app-lapses",
            Self::AppBought => "app-bought",
        }
    }

    /// What people read.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Withdraw => "removes the integration (all its consents are withdrawn)",
            Self::Lock => "is locked",
            Self::Unlock => "is unlocked",
            Self::LicenceLapses => "loses the licence “Integration”",
            Self::LicenceBought => "buys the licence “Integration”",
            Self::AppLapses => "loses the app",
            Self::AppBought => "buys the app",
        }
    }

    fn to(self, company: &mut Company) {
        match self {
            Self::Withdraw => {}
            Self::Lock => company.locked = true,
            Self::Unlock => company.locked = false,
            Self::LicenceLapses => company.integration_licence = false,
            Self::LicenceBought => company.integration_licence = true,
            Self::AppLapses => company.app_licence = false,
            Self::AppBought => company.app_licence = true,
        }
    }
}

/// The part of the page that a command is about, by the fragment of its address.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Part {
    Scenario,
    Switches,
    Clock,
    Companies,
    People,
}

impl Part {
    pub(super) const ALL: [Self; 5] = [
        Self::Scenario,
        Self::Switches,
        Self::Clock,
        Self::Companies,
        Self::People,
    ];

    /// Its id on the page, which also names its form's command.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Scenario => "scenario",
            Self::Switches => "switches",
            Self::Clock => "clock",
            Self::Companies => "companies",
            Self::People => "people",
        }
    }

    pub(super) fn find(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.id() == id)
    }

    /// What the page says once it is done.
    pub(super) fn done(self) -> &'static str {
        match self {
            Self::Scenario => "The scenario is set.",
            Self::Switches => "The switches are set.",
            Self::Clock => "The clock was moved.",
            Self::Companies => "It happened to the company.",
            Self::People => "The person left the company.",
        }
    }
}

impl Command {
    /// Reads a form.
    pub(super) fn read(form: &Params, world: &World) -> Result<(Part, Self), Unreadable> {
        let part = form.get("command").and_then(Part::find);
        let part = part.ok_or(Unreadable("command"))?;
        let command = match part {
            Part::Scenario => {
                let scenario = form.get("scenario").and_then(Scenario::find);
                Self::Play(scenario.ok_or(Unreadable("Scenario"))?)
            }
            Part::Switches => Self::Turn(Box::new(switches::read(form, world.behaviour.clone())?)),
            Part::Clock => Self::Move(duration(form).ok_or(Unreadable("Move forward by"))?),
            Part::Companies => {
                let tenant = form.get("company").and_then(|text| text.parse().ok());
                let happening = form.get("event");
                let happening = Happening::ALL
                    .into_iter()
                    .find(|possible| happening == Some(possible.name()));
                let company = tenant.map(TenantId).and_then(|id| world.cast.company(id));
                Self::Happen(
                    company.ok_or(Unreadable("Company"))?.tenant,
                    happening.ok_or(Unreadable("What happens"))?,
                )
            }
            Part::People => {
                let place = form.get("membership").and_then(|text| text.split_once('@'));
                let (login, tenant) = place.ok_or(Unreadable("Membership"))?;
                let tenant = tenant.parse().map(TenantId).ok();
                let person = world.cast.person(login);
                let place = person.zip(tenant).and_then(|(who, at)| who.membership(at));
                Self::Leave {
                    login: login.to_owned(),
                    tenant: place.ok_or(Unreadable("Membership"))?.tenant,
                }
            }
        };
        Ok((part, command))
    }

    pub(super) fn carry_out(self, world: &mut World) {
        match self {
            Self::Play(scenario) => world.play(scenario),
            Self::Turn(behaviour) => world.behaviour = *behaviour,
            Self::Move(by) => world.clock.advance(by),
            Self::Happen(tenant, Happening::Withdraw) => world.withdraw(tenant),
            Self::Happen(tenant, happening) => {
                if let Some(company) = world.cast.company_mut(tenant) {
                    happening.to(company);
                }
            }
            Self::Leave { login, tenant } => {
                if let Some(person) = world.cast.person_mut(&login) {
                    person.memberships.retain(|place| place.tenant != tenant);
                }
            }
        }
    }
}

/// The id that "everything as Fortnox does it" has in the scenario form.
pub(super) const RESET: &str = AS_FORTNOX.id;

fn duration(form: &Params) -> Option<Duration> {
    let hours = match form.get("unit")? {
        "hours" => 1,
        "days" => 24,
        _ => return None,
    };
    let amount: u64 = form.get("amount")?.trim().parse().ok()?;
    let hours = amount.checked_mul(hours)?;
    (1..=MOST_DAYS * 24)
        .contains(&hours)
        .then(|| Duration::from_secs(hours * 3600))
}
