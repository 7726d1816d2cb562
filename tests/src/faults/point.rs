//! Named points of a renewal, at which a process can be stopped.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};
use tokio::net::TcpStream;

use super::tap::{Step, Watch};

/// Where a process can be stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Point {
    /// Nowhere.
    Nowhere,
    /// Before the grant is written first: the claim, or what a kept answer
    /// brought.
    BeforeClaim,
    /// That is written; the guard has not been looked at.
    AfterClaim,
    /// The guard held; there is no connection to the provider yet.
    BeforeSend,
    /// There is a connection, and nothing has been sent on it.
    Connected,
    /// The answer has been read; nothing is written of it.
    AfterAnswer,
    /// The answer is kept; the grant is not written.
    BeforeSave,
    /// The grant is written; the caller does not know.
    AfterSave,
}

impl Point {
    /// Each of them.
    pub const ALL: [Point; 7] = [
        Point::BeforeClaim,
        Point::AfterClaim,
        Point::BeforeSend,
        Point::Connected,
        Point::AfterAnswer,
        Point::BeforeSave,
        Point::AfterSave,
    ];
}

/// Says so when a point is reached, and waits until it is told to go on.
pub struct Stops {
    at: Mutex<Point>,
    /// Writes of the grant so far: the first is the claim.
    writes: AtomicUsize,
    say: fn(&str),
    told: fn() -> Option<String>,
}

impl Stops {
    /// Stops nowhere yet.
    pub fn new(say: fn(&str), told: fn() -> Option<String>) -> Stops {
        Stops {
            at: Mutex::new(Point::Nowhere),
            writes: AtomicUsize::new(0),
            say,
            told,
        }
    }

    /// The next call stops there.
    pub fn set(&self, point: Point) {
        *self.at.lock().unwrap() = point;
        self.writes.store(0, Ordering::SeqCst);
    }

    fn stops_at(&self, point: Point) -> bool {
        *self.at.lock().unwrap() == point
    }

    async fn reach(&self, point: Point) {
        if self.stops_at(point) {
            (self.say)("at the point");
            let told = tokio::task::spawn_blocking(self.told).await.unwrap();
            assert_eq!(told.as_deref(), Some("go on"));
            *self.at.lock().unwrap() = Point::Nowhere;
        }
    }
}

#[async_trait::async_trait]
impl Watch for Stops {
    async fn at(&self, step: Step<'_>) {
        match step {
            Step::BeforePut("grant") => match self.writes.load(Ordering::SeqCst) {
                0 => self.reach(Point::BeforeClaim).await,
                _ => self.reach(Point::BeforeSave).await,
            },
            Step::AfterPut("grant") => match self.writes.fetch_add(1, Ordering::SeqCst) {
                0 => self.reach(Point::AfterClaim).await,
                _ => self.reach(Point::AfterSave).await,
            },
            Step::BeforePut(_) | Step::AfterPut(_) => {}
            Step::BeforeSend(authority) => {
                self.reach(Point::BeforeSend).await;
                if self.stops_at(Point::Connected) {
                    let line = TcpStream::connect(authority).await.unwrap();
                    self.reach(Point::Connected).await;
                    drop(line);
                }
            }
            Step::AfterAnswer => self.reach(Point::AfterAnswer).await,
        }
    }
}
