//! The fault matrix: what can go wrong around a renewal, and what must come of it.
//!
//! Each [`Row`] plays one fault against a real host, a real database and the
//! simulator, and panics where something does not hold. After every row the
//! [`referee`] compares what the host believes with what the simulator's ledger
//! knows. The rows are the tests of `tests/faults.rs` and the lines of the
//! command `faults`; both read [`rows`].

pub mod case;
pub mod detour;
pub mod disk;
pub mod point;
pub mod process;
pub mod referee;
pub mod seed;
pub mod tap;
pub mod tls;
pub mod torn;

mod answers;
mod clock;
mod connecting;
mod guest;
mod host;
mod kill;
mod meanwhile;
mod operator;
mod provider;
mod sharing;
mod storage;
mod wire;

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::time::Duration;

use futures_util::FutureExt as _;

use referee::Verdict;
use seed::Seed;

/// Where a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Between host and provider.
    Wire,
    /// What the provider decides.
    Provider,
    /// A process of the host.
    Host,
    /// The database.
    Storage,
    /// A clock.
    Clock,
    /// The plugin itself.
    Guest,
    /// Whoever runs the host.
    Operator,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Place::Wire => "wire",
            Place::Provider => "provider",
            Place::Host => "host",
            Place::Storage => "storage",
            Place::Clock => "clock",
            Place::Guest => "guest",
            Place::Operator => "operator",
        })
    }
}

/// What came of a fault.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// In a few words.
    pub words: String,
    /// What the ledger says of it.
    pub verdict: Verdict,
}

/// A row under way.
pub type Run = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// One row of the matrix.
#[derive(Clone, Copy)]
pub struct Row {
    /// Its number, such as `39b`.
    pub number: &'static str,
    /// What goes wrong.
    pub fault: &'static str,
    /// Where.
    pub place: Place,
    /// Plays it; the seed decides whatever is left open.
    pub run: fn(Seed) -> Run,
}

/// A [`Row`] out of an async function.
macro_rules! row {
    ($number:literal, $place:ident, $fault:literal, $function:path) => {
        $crate::faults::Row {
            number: $number,
            fault: $fault,
            place: $crate::faults::Place::$place,
            run: |seed| Box::pin($function(seed)),
        }
    };
}
pub(crate) use row;

/// All rows, in the order of their numbers.
pub fn rows() -> Vec<Row> {
    let mut rows = [
        wire::ROWS,
        connecting::ROWS,
        answers::ROWS,
        provider::ROWS,
        storage::ROWS,
        guest::ROWS,
        operator::ROWS,
        clock::ROWS,
        host::ROWS,
        kill::ROWS,
        meanwhile::ROWS,
        sharing::ROWS,
    ]
    .concat();
    rows.sort_by_key(|row| order(row.number));
    rows
}

/// `9` before `10`, and `39` before `39b`.
fn order(number: &str) -> (u32, &str) {
    let digits = number.trim_end_matches(|end: char| !end.is_ascii_digit());
    let (digits, letter) = number.split_at(digits.len());
    (digits.parse().unwrap_or(u32::MAX), letter)
}

/// A row that waits for what never happens is given up after this, on the
/// machine's clock.
const PATIENCE: Duration = Duration::from_secs(300);

/// Plays a row.
///
/// # Errors
///
/// What did not hold.
pub async fn play(row: Row, seed: Seed) -> Result<Outcome, String> {
    let played = AssertUnwindSafe((row.run)(seed)).catch_unwind();
    let played = tokio::time::timeout(PATIENCE, played).await;
    let played = played.map_err(|_| "it waits for what never happens".to_owned())?;
    played.map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        text.unwrap_or_else(|| "it panicked".to_owned())
    })
}
