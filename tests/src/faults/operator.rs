//! What whoever runs the host may do.

use host_harness::storage::StorageError;
use host_harness::{CallError, Database, HostError, KeyRing, SqliteStorage, SystemRandom};

use super::case::{COMPANY, Case};
use super::seed::Seed;
use super::{Outcome, Row, row};
use crate::{refusal, stored};

pub(super) const ROWS: &[Row] = &[
    row!("56", Operator, "a backup is restored", backup),
    row!("58", Operator, "the keys are missing, or others", keys),
];

/// Puts the grant back by as many generations as the seed says.
async fn restored(case: &mut Case) {
    let file = case.world.file.clone();
    let backup = stored::row(&file, COMPANY, "grant");
    for _ in 0..=case.seed.below(3) {
        case.token().await.expect("renewed");
        case.token_ends();
    }
    stored::put_back(&file, &backup);
    case.goes_on_at(case.another()).await;
}

async fn backup(seed: Seed) -> Outcome {
    let mut service = Case::service(seed).await;
    restored(&mut service).await;
    service.token().await.expect("its credentials heal it");
    service.alive("", 0).await;

    let mut person = Case::person(seed).await;
    restored(&mut person).await;
    let before = person.requests();
    let refused = refusal(person.token().await);
    assert_eq!(refused, "authorization-required(grant-refused)");
    assert_eq!(person.requests(), before + 1);
    let words = "a service account heals, a person's grant ends: grant-refused";
    person.ended("grant-refused", words, 1).await
}

async fn keys(seed: Seed) -> Outcome {
    let mut case = Case::person(seed).await;
    let (cells, before) = (stored::cells(&case.world.file), case.requests());
    let storage = case.world.storage();

    let keys = case.world.keys.clone();
    let away = keys.with_extension("away");
    std::fs::rename(&keys, &away).unwrap();
    let missing = KeyRing::open_or_create(&keys, &*storage, &SystemRandom).await;
    assert!(missing.is_err() && !keys.exists(), "made anew");

    let folder = tempfile::tempdir().unwrap();
    let empty = Database::open(folder.path().join("empty.db"))
        .await
        .unwrap();
    let others = folder.path().join("other.keys");
    let empty = SqliteStorage::new(empty);
    let others = KeyRing::open_or_create(others, &empty, &SystemRandom).await;
    case.goes_on_at(case.another().key_ring(others.unwrap()))
        .await;
    for _ in 0..2 {
        let error = case.token().await.unwrap_err();
        let damaged = matches!(
            error,
            CallError::Host(HostError::Storage(StorageError::Damaged(_)))
        );
        assert!(damaged, "{error:?}");
    }
    assert!(case.connection.maintain().await.is_err());
    assert_eq!(case.requests(), before);
    assert_eq!(stored::cells(&case.world.file), cells, "nothing is deleted");

    std::fs::rename(&away, &keys).unwrap();
    let again = KeyRing::open_or_create(&keys, &*storage, &SystemRandom).await;
    case.goes_on_at(case.another().key_ring(again.unwrap()))
        .await;
    case.alive("typed errors, nothing touched; goes on with the key", 0)
        .await
}
