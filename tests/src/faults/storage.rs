//! Faults of the database.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use host_harness::storage::StorageError;
use host_harness::{CallError, Database, HostError, SqliteLog, SqliteStorage};
use rusqlite::Connection as Sqlite;
use secrecy::ExposeSecret as _;

use super::case::{COMPANY, Case};
use super::disk::{Disk, Plan};
use super::seed::Seed;
use super::{Outcome, Row, row};
use crate::gate::{Gate, Side};
use crate::{OneTime, refusal, stored};

pub(super) const ROWS: &[Row] = &[
    row!("46", Storage, "disk full before the claim", full_before),
    row!(
        "47",
        Storage,
        "disk full between claim and save",
        full_after
    ),
    row!("48", Storage, "the disk fails at the save", failed_save),
    row!("49", Storage, "locked by another program", locked),
    row!("50", Storage, "the file is removed or replaced", file_gone),
    row!("57", Storage, "cells swapped between companies", swapped),
];

const FAILED: &str = "storage(storage-unavailable)";

/// A case whose storage can fail.
async fn on_disk(seed: Seed) -> (Case, Arc<Disk>) {
    let mut case = Case::person(seed).await;
    let disk = Disk::under(case.world.storage());
    case.goes_on_at(case.another().storage(disk.clone())).await;
    (case, disk)
}

async fn full_before(seed: Seed) -> Outcome {
    let (case, disk) = on_disk(seed).await;
    let token = case.token().await.expect("renewed");
    let before = case.requests();
    disk.plan(Plan::FullAfter(0));
    // It is time to renew, and the old token still serves.
    case.world.pass(Duration::from_secs(3000));
    let served = case.token().await.expect("what is cached");
    let (served, token) = (served.value, token.value);
    assert_eq!(served.expose_secret(), token.expose_secret());
    case.world.pass(Duration::from_secs(600));
    assert_eq!(refusal(case.token().await), FAILED);
    assert_eq!(case.requests(), before, "spent, and cannot be saved");
    assert_eq!(case.condition().await, "good");
    disk.plan(Plan::Sound);
    case.alive("nothing spent; the cached token serves", 0)
        .await
}

/// The answer is kept in memory until it can be stored, or was stored before the
/// disk was full; then it is taken in, without another request.
async fn full_after(mut seed: Seed) -> Outcome {
    // The claim is the first write, the kept answer the second.
    let writes = usize::try_from(1 + seed.below(2)).unwrap();
    let (case, disk) = on_disk(seed).await;
    let before = case.requests();
    disk.plan(Plan::FullAfter(writes));
    assert_eq!(refusal(case.token().await), FAILED);
    assert_eq!(case.requests(), before + 1);
    let kept = disk.written().iter().any(|key| key.starts_with("answer-"));
    assert_eq!(kept, writes == 2);
    // Still full: nobody spends what somebody has spent.
    assert!(case.token().await.is_err());
    assert_eq!(case.requests(), before + 1);
    disk.plan(Plan::Sound);
    disk.wrote("answer-").await;
    case.token().await.expect("the kept answer");
    assert_eq!(case.requests(), before + 1, "it was asked again");
    let words = match kept {
        true => "the answer was kept before, and taken in",
        false => "the answer was held, stored with room, taken in",
    };
    case.alive(words, 0).await
}

async fn failed_save(mut seed: Seed) -> Outcome {
    let written = seed.below(2) == 1;
    let (case, disk) = on_disk(seed).await;
    let before = case.requests();
    disk.plan(Plan::DoubtAfter { writes: 2, written });
    let told = refusal(case.token().await);
    // It is read back: what is there is there.
    let expected = if written { "ok" } else { FAILED };
    assert_eq!(told, expected);
    case.token().await.expect("what was saved or kept");
    assert_eq!(case.requests(), before + 1, "it was asked again");
    let words = match written {
        true => "read back: it was saved",
        false => "read back: not saved; the kept answer is",
    };
    case.alive(words, 0).await
}

