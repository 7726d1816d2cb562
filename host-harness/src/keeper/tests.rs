//! Rounds over plugins written by hand and a real storage.

use super::*;
use crate::{
    clock::Clock,
    testing::{Disk, Guest},
};
use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering},
};
use tokio::sync::{Notify, mpsc};

const NOW: u64 = 1_700_000_000;

/// Seconds that tests move.
struct Moved(AtomicU64);

impl Clock for Moved {
    fn now(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

/// Remembers whom it saw; wishes to look again at a time.
#[derive(Default)]
struct Remembered {
    seen: Mutex<Vec<String>>,
    wish: Mutex<Option<u64>>,
}

impl Remembered {
    fn take(&self) -> Vec<String> {
        let mut seen = std::mem::take(&mut *self.seen.lock().unwrap());
        seen.sort();
        seen
    }
}

#[async_trait::async_trait]
impl Watch for Remembered {
    async fn look(&self, connection: &crate::Connection) -> Option<u64> {
        let company = connection.company().to_owned();
        self.seen.lock().unwrap().push(company);
        *self.wish.lock().unwrap()
    }
}

struct World {
    disk: Disk,
    component: Vec<u8>,
    host: Host,
    clock: Arc<Moved>,
    watch: Arc<Remembered>,
    keeper: Keeper,
}

/// A plugin whose `maintain` answers so, with companies that are connected.
async fn world(maintain: &str, companies: &[&str]) -> World {
    let mut guest = Guest::new();
    let key = guest.text("cell");
    let value = guest.text("value");
    // put(key, value, always)
    let put = format!(
        "(call $put {key} {value} (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 768))"
    );
    guest.export("configure", &format!("{put} (call $ok)"));
    guest.export("set-enabled", "(call $ok)");
    guest.export("maintain", maintain);
    let disk = Disk::new().await;
    let clock = Arc::new(Moved(AtomicU64::new(NOW)));
    let component = guest.component();
    let builder = disk.host(component.clone()).clock(clock.clone());
    let host = builder.build().await.unwrap();
    for company in companies {
        let connection = host.connection(company).unwrap();
        connection.configure(Vec::new(), "en").await.unwrap();
    }
    let watch = Arc::new(Remembered::default());
    let schedule = Arc::new(SqliteSchedule::new(disk.database.clone()));
    let keeper = Keeper::new(host.clone(), schedule).watched_by(watch.clone());
    World {
        disk,
        component,
        host,
        clock,
        watch,
        keeper,
    }
}

/// A `maintain` that answers with a time.
fn answering(next: u64) -> String {
    format!(
        "(i32.store (i32.const 512) (i32.const 0))
         (i64.store (i32.const 520) (i64.const {next}))
         (i32.const 512)"
    )
}

impl World {
    /// Who is visited in a round at this time.
    async fn round(&self, at: u64) -> Vec<String> {
        self.clock.0.store(at, Ordering::SeqCst);
        self.watch.take();
        let visited = self.keeper.round().await.unwrap();
        let seen = self.watch.take();
        assert_eq!(seen.len(), visited);
        seen
    }
}

#[tokio::test]
async fn given_connections_when_they_are_due_then_each_is_visited_and_not_before() {
    let world = world(&answering(NOW + 3600), &["a", "b"]).await;
    assert_eq!(world.round(NOW).await, ["a", "b"]);
    assert!(world.round(NOW + 3599).await.is_empty());
    assert_eq!(world.round(NOW + 3600).await, ["a", "b"]);
}

#[tokio::test]
async fn given_an_absurd_answer_when_planned_then_it_is_in_a_minute_or_in_a_day() {
    for (answer, expected) in [(0, 60), (NOW, 60), (1 << 62, FARTHEST)] {
        let world = world(&answering(answer), &["a"]).await;
        world.round(NOW).await;
        assert!(world.round(NOW + expected - 1).await.is_empty(), "{answer}");
        assert_eq!(world.round(NOW + expected).await, ["a"], "{answer}");
    }
}

#[tokio::test]
async fn given_time_that_passes_during_a_round_when_it_ends_then_each_was_visited_once() {
    struct Ticks(Moved);
    impl Clock for Ticks {
        fn now(&self) -> Duration {
            Duration::from_secs(self.0.0.fetch_add(1, Ordering::SeqCst))
        }
    }
    let world = world(&answering(1 << 62), &["a", "b"]).await;
    let clock = Ticks(Moved(AtomicU64::new(NOW)));
    let host = world
        .disk
        .host(world.component.clone())
        .clock(Arc::new(clock));
    let host = host.build().await.unwrap();
    let schedule = Arc::new(SqliteSchedule::new(world.disk.database.clone()));
    assert_eq!(Keeper::new(host, schedule).round().await.unwrap(), 2);
}

#[tokio::test]
async fn given_a_restart_or_another_process_when_nothing_is_due_then_nobody_is_visited() {
    let world = world(&answering(NOW + 3600), &["a"]).await;
    world.round(NOW).await;
    let process = async || {
        let path = world.disk.dir.path().join("db");
        let database = crate::Database::open(path).await.unwrap();
        Keeper::new(world.host.clone(), Arc::new(SqliteSchedule::new(database)))
    };
    let (one, two) = (process().await, process().await);
    assert_eq!(one.round().await.unwrap(), 0);
    world.clock.0.store(NOW + 3600, Ordering::SeqCst);
    let (one, two) = tokio::join!(one.round(), two.round());
    assert_eq!(one.unwrap() + two.unwrap(), 1, "one of them");
}

#[tokio::test]
async fn given_companies_that_fail_when_visited_then_all_others_are_and_the_pauses_grow() {
    // Traps for all, after which every company still has its visit.
    let names: Vec<String> = (0..20).map(|number| format!("c{number:02}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let world = world("(unreachable)", &names).await;
    assert_eq!(world.round(NOW).await, names);
    let mut at = NOW;
    for pause in [300, 600, 1200] {
        assert!(world.round(at + pause - 1).await.is_empty());
        at += pause;
        assert_eq!(world.round(at).await, names);
    }
}

#[tokio::test]
async fn given_a_wish_to_look_again_when_planned_then_the_earlier_time_counts() {
    let world = world(&answering(NOW + 3600), &["a"]).await;
    *world.watch.wish.lock().unwrap() = Some(NOW + 600);
    world.round(NOW).await;
    assert!(world.round(NOW + 599).await.is_empty());
    *world.watch.wish.lock().unwrap() = Some(NOW + 99_000);
    assert_eq!(world.round(NOW + 600).await, ["a"]);
    assert_eq!(world.round(NOW + 3600).await, ["a"]);
}

#[tokio::test]
async fn given_a_change_when_a_round_is_made_then_its_company_is_looked_at_and_maybe_sooner_again()
{
    let world = world(&answering(NOW + 3600), &["a", "b"]).await;
    world.round(NOW).await;
    let a = world.host.connection("a").unwrap();
    a.set_enabled(true).await.unwrap();
    assert_eq!(world.keeper.round().await.unwrap(), 0);
    assert!(world.watch.take().is_empty(), "nothing was written");
    a.configure(Vec::new(), "en").await.unwrap();
    *world.watch.wish.lock().unwrap() = Some(NOW + 120);
    assert_eq!(world.keeper.round().await.unwrap(), 0);
    assert_eq!(world.watch.take(), ["a"]);
    assert_eq!(world.keeper.round().await.unwrap(), 0);
    assert!(world.watch.take().is_empty(), "once");
    assert_eq!(world.round(NOW + 120).await, ["a"]);
}

/// Waits to be let go on; tells when it began.
struct Blocks {
    began: mpsc::UnboundedSender<()>,
    go_on: Arc<Notify>,
}

#[async_trait::async_trait]
impl Watch for Blocks {
    async fn look(&self, _: &crate::Connection) -> Option<u64> {
        self.began.send(()).unwrap();
        self.go_on.notified().await;
        None
    }
}

#[tokio::test]
async fn given_a_visit_under_way_when_stopped_then_the_keeper_ends_and_the_host_waits_for_it() {
    let world = world(&answering(NOW + 3600), &["a"]).await;
    let (began, mut beginning) = mpsc::unbounded_channel();
    let go_on = Arc::new(Notify::new());
    let keeper = world.keeper.clone().watched_by(Arc::new(Blocks {
        began,
        go_on: go_on.clone(),
    }));
    let stop = async move {
        beginning.recv().await.unwrap();
    };
    keeper.run(stop).await;
    {
        use futures_util::FutureExt as _;
        assert!(world.host.finish().now_or_never().is_none());
    }
    go_on.notify_one();
    world.host.finish().await;
    assert!(world.round(NOW + 3599).await.is_empty(), "it was planned");
}
