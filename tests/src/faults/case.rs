//! One connection that something is about to happen to.

use std::time::Duration;

use fortnox_simulator::cast::person;
use fortnox_simulator::deck::Card;
use fortnox_simulator::visitor::Decision;
use host_harness::contract::{Condition, Error, Report};
use host_harness::{CallError, Connection, Host, HostBuilder, Token};
use secrecy::SecretString;

use super::Outcome;
use super::referee::{self, Verdict};
use super::seed::Seed;
use crate::{World, refusal, stored};

/// The company of every case.
pub const COMPANY: &str = "Nordlys Bygg AS";

/// No call takes longer than this, on the machine's clock.
const PATIENCE: Duration = Duration::from_secs(150);

/// A connected company, its world, and chance.
pub struct Case {
    /// Provider, host and files.
    pub world: World,
    /// The connection, switched on.
    pub connection: Connection,
    /// Decides what the row leaves open.
    pub seed: Seed,
}

impl Case {
    /// A person's grant, which hangs on its refresh token; the access token is
    /// over.
    pub async fn person(seed: Seed) -> Case {
        Case::connected(seed, "user", person::USER).await
    }

    /// A service account; the access token is over.
    pub async fn service(seed: Seed) -> Case {
        Case::connected(seed, "service", person::ADMIN).await
    }

    async fn connected(seed: Seed, account: &str, login: &str) -> Case {
        let world = World::start().await;
        let connection = world.configured(COMPANY, account).await;
        connect(&world, &connection, login).await;
        let case = Case {
            world,
            connection,
            seed,
        };
        case.token_ends();
        case
    }

    /// A person's grant, obtained through another host than the world's; the
    /// access token is over.
    pub async fn person_at(world: World, host: Host, seed: Seed) -> Case {
        let connection = world.configured_at(&host, COMPANY, "user").await;
        connect(&world, &connection, person::USER).await;
        let case = Case {
            world,
            connection,
            seed,
        };
        case.token_ends();
        case
    }

    /// Another company of the same host, with a person's grant.
    pub async fn neighbour(&self, name: &str) -> Connection {
        let connection = self.world.configured(name, "user").await;
        connect(&self.world, &connection, person::USER).await;
        connection
    }

    /// A host on the same database, time and provider, whose parts may still be
    /// replaced.
    pub fn another(&self) -> HostBuilder {
        self.world.another(Some(self.world.registration()))
    }

    /// This host's connection to the same company.
    pub async fn at(&self, host: HostBuilder) -> Connection {
        host.build().await.unwrap().connection(COMPANY).unwrap()
    }

    /// From now on another host asks, as after a restart.
    pub async fn goes_on_at(&mut self, host: HostBuilder) {
        self.connection = self.at(host).await;
    }

    /// Lays a fault into the deck.
    pub fn lay(&self, card: Card) {
        self.world.simulator.deal(card);
    }

    /// The stored access token is over.
    pub fn token_ends(&self) {
        self.world.pass(Duration::from_secs(3600));
    }

    /// Nobody is believed to be renewing any more.
    pub fn claim_runs_out(&self) {
        self.world.pass(Duration::from_secs(90));
    }

    /// A late answer is not waited for any more.
    pub fn doubt_runs_out(&self) {
        self.world.pass(Duration::from_secs(600));
    }

    /// Asks for an access token.
    ///
    /// # Errors
    ///
    /// As the host's.
    pub async fn token(&self) -> Result<Token, CallError> {
        self.other_token(&self.connection, None).await
    }

    /// Asks another connection for an access token. What is handed out lasts for
    /// a minute, is this company's own, and comes in time.
    ///
    /// # Errors
    ///
    /// As the host's.
    pub async fn other_token(
        &self,
        connection: &Connection,
        refused: Option<SecretString>,
    ) -> Result<Token, CallError> {
        let asked = tokio::time::timeout(PATIENCE, connection.access_token(refused)).await;
        let token = asked.expect("a call did not end in time")?;
        referee::is_good(&self.world.simulator, &token);
        Ok(token)
    }

    /// Asks until there is a token, as callers do: after each pause that the host
    /// asks for.
    pub async fn recovered(&self) -> Token {
        for _ in 0..6 {
            match self.token().await {
                Ok(token) => return token,
                Err(CallError::Refused(Error::Unavailable(retry))) => {
                    self.world
                        .pass(Duration::from_millis(u64::from(retry.after)));
                    // A claim that nobody holds any more runs out.
                    self.world.pass(Duration::from_secs(90));
                }
                Err(error) => panic!("it did not recover: {error:?}"),
            }
        }
        panic!("it did not recover in six rounds");
    }

    /// Asks until the provider's last word is known: a token, or the cause for
    /// which the grant has ended.
    ///
    /// # Errors
    ///
    /// The cause.
    pub async fn settled(&self) -> Result<Token, String> {
        for _ in 0..12 {
            match self.token().await {
                Ok(token) => return Ok(token),
                Err(CallError::Refused(Error::Unavailable(_))) => self.claim_runs_out(),
                Err(CallError::Refused(Error::AuthorizationRequired(cause))) => return Err(cause),
                Err(error) => panic!("it was not settled: {error:?}"),
            }
        }
        panic!("it was not settled in twelve rounds");
    }

