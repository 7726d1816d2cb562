//! What a hostile or broken plugin can do: break off its own call.

use crate::{
    CallError, Crash, Host, HostError, Limits,
    contract::Error,
    storage::Storage,
    testing::{Counting, Disk, Guest},
};
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

async fn host(guest: &Guest, limits: Limits) -> (Disk, Host) {
    let disk = Disk::new().await;
    let host = disk
        .host(guest.component())
        .limits(limits)
        .build()
        .await
        .unwrap();
    (disk, host)
}

/// How `status` with this body breaks off; the host serves on afterwards.
async fn crash_of(guest: &mut Guest, status: &str) -> Crash {
    crash_within(guest, status, Limits::default()).await
}

async fn crash_within(guest: &mut Guest, status: &str, limits: Limits) -> Crash {
    guest
        .export("status", status)
        .export("set-enabled", "(call $ok)");
    let (_disk, host) = host(guest, limits).await;
    let connection = host.connection("acme").unwrap();
    let error = connection.status("en").await.unwrap_err();
    connection.set_enabled(true).await.unwrap();
    match error {
        CallError::Crashed(crash) => crash,
        other => panic!("not a crash: {other:?}"),
    }
}

#[tokio::test]
async fn given_a_plugin_that_traps_when_called_then_only_that_call_fails() {
    assert_eq!(
        crash_of(&mut Guest::new(), "unreachable").await,
        Crash::Trap
    );
}

#[tokio::test]
async fn given_an_endless_loop_when_called_then_it_is_ended() {
    let limits = Limits {
        cpu: Duration::from_millis(20),
        ..Limits::default()
    };
    let crash = crash_within(&mut Guest::new(), "(loop (br 0)) unreachable", limits).await;
    assert_eq!(crash, Crash::Deadline);
}

#[tokio::test]
async fn given_computing_spread_over_many_host_calls_when_called_then_its_sum_ends_it() {
    let limits = Limits {
        cpu_total: Duration::from_millis(50),
        host_calls: 20_000,
        ..Limits::default()
    };
    let spread = "(local $i i32)
        (loop $again
            (call $now (i32.const 0))
            (local.set $i (i32.const 200000))
            (loop $spin
                (local.set $i (i32.sub (local.get $i) (i32.const 1)))
                (br_if $spin (local.get $i)))
            (br $again))
        unreachable";
    let crash = crash_within(&mut Guest::new(), spread, limits).await;
    assert_eq!(crash, Crash::Deadline);
}

#[tokio::test]
async fn given_an_endless_loop_at_the_start_when_loading_then_building_fails() {
    let mut guest = Guest::new();
    guest.item("(func $start (loop (br 0))) (start $start)");
    let disk = Disk::new().await;
    let limits = Limits {
        cpu: Duration::from_millis(20),
        ..Limits::default()
    };
    let Err(error) = disk.host(guest.component()).limits(limits).build().await else {
        panic!("it was built");
    };
    let crash = CallError::Crashed(Crash::Deadline);
    assert!(
        format!("{error:?}").contains(&format!("{crash:?}")),
        "{error:?}"
    );
}

#[tokio::test]
async fn given_a_loop_of_host_calls_when_called_then_their_number_ends_it() {
    let status = "(loop (call $now (i32.const 0)) (br 0)) unreachable";
    assert_eq!(
        crash_of(&mut Guest::new(), status).await,
        Crash::Limit("host functions")
    );
}

#[tokio::test]
async fn given_unbounded_recursion_when_called_then_its_stack_ends() {
    let mut guest = Guest::new();
    guest.item("(func $deep (result i32) (i32.add (i32.const 1) (call $deep)))");
    assert_eq!(crash_of(&mut guest, "(call $deep)").await, Crash::Stack);
}

#[tokio::test]
async fn given_a_memory_bomb_when_called_then_it_is_ended() {
    let status = "(loop (drop (memory.grow (i32.const 16))) (br 0)) unreachable";
    assert_eq!(crash_of(&mut Guest::new(), status).await, Crash::Memory);
}

