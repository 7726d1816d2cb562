//! What can happen next.

use super::host::Host;
use super::server::{Grace, Token};
use super::world::{Consent, Held, Kept, World};
use crate::renewal::decision::Life;

/// One step of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Action {
    /// This host needs an access token, and reads grant and kept answer.
    Look(usize),
    /// It has read the grant just before it changed, and then this answer.
    LookLate(usize, Kept),
    /// Its next step.
    Step(usize),
    /// Its request does not leave.
    FailToSend(usize),
    /// The server processes its request.
    Process(usize, Grace),
    /// Somebody on the way copies its request.
    Copy(usize),
    Crash(usize),
    /// It stores, and crashes before it tidies up.
    StoreAndCrash(usize),
    /// It hears nothing; its request may still arrive.
    Lose(usize),
    /// The server processes a request that nobody waits for.
    ProcessStray(Token, Grace),
    /// A request that nobody waits for never arrives.
    DropStray(Token),
    /// It is time to renew.
    ComeDue,
    /// The access token ends.
    RunOut,
    /// The claim, or the doubt, comes of age.
    GrowOld,
    Exchange,
    KeepConsent,
    StoreConsent,
    LoseConsent,
    MarkRemoving,
    Revoke,
    Erase,
}

impl World {
    /// Everything that can happen now.
    pub(super) fn actions(&self, actions: &mut Vec<Action>) {
        self.own_actions(actions);
        let budget = &self.budget;
        for (at, host) in self.hosts.iter().enumerate() {
            if at > 0 && self.hosts[at - 1] == *host {
                continue;
            }
            let in_flight = matches!(host, Host::Sent { .. });
            if host.loses_something() && budget.crashes > 0 {
                actions.push(Action::Crash(at));
            }
            if matches!(host, Host::Holding { .. }) && budget.crashes > 0 {
                actions.push(Action::StoreAndCrash(at));
            }
            if (in_flight || matches!(host, Host::Answered { .. })) && budget.losses > 0 {
                actions.push(Action::Lose(at));
            }
            if in_flight && budget.duplicates > 0 {
                actions.push(Action::Copy(at));
            }
            if matches!(host, Host::Claimed { .. }) && budget.unsent > 0 {
                actions.push(Action::FailToSend(at));
            }
        }
        if matches!(self.consent, Consent::Exchanged(_)) && budget.crashes > 0 {
            actions.push(Action::LoseConsent);
        }
        let Some(grant) = self.grant else { return };
        if grant.held == Held::Live && grant.life == Life::Fresh && budget.renewals > 0 {
            actions.push(Action::ComeDue);
        }
        if self.ages() && grant.claimed && self.is_in_flight() && budget.expiries > 0 {
            actions.push(Action::GrowOld);
        }
        if grant.held != Held::Removing {
            if budget.consents > 0 {
                actions.push(Action::Exchange);
            }
            if budget.removals > 0 {
                actions.push(Action::MarkRemoving);
            }
        }
    }

    /// What goes on by itself, without anything that a budget limits.
    fn own_actions(&self, actions: &mut Vec<Action>) {
        for (at, host) in self.hosts.iter().enumerate() {
            // Equal hosts do equal things.
            if at > 0 && self.hosts[at - 1] == *host {
                continue;
            }
            match host {
                Host::Idle => {
                    if self.look() != Host::Idle {
                        actions.push(Action::Look(at));
                    }
                    let late = |kept: &&Kept| {
                        self.grant.is_none_or(|grant| {
                            let same = grant.is(kept.lineage, kept.generation);
                            !same || grant.held == Held::Removing
                        })
                    };
                    let late = self.kept.iter().filter(late);
                    actions.extend(late.map(|kept| Action::LookLate(at, *kept)));
                }
                Host::Sent { token, .. } => {
                    let graces = self.graces(*token);
                    actions.extend(graces.iter().map(|grace| Action::Process(at, *grace)));
                }
                _ => actions.push(Action::Step(at)),
            }
        }
        for token in &self.strays {
            let graces = self.graces(*token).iter();
            actions.extend(graces.map(|grace| Action::ProcessStray(*token, *grace)));
            actions.push(Action::DropStray(*token));
        }
        match self.consent {
            Consent::Exchanged(_) => actions.push(Action::KeepConsent),
            Consent::Kept(_) => actions.push(Action::StoreConsent),
            Consent::Absent | Consent::Stored => {}
        }
        let Some(grant) = self.grant else { return };
        if grant.held == Held::Removing {
            actions.push(match self.revoked {
                false => Action::Revoke,
                true => Action::Erase,
            });
        }
        if grant.life == Life::Due {
            actions.push(Action::RunOut);
        }
        if self.ages() && !self.is_in_flight() {
            actions.push(Action::GrowOld);
        }
    }

    /// Whether nothing goes on by itself any more.
    pub(super) fn is_at_rest(&self) -> bool {
        if self.hosts.iter().any(|host| *host != Host::Idle) {
            return false;
        }
        let mut actions = Vec::new();
        self.own_actions(&mut actions);
        actions.is_empty()
    }

    fn graces(&self, token: Token) -> &'static [Grace] {
        match self.server.may_fork(token) {
            true => &[Grace::Lasts, Grace::Over],
            false => &[Grace::Over],
        }
    }

    /// Whether there is something that comes of age.
    fn ages(&self) -> bool {
        self.grant.is_some_and(|grant| {
            let in_doubt = grant.held == Held::InDoubt;
            !grant.old && (in_doubt || (grant.held == Held::Live && grant.claimed))
        })
    }

    /// Whether the present generation is being spent: from when the guard was
    /// read until the answer is kept or the refusal known. The claim is made to
    /// last longer than that, and a doubt by far.
    pub(super) fn is_in_flight(&self) -> bool {
        self.grant.is_some_and(|grant| {
            let spends = |host: &Host| host.spends(grant.lineage, grant.generation);
            self.strays.contains(&grant.token) || self.hosts.iter().any(spends)
        })
    }
}
