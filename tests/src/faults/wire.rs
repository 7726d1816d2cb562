//! Faults between host and provider, once a connection stands.

use std::time::Duration;

use fortnox_simulator::Profile;
use fortnox_simulator::deck::{
    Card, Delivery, Fault, Gate, GrantType, Moment, Requests, ResetAt, Until,
};
use host_harness::{Limits, TransportError};

use super::case::Case;
use super::detour::{Detour, Failing};
use super::seed::Seed;
use super::{Outcome, Row, row};
use crate::refusal;
use crate::relay::Relay;

pub(super) const ROWS: &[Row] = &[
    row!("17", Wire, "answered after the time is over", delayed),
    row!("18", Wire, "reset after the request was carried out", reset),
    row!("19", Wire, "cut off before the refresh token", cut_before),
    row!("20", Wire, "cut off after the refresh token", cut_after),
    row!("30", Wire, "500, 502 or 504", server_error),
    row!("43", Wire, "closed by the server as we write", closed),
    row!("44", Wire, "HTTP/2 GOAWAY (emulated)", goaway),
    row!("45", Wire, "delivered twice by a proxy", twice),
];

/// The renewals of a person's grant.
pub(super) const REFRESH: Requests = Requests::Grant(GrantType::RefreshToken);

/// The successor is lost, and the provider refuses the token: first in doubt,
/// then ended, both told.
async fn lost(case: Case) -> Outcome {
    let first = refusal(case.token().await);
    assert_eq!(first, "unavailable(provider-silent)");
    over(case).await
}

/// After a request whose fate is unknown, and whose successor is lost.
pub(super) async fn over(case: Case) -> Outcome {
    let before = case.requests();
    case.waits().await;
    case.claim_runs_out();
    let probe = refusal(case.token().await);
    assert_eq!(probe, "unavailable(renewal-under-way)");
    assert_eq!(case.condition().await, "in-doubt(renewal-lost)");
    case.waits().await;
    case.doubt_runs_out();
    let last = refusal(case.token().await);
    assert_eq!(last, "authorization-required(renewal-lost)");
    assert_eq!(case.requests(), before + 1, "one probe and no more");
    for event in ["grant.in-doubt", "grant.ended"] {
        assert_eq!(case.told(event).await, 1, "{event}");
    }
    case.ended("renewal-lost", "one probe, then ended: renewal-lost", 1)
        .await
}

async fn delayed(mut seed: Seed) -> Outcome {
    let when = seed.one_of(&[Moment::AfterProcessing, Moment::BeforeProcessing]);
    let case = Case::person(seed).await;
    let gate = Gate::closed();
    let until = Until::Opened(gate.clone());
    case.lay(Card::new(REFRESH, Fault::Delay { when, until }));
    let before = case.requests();
    let impatient = case.another().limits(Limits {
        http_timeout: Duration::from_secs(1),
        ..Limits::default()
    });
    let impatient = case.at(impatient).await;
    let first = refusal(case.other_token(&impatient, None).await);
    assert_eq!(first, "unavailable(provider-silent)");
    gate.arrived(1).await;
    match when {
        Moment::AfterProcessing => {
            gate.open();
            over(case).await
        }
        Moment::BeforeProcessing => {
            case.waits().await;
            case.claim_runs_out();
            case.token().await.expect("the probe");
            // What was held up arrives at last, and finds its token spent.
            gate.open();
            case.seen(before + 2).await;
            case.alive("the probe was first, and renewed", 1).await
        }
    }
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

async fn cut_after(mut seed: Seed) -> Outcome {
    let more = seed.below(2) == 1;
    let case = Case::person(seed).await;
    if more {
        // The refresh token is not the last member then.
        case.world.simulator.behaviour(|behaviour| {
            let text = "x".repeat(500);
            let members = &mut behaviour.token_answer_set;
            members.insert("more".to_owned(), text.into());
        });
    }
    let member = "refresh_token";
    case.lay(Card::new(REFRESH, Fault::TruncateAfter { member }));
    let before = case.requests();
    case.token().await.expect("renewed at once");
    assert_eq!(case.requests(), before + 2);
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
    case.waits().await;
    case.alive(format!("renewed after the {status}"), 1).await
}

/// A server that keeps connections open closes the one it is asked on, as it
/// may at any time. A client that keeps connections would ask again by itself.
async fn closed(seed: Seed) -> Outcome {
    let mut case = Case::person(seed).await;
    let relay = Relay::to(case.world.simulator.address()).await;
    case.goes_on_at(case.another().transport(Detour::to(relay.address())))
        .await;
    case.token().await.expect("a first exchange, kept open");
    case.token_ends();
    relay.close_when_asked(true);
    let before = relay.asked();
    let first = refusal(case.token().await);
    assert_eq!(first, "unavailable(provider-silent)");
    assert_eq!(relay.asked(), before + 1, "it was asked again by itself");
    assert_eq!(relay.asked(), relay.connections(), "a connection was kept");
    case.waits().await;
    relay.close_when_asked(false);
    // The request never got through, so what looks like a probe is the first.
    case.alive("one request, then renewed", 0).await
}

/// Emulated by the transport's two verdicts, because the host speaks HTTP/1.1
/// alone: a stream above the last one that the server names was not sent, a
/// stream below may have been carried out.
async fn goaway(mut seed: Seed) -> Outcome {
    let above = seed.below(2) == 0;
    let mut case = Case::person(seed).await;
    let before = case.requests();
    let reason = "GOAWAY".to_owned();
    if above {
        let transport = Failing::before(TransportError::NotSent(reason));
        case.goes_on_at(case.another().transport(transport)).await;
        let first = refusal(case.token().await);
        assert_eq!(first, "unavailable(provider-unreachable)");
        assert_eq!(case.requests(), before);
        case.token().await.expect("nobody has to wait");
        return case.alive("not sent: renewed at once", 0).await;
    }
    let transport = Failing::after(TransportError::NoAnswer(reason));
    case.goes_on_at(case.another().transport(transport)).await;
    let first = refusal(case.token().await);
    assert_eq!(first, "unavailable(provider-silent)");
    over(case).await
}

async fn twice(mut seed: Seed) -> Outcome {
    let profile = seed.one_of(&[Profile::Strict, Profile::Default]);
    let answer = seed.one_of(&[Delivery::First, Delivery::Second]);
    let case = Case::person(seed).await;
    let simulator = &case.world.simulator;
    simulator.behaviour(|behaviour| profile.apply(behaviour));
    case.lay(Card::new(REFRESH, Fault::Twice { answer }));
    match (answer, profile) {
        (Delivery::First, Profile::Strict) => {
            // The reuse has ended what the first delivery brought.
            case.token().await.expect("the first delivery's answer");
            case.token_ends();
            let refused = refusal(case.token().await);
            assert_eq!(refused, "authorization-required(grant-refused)");
        }
        (Delivery::First, _) => {
            case.token().await.expect("the first delivery's answer");
            return case.alive("the first answer counts", 1).await;
        }
        (Delivery::Second, _) => {
            let refused = refusal(case.token().await);
            assert_eq!(refused, "authorization-required(grant-refused)");
        }
    }
    assert_eq!(case.told("grant.ended").await, 1, "one incident");
    let words = format!("{profile:?}, {answer:?}: ended, told once");
    case.ended("grant-refused", words, 1).await
}
