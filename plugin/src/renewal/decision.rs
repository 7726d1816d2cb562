//! What to do about a grant: the renewal protocol as pure functions.
//!
//! A refresh token can be spent once, its answer can get lost, and several
//! processes share it. Guarantees, whatever is seen and in whatever order:
//! nobody spends while somebody else may be spending; a kept answer is applied
//! and never spent over; a grant ends only where it is certain that no answer
//! is still to come. Callers gather what they see, ask, and do as they are told;
//! a model checker asks the same functions.

/// How a stored grant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// In use.
    Live,
    /// A spent refresh token was refused to somebody who cannot know whether an
    /// earlier answer is still on its way; for less than the wait, or longer.
    InDoubt {
        /// Whether the wait is over.
        waited: bool,
    },
    /// A person has to authorize again.
    Ended,
    /// Being revoked.
    Removing,
}

/// How long the stored access token lasts, for whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Life {
    /// Long enough.
    Fresh,
    /// Long enough to hand out, and it is time to renew.
    Due,
    /// Not long enough, or just refused by the provider.
    Over,
}

/// Whether somebody is renewing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Claim {
    /// Nobody is.
    None,
    /// Somebody may be.
    Young,
    /// Whoever was is not any more; what became of it is unknown.
    Old,
}

/// All that counts when somebody needs an access token of a grant that hangs on
/// a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sight {
    /// How the grant is.
    pub condition: Condition,
    /// How long its access token lasts.
    pub life: Life,
    /// Who is renewing.
    pub claim: Claim,
    /// Whether an answer to spending this generation is kept.
    pub kept: bool,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Move {
    /// Hand out the stored access token.
    Serve,
    /// Take in the kept answer.
    Apply,
    /// Claim the grant, then spend its refresh token.
    Spend {
        /// Whether an earlier spend of the same token may have reached the server.
        takeover: bool,
    },
    /// Somebody else will have done it soon.
    Wait,
    /// No answer has come: the grant has ended.
    End,
    /// There is nothing to hand out, and nothing to be done about it.
    Refuse,
}

/// What to do with a grant that looks like this.
pub const fn decide(sight: Sight) -> Move {
    let Sight {
        condition,
        life,
        claim,
        kept,
    } = sight;
    match (condition, life, claim) {
        (Condition::Removing, ..) => Move::Refuse,
        _ if kept => Move::Apply,
        (Condition::Ended, ..) => Move::Refuse,
        (Condition::InDoubt { .. }, Life::Fresh | Life::Due, _) => Move::Serve,
        (Condition::InDoubt { waited: true }, ..) => Move::End,
        (Condition::InDoubt { waited: false }, ..) => Move::Wait,
        (Condition::Live, Life::Fresh, _) => Move::Serve,
        (Condition::Live, _, Claim::None) => Move::Spend { takeover: false },
        // The old token serves; taking over could only endanger the grant.
        (Condition::Live, Life::Due, Claim::Young | Claim::Old) => Move::Serve,
        (Condition::Live, Life::Over, Claim::Young) => Move::Wait,
        (Condition::Live, Life::Over, Claim::Old) => Move::Spend { takeover: true },
    }
}

/// Whether a kept answer has to be looked for: only where somebody has begun to
/// spend, which leaves a claim, a doubt or an end.
pub const fn may_be_kept(condition: Condition, claim: Claim) -> bool {
    !matches!(
        (condition, claim),
        (Condition::Removing, _) | (Condition::Live, Claim::None)
    )
}

/// What is seen after the server has refused the refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AfterRefusal {
    /// Whether the stored grant is still of the generation that was spent, live
    /// and under the own claim.
    pub own_claim: bool,
    /// Whether it is still of that generation and live, under another's claim.
    pub other_claim: bool,
    /// Whether an answer to spending this generation is kept.
    pub kept: bool,
    /// Whether an earlier spend may have reached the server.
    pub takeover: bool,
}

/// What a refusal means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Somebody else has moved on: look again.
    LookAgain,
    /// Somebody else is on it.
    Wait,
    /// An earlier spend's answer may still come.
    Doubt,
    /// The grant has ended.
    End,
}

/// What it means that the server refused the refresh token.
pub const fn refused(seen: AfterRefusal) -> Verdict {
    match seen {
        AfterRefusal { kept: true, .. } => Verdict::LookAgain,
        AfterRefusal {
            other_claim: true, ..
        } => Verdict::Wait,
        AfterRefusal {
            own_claim: false, ..
        } => Verdict::LookAgain,
        AfterRefusal { takeover: true, .. } => Verdict::Doubt,
        AfterRefusal {
            takeover: false, ..
        } => Verdict::End,
    }
}

/// What is stored when a new generation could not be stored, because somebody
/// wrote first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stored {
    /// No grant at all.
    Nothing,
    /// Any grant that is being removed.
    Removing,
    /// The generation that was spent; also one in doubt or ended.
    SameGeneration,
    /// Another generation, or another lineage.
    Another,
}

/// What to do with the new generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LateSave {
    /// Store it all the same: it heals what is there.
    PutAgain,
    /// Drop it, and use what is there.
    Adopt,
    /// Revoke it.
    GiveBack,
}

