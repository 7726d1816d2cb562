//! One stored grant, three hosts, one server, and what may happen to them.
//!
//! A step is one operation that others can observe; what only its host can see
//! is merged into the step before.

use super::action::Action;
use super::host::{Hold, Host};
use super::server::{Lineage, Profile, Server, Token};
use crate::renewal::decision::Life;

const HOSTS: usize = 3;

/// How often each event may still happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Budget {
    /// How often the access token comes of age.
    pub(super) renewals: u8,
    /// How many calls end in the middle, with their host.
    pub(super) crashes: u8,
    /// How many answers, or requests, get lost.
    pub(super) losses: u8,
    /// How many requests are not sent, which their host knows for certain.
    pub(super) unsent: u8,
    /// How many requests reach the server twice.
    pub(super) duplicates: u8,
    /// How often a claim runs out while a request under it is in flight.
    pub(super) expiries: u8,
    pub(super) consents: u8,
    pub(super) removals: u8,
}

/// The state of the stored grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Held {
    Live,
    InDoubt,
    /// `renewal-lost`.
    Lost,
    /// `grant-refused`.
    Refused,
    Removing,
}

/// The cell `grant`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Grant {
    pub(super) lineage: Lineage,
    pub(super) generation: u8,
    pub(super) token: Token,
    pub(super) superseded: Option<Token>,
    pub(super) life: Life,
    pub(super) claimed: bool,
    /// Whether the claim or the doubt has lasted for its time.
    pub(super) old: bool,
    pub(super) held: Held,
}

impl Grant {
    pub(super) fn is(&self, lineage: Lineage, generation: u8) -> bool {
        (self.lineage, self.generation) == (lineage, generation)
    }
}

/// A kept answer to spending a generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Kept {
    pub(super) lineage: Lineage,
    pub(super) generation: u8,
    pub(super) token: Token,
}

/// The new consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Consent {
    Absent,
    /// The code is exchanged; its answer is not kept yet.
    Exchanged(Token),
    /// It can be taken up by anybody.
    Kept(Token),
    Stored,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct World {
    pub(super) is_service: bool,
    pub(super) grant: Option<Grant>,
    pub(super) kept: Vec<Kept>,
    pub(super) server: Server,
    pub(super) hosts: [Host; HOSTS],
    /// Requests in flight that nobody waits for.
    pub(super) strays: Vec<Token>,
    pub(super) consent: Consent,
    /// What removal has read is revoked.
    pub(super) revoked: bool,
    pub(super) budget: Budget,
}

impl World {
    pub(super) fn new(profile: Profile, budget: Budget) -> World {
        let mut server = Server::new(profile);
        let token = server.issue(1);
        World {
            is_service: false,
            grant: Some(Grant {
                lineage: 1,
                generation: 1,
                token,
                superseded: None,
                life: Life::Fresh,
                claimed: false,
                old: false,
                held: Held::Live,
            }),
            kept: Vec::new(),
            server,
            hosts: [Host::Idle; HOSTS],
            strays: Vec::new(),
            consent: Consent::Absent,
            revoked: false,
            budget,
        }
    }

    pub(super) fn next(&self, action: Action) -> Option<World> {
        let mut world = self.clone();
        world.act(action);
        world.canonicalise();
        (world != *self).then_some(world)
    }