    /// Somebody may still be at it: whoever asks is told to wait, and nothing is
    /// sent.
    pub async fn waits(&self) {
        let before = self.requests();
        let wait = refusal(self.token().await);
        assert_eq!(wait, "unavailable(renewal-under-way)");
        assert_eq!(self.requests(), before, "somebody may still be at it");
    }

    /// Somebody's claim stands, and the answer to it is lost for good: whoever
    /// takes it over is refused, and after the wait the grant has ended.
    pub async fn is_lost(&self) {
        self.waits().await;
        self.claim_runs_out();
        let probe = refusal(self.token().await);
        assert_eq!(probe, "unavailable(renewal-under-way)");
        assert_eq!(self.condition().await, "in-doubt(renewal-lost)");
        self.waits().await;
        assert!(self.events().await.contains(&"grant.in-doubt".to_owned()));
        self.doubt_runs_out();
        let last = refusal(self.token().await);
        assert_eq!(last, "authorization-required(renewal-lost)");
    }

    /// How often a refresh token was sent, whatever came of it.
    pub fn renewals(&self) -> usize {
        let ledger = self.world.simulator.ledger();
        let sent = ledger.token_requests().into_iter();
        sent.filter(|request| request.grant_type.as_deref() == Some("refresh_token"))
            .count()
    }

    /// Whether an answer is kept that nobody has taken in or tidied away.
    pub fn answer_is_kept(&self) -> bool {
        let cells = stored::cells(&self.world.file);
        cells.iter().any(|cell| cell.key.starts_with("answer-"))
    }

    /// The report.
    pub async fn report(&self) -> Report {
        self.connection.status("en").await.unwrap()
    }

    /// How the grant is, in the report's words.
    pub async fn condition(&self) -> String {
        match self.report().await.grant.map(|grant| grant.condition) {
            None => "none".to_owned(),
            Some(Condition::Good) => "good".to_owned(),
            Some(Condition::InDoubt(cause)) => format!("in-doubt({cause})"),
            Some(Condition::Ended(cause)) => format!("ended({cause})"),
        }
    }

    /// Event codes of the company log, newest first.
    pub async fn events(&self) -> Vec<String> {
        let entries = self.world.entries(COMPANY).await;
        entries.into_iter().map(|entry| entry.event).collect()
    }

    /// How often the company log tells of this.
    pub async fn told(&self, event: &str) -> usize {
        let events = self.events().await;
        events.iter().filter(|found| *found == event).count()
    }

    /// Requests to the token endpoint so far.
    pub fn requests(&self) -> usize {
        self.world.simulator.ledger().token_requests().len()
    }

    /// Waits until the provider has seen so many requests to the token endpoint.
    pub async fn seen(&self, requests: usize) {
        let seen = async {
            while self.requests() < requests {
                tokio::task::yield_now().await;
            }
        };
        let seen = tokio::time::timeout(PATIENCE, seen).await;
        seen.expect("a request did not come");
    }

    /// What a caller is told instead of a token, and when to try again.
    pub async fn unavailable(&self) -> (String, Duration) {
        match self.token().await {
            Err(CallError::Refused(Error::Unavailable(retry))) => {
                let after = Duration::from_millis(u64::from(retry.after));
                (retry.reason, after)
            }
            other => panic!("{other:?}"),
        }
    }

    /// The grant has to be alive and well: it serves, and it renews once more
    /// from what is stored. `probes` refresh tokens may have been sent twice.
    pub async fn alive(self, words: impl Into<String>, probes: usize) -> Outcome {
        self.recovered().await;
        assert_eq!(self.condition().await, "good");
        self.token_ends();
        let before = self.world.simulator.ledger();
        self.token().await.expect("the next renewal");
        let after = self.world.simulator.ledger();
        referee::newest_was_stored(&before, &after);
        self.outcome(words, probes).await
    }

    /// The grant has to have ended for this cause, as the company log says, and
    /// nobody asks the provider any more.
    pub async fn ended(self, cause: &str, words: impl Into<String>, probes: usize) -> Outcome {
        assert_eq!(self.condition().await, format!("ended({cause})"));
        assert!(self.events().await.contains(&"grant.ended".to_owned()));
        let before = self.world.simulator.ledger().token_requests().len();
        let refused = crate::refusal(self.token().await);
        assert_eq!(refused, format!("authorization-required({cause})"));
        let after = self.world.simulator.ledger().token_requests().len();
        assert_eq!(before, after, "a dead token was sent once more");
        referee::end_is_deserved(&self.world.simulator.ledger());
        self.outcome(words, probes).await
    }

    /// What holds after every row.
    pub async fn outcome(self, words: impl Into<String>, probes: usize) -> Outcome {
        let left = self.world.simulator.cards_left();
        assert_eq!(left, 0, "a fault did not happen");
        let ledger = self.world.simulator.ledger();
        referee::spends(&ledger, probes);
        referee::no_secret(&self.world, &ledger).await;
        referee::nothing_grew(&self.world);
        Outcome {
            words: words.into(),
            verdict: Verdict::of(&ledger),
        }
    }
}

async fn connect(world: &World, connection: &Connection, login: &str) {
    let handled = world.journey(connection, login, Decision::Approve);
    handled.await.unwrap();
    connection.set_enabled(true).await.unwrap();
}
