//! The kit: hosts with one mistake each are caught, and hosts without one
//! pass.

use std::sync::Arc;

use host_harness::conformance::Player;
use host_harness::contract::Verdict;
use host_harness::kit::{PROBE, Server, examine, registration};
use host_harness::{
    Database, KeyRing, Limits, ReqwestOptions, ReqwestTransport, SqliteStorage, SystemRandom,
};
use serde_json::{Value, json};
use tests::tiny_host::{Disk, Mistake, TinyHost};

fn player() -> Player {
    Player::new(PROBE, &Limits::default()).unwrap()
}

/// Calls an export of the probe on a host; its result, and the host.
fn call(player: &Player, export: &str, arguments: &[Value], host: TinyHost) -> (Value, TinyHost) {
    let (result, mut host) = player.call(export, arguments, host);
    host.end_call();
    (result.unwrap(), host)
}

/// The checks with this verdict.
fn checks<'a>(result: &'a Value, verdict: &str) -> Vec<&'a str> {
    let records = result["ok"].as_array().unwrap().iter();
    let found = records.filter(|record| record["verdict"] == verdict);
    found
        .map(|record| record["area"].as_str().unwrap())
        .collect()
}

/// Runs the kit on a host with this mistake, and holds what fails against what
/// should.
async fn given(mistake: Option<Mistake>, expected: &[&str]) {
    let server = Server::start().await.unwrap();
    let registration = registration(&server);
    let checked = tokio::task::spawn_blocking(move || {
        let host = TinyHost::new(mistake, Disk::default(), registration);
        call(&player(), "check-access", &[], host).0
    });
    let checked = checked.await.unwrap();
    assert_eq!(checks(&checked, "unknown"), expected, "{checked:#}");
    for record in checked["ok"].as_array().unwrap() {
        let words = record["provider-message"].as_str().unwrap();
        let fails = record["verdict"] == "unknown";
        assert!(!fails || words.len() > 40, "{record}");
    }
}

/// Kills a host while the probe waits for it, starts it anew on what its disk held
/// at that moment, and checks once more.
async fn killed(mistake: Option<Mistake>) -> Value {
    let server = Server::start().await.unwrap();
    let registration = registration(&server);
    let player = Arc::new(player());
    let disk = Disk::default();
    let host = TinyHost::new(mistake, disk.clone(), registration.clone());
    let (first, process) = (player.clone(), host.process());
    let cut_off = tokio::task::spawn_blocking(move || {
        let settings = json!([["kill", "true"]]);
        let (_, host) = call(&first, "configure", &[settings, json!("en")], host);
        first.call("check-access", &[], host).0
    });
    server.holding().await;
    let survived = Arc::new(std::sync::Mutex::new(disk.lock().unwrap().clone()));
    process.kill();
    assert!(cut_off.await.unwrap().is_err());
    let again = tokio::task::spawn_blocking(move || {
        let host = TinyHost::new(mistake, survived, registration);
        call(&player, "check-access", &[], host).0
    });
    again.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_host_without_a_mistake_when_examined_then_it_passes() {
    given(None, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn given_the_parts_of_the_library_when_examined_then_they_pass() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(folder.path().join("db")).await.unwrap();
    let storage = Arc::new(SqliteStorage::new(database));
    let keys = folder.path().join("keys");
    let keys = KeyRing::open_or_create(keys, &*storage, &SystemRandom).await;
    let transport = ReqwestTransport::new(ReqwestOptions::default()).unwrap();
    let server = Server::start().await.unwrap();
    let examined = examine(&server, |parts| {
        parts
            .storage(storage)
            .key_ring(keys.unwrap())
            .transport(Arc::new(transport))
    });
    let (killed, plain): (Vec<_>, Vec<_>) = examined
        .await
        .unwrap()
        .into_iter()
        .partition(|record| record.area.ends_with("-durable"));
    for record in plain {
        assert_eq!(record.verdict, Verdict::Granted, "{record:?}");
    }
    for record in killed {
        assert_eq!(record.verdict, Verdict::Unchecked, "nobody was killed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_host_without_a_mistake_when_killed_then_all_it_had_confirmed_is_there() {
    let checked = killed(None).await;
    assert_eq!(checks(&checked, "unknown"), [""; 0], "{checked:#}");
    let granted = checks(&checked, "granted");
    assert!(granted.contains(&"put-durable"), "{checked:#}");
    assert!(granted.contains(&"keep-durable"), "{checked:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_host_that_ignores_absent_when_examined_then_it_is_caught() {
    given(
        Some(Mistake::IgnoresAbsent),
        &["put-absent", "delete-unchanged"],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_host_that_ignores_unchanged_when_examined_then_it_is_caught() {
    let expected = ["put-unchanged", "delete-unchanged"];
    given(Some(Mistake::IgnoresUnchanged), &expected).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_host_that_ignores_a_guards_age_when_examined_then_it_is_caught() {
    given(Some(Mistake::IgnoresGuardAge), &["guard-age"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_host_that_returns_before_it_is_durable_when_killed_then_it_is_caught() {
    let checked = killed(Some(Mistake::WritesLater)).await;
    let expected = ["put-durable", "keep-durable"];
    assert_eq!(checks(&checked, "unknown"), expected, "{checked:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_host_whose_cells_do_not_age_when_examined_then_it_is_caught() {
    given(Some(Mistake::AgeIsZero), &["age-grows"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_host_that_loses_answers_when_examined_then_it_is_caught() {
    given(Some(Mistake::LosesKeep), &["keep-stored"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_host_that_keeps_answers_late_when_examined_then_it_is_caught() {
    given(Some(Mistake::KeepsLater), &["keep-first"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_host_that_follows_redirects_when_examined_then_it_is_caught() {
    given(Some(Mistake::FollowsRedirect), &["redirect-returned"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_host_that_accepts_another_port_when_examined_then_it_is_caught() {
    given(Some(Mistake::IgnoresPort), &["port-denied"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_host_that_repeats_a_post_when_examined_then_it_is_caught() {
    let expected = ["post-once", "close-once", "silence-once", "get-once"];
    given(Some(Mistake::RepeatsAfterReset), &expected).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_host_that_calls_a_reset_not_sent_when_examined_then_it_is_caught() {
    let expected = [
        "reset-unanswered",
        "close-once",
        "silence-once",
        "timeout-kept",
        "keep-part",
    ];
    given(Some(Mistake::CallsResetNotSent), &expected).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_host_that_shows_its_secret_to_the_api_when_examined_then_it_is_caught() {
    given(Some(Mistake::IsClientEverywhere), &["client-only"]).await;
}
