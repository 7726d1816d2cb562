//! Killed anywhere: the seed decides when.

use std::time::Duration;

use super::case::Case;
use super::point::Point;
use super::process::HostProcess;
use super::seed::Seed;
use super::{Outcome, Row, row};

pub(super) const ROWS: &[Row] = &[row!("kill", Host, "killed anywhere", anywhere)];

/// A renewal is over after so many microseconds, mostly.
const RENEWAL: u64 = 60_000;

/// Half of all seeds kill at a named point, the others at a random moment; one
/// in four strikes a service account. A service account never loses its grant,
/// and a person's is lost only where the provider has issued a successor that is
/// kept nowhere.
async fn anywhere(mut seed: Seed) -> Outcome {
    let is_service = seed.below(4) == 0;
    let case = match is_service {
        true => Case::service(seed).await,
        false => Case::person(seed).await,
    };
    let mut process = HostProcess::start(&case);
    process.ready();
    // What a service account's renewal writes first is the save.
    let points = match is_service {
        true => &[
            Point::BeforeSend,
            Point::Connected,
            Point::AfterAnswer,
            Point::BeforeClaim,
        ][..],
        false => &Point::ALL,
    };
    let moment = if seed.below(2) == 0 {
        let point = seed.one_of(points);
        process.go_to(point);
        format!("{point:?}")
    } else {
        let after = Duration::from_micros(seed.below(RENEWAL));
        process.go(Point::Nowhere, 1);
        // The moment is the fault itself; nothing is waited for.
        std::thread::sleep(after);
        format!("{after:?}")
    };
    process.kill();
    let was_kept = case.answer_is_kept();

    let account = if is_service { "service" } else { "person" };
    let words = |what: &str| format!("{account}, {moment}: {what}");
    match case.settled().await {
        Ok(_) => case.alive(words("alive"), 1).await,
        Err(cause) => {
            assert!(!is_service, "a service account's grant is lost");
            assert!(!was_kept, "the grant is lost although an answer was kept");
            let ledger = case.world.simulator.ledger();
            let presented = ledger.token_requests().pop().unwrap().presented.clone();
            let successors = ledger.successors(&presented.unwrap());
            assert_eq!(successors.len(), 1, "nothing was issued that could be lost");
            case.ended(&cause, words(&format!("ended: {cause}")), 1)
                .await
        }
    }
}