#[tokio::test]
async fn given_a_table_bomb_when_called_then_it_is_ended() {
    let mut guest = Guest::new();
    guest.item("(table $t 1 funcref)");
    let status =
        "(loop (drop (table.grow $t (ref.null func) (i32.const 1000))) (br 0)) unreachable";
    assert_eq!(crash_of(&mut guest, status).await, Crash::Memory);
}

#[tokio::test]
async fn given_a_huge_initial_table_when_loading_then_building_fails() {
    let mut guest = Guest::new();
    guest.item("(table $t 4000000 funcref)");
    let disk = Disk::new().await;
    assert!(disk.host(guest.component()).build().await.is_err());
}

#[tokio::test]
async fn given_a_wish_for_2_to_the_60_random_bytes_when_called_then_it_is_ended() {
    let status = "(call $random (i64.const 1152921504606846976) (i32.const 0)) unreachable";
    assert_eq!(
        crash_of(&mut Guest::new(), status).await,
        Crash::Limit("random")
    );
}

#[tokio::test]
async fn given_many_small_wishes_for_random_bytes_when_called_then_their_sum_ends_it() {
    let status = "(loop (call $random (i64.const 1024) (i32.const 0)) (br 0)) unreachable";
    assert_eq!(
        crash_of(&mut Guest::new(), status).await,
        Crash::Limit("random")
    );
}

#[tokio::test]
async fn given_a_text_as_large_as_memory_when_handed_over_then_the_call_is_ended() {
    let status = "(drop (memory.grow (i32.const 64)))
        (call $log (i32.const 2) (i32.const 0) (i32.const 1)
            (i32.const 0) (i32.const 4000000)) unreachable";
    assert_eq!(crash_of(&mut Guest::new(), status).await, Crash::Trap);
}

