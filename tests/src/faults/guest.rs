//! Faults of the plugin itself. A kept answer outlives each of them.

#[path = "../../../host-harness/src/testing/guest.rs"]
#[allow(dead_code, reason = "the library's tests use more of it")]
mod by_hand;

use std::sync::Arc;

use fortnox_simulator::cast::person;
use fortnox_simulator::visitor::Decision;
use host_harness::{CallError, Crash, Host, Limits, ReqwestOptions, ReqwestTransport};
use secrecy::ExposeSecret as _;

use super::case::{COMPANY, Case};
use super::seed::Seed;
use super::{Outcome, Row, row};
use crate::{World, query, refusal, stored};
use by_hand::Guest;

pub(super) const ROWS: &[Row] = &[
    row!(
        "71",
        Guest,
        "it breaks off once the answer is there",
        breaks_off
    ),
    row!("72", Guest, "it stores what is no grant", garbage),
    row!("73", Guest, "out of memory in the callback", memory),
    row!(
        "76",
        Guest,
        "old and new version side by side (emulated)",
        versions
    ),
];

/// The component may call the host just as often as it takes to send, so that
/// it breaks off at the next call, before anything is saved.
async fn broken_off(case: &Case) {
    let before = case.requests();
    for host_calls in 1..100 {
        let host = case.another().limits(Limits {
            host_calls,
            ..Limits::default()
        });
        let host = case.at(host).await;
        let error = case.other_token(&host, None).await.unwrap_err();
        let limit = matches!(error, CallError::Crashed(Crash::Limit("host functions")));
        assert!(limit, "{error:?}");
        if case.requests() > before {
            return;
        }
        // What it claimed before it broke off, nobody holds any more.
        case.claim_runs_out();
    }
    panic!("it never came to send");
}

async fn breaks_off(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    broken_off(&case).await;
    let before = case.requests();
    case.token().await.expect("the kept answer");
    assert_eq!(case.requests(), before, "it was asked again");
    case.alive("the host had kept the answer; taken in", 0)
        .await
}

/// A plugin of the same name, written by hand, at the case's host.
async fn another_plugin(case: &Case, guest: &mut Guest) -> Host {
    let origin = case.world.simulator.endpoints().api.origin();
    let origin = origin.ascii_serialization();
    guest.described_as(case.world.host.plugin_id(), &origin);
    let transport = ReqwestTransport::new(ReqwestOptions::default()).unwrap();
    let host = Host::builder(guest.component())
        .registration(case.world.registration())
        .storage(case.world.storage())
        .key_ring(case.world.key_ring())
        .transport(Arc::new(transport));
    host.build().await.unwrap()
}

/// The host knows no cell's meaning, so it stores what it is given; what it has
/// kept of the provider stands beside it, and counts as soon as the grant is
/// what it was.
async fn garbage(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    broken_off(&case).await;
    let file = case.world.file.clone();
    let claimed = stored::row(&file, COMPANY, "grant");
    let mut guest = Guest::new();
    let (key, value) = (guest.text("grant"), guest.text("{\"format\":1,\"lin"));
    let put = format!(
        "(call $put {key} {value} (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 600)) (call $ok)"
    );
    guest.export("set-enabled", &put);
    let other = another_plugin(&case, &mut guest).await;
    let other = other.connection(COMPANY).unwrap();
    other.set_enabled(true).await.unwrap();

    let (cells, before) = (stored::cells(&file), case.requests());
    for _ in 0..2 {
        let refused = refusal(case.token().await);
        assert_eq!(refused, "storage(cell-unreadable)");
    }
    assert_eq!(case.requests(), before, "something was spent");
    assert_eq!(stored::cells(&file), cells, "nothing is overwritten");
    assert!(cells.iter().any(|cell| cell.key.starts_with("answer-")));
    stored::put_back(&file, &claimed);
    case.token().await.expect("the kept answer");
    assert_eq!(case.requests(), before, "it was asked again");
    case.alive("left as it is; the kept answer outlives it", 0)
        .await
}

/// The answer to a code is larger than the memory that is left.
async fn memory(seed: Seed) -> Outcome {
    const PAGE: usize = 64 * 1024;
    let world = World::start().await;
    world.simulator.behaviour(|behaviour| {
        let text = "x".repeat(60_000);
        let members = &mut behaviour.token_answer_set;
        members.insert("more".to_owned(), text.into());
    });
    let connection = world.configured(COMPANY, "user").await;
    for pages in 16..100 {
        let host = world.another(Some(world.registration())).limits(Limits {
            memory: pages * PAGE,
            ..Limits::default()
        });
        // Too little even to begin.
        let Ok(host) = host.build().await else {
            continue;
        };
        let before = world.simulator.ledger().token_requests().len();
        let begun = connection.begin_authorize().await.unwrap();
        let ending = world.send(&begun, person::USER, Decision::Approve).await;
        let (query, binding) = (query(&ending), begun.binding.expose_secret());
        let small = host.connection(COMPANY).unwrap();
        let error = small.handle_callback(&query, binding).await.unwrap_err();
        let memory = matches!(error, CallError::Crashed(Crash::Memory));
        assert!(memory, "{error:?}");
        let requests = world.simulator.ledger().token_requests().len();
        if requests == before {
            continue;
        }
        // The browser loads the page again.
        let again = connection.handle_callback(&query, binding).await;
        assert_eq!(refusal(again), "ok");
        let ledger = world.simulator.ledger();
        assert_eq!(ledger.token_requests().len(), requests, "a second request");
        connection.set_enabled(true).await.unwrap();
        let case = Case {
            world,
            connection,
            seed,
        };
        return case
            .alive("consumed, kept, and finished at a reload", 0)
            .await;
    }
    panic!("it never came to send");
}

/// Emulated by a plugin of the same name, written by hand, that adds a member to
/// the grant as a newer version would: the old version renews, and what it does
/// not know is there afterwards.
async fn versions(seed: Seed) -> Outcome {
    const NEWER: &str = "{\"a-newer-member\":[1,2],";
    let case = Case::person(seed).await;
    let mut guest = Guest::new();
    let (key, begin) = (guest.text("grant"), guest.text(NEWER));
    let length = NEWER.len();
    // get: result at 600, the value's pointer and length at 608 and 612.
    let get = format!("(call $get {key} (i32.const 600))");
    let value = "(i32.load (i32.const 608))";
    let value_length = "(i32.load (i32.const 612))";
    let rewrite = format!(
        "{get}
         (memory.copy (i32.const 131072) {begin})
         (memory.copy (i32.const {}) (i32.add {value} (i32.const 1))
             (i32.sub {value_length} (i32.const 1)))
         (call $put {key} (i32.const 131072) (i32.add {value_length} (i32.const {}))
             (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 600))
         (call $ok)",
        131_072 + length,
        length - 1,
    );
    let read = format!("{get} (call $rejected {value} (i32.const {length}))");
    guest.export("set-enabled", &rewrite);
    guest.export("maintain", &read);
    let newer = another_plugin(&case, &mut guest).await;
    let newer = newer.connection(COMPANY).unwrap();
    newer.set_enabled(true).await.unwrap();
    case.token().await.expect("the old version renews");
    let begins = refusal(newer.maintain().await);
    assert_eq!(begins, format!("rejected({NEWER})"));
    case.alive("the old version keeps what it does not know", 0)
        .await
}
