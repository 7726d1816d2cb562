//! What the control page's forms ask for, parsed.

use std::time::Duration;

use crate::behaviour::Behaviour;
use crate::cast::TenantId;
use crate::params::Params;
use crate::scenario::{AS_FORTNOX, Scenario};
use crate::scope::Scopes;
use crate::state::World;

use super::company::Happening;
use super::person::Change;
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
    Change {
        login: String,
        tenant: TenantId,
        change: Change,
    },
    Register(Scopes),
    Unregister(Scopes),
}

/// The part of the page that a command is about, by the fragment of its address.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Part {
    Scenario,
    Switches,
    Clock,
    Companies,
    People,
    App,
}

impl Part {
    pub(super) const ALL: [Self; 6] = [
        Self::Scenario,
        Self::Switches,
        Self::Clock,
        Self::Companies,
        Self::People,
        Self::App,
    ];

    /// Its id on the page, which also names its form's command.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Scenario => "scenario",
            Self::Switches => "switches",
            Self::Clock => "clock",
            Self::Companies => "companies",
            Self::People => "people",
            Self::App => "app",
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
            Self::People => "It changed for the person.",
            Self::App => "The registration was changed.",
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
                let company = tenant.map(TenantId).and_then(|id| world.cast.company(id));
                let happening = form.get("event").and_then(Happening::find);
                Self::Happen(
                    company.ok_or(Unreadable("Company"))?.tenant,
                    happening.ok_or(Unreadable("What happens"))?,
                )
            }
            Part::People => {
                let place = form.get("membership").and_then(|text| text.split_once('@'));
                let (login, tenant) = place.ok_or(Unreadable("Person and company"))?;
                let tenant = tenant.parse().map(TenantId).ok();
                let place = tenant.and_then(|tenant| world.cast.membership(login, tenant));
                let change = form.get("event").and_then(Change::find);
                Self::Change {
                    login: login.to_owned(),
                    tenant: place.ok_or(Unreadable("Person and company"))?.tenant,
                    change: change.ok_or(Unreadable("What changes"))?,
                }
            }
            Part::App => {
                let scopes = form.get("scope").map(Scopes::parse);
                let scopes = scopes.filter(|scopes| !scopes.is_empty());
                let scopes = scopes.ok_or(Unreadable("Scope"))?;
                match form.get("event") {
                    Some("register") => Self::Register(scopes),
                    Some("unregister") => Self::Unregister(scopes),
                    _ => return Err(Unreadable("What happens to the scope")),
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
            Self::Happen(tenant, happening) => happening.to(world, tenant),
            Self::Change {
                login,
                tenant,
                change,
            } => change.to(&mut world.cast, &login, tenant),
            Self::Register(scopes) => {
                let registered = &mut world.app.scopes;
                scopes.iter().for_each(|scope| registered.insert(scope));
            }
            Self::Unregister(scopes) => {
                let registered = &mut world.app.scopes;
                scopes.iter().for_each(|scope| registered.remove(scope));
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
