//! Ten minutes, by the storage's clock and no other.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use fortnox_simulator::cast::person;
use fortnox_simulator::visitor::Decision;
use host_harness::storage::{Stamp, StorageClock};
use host_harness::{Connection, SqliteStorage};
use secrecy::ExposeSecret as _;
use tests::{World, query, refusal};

const REJECTED: &str = "callback-rejected(state-rejected)";
const HOUR: i64 = 3600;

#[tokio::test]
async fn s05_a_state_is_good_for_ten_minutes_and_not_a_second_longer() {
    let world = World::start().await;
    for (seconds, expected) in [(599, "ok"), (600, REJECTED), (100_000, REJECTED)] {
        let connection = world.configured(&format!("after {seconds}"), "user").await;
        let (query, binding) = world.approved(&connection).await;
        world.pass(Duration::from_secs(seconds));
        let sent = world.sent().len();
        let handled = connection.handle_callback(&query, &binding).await;
        assert_eq!(refusal(handled), expected, "{seconds}");
        assert_eq!(world.sent().len() > sent, expected == "ok", "{seconds}");
    }
}

#[tokio::test]
async fn s05_what_comes_back_in_between_does_not_prolong_it() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let (query, binding) = world.approved(&acme).await;
    for _ in 0..2 {
        world.pass(Duration::from_secs(250));
        let bare = acme.handle_callback("", &binding).await;
        assert_eq!(refusal(bare), "callback-rejected(empty-callback)");
    }
    world.pass(Duration::from_secs(100));
    let handled = acme.handle_callback(&query, &binding).await;
    assert_eq!(refusal(handled), REJECTED);
    let bare = acme.handle_callback("", &binding).await;
    assert_eq!(refusal(bare), REJECTED);
}

/// A machine whose wall clock can be stepped while its time goes on.
struct Stepped {
    time: fortnox_simulator::Clock,
    boot: &'static str,
    step: AtomicI64,
}

impl Stepped {
    fn wall(&self) -> i64 {
        i64::try_from(self.time.now()).unwrap() + self.step.load(Ordering::SeqCst)
    }
}

impl host_harness::Clock for Stepped {
    fn now(&self) -> Duration {
        Duration::from_secs(self.wall().try_into().unwrap())
    }
}

impl StorageClock for Stepped {
    fn now(&self) -> Stamp {
        Stamp {
            boot: self.boot.to_owned(),
            since_boot: i64::try_from(self.time.now()).unwrap() * 1000,
            wall: self.wall() * 1000,
        }
    }
}

/// Begins, steps the wall clock, lets time pass, and hands in the approval.
async fn stepped(boot: &'static str, step: i64, passed: u64) -> String {
    let world = World::start().await;
    let clock = Arc::new(Stepped {
        time: world.simulator.clock().clone(),
        boot,
        step: AtomicI64::new(0),
    });
    let storage = SqliteStorage::with_clock(world.database.clone(), clock.clone());
    let host = world.another(Some(world.registration()));
    let host = host.clock(clock.clone()).storage(Arc::new(storage));
    let host = host.build().await.unwrap();
    let acme: Connection = host.connection("acme").unwrap();
    let chosen = tests::settings(&[("account", "user")]);
    acme.configure(chosen, "en").await.unwrap();
    let begun = acme.begin_authorize().await.unwrap();
    let ending = world.send(&begun, person::USER, Decision::Approve).await;
    clock.step.store(step, Ordering::SeqCst);
    world.pass(Duration::from_secs(passed));
    let binding = begun.binding.expose_secret();
    refusal(acme.handle_callback(&query(&ending), binding).await)
}

#[tokio::test]
async fn s05_a_wall_clock_set_back_an_hour_makes_no_old_state_young() {
    assert_eq!(stepped("boot", -HOUR, 601).await, REJECTED);
}

#[tokio::test]
async fn s05_a_wall_clock_set_forth_an_hour_makes_no_young_state_old() {
    assert_eq!(stepped("boot", HOUR, 60).await, "ok");
}

#[tokio::test]
async fn s05_where_only_a_wall_clock_is_left_one_that_was_set_back_makes_a_state_old() {
    assert_eq!(stepped("", -HOUR, 60).await, REJECTED);
}
