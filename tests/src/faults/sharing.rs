//! Many who ask at once, in one process and in several.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fortnox_simulator::deck::{Card, Fault, Gate, GrantType, Moment, Requests, Until};
use fortnox_simulator::ledger::Kind;
use futures_util::future::join_all;
use host_harness::{CallError, Connection, HostError, Token};
use secrecy::ExposeSecret as _;
use tokio::task::JoinHandle;

use super::case::{COMPANY, Case};
use super::point::Point;
use super::process::{Got, HostProcess};
use super::seed::Seed;
use super::tap::{Step, Tap, Watch};
use super::{Outcome, Row, row};
use crate::refusal;

pub(super) const ROWS: &[Row] = &[
    row!("12", Host, "16 tasks, one token that is over", tasks),
    row!(
        "13",
        Host,
        "4 processes of 16 tasks, one database",
        processes
    ),
    row!(
        "15",
        Host,
        "whoever asked first goes away or panics",
        leader
    ),
    row!(
        "16",
        Host,
        "a waiter with less patience than the first",
        waiter
    ),
];

const TASKS: usize = 16;

/// Holds the next renewal at the provider, after it was carried out.
fn held(case: &Case) -> Gate {
    let gate = Gate::closed();
    let fault = Fault::Delay {
        when: Moment::AfterProcessing,
        until: Until::Opened(gate.clone()),
    };
    case.lay(Card::new(Requests::Grant(GrantType::RefreshToken), fault));
    gate
}

type Asked = JoinHandle<Result<Token, CallError>>;

/// Somebody asks.
fn ask(connection: &Connection) -> Asked {
    let connection = connection.clone();
    tokio::spawn(async move { connection.access_token(None).await })
}

/// Many ask at once.
fn crowd(connection: &Connection) -> Vec<Asked> {
    (0..TASKS).map(|_| ask(connection)).collect()
}

async fn told(asked: Vec<Asked>) -> Vec<Result<Token, CallError>> {
    let told = join_all(asked).await;
    told.into_iter().map(Result::unwrap).collect()
}

/// All were given the newest token.
fn all_were_served(case: &Case, told: Vec<Result<Token, CallError>>) {
    let newest = case.world.simulator.ledger().minted(Kind::AccessToken);
    for token in told {
        let token = token.expect("a token for each");
        assert_eq!(token.value.expose_secret(), newest.last().unwrap().expose());
    }
}

async fn tasks(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let gate = held(&case);
    let asked = crowd(&case.connection);
    gate.arrived(1).await;
    let late = crowd(&case.connection);
    gate.open();
    all_were_served(&case, told(asked).await);
    all_were_served(&case, told(late).await);
    assert_eq!(case.renewals(), 1);
    case.alive("one spend, an answer for each", 0).await
}

async fn processes(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let mut processes = [(); 4].map(|()| HostProcess::start(&case));
    processes.iter_mut().for_each(HostProcess::ready);
    for process in &mut processes {
        process.go(Point::Nowhere, TASKS);
    }
    let mut served = 0;
    for got in processes.iter_mut().flat_map(HostProcess::results) {
        match got {
            Got::Token(_) => served += 1,
            Got::Refused(why) => assert_eq!(why, "unavailable(renewal-under-way)"),
        }
    }
    assert!(served >= TASKS, "a whole process went without");
    // Those who were told to come back do.
    for process in &mut processes {
        process.go(Point::Nowhere, TASKS);
    }
    let newest = case.world.simulator.ledger().minted(Kind::AccessToken);
    let newest = Got::Token(newest.last().unwrap().expose().to_owned());
    let got = processes.iter_mut().flat_map(HostProcess::results);
    assert!(got.into_iter().all(|got| got == newest));
    assert_eq!(case.renewals(), 1);
    let words = format!("one spend; {served} of 64 served at once, the rest when they came back");
    case.alive(words, 0).await
}

/// Panics at a step of the first call.
struct Panics {
    at: Step<'static>,
    done: AtomicBool,
}

#[async_trait::async_trait]
impl Watch for Panics {
    async fn at(&self, step: Step<'_>) {
        let is_it = match (self.at, step) {
            (Step::BeforeSend(_), Step::BeforeSend(_)) => true,
            (at, step) => at == step,
        };
        if is_it && !self.done.swap(true, Ordering::SeqCst) {
            panic!("as the row asks for");
        }
    }
}

async fn panicking(case: &Case, at: Step<'static>) -> Connection {
    let done = AtomicBool::new(false);
    let host = Tap::host(case, Panics { at, done }).await;
    host.connection(COMPANY).unwrap()
}

async fn leader(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;

    // The first goes away: the call goes on, and the others wait for it.
    let gate = held(&case);
    let first = ask(&case.connection);
    gate.arrived(1).await;
    let others = crowd(&case.connection);
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    gate.open();
    all_were_served(&case, told(others).await);
    assert_eq!(case.renewals(), 1);

    // The storage panics under the claim: each finds out for itself.
    case.token_ends();
    let connection = panicking(&case, Step::BeforePut("grant")).await;
    let waiting = |error: &CallError| {
        matches!(error, CallError::Host(HostError::Runtime(_)))
            || format!("{error:?}").contains("renewal-under-way")
    };
    for told in told(crowd(&connection)).await {
        assert!(told.as_ref().err().is_none_or(waiting), "{told:?}");
    }
    case.token().await.expect("a new leader");
    assert_eq!(case.renewals(), 2);

    // The transport panics before it sends: nobody can know whether it did.
    case.token_ends();
    let connection = panicking(&case, Step::BeforeSend("")).await;
    for told in told(crowd(&connection)).await {
        let why = refusal(told);
        let typed = [
            "unavailable(provider-silent)",
            "unavailable(renewal-under-way)",
        ];
        assert!(typed.contains(&why.as_str()), "{why}");
    }
    case.claim_runs_out();
    let token = connection.access_token(None).await;
    token.expect("no key is stuck");
    assert_eq!(case.renewals(), 3);
    case.alive("waiters are answered, and no key is stuck", 0)
        .await
}

async fn waiter(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let gate = held(&case);
    let first = ask(&case.connection);
    gate.arrived(1).await;
    let patience = Duration::from_millis(1);
    let waited = tokio::time::timeout(patience, case.connection.access_token(None)).await;
    assert!(waited.is_err(), "the answer is held");
    gate.open();
    all_were_served(&case, vec![first.await.unwrap()]);

    // The other way round: the first has no patience, the waiter has.
    case.token_ends();
    let gate = held(&case);
    let connection = Arc::new(case.connection.clone());
    let impatient = connection.clone();
    let first =
        tokio::spawn(
            async move { tokio::time::timeout(patience, impatient.access_token(None)).await },
        );
    gate.arrived(1).await;
    let waiter = ask(&connection);
    assert!(first.await.unwrap().is_err(), "the answer is held");
    // Time enough for a call of its own to end.
    for _ in 0..3 {
        case.report().await;
    }
    assert!(!waiter.is_finished(), "it does not wait for the first");
    gate.open();
    all_were_served(&case, vec![waiter.await.unwrap()]);
    assert_eq!(case.renewals(), 2);
    case.alive("each waits for as long as it likes; saved", 0)
        .await
}
