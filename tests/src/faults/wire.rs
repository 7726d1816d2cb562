//! Faults between host and provider.

use fortnox_simulator::deck::{Card, Fault, GrantType, Moment, Requests, ResetAt};

use super::case::Case;
use super::seed::Seed;
use super::{Outcome, Row, row};
use crate::refusal;

pub(super) const ROWS: &[Row] = &[
    row!("18", Wire, "reset after the request was carried out", reset),
    row!("19", Wire, "cut off before the refresh token", cut_before),
    row!("20", Wire, "cut off after the refresh token", cut_after),
    row!("30", Wire, "500, 502 or 504", server_error),
];

const REFRESH: Requests = Requests::Grant(GrantType::RefreshToken);

/// The successor is lost, and the provider refuses the token: first in doubt,
/// then ended, both told.
async fn lost(case: Case) -> Outcome {
    let first = refusal(case.token().await);
    assert_eq!(first, "unavailable(provider-silent)");
    case.claim_runs_out();
    let probe = refusal(case.token().await);
    assert_eq!(probe, "unavailable(renewal-under-way)");
    assert_eq!(case.condition().await, "in-doubt(renewal-lost)");
    case.doubt_runs_out();
    let last = refusal(case.token().await);
    assert_eq!(last, "authorization-required(renewal-lost)");
    case.ended("renewal-lost", "one probe, then ended: renewal-lost", 1)
        .await
}

async fn reset(mut seed: Seed) -> Outcome {
    let byte = usize::try_from(seed.below(200)).unwrap();
    let case = Case::person(seed).await;
    case.lay(Card::new(REFRESH, Fault::Reset(ResetAt::AnswerByte(byte))));
    lost(case).await
}

async fn cut_before(mut seed: Seed) -> Outcome {
    let body_bytes = usize::try_from(seed.below(20)).unwrap();
    let case = Case::person(seed).await;
    case.lay(Card::new(REFRESH, Fault::Truncate { body_bytes }));
    lost(case).await
}

async fn cut_after(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    case.lay(Card::new(REFRESH, Fault::Truncate { body_bytes: 3500 }));
    case.alive("saved, and renewed at once", 0).await
}

async fn server_error(mut seed: Seed) -> Outcome {
    let status = seed.one_of(&[500, 502, 504]);
    let case = Case::person(seed).await;
    let answer = http::Response::builder()
        .status(status)
        .body(b"<h1>It broke</h1>".to_vec())
        .unwrap();
    let when = Moment::BeforeProcessing;
    case.lay(Card::new(REFRESH, Fault::Answer { when, answer }));
    let first = refusal(case.token().await);
    assert_eq!(first, "unavailable(provider-failing)");
    assert_eq!(case.condition().await, "good");
    case.alive(format!("renewed after the {status}"), 1).await
}