#[tokio::test]
async fn given_pointers_beyond_memory_or_text_that_is_not_utf_8_when_called_then_it_is_ended() {
    for text in [
        "(i32.const 0) (i32.const -1)",
        "(i32.const -8) (i32.const 16)",
        "(i32.const 1024) (i32.const 1)",
    ] {
        let mut guest = Guest::new();
        guest.item(r#"(data (i32.const 1024) "\ff")"#);
        let status = format!("(call $get {text} (i32.const 0)) unreachable");
        assert_eq!(crash_of(&mut guest, &status).await, Crash::Trap, "{text}");
    }
}

#[tokio::test]
async fn given_an_answer_that_breaks_the_contract_when_called_then_it_is_a_crash() {
    let status = "(i32.store (i32.const 512) (i32.const 7)) (i32.const 512)";
    assert_eq!(crash_of(&mut Guest::new(), status).await, Crash::Trap);
}

#[tokio::test]
async fn given_more_http_requests_than_allowed_when_called_then_it_is_ended() {
    // An empty request is denied each time, which is an answer.
    let status = "(loop (call $send (i32.const 0) (i32.const 600)) (br 0)) unreachable";
    assert_eq!(
        crash_of(&mut Guest::new(), status).await,
        Crash::Limit("http")
    );
}

#[tokio::test]
async fn given_a_cell_when_the_plugin_deletes_it_then_it_is_gone() {
    let mut guest = Guest::new();
    let mark = guest.text("mark");
    let put = "(i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)";
    guest
        .export(
            "configure",
            &format!("(call $put {mark} {put} (i32.const 600)) (call $ok)"),
        )
        .export(
            "set-enabled",
            &format!(
                "(call $delete {mark} (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 600))
                 (call $ok)"
            ),
        );
    let (disk, host) = host(&guest, Limits::default()).await;
    let connection = host.connection("acme").unwrap();
    connection.configure(Vec::new(), "en").await.unwrap();
    let id = disk.storage.find("acme", "test").await.unwrap().unwrap().id;
    assert!(disk.storage.get(&id, "mark").await.unwrap().is_some());
    connection.set_enabled(true).await.unwrap();
    assert!(disk.storage.get(&id, "mark").await.unwrap().is_none());
}

#[tokio::test]
async fn given_a_seed_when_it_is_drawn_then_both_its_halves_are_random() {
    let body = "(call $seed (i32.const 0))
        (if (i64.eqz (i64.load (i32.const 0))) (then (return (i32.const 7))))
        (if (i64.eqz (i64.load (i32.const 8))) (then (return (i32.const 7))))
        (call $ok)";
    let mut guest = Guest::new();
    guest.export("set-enabled", body);
    let (_disk, host) = host(&guest, Limits::default()).await;
    let connection = host.connection("acme").unwrap();
    connection.set_enabled(true).await.unwrap();
}

#[tokio::test]
async fn given_a_broken_source_of_randomness_when_bytes_are_wanted_then_the_call_fails_closed() {
    for body in [
        "(drop (call $random-u64)) unreachable",
        "(call $random (i64.const 8) (i32.const 0)) unreachable",
        "(call $seed (i32.const 0)) unreachable",
    ] {
        let mut guest = Guest::new();
        guest.export("status", body);
        let disk = Disk::new().await;
        let random = Arc::new(Counting::new());
        let builder = disk.host(guest.component()).random(random.clone());
        let connection = builder.build().await.unwrap().connection("acme").unwrap();
        random.broken.store(true, Ordering::Relaxed);
        let error = connection.status("en").await.unwrap_err();
        assert!(
            matches!(error, CallError::Host(HostError::Random(_))),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn given_explain_when_it_uses_an_import_then_it_is_ended_and_the_seed_is_allowed() {
    for (body, expected) in [
        (
            "(call $now (i32.const 0)) unreachable",
            Crash::Limit("an import in a call that has none"),
        ),
        (
            "(call $current (i32.const 0)) unreachable",
            Crash::Limit("an import in a call that has none"),
        ),
        ("(call $seed (i32.const 0)) unreachable", Crash::Trap),
    ] {
        let mut guest = Guest::new();
        guest.export("explain", body);
        let (_disk, host) = host(&guest, Limits::default()).await;
        let error = host.explain("code", "en").await.unwrap_err();
        assert!(
            matches!(error, CallError::Crashed(crash) if crash == expected),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn given_a_global_that_one_call_changes_when_the_next_looks_then_it_is_unchanged() {
    let mut guest = Guest::new();
    let seen = guest.text("seen");
    guest.item("(global $mark (mut i32) (i32.const 0))").export(
        "status",
        &format!(
            "(if (global.get $mark) (then (return (call $rejected {seen}))))
             (global.set $mark (i32.const 1))
             (call $rejected (i32.const 2048) (i32.const 1))"
        ),
    );
    let (_disk, host) = host(&guest, Limits::default()).await;
    for company in ["one", "two", "one"] {
        let error = host
            .connection(company)
            .unwrap()
            .status("en")
            .await
            .unwrap_err();
        let CallError::Refused(Error::Rejected(text)) = error else {
            panic!("{error:?}");
        };
        assert_eq!(text, "t");
    }
}

#[tokio::test(start_paused = true)]
async fn given_a_call_that_waits_too_long_when_its_deadline_passes_then_it_is_ended() {
    struct Never;
    #[async_trait::async_trait]
    impl crate::Transport for Never {
        async fn send(
            &self,
            _: http::Request<bytes::Bytes>,
            _: Duration,
        ) -> Result<http::Response<bytes::Bytes>, crate::TransportError> {
            std::future::pending().await
        }
    }
    let mut guest = Guest::new();
    let (method, uri) = (
        guest.store(700, "GET"),
        guest.store(708, "https://api.example/"),
    );
    let send = "(call $send (i32.const 700) (i32.const 600))";
    guest.export("status", &format!("{method} {uri} {send} unreachable"));
    let disk = Disk::new().await;
    let builder = disk.host(guest.component()).transport(Arc::new(Never));
    let connection = builder.build().await.unwrap().connection("acme").unwrap();
    let error = connection.status("en").await.unwrap_err();
    assert!(
        matches!(error, CallError::Crashed(Crash::Deadline)),
        "{error:?}"
    );
}