    pub(super) fn act(&mut self, action: Action) {
        match action {
            Action::Look(at) => self.hosts[at] = self.look(),
            Action::LookLate(at, kept) => {
                self.hosts[at] = Host::Holding {
                    lineage: kept.lineage,
                    generation: kept.generation,
                    token: kept.token,
                    own: false,
                };
            }
            Action::Step(at) => self.step(at),
            Action::FailToSend(at) => {
                self.budget.unsent -= 1;
                self.fail_to_send(at);
            }
            Action::Process(at, grace) => {
                if let Host::Sent { hold, token } = self.hosts[at] {
                    let reply = self.server.spend(token, grace);
                    self.hosts[at] = Host::Answered { hold, reply };
                }
            }
            Action::Copy(at) => {
                self.budget.duplicates -= 1;
                self.leave_behind(at);
            }
            Action::Crash(at) => {
                self.budget.crashes -= 1;
                self.leave_behind(at);
                self.hosts[at] = Host::Idle;
            }
            Action::StoreAndCrash(at) => {
                self.budget.crashes -= 1;
                let kept = self.kept.clone();
                self.step(at);
                self.kept = kept;
            }
            Action::Lose(at) => {
                self.budget.losses -= 1;
                self.leave_behind(at);
                self.hosts[at] = Host::Idle;
            }
            Action::ProcessStray(token, grace) => {
                self.drop_stray(token);
                self.server.spend(token, grace);
            }
            Action::DropStray(token) => self.drop_stray(token),
            Action::ComeDue => {
                self.budget.renewals -= 1;
                self.change(|grant| grant.life = Life::Due);
            }
            Action::RunOut => self.change(|grant| grant.life = Life::Over),
            Action::GrowOld => {
                if self.is_in_flight() {
                    self.budget.expiries -= 1;
                }
                self.change(|grant| grant.old = true);
            }
            Action::Exchange => {
                self.budget.consents -= 1;
                self.consent = Consent::Exchanged(self.server.issue(2));
            }
            Action::KeepConsent => {
                if let Consent::Exchanged(token) = self.consent {
                    self.consent = Consent::Kept(token);
                }
            }
            Action::StoreConsent => self.store_consent(),
            Action::LoseConsent => {
                self.budget.crashes -= 1;
                self.consent = Consent::Absent;
            }
            Action::MarkRemoving => {
                self.budget.removals -= 1;
                self.write(|grant| grant.held = Held::Removing);
            }
            Action::Revoke => self.revoke(),
            Action::Erase => {
                self.write(|_| {});
                self.grant = None;
                self.kept.clear();
            }
        }
    }

    /// Time passes for the cell; nobody writes it.
    fn change(&mut self, change: impl FnOnce(&mut Grant)) {
        if let Some(grant) = &mut self.grant {
            change(grant);
        }
    }

    /// A write: a new version, as young as can be, that nobody has seen.
    pub(super) fn write(&mut self, change: impl FnOnce(&mut Grant)) {
        if let Some(grant) = &mut self.grant {
            grant.old = false;
            change(grant);
        }
        for host in &mut self.hosts {
            host.miss_a_write();
        }
    }

    /// The request of this host goes on alone.
    fn leave_behind(&mut self, at: usize) {
        if let Host::Sent { token, .. } = self.hosts[at] {
            self.strays.push(token);
        }
    }

    fn drop_stray(&mut self, token: Token) {
        if let Some(at) = self.strays.iter().position(|stray| *stray == token) {
            self.strays.swap_remove(at);
        }
    }

    /// Keeps an answer, unless one is kept already.
    pub(super) fn keep(&mut self, hold: Hold, token: Token) {
        if self.kept(hold.lineage, hold.generation).is_none() && self.grant.is_some() {
            self.kept.push(Kept {
                lineage: hold.lineage,
                generation: hold.generation,
                token,
            });
        }
    }

    pub(super) fn kept(&self, lineage: Lineage, generation: u8) -> Option<Token> {
        let is = |kept: &&Kept| (kept.lineage, kept.generation) == (lineage, generation);
        self.kept.iter().find(is).map(|kept| kept.token)
    }

    /// The new consent replaces the grant, or is given back.
    fn store_consent(&mut self) {
        let Consent::Kept(token) = self.consent else {
            return;
        };
        self.consent = Consent::Stored;
        match self.grant {
            Some(grant) if grant.held != Held::Removing => self.write(|stored| {
                *stored = Grant {
                    lineage: 2,
                    generation: 1,
                    token,
                    superseded: Some(grant.token),
                    life: Life::Fresh,
                    claimed: false,
                    old: false,
                    held: Held::Live,
                }
            }),
            _ => self.server.revoke(token),
        }
    }

    fn revoke(&mut self) {
        self.revoked = true;
        let Some(grant) = self.grant else { return };
        self.server.revoke(grant.token);
        if let Some(token) = grant.superseded {
            self.server.revoke(token);
        }
        if let Some(token) = self.kept(grant.lineage, grant.generation) {
            self.server.revoke(token);
        }
    }
}
