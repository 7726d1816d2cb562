//! What becomes of refresh tokens at the provider.

/// How a server takes the second use of a refresh token, and what it ends with
/// a token that is revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Profile {
    /// The second use is refused, and nothing else happens. A revocation ends
    /// one token: removal has to know every one.
    Default,
    /// Within a grace, which may be over at any time, a second use brings
    /// another valid successor. A revocation ends every consent.
    Lenient,
    /// The second use is refused, and ends every token of the lineage, as a
    /// revocation does.
    Strict,
}

impl Profile {
    pub(super) const ALL: [Profile; 3] = [Profile::Default, Profile::Lenient, Profile::Strict];
}

/// A refresh token: a bit of the server's sets.
pub(super) type Token = u8;

/// A consent: the first, or the one that replaces it.
pub(super) type Lineage = u8;

/// What the server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Reply {
    Granted(Token),
    Refused,
}

/// How a server in its grace takes the second use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Grace {
    Lasts,
    Over,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Server {
    profile: Profile,
    /// Tokens that can be used.
    valid: u16,
    /// Tokens that were used.
    spent: u16,
    /// Tokens of the second lineage.
    second: u16,
    /// Lineages with a usable token that nobody knows any more.
    strays: u16,
    /// How many tokens there are.
    issued: Token,
    /// Whether any token was used twice.
    reused: bool,
}

impl Server {
    pub(super) fn new(profile: Profile) -> Server {
        Server {
            profile,
            valid: 0,
            spent: 0,
            second: 0,
            strays: 0,
            issued: 0,
            reused: false,
        }
    }

    /// A new consent's first token, or a token's successor.
    pub(super) fn issue(&mut self, lineage: Lineage) -> Token {
        let token = self.issued;
        assert!(token < 16, "a state never needs so many tokens");
        self.issued += 1;
        self.valid |= 1 << token;
        if lineage == 2 {
            self.second |= 1 << token;
        }
        token
    }

    fn lineage(&self, token: Token) -> Lineage {
        match self.second & (1 << token) {
            0 => 1,
            _ => 2,
        }
    }

    pub(super) fn belongs(&self, token: Token, lineage: Lineage) -> bool {
        self.lineage(token) == lineage
    }

    pub(super) fn is_valid(&self, token: Token) -> bool {
        self.valid & (1 << token) != 0
    }

    /// Whether a second use of this token might be taken.
    pub(super) fn may_fork(&self, token: Token) -> bool {
        self.profile == Profile::Lenient && self.spent & (1 << token) != 0
    }

    pub(super) fn spend(&mut self, token: Token, grace: Grace) -> Reply {
        let bit = 1 << token;
        let again = self.spent & bit != 0;
        self.reused |= again;
        if self.is_valid(token) {
            self.valid &= !bit;
            self.spent |= bit;
            return Reply::Granted(self.issue(self.lineage(token)));
        }
        match self.profile {
            Profile::Lenient if again && grace == Grace::Lasts => {
                return Reply::Granted(self.issue(self.lineage(token)));
            }
            Profile::Strict if again => self.end(self.lineage(token)),
            Profile::Default | Profile::Lenient | Profile::Strict => {}
        }
        Reply::Refused
    }

    pub(super) fn revoke(&mut self, token: Token) {
        match self.profile {
            Profile::Default => self.valid &= !(1 << token),
            Profile::Strict => self.end(self.lineage(token)),
            Profile::Lenient => {
                self.end(1);
                self.end(2);
            }
        }
    }

    fn end(&mut self, lineage: Lineage) {
        let tokens = match lineage {
            1 => !self.second,
            _ => self.second,
        };
        self.valid &= !tokens;
        // Nor can they be renewed any more.
        self.spent &= !tokens;
        self.strays &= !(1 << lineage);
    }

    /// Whether any token of this consent can be used.
    pub(super) fn grants(&self, lineage: Lineage) -> bool {
        let stray = self.strays & (1 << lineage) != 0;
        stray || (0..self.issued).any(|token| self.is_valid(token) && self.belongs(token, lineage))
    }

    pub(super) fn reused(&self) -> bool {
        self.reused
    }

    /// Forgets the tokens that nobody knows, and renames the `known` ones, which
    /// are sorted, to their places among them.
    pub(super) fn canonicalise(&mut self, known: &[Token]) {
        for token in (0..self.issued).filter(|token| !known.contains(token)) {
            if self.is_valid(token) {
                self.strays |= 1 << self.lineage(token);
            }
        }
        let rename = |set: u16| {
            let places = known.iter().enumerate();
            places.fold(0, |renamed, (place, token)| {
                renamed | ((set >> token) & 1) << place
            })
        };
        self.valid = rename(self.valid);
        self.spent = rename(self.spent);
        self.second = rename(self.second);
        self.issued = u8::try_from(known.len()).unwrap();
    }
}