/// What to do with a new generation that lost the race for the cell.
pub const fn late(stored: Stored) -> LateSave {
    match stored {
        Stored::Nothing | Stored::Removing => LateSave::GiveBack,
        Stored::SameGeneration => LateSave::PutAgain,
        Stored::Another => LateSave::Adopt,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONDITIONS: [Condition; 5] = [
        Condition::Live,
        Condition::InDoubt { waited: false },
        Condition::InDoubt { waited: true },
        Condition::Ended,
        Condition::Removing,
    ];
    const LIVES: [Life; 3] = [Life::Fresh, Life::Due, Life::Over];
    const CLAIMS: [Claim; 3] = [Claim::None, Claim::Young, Claim::Old];

    fn every() -> impl Iterator<Item = Sight> {
        CONDITIONS.into_iter().flat_map(|condition| {
            LIVES.into_iter().flat_map(move |life| {
                CLAIMS.into_iter().flat_map(move |claim| {
                    [false, true].map(move |kept| Sight {
                        condition,
                        life,
                        claim,
                        kept,
                    })
                })
            })
        })
    }

    #[test]
    fn a_token_is_spent_only_by_whoever_is_alone_with_a_live_grant() {
        for sight in every() {
            if let Move::Spend { takeover } = decide(sight) {
                assert_eq!(sight.condition, Condition::Live, "{sight:?}");
                assert!(!sight.kept && sight.life != Life::Fresh, "{sight:?}");
                assert_ne!(sight.claim, Claim::Young, "{sight:?}");
                assert_eq!(takeover, sight.claim == Claim::Old, "{sight:?}");
                assert!(!takeover || sight.life == Life::Over, "{sight:?}");
            }
        }
    }

    #[test]
    fn a_kept_answer_is_taken_in_by_everybody_but_a_removal() {
        for sight in every().filter(|sight| sight.kept) {
            let expected = match sight.condition {
                Condition::Removing => Move::Refuse,
                _ => Move::Apply,
            };
            assert_eq!(decide(sight), expected, "{sight:?}");
        }
    }

    #[test]
    fn a_token_that_is_over_is_never_handed_out() {
        for sight in every().filter(|sight| sight.life == Life::Over) {
            assert_ne!(decide(sight), Move::Serve, "{sight:?}");
        }
    }

    #[test]
    fn a_token_that_lasts_is_handed_out_unless_the_grant_is_over_or_free_to_renew() {
        for sight in every().filter(|sight| sight.life != Life::Over && !sight.kept) {
            let expected = match (sight.condition, sight.life, sight.claim) {
                (Condition::Ended | Condition::Removing, ..) => Move::Refuse,
                (Condition::Live, Life::Due, Claim::None) => Move::Spend { takeover: false },
                _ => Move::Serve,
            };
            assert_eq!(decide(sight), expected, "{sight:?}");
        }
    }

    #[test]
    fn a_doubt_ends_a_grant_only_after_the_wait() {
        for sight in every().filter(|sight| decide(*sight) == Move::End) {
            assert_eq!(sight.condition, Condition::InDoubt { waited: true });
            assert!(sight.life == Life::Over && !sight.kept);
        }
    }

    #[test]
    fn an_answer_is_looked_for_wherever_it_would_count() {
        for sight in every() {
            let (with, without) = (
                decide(Sight {
                    kept: true,
                    ..sight
                }),
                decide(Sight {
                    kept: false,
                    ..sight
                }),
            );
            if with != without && (sight.condition, sight.claim) != (Condition::Live, Claim::None) {
                assert!(may_be_kept(sight.condition, sight.claim), "{sight:?}");
            }
        }
        assert!(!may_be_kept(Condition::Live, Claim::None));
        assert!(!may_be_kept(Condition::Removing, Claim::Young));
    }

    #[test]
    fn a_refusal_ends_a_grant_only_on_the_first_spend_under_the_own_claim() {
        for bits in 0..16 {
            let seen = AfterRefusal {
                own_claim: bits & 1 != 0,
                other_claim: bits & 2 != 0,
                kept: bits & 4 != 0,
                takeover: bits & 8 != 0,
            };
            let alone = seen.own_claim && !seen.other_claim && !seen.kept;
            match refused(seen) {
                Verdict::End => assert!(alone && !seen.takeover, "{seen:?}"),
                Verdict::Doubt => assert!(alone && seen.takeover, "{seen:?}"),
                Verdict::Wait => assert!(seen.other_claim && !seen.kept, "{seen:?}"),
                Verdict::LookAgain => assert!(seen.kept || !seen.own_claim, "{seen:?}"),
            }
        }
    }

    #[test]
    fn a_late_generation_heals_its_own_and_gives_way_to_every_other() {
        assert_eq!(late(Stored::SameGeneration), LateSave::PutAgain);
        assert_eq!(late(Stored::Another), LateSave::Adopt);
        assert_eq!(late(Stored::Nothing), LateSave::GiveBack);
        assert_eq!(late(Stored::Removing), LateSave::GiveBack);
    }
}
