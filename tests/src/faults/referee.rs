//! What must hold after every row, by the simulator's ledger.

use std::fmt;

use fortnox_simulator::Refusal;
use fortnox_simulator::Simulator;
use fortnox_simulator::ledger::{Entry, Event, Kind, Ledger, Outcome, TokenRequest};
use host_harness::Token;
use secrecy::ExposeSecret as _;

use crate::World;
use crate::stored;

/// The ledger in four numbers, of refresh tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// So many came into being.
    pub minted: usize,
    /// So many answers with one arrived whole.
    pub delivered: usize,
    /// So many bought a successor.
    pub spent: usize,
    /// So many requests presented one that was spent before.
    pub reused: usize,
}

impl Verdict {
    /// Of a ledger.
    pub fn of(ledger: &Ledger) -> Self {
        Self {
            minted: ledger.minted(Kind::RefreshToken).len(),
            delivered: ledger.delivered(Kind::RefreshToken).len(),
            spent: ledger.spent(Kind::RefreshToken).len(),
            reused: ledger.reuses().len(),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            minted,
            delivered,
            spent,
            reused,
        } = self;
        write!(
            f,
            "{minted} minted, {delivered} delivered, {spent} spent, {reused} reused"
        )
    }
}

/// What is handed out is one of this provider's own and lasts for a minute.
pub fn is_good(simulator: &Simulator, token: &Token) {
    let value = token.value.expose_secret();
    let minted = simulator.ledger().minted(Kind::AccessToken);
    assert!(
        minted.iter().any(|minted| minted.expose() == value),
        "an access token that was never issued"
    );
    let left = token.expires.checked_sub(simulator.clock().now());
    assert!(
        left.is_some_and(|left| left >= 60),
        "an access token that ends at once: {left:?}"
    );
}

/// What is handed out really lasts for a minute, whatever its receipt says.
pub fn lasts(simulator: &Simulator, token: &str) {
    let minted = |entry: &&Entry| {
        matches!(&entry.event, Event::Minted { kind: Kind::AccessToken, value, .. }
            if value.expose() == token)
    };
    let ledger = simulator.ledger();
    let minted = ledger.entries().iter().find(minted);
    let age = simulator.clock().now() - minted.expect("a token of this provider").at;
    assert!(age <= LIFE - 60, "an access token that is {age} s old");
}

/// Seconds that the simulator's access tokens live, unless a row changes it.
const LIFE: u64 = 3600;

/// The refresh token that was stored is the newest that was delivered: it is the
/// one that the latest renewal presented.
pub fn newest_was_stored(before: &Ledger, after: &Ledger) {
    let renewals = after.token_requests().len() - before.token_requests().len();
    let latest = after.token_requests().into_iter().rev().take(renewals);
    for request in latest.filter(|request| request.grant_type.as_deref() == Some("refresh_token")) {
        let presented = request.presented.as_ref();
        let origin = presented.and_then(|token| after.origin(token));
        let newest = origin.and_then(|origin| before.newest_delivered(origin.grant?));
        assert_eq!(
            request.presented, newest,
            "what was stored is not what was delivered last"
        );
    }
}

/// A grant may end where the provider refuses a token that is dead for a reason
/// of its own, or where the ledger knows of a successor that never arrived.
pub fn end_is_deserved(ledger: &Ledger) {
    let minted = ledger.minted(Kind::RefreshToken);
    let delivered = ledger.delivered(Kind::RefreshToken);
    let lost = minted.iter().any(|minted| !delivered.contains(minted));
    let refused = |request: &&TokenRequest| match request.outcome {
        Outcome::Refused(Refusal::RefreshTokenExpired) => true,
        Outcome::Refused(_) => request.why.is_some(),
        _ => false,
    };
    let refused = ledger.token_requests().iter().any(refused);
    assert!(
        lost || refused,
        "a grant ended that the provider still honours"
    );
}

/// Each refresh token is presented once; `probes` of them once more.
pub fn spends(ledger: &Ledger, probes: usize) {
    let mut again = 0;
    for token in ledger.minted(Kind::RefreshToken) {
        let presented = ledger.times_presented(&token);
        assert!(presented <= 2, "a refresh token was sent {presented} times");
        again += usize::from(presented == 2);
    }
    assert!(again <= probes, "{again} refresh tokens were sent twice");
}

/// No token is in the files or in the log.
pub async fn no_secret(world: &World, ledger: &Ledger) {
    let kinds = [Kind::Code, Kind::AccessToken, Kind::RefreshToken];
    let secrets = kinds.map(|kind| ledger.minted(kind)).concat();
    let mut places = stored::files(&world.file);
    let log = world.entries(super::case::COMPANY).await;
    places.push(format!("{log:?}").into_bytes());
    for place in places {
        for secret in &secrets {
            let secret = secret.expose().as_bytes();
            let found = place.windows(secret.len()).any(|part| part == secret);
            assert!(!found, "a secret lies open");
        }
    }
}

/// Failures leave nothing behind.
pub fn nothing_grew(world: &World) {
    let cells = stored::cells(&world.file);
    for company in stored::companies(&world.file) {
        let own = cells.iter().filter(|cell| cell.company == company).count();
        assert!(own <= 6, "{own} cells of {company}");
    }
}
