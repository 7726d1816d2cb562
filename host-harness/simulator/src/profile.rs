//! How strict a server is about refresh tokens that are spent twice: three
//! kinds of server that a client must survive.

use crate::behaviour::Behaviour;

/// A kind of server, as switches of [`Behaviour`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Fortnox as it is known: a refresh token is dead once it is spent, and its
    /// reuse harms nobody else (D and S). The ledger then has one spend, one
    /// successor, and a refused request whose token was spent before.
    Default,
    /// Races fork: a token that is spent again within the grace gives another
    /// successor, and both stay good (I: the server that Fortnox resembles checks
    /// and spends in two steps). The ledger has two spends of one token, and two
    /// successors of it.
    Lenient,
    /// Reuse ends the whole grant, access tokens included (RFC 9700 section
    /// 4.14.2; ?: whether Fortnox may move to such a server). The ledger has one
    /// spend, a refused request, and a revocation of everything that lived, its
    /// cause [`Reuse`](crate::ledger::Cause::Reuse).
    Strict,
}

/// Seconds for which a lenient server takes a spent token (?).
const GRACE: u64 = 60;

impl Profile {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Default, Self::Lenient, Self::Strict];

    /// Turns the switches that make the difference, and no others.
    pub fn apply(self, behaviour: &mut Behaviour) {
        behaviour.refresh_grace = match self {
            Self::Lenient => GRACE,
            Self::Default | Self::Strict => 0,
        };
        behaviour.refresh_reuse_revokes_family = self == Self::Strict;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_each_profile_when_applied_over_another_then_it_alone_holds() {
        for profile in Profile::ALL {
            let mut alone = Behaviour::default();
            profile.apply(&mut alone);
            assert_eq!(alone == Behaviour::default(), profile == Profile::Default);
            for other in Profile::ALL {
                let mut after = Behaviour::default();
                other.apply(&mut after);
                profile.apply(&mut after);
                assert_eq!(after, alone, "{profile:?} over {other:?}");
            }
        }
    }
}
