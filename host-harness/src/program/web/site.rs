//! What all pages share.

use std::sync::Arc;
use std::time::Duration;

use host_harness::{Clock, Host, Random, SqliteInvitations, SqliteLog};
use url::Url;

use super::address::Address;
use super::exchange::Exchanges;
use super::session::Sessions;
use super::throttle::Throttle;
use super::words::Words;

/// The sample page of one integration.
pub struct Site {
    /// The integration.
    pub host: Host,
    /// The companies' log.
    pub log: SqliteLog,
    /// Who else was asked to approve.
    pub invitations: SqliteInvitations,
    /// What it goes by.
    pub clock: Arc<dyn Clock>,
    /// Where browsers find this page.
    pub address: Address,
    /// The page on which to choose what the provider does, in a demonstration.
    pub simulator: Option<Url>,
    /// How long a returning browser waits for the exchange before it is shown
    /// the waiting page, and how long that page is held.
    pub patience: Patience,
    /// The page's own words.
    pub words: Words,
    /// Who is signed in.
    pub sessions: Sessions,
    /// Who has failed too often.
    pub throttle: Throttle,
    /// Exchanges under way.
    pub exchanges: Exchanges,
}

/// How long answers are held back.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Of the callback.
    pub callback: Duration,
    /// Of the waiting page.
    pub waiting: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            callback: Duration::from_secs(1),
            waiting: Duration::from_secs(20),
        }
    }
}

impl Site {
    /// A page that nobody has visited yet.
    pub fn new(
        host: Host,
        log: SqliteLog,
        invitations: SqliteInvitations,
        address: Address,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self {
            host,
            log,
            invitations,
            address,
            simulator: None,
            patience: Patience::default(),
            words: Words::new(),
            sessions: Sessions::new(clock.clone(), random),
            throttle: Throttle::new(clock.clone()),
            exchanges: Exchanges::default(),
            clock,
        }
    }

    /// Unix seconds.
    pub fn now(&self) -> u64 {
        self.clock.now().as_secs()
    }
}
