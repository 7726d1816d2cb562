//! Time that jumps, stands still, or passes unnoticed.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use fortnox_simulator::Clock;
use fortnox_simulator::cast::person;
use fortnox_simulator::visitor::Decision;
use host_harness::storage::{Stamp, StorageClock};
use host_harness::{Connection, SqliteStorage, Transport, TransportError};
use secrecy::ExposeSecret as _;

use super::case::{COMPANY, Case};
use super::point::Point;
use super::process::{Got, HostProcess, tell_time};
use super::seed::Seed;
use super::{Outcome, Row, referee, row};
use crate::findings;

pub(super) const ROWS: &[Row] = &[
    row!(
        "59",
        Clock,
        "the wall clock is set to another time",
        stepped
    ),
    row!("61", Clock, "a machine sleeps for three hours", asleep),
    row!(
        "62",
        Clock,
        "a leap second, and summer time begins",
        civil_time
    ),
    row!("65", Clock, "an idle grant grows old", idle),
];

/// A machine's wall clock that is so many seconds off. Its boot clock is not.
struct Wall {
    true_time: Clock,
    off: AtomicI64,
}

impl Wall {
    fn set(&self, off: i64) {
        self.off.store(off, Ordering::SeqCst);
    }

    fn seconds(&self) -> i64 {
        let true_time = i64::try_from(self.true_time.now()).unwrap();
        (true_time + self.off.load(Ordering::SeqCst)).max(0)
    }
}

impl host_harness::Clock for Wall {
    fn now(&self) -> Duration {
        Duration::from_secs(self.seconds().unsigned_abs())
    }
}

impl StorageClock for Wall {
    fn now(&self) -> Stamp {
        Stamp {
            boot: "test".to_owned(),
            since_boot: i64::try_from(self.true_time.now()).unwrap() * 1000,
            wall: self.seconds() * 1000,
        }
    }
}

/// The connection on a machine whose wall clock can be set.
async fn on_a_machine(case: &Case) -> (Connection, Arc<Wall>) {
    let wall = Arc::new(Wall {
        true_time: case.world.simulator.clock().clone(),
        off: AtomicI64::new(0),
    });
    let storage = SqliteStorage::with_clock(case.world.database.clone(), wall.clone());
    let host = case.world.another(Some(case.world.registration()));
    let host = host.storage(Arc::new(storage)).clock(wall.clone());
    let host = host.build().await.unwrap();
    (host.connection(COMPANY).unwrap(), wall)
}

/// Asks five times; each time there is a token that really lasts. Returns how
/// many renewals that took.
async fn asked(case: &Case, connection: &Connection) -> usize {
    let before = case.renewals();
    for _ in 0..5 {
        let token = connection.access_token(None).await.unwrap();
        referee::lasts(&case.world.simulator, token.value.expose_secret());
    }
    case.renewals() - before
}

async fn stepped(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let (connection, wall) = on_a_machine(&case).await;
    let now = i64::try_from(case.world.simulator.clock().now()).unwrap();
    let mut most = 0;
    for off in [7200, -7200, -now, 4_291_747_200 - now] {
        for off in [off, 0] {
            assert!(asked(&case, &connection).await <= 1);
            wall.set(off);
            for seconds in [0, 1800, 3600, 9000] {
                case.world.pass(Duration::from_secs(seconds));
                let renewals = asked(&case, &connection).await;
                assert!(renewals <= 1, "{renewals} renewals at once, off by {off}");
                most = most.max(renewals);
            }
        }
    }
    let words = format!("never an expired token, at most {most} renewal a step");
    case.alive(words, 0).await
}

/// Emulated: the process is suspended, and both its clocks have moved when it is
/// woken, as the boot clock and the wall clock of a machine do that slept.
async fn asleep(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let mut process = HostProcess::start(&case);
    process.go(Point::Nowhere, 1);
    let Got::Token(before) = process.result() else {
        panic!("no token");
    };
    sleep(&case, &process);
    process.go(Point::Nowhere, 1);
    let after = process.result();
    assert_ne!(after, Got::Token(before), "a token of three hours ago");
    assert_eq!(case.renewals(), 2);

    // And while an answer was on its way: what it brought is over, too.
    sleep(&case, &process);
    process.go_to(Point::AfterAnswer);
    sleep(&case, &process);
    process.go_on();
    let Got::Token(token) = process.result() else {
        panic!("no token");
    };
    referee::lasts(&case.world.simulator, &token);
    assert_eq!(case.renewals(), 4);
    case.alive("what it held counts as over; renewed once each time", 0)
        .await
}

fn sleep(case: &Case, process: &HostProcess) {
    process.suspend();
    case.world.pass(Duration::from_secs(3 * 3600));
    tell_time(case);
    process.wake();
}