/// Another program that writes, and does not end.
fn lock(file: &Path) -> Sqlite {
    let other = Sqlite::open(file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    other
}

async fn locked(seed: Seed) -> Outcome {
    let mut case = Case::person(seed).await;
    let file = case.world.file.clone();
    // It waits for other programs as always, but not for five seconds.
    let impatient = Database::open_with(&file, Duration::from_millis(10));
    let impatient = impatient.await.unwrap();
    let time = Arc::new(OneTime(case.world.simulator.clock().clone()));
    let storage = SqliteStorage::with_clock(impatient.clone(), time);
    let disk = Disk::under(Arc::new(storage));
    let log = Arc::new(SqliteLog::new(impatient));
    let gate = Gate::new("/oauth-v1/token", Side::After);
    let host = case.another().storage(disk.clone()).log(log);
    case.goes_on_at(host.transport(gate.clone())).await;

    let before = case.requests();
    let other = lock(&file);
    assert_eq!(refusal(case.token().await), FAILED);
    assert_eq!(case.requests(), before, "spent, and cannot be saved");
    drop(other);

    let connection = case.connection.clone();
    let asking = tokio::spawn(async move { refusal(connection.access_token(None).await) });
    gate.arrival().await;
    let other = lock(&file);
    gate.let_go();
    assert_eq!(asking.await.unwrap(), FAILED);
    drop(other);
    // The host goes on trying by itself.
    disk.wrote("answer-").await;
    case.goes_on_at(case.another()).await;
    case.token().await.expect("the kept answer");
    assert_eq!(case.requests(), before + 1, "it was asked again");
    case.alive("not spent before; kept and taken in after", 0)
        .await
}

/// The database and what SQLite keeps beside it, moved to a folder of their own.
fn take_away(file: &Path) -> Vec<(PathBuf, PathBuf)> {
    let folder = file.parent().unwrap().join("elsewhere");
    std::fs::create_dir(&folder).unwrap();
    let name = file.file_name().unwrap().to_str().unwrap();
    let mut moved = Vec::new();
    for name in [
        name.to_owned(),
        format!("{name}-wal"),
        format!("{name}-shm"),
    ] {
        let (here, there) = (file.with_file_name(&name), folder.join(&name));
        std::fs::rename(&here, &there).unwrap();
        moved.push((here, there));
    }
    moved
}

async fn file_gone(mut seed: Seed) -> Outcome {
    let replaced = seed.below(2) == 1;
    let case = Case::person(seed).await;
    let before = case.requests();
    let moved = take_away(&case.world.file);
    if replaced {
        for (here, there) in &moved {
            std::fs::copy(there, here).unwrap();
        }
    }
    for _ in 0..2 {
        let error = case.token().await.unwrap_err();
        let unavailable = matches!(
            error,
            CallError::Host(HostError::Storage(StorageError::Unavailable(_)))
        );
        assert!(unavailable, "{error:?}");
    }
    assert_eq!(case.requests(), before, "spent, and saved nowhere");
    assert!(replaced || !case.world.file.exists(), "made anew");
    for (here, there) in &moved {
        std::fs::rename(there, here).unwrap();
    }
    case.alive("nothing spent; goes on with the file", 0).await
}

async fn swapped(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let other = case.neighbour("Granne AB").await;
    case.token_ends();
    let file = case.world.file.clone();
    let own = stored::row(&file, COMPANY, "grant");
    stored::transplant(&file, "grant", "Granne AB", COMPANY);
    let (cells, before) = (stored::cells(&file), case.requests());
    for _ in 0..2 {
        let refused = refusal(case.token().await);
        assert_eq!(refused, "storage(cell-unreadable)");
    }
    assert_eq!(case.requests(), before, "another's token was sent");
    assert_eq!(stored::cells(&file), cells, "nothing is overwritten");
    case.other_token(&other, None).await.expect("the others");
    stored::put_back(&file, &own);
    case.alive("left as it is; the others go on", 0).await
}
