//! A host at a renewal. What it does is asked of the plugin's own decision
//! functions; what stands here is how each step meets those of the others.
//!
//! A host whose next write, or whose guard, hangs on a version that somebody has
//! written over does nothing more: it counts as idle at once.

use super::server::{Lineage, Reply, Token};
use super::world::{Held, World};
use crate::renewal::decision::{
    self, AfterRefusal, Claim, Condition, LateSave, Life, Move, Sight, Stored, Verdict, decide,
    late, may_be_kept,
};

/// What a host spends, under a claim of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Hold {
    pub(super) lineage: Lineage,
    pub(super) generation: u8,
    takeover: bool,
    /// Whether its claim is still the stored one.
    own: bool,
}

/// Where a host is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Host {
    Idle,
    /// It has decided to spend, and claims next.
    Decided {
        takeover: bool,
    },
    /// It has claimed; the host looks for a kept answer and at the guard next.
    Claimed {
        takeover: bool,
    },
    /// Nothing was sent: it gives its claim up next.
    Unsent,
    /// Its request is on its way.
    Sent {
        hold: Hold,
        token: Token,
    },
    /// The answer is there, and is kept next.
    Answered {
        hold: Hold,
        reply: Reply,
    },
    /// It has a kept answer, and stores it next.
    Holding {
        lineage: Lineage,
        generation: u8,
        token: Token,
        /// Whether the grant still is as it was read.
        own: bool,
    },
    /// It was refused, and looks again next.
    Refused {
        hold: Hold,
    },
    /// It has come to this end, and writes it next.
    Ending {
        held: Ending,
    },
    /// A service account: it asks with the client's own credentials.
    Asking {
        lineage: Lineage,
        generation: u8,
        own: bool,
    },
}

/// What a host writes when no answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Ending {
    Doubt,
    Lost,
    Refused,
}

impl Host {
    /// Whether its request, or an answer not yet kept, is of this generation.
    pub(super) fn spends(&self, of: Lineage, at: u8) -> bool {
        match self {
            Host::Sent { hold, .. } | Host::Answered { hold, .. } => {
                (hold.lineage, hold.generation) == (of, at)
            }
            _ => false,
        }
    }

    /// Whether a good answer of this generation may still come of it.
    pub(super) fn may_bring(&self, of: Lineage, at: u8) -> bool {
        match *self {
            Host::Holding {
                lineage,
                generation,
                ..
            } => (lineage, generation) == (of, at),
            Host::Answered { reply, .. } => reply != Reply::Refused && self.spends(of, at),
            _ => false,
        }
    }

    /// Whether a crash makes a difference: else it only has read.
    pub(super) fn loses_something(&self) -> bool {
        !matches!(
            self,
            Host::Idle | Host::Decided { .. } | Host::Ending { .. }
        )
    }

    pub(super) fn miss_a_write(&mut self) {
        match self {
            Host::Decided { .. } | Host::Claimed { .. } | Host::Unsent | Host::Ending { .. } => {
                *self = Host::Idle;
            }
            Host::Sent { hold, .. } | Host::Answered { hold, .. } | Host::Refused { hold } => {
                hold.own = false;
            }
            Host::Holding { own, .. } | Host::Asking { own, .. } => *own = false,
            Host::Idle => {}
        }
    }

    pub(super) fn tokens(&self) -> [Option<Token>; 1] {
        match *self {
            Host::Sent { token, .. } | Host::Holding { token, .. } => [Some(token)],
            Host::Answered {
                reply: Reply::Granted(token),
                ..
            } => [Some(token)],
            _ => [None],
        }
    }

    pub(super) fn rename(&mut self, rename: impl Fn(&mut Token)) {
        match self {
            Host::Sent { token, .. }
            | Host::Holding { token, .. }
            | Host::Answered {
                reply: Reply::Granted(token),
                ..
            } => rename(token),
            _ => {}
        }
    }
}

impl World {
    /// One look at the grant (`rotation`, `client_credentials`), and where it
    /// leads.
    pub(super) fn look(&self) -> Host {
        let Some(grant) = self.grant else {
            return Host::Idle;
        };
        let condition = match grant.held {
            Held::Live => Condition::Live,
            Held::InDoubt => Condition::InDoubt { waited: grant.old },
            Held::Lost | Held::Refused => Condition::Ended,
            Held::Removing => Condition::Removing,
        };
        let claim = match (grant.claimed, grant.old) {
            (false, _) => Claim::None,
            (true, false) => Claim::Young,
            (true, true) => Claim::Old,
        };
        let (lineage, generation) = (grant.lineage, grant.generation);
        if self.is_service {
            let asks = matches!(condition, Condition::Live | Condition::InDoubt { .. });
            return match asks && grant.life != Life::Fresh {
                true => Host::Asking {
                    lineage,
                    generation,
                    own: true,
                },
                false => Host::Idle,
            };
        }
        let kept = match may_be_kept(condition, claim) {
            true => self.kept(lineage, generation),
            false => None,
        };
        let sight = Sight {
            condition,
            life: grant.life,
            claim,
            kept: kept.is_some(),
        };
        match (decide(sight), kept) {
            (Move::Spend { takeover }, _) => Host::Decided { takeover },
            (Move::Apply, Some(token)) => Host::Holding {
                lineage,
                generation,
                token,
                own: true,
            },
            (Move::End, _) => Host::Ending { held: Ending::Lost },
            (Move::Apply | Move::Serve | Move::Wait | Move::Refuse, _) => Host::Idle,
        }
    }