/// 2027-03-28T01:00:00Z, when summer time begins in Sweden.
const SUMMER_TIME: u64 = 1_806_195_600;

async fn civil_time(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let (connection, wall) = on_a_machine(&case).await;
    let mut in_stockholm = HostProcess::start(&case);
    let before = SUMMER_TIME - 600 - case.world.simulator.clock().now();
    case.world.pass(Duration::from_secs(before));
    // The old grant did not live to see this day.
    let journey = case
        .world
        .journey(&case.connection, person::USER, Decision::Approve);
    journey.await.unwrap();
    let token = connection.access_token(None).await.unwrap();
    for seconds in [590, 9, 1, 1, 599, 600] {
        case.world.pass(Duration::from_secs(seconds));
        // A leap second: the last second of the hour comes twice.
        let repeated = case.world.simulator.clock().now() >= SUMMER_TIME;
        wall.set(-i64::from(repeated));
        assert_eq!(asked(&case, &connection).await, 0);
    }
    tell_time(&case);
    in_stockholm.go(Point::Nowhere, 1);
    let same = Got::Token(token.value.expose_secret().to_owned());
    assert_eq!(in_stockholm.result(), same);
    assert_eq!(case.renewals(), 0);
    case.token_ends();
    case.alive("no effect", 0).await
}

const DAY: u64 = 86_400;

/// The provider cannot be reached.
struct Unreachable;

#[async_trait::async_trait]
impl Transport for Unreachable {
    async fn send(
        &self,
        _: http::Request<Bytes>,
        _: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        Err(TransportError::NotSent("as the row asks for".to_owned()))
    }
}

/// How a grant's age shows in the report.
async fn age(case: &Case) -> Option<(String, String)> {
    let report = case.report().await;
    let aged = |code: &str| code == "grant-expiring" || code == "grant-expired";
    let finding = report.findings.iter().find(|finding| aged(&finding.code))?;
    Some((finding.code.clone(), format!("{:?}", finding.severity)))
}

/// Lets time pass until so many days before the grant dies of age.
async fn days_left(case: &Case, days: u64) {
    let end = case.report().await.grant.unwrap().renew_by.unwrap();
    let now = case.world.simulator.clock().now();
    case.world.pass(Duration::from_secs(end - days * DAY - now));
}

/// The age that is told so many days before the end.
const WARNINGS: [(u64, Option<(&str, &str)>); 5] = [
    (15, None),
    (14, Some(("grant-expiring", "Severity::Info"))),
    (7, Some(("grant-expiring", "Severity::Warning"))),
    (2, Some(("grant-expiring", "Severity::Error"))),
    (0, Some(("grant-expired", "Severity::Error"))),
];

async fn idle(seed: Seed) -> Outcome {
    unreachable_for_a_month(seed).await;
    maintained(seed).await;
    forgotten(seed).await
}

async fn maintained(seed: Seed) {
    let case = Case::person(seed).await;
    let clock = case.world.simulator.clock().clone();
    let begun = clock.now();
    while clock.now() < begun + 100 * DAY {
        let next = case.connection.maintain().await.unwrap();
        let idle = next.checked_sub(clock.now()).expect("a time to come");
        assert!(idle > 0, "it wants to be called again at once");
        assert!(findings(&case.report().await).is_empty());
        case.world.pass(Duration::from_secs(idle));
    }
    let renewals = case.renewals();
    assert!((6..=7).contains(&renewals), "{renewals} renewals");
    case.alive("kept alive", 0).await;
}

async fn unreachable_for_a_month(seed: Seed) {
    let case = Case::person(seed).await;
    let host = case.world.another(Some(case.world.registration()));
    let host = host.transport(Arc::new(Unreachable)).build().await;
    let cut_off = host.unwrap().connection(COMPANY).unwrap();
    for _ in 0..43 {
        case.world.pass(Duration::from_secs(DAY));
        cut_off.maintain().await.unwrap();
    }
    assert_eq!(age(&case).await.unwrap().0, "grant-expiring");
    assert_eq!(case.condition().await, "good");
    case.world.pass(Duration::from_secs(DAY));
    case.connection.maintain().await.unwrap();
    assert!(findings(&case.report().await).is_empty());
    assert_eq!(case.renewals(), 1);
    case.alive("saved on the last day", 0).await;
}

async fn forgotten(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    for (days, told) in WARNINGS {
        days_left(&case, days).await;
        let told = told.map(|(code, severity)| (code.to_owned(), severity.to_owned()));
        assert_eq!(age(&case).await, told, "{days} days before the end");
    }
    let last = crate::refusal(case.token().await);
    assert_eq!(last, "authorization-required(grant-expired)");
    let words = "kept alive by maintain; without it told 14, 7, 2 days before, then grant-expired";
    case.ended("grant-expired", words, 0).await
}