    pub(super) fn step(&mut self, at: usize) {
        match self.hosts[at] {
            Host::Idle | Host::Sent { .. } => {}
            Host::Decided { takeover } => {
                self.write(|grant| grant.claimed = true);
                self.hosts[at] = Host::Claimed { takeover };
            }
            Host::Claimed { takeover } => self.send(at, takeover),
            Host::Unsent => {
                self.write(|grant| grant.claimed = false);
                self.hosts[at] = Host::Idle;
            }
            Host::Answered { hold, reply } => {
                self.hosts[at] = match reply {
                    Reply::Granted(token) => {
                        self.keep(hold, token);
                        Host::Holding {
                            lineage: hold.lineage,
                            generation: hold.generation,
                            token,
                            own: hold.own,
                        }
                    }
                    Reply::Refused => Host::Refused { hold },
                };
            }
            Host::Holding {
                lineage,
                generation,
                token,
                own,
            } => {
                self.hosts[at] = Host::Idle;
                self.store(lineage, generation, token, own);
            }
            Host::Refused { hold } => self.hosts[at] = self.judge(hold),
            Host::Ending { held } => {
                self.write(|grant| {
                    grant.claimed = false;
                    grant.held = match held {
                        Ending::Doubt => Held::InDoubt,
                        Ending::Lost => Held::Lost,
                        Ending::Refused => Held::Refused,
                    };
                });
                self.hosts[at] = Host::Idle;
            }
            Host::Asking {
                lineage,
                generation,
                own,
            } => {
                self.hosts[at] = match self.grant {
                    // The refresh token stays as it was read.
                    Some(grant) if grant.is(lineage, generation) => Host::Holding {
                        lineage,
                        generation,
                        token: grant.token,
                        own,
                    },
                    // Whatever it brings is dropped.
                    _ => Host::Idle,
                };
            }
        }
    }

    /// The place for the answer must be empty, and the guard's cell as claimed.
    fn send(&mut self, at: usize, takeover: bool) {
        let Some(grant) = self.grant else { return };
        if grant.old || self.kept(grant.lineage, grant.generation).is_some() {
            return self.fail_to_send(at);
        }
        self.hosts[at] = Host::Sent {
            hold: Hold {
                lineage: grant.lineage,
                generation: grant.generation,
                takeover,
                own: true,
            },
            token: grant.token,
        };
    }

    pub(super) fn fail_to_send(&mut self, at: usize) {
        let kept = self
            .grant
            .and_then(|grant| self.kept(grant.lineage, grant.generation));
        self.hosts[at] = match self.hosts[at] {
            Host::Claimed { takeover: false } if kept.is_none() => Host::Unsent,
            _ => Host::Idle,
        };
    }

    fn store(&mut self, lineage: Lineage, generation: u8, token: Token, own: bool) {
        let stored = match self.grant {
            None => Stored::Nothing,
            Some(grant) if grant.held == Held::Removing => Stored::Removing,
            Some(grant) if grant.is(lineage, generation) => Stored::SameGeneration,
            Some(_) => Stored::Another,
        };
        // Who wrote last needs no second look.
        let met = match own {
            true => LateSave::PutAgain,
            false => late(stored),
        };
        match met {
            LateSave::PutAgain => self.write(|grant| {
                grant.generation = generation + 1;
                grant.token = token;
                grant.life = Life::Fresh;
                grant.claimed = false;
                grant.held = Held::Live;
            }),
            LateSave::Adopt => {}
            // The kept answer stays until the host erases it.
            LateSave::GiveBack => return self.server.revoke(token),
        }
        let done = [Some(generation), generation.checked_sub(1)];
        self.kept
            .retain(|kept| kept.lineage != lineage || !done.contains(&Some(kept.generation)));
    }

    fn judge(&self, hold: Hold) -> Host {
        let Some(grant) = self.grant else {
            return Host::Idle;
        };
        let same = grant.is(hold.lineage, hold.generation) && grant.held == Held::Live;
        let verdict = decision::refused(AfterRefusal {
            own_claim: same && hold.own,
            other_claim: same && !hold.own && grant.claimed,
            kept: self.kept(hold.lineage, hold.generation).is_some(),
            takeover: hold.takeover,
        });
        let held = match verdict {
            Verdict::LookAgain | Verdict::Wait => return Host::Idle,
            Verdict::Doubt => Ending::Doubt,
            Verdict::End => Ending::Refused,
        };
        Host::Ending { held }
    }
}
