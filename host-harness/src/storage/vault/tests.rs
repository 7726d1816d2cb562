//! Cells over a real SQLite file: what is promised, and what damage does.

use super::{contract::Error, contract::Precondition as When, *};
use crate::testing::{Counting, Disk};
use std::{sync::atomic::Ordering, time::Duration};

fn vaults(disk: &Disk) -> Vaults {
    Vaults {
        storage: disk.storage.clone(),
        key_ring: disk.key_ring.clone(),
        random: disk.random.clone(),
        value_limit: 1000,
        cell_limit: 8,
        changes: Changes::default(),
    }
}

async fn vault() -> (Disk, Vault) {
    let disk = Disk::new().await;
    let vault = vaults(&disk).find_or_create("acme", "p").await.unwrap();
    (disk, vault)
}

#[tokio::test]
async fn given_a_put_when_got_then_value_version_and_age_are_there() {
    let (disk, vault) = vault().await;
    disk.clock.0.store(1000, Ordering::Relaxed);
    let version = vault.put("grant", b"value", When::Absent).await.unwrap();
    disk.clock.0.store(3500, Ordering::Relaxed);
    let entry = vault.get("grant").await.unwrap();
    assert_eq!(
        (entry.value.as_slice(), &entry.version, entry.age),
        (b"value".as_slice(), &version, 2500)
    );
}

#[tokio::test]
async fn given_preconditions_when_they_do_not_hold_then_nothing_changes() {
    let (_disk, vault) = vault().await;
    let first = vault.put("grant", b"1", When::Absent).await.unwrap();
    let second = vault
        .put("grant", b"2", When::Unchanged(first.clone()))
        .await
        .unwrap();
    for when in [
        When::Absent,
        When::Unchanged(first),
        When::Unchanged("x".into()),
    ] {
        let put = vault.put("grant", b"3", when.clone()).await;
        assert!(matches!(put, Err(Error::Conflict(_))), "{when:?}");
        let deleted = vault.delete("grant", when.clone()).await;
        assert!(matches!(deleted, Err(Error::Conflict(_))), "{when:?}");
    }
    let put = vault
        .put("other", b"3", When::Unchanged(second.clone()))
        .await;
    assert!(matches!(put, Err(Error::Conflict(_))));
    assert_eq!(vault.get("grant").await.unwrap().value, b"2");
    vault
        .delete("grant", When::Unchanged(second))
        .await
        .unwrap();
    assert!(matches!(vault.get("grant").await, Err(Error::Missing(_))));
    vault.delete("grant", When::Always).await.unwrap();
}

#[tokio::test]
async fn given_a_cell_deleted_and_written_again_when_versions_are_compared_then_none_recurs() {
    let (_disk, vault) = vault().await;
    let mut versions = std::collections::HashSet::new();
    for _ in 0..5 {
        assert!(versions.insert(vault.put("k", b"same", When::Always).await.unwrap()));
        vault.delete("k", When::Always).await.unwrap();
    }
}

#[tokio::test]
async fn given_keys_of_another_shape_when_used_then_they_are_refused() {
    let (_disk, vault) = vault().await;
    let long = "k".repeat(Limits::KEY + 1);
    for key in [
        "", "A", "a/b", "../a", "a.b", "a b", "a\0", "%00", "å", "a_b", &long,
    ] {
        assert!(
            matches!(vault.get(key).await, Err(Error::TooLarge(_))),
            "{key:?}"
        );
        let put = vault.put(key, b"", When::Always).await;
        assert!(matches!(put, Err(Error::TooLarge(_))), "{key:?}");
        let deleted = vault.delete(key, When::Always).await;
        assert!(matches!(deleted, Err(Error::TooLarge(_))), "{key:?}");
    }
    vault
        .put(&"k".repeat(Limits::KEY), b"", When::Always)
        .await
        .unwrap();
}

#[tokio::test]
async fn given_a_value_beyond_the_limit_when_put_then_it_is_refused() {
    let (_disk, vault) = vault().await;
    vault.put("k", &[1; 1000], When::Always).await.unwrap();
    let put = vault.put("k", &[2; 1001], When::Always).await;
    assert!(matches!(put, Err(Error::TooLarge(_))));
    assert_eq!(vault.get("k").await.unwrap().value, [1; 1000]);
}

#[tokio::test]
async fn given_two_companies_when_both_use_a_key_then_neither_sees_the_other() {
    let disk = Disk::new().await;
    let vaults = vaults(&disk);
    let one = vaults.find_or_create("acme", "p").await.unwrap();
    for (company, plugin) in [("Acme", "p"), ("acme ", "p"), ("acme", "q"), ("acmep", "")] {
        let other = vaults.find_or_create(company, plugin).await.unwrap();
        one.put("k", b"one", When::Always).await.unwrap();
        assert!(matches!(other.get("k").await, Err(Error::Missing(_))));
        other.put("k", b"other", When::Absent).await.unwrap();
        other.delete("k", When::Always).await.unwrap();
        assert_eq!(one.get("k").await.unwrap().value, b"one");
    }
}

#[tokio::test]
async fn given_no_connection_when_read_then_cells_are_missing_and_writes_refused() {
    let disk = Disk::new().await;
    let vault = vaults(&disk).find("acme", "p").await.unwrap();
    assert!(matches!(vault.get("k").await, Err(Error::Missing(_))));
    let put = vault.put("k", b"", When::Always).await;
    assert!(matches!(put, Err(Error::Unavailable(_))));
    vault.delete("k", When::Always).await.unwrap();
    let deleted = vault.delete("k", When::Unchanged("v".into())).await;
    assert!(matches!(deleted, Err(Error::Conflict(_))));
    assert!(disk.storage.find("acme", "p").await.unwrap().is_none());
}

#[tokio::test]
async fn given_a_removed_connection_when_written_late_then_it_is_refused_even_if_added_again() {
    let (disk, old) = vault().await;
    old.put("k", b"old", When::Always).await.unwrap();
    disk.storage.erase(old.id().unwrap()).await.unwrap();
    let new = vaults(&disk).find_or_create("acme", "p").await.unwrap();

    for when in [When::Always, When::Absent] {
        let put = old.put("k", b"late", when).await;
        assert!(matches!(put, Err(Error::Unavailable(_))));
    }
    assert!(matches!(
        old.write("k", b"late", &Precondition::Absent).await,
        Err(StorageError::Gone)
    ));
    assert!(matches!(old.get("k").await, Err(Error::Missing(_))));
    assert!(matches!(new.get("k").await, Err(Error::Missing(_))));
    assert_ne!(old.id(), new.id());
}

#[tokio::test]
async fn given_an_erased_connection_when_the_files_are_searched_then_neither_value_nor_key_is_there()
 {
    let (disk, vault) = vault().await;
    let wrapped = disk
        .storage
        .find("acme", "p")
        .await
        .unwrap()
        .unwrap()
        .wrapped_key;
    vault.put("k", b"s3cret-value", When::Always).await.unwrap();
    let id = vault.id().unwrap().clone();
    assert!(found(&disk, &wrapped));
    assert!(!found(&disk, b"s3cret-value"), "values are sealed");
    disk.storage.erase(&id).await.unwrap();
    assert!(!found(&disk, &wrapped));
    assert!(!found(&disk, id.as_str().as_bytes()));
}

fn found(disk: &Disk, needle: &[u8]) -> bool {
    ["db", "db-wal"].iter().any(|name| {
        let bytes = std::fs::read(disk.dir.path().join(name)).unwrap();
        bytes.windows(needle.len()).any(|window| window == needle)
    })
}

#[tokio::test]
async fn given_cells_swapped_or_changed_by_hand_when_got_then_it_is_an_error_and_they_stay() {
    let (disk, vault) = vault().await;
    let other = vaults(&disk).find_or_create("other", "p").await.unwrap();
    for sql in [
        // Two keys of one connection.
        "UPDATE cell SET sealed = (SELECT sealed FROM cell WHERE key = 'b'),
            version = (SELECT version FROM cell WHERE key = 'b') WHERE key = 'a'",
        // An older value under the present version.
        "UPDATE cell SET version = 'x' WHERE key = 'a'",
        // One flipped byte, and one cut off.
        "UPDATE cell SET sealed =
            CAST(substr(sealed, 1, 40) || x'00' || substr(sealed, 42) AS BLOB) WHERE key = 'a'",
        "UPDATE cell SET sealed = substr(sealed, 1, length(sealed) - 1) WHERE key = 'a'",
        "UPDATE cell SET sealed = x'' WHERE key = 'a'",
        // Another company's.
        "UPDATE cell SET sealed = (SELECT sealed FROM cell WHERE key = 'c'),
            version = (SELECT version FROM cell WHERE key = 'c') WHERE key = 'a'",
    ] {
        vault
            .put("a", b"aaaaaaaaaaaaaaaaaaaa", When::Always)
            .await
            .unwrap();
        vault.put("b", b"b", When::Always).await.unwrap();
        other.put("c", b"c", When::Always).await.unwrap();
        disk.database.execute(sql).await;
        let id = vault.id().unwrap();
        let before = disk.storage.get(id, "a").await.unwrap();
        assert!(
            matches!(vault.get("a").await, Err(Error::Other(_))),
            "{sql}"
        );
        assert_eq!(disk.storage.get(id, "a").await.unwrap(), before);
    }
}

#[tokio::test]
async fn given_wrapped_keys_swapped_by_hand_when_opened_then_it_is_an_error() {
    let (disk, _vault) = vault().await;
    vaults(&disk).find_or_create("other", "p").await.unwrap();
    disk.database
        .execute(
            "UPDATE connection SET wrapped_key =
             (SELECT wrapped_key FROM connection WHERE company = 'other') WHERE company = 'acme'",
        )
        .await;
    for company in ["acme"] {
        let opened = vaults(&disk).find_or_create(company, "p").await;
        assert!(matches!(opened, Err(StorageError::Damaged(_))));
    }
    assert!(vaults(&disk).find("other", "p").await.is_ok());
}

#[tokio::test]
async fn given_another_key_ring_when_opened_then_it_is_an_error_and_nothing_is_overwritten() {
    let (disk, _vault) = vault().await;
    let before = disk.storage.find("acme", "p").await.unwrap();
    let random = Counting::new();
    random.fill(&mut [0; 64]).unwrap();
    let elsewhere = Disk::new().await;
    let path = elsewhere.dir.path().join("other");
    let key_ring = KeyRing::open_or_create(path, &*elsewhere.storage, &random)
        .await
        .unwrap();
    let other = Vaults {
        key_ring,
        ..vaults(&disk)
    };
    let Err(error) = other.find_or_create("acme", "p").await else {
        panic!("it opened");
    };
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("is not in the key ring"), "{cause}");
    assert_eq!(disk.storage.find("acme", "p").await.unwrap(), before);
}

#[tokio::test]
async fn given_a_lost_key_when_the_connection_is_opened_to_be_removed_then_only_that_can_be_done() {
    let (disk, vault) = vault().await;
    vault.put("k", b"v", When::Always).await.unwrap();
    disk.database
        .execute("UPDATE connection SET wrapped_key = x'00'")
        .await;
    assert!(vaults(&disk).find("acme", "p").await.is_err());

    let locked = vaults(&disk).find_to_remove("acme", "p").await.unwrap();
    assert_eq!(locked.id(), vault.id());
    assert!(matches!(locked.get("k").await, Err(Error::Other(_))));
    assert!(matches!(locked.get("none").await, Err(Error::Missing(_))));
    let put = locked.put("k", b"new", When::Always).await;
    assert!(matches!(put, Err(Error::Other(_))));
    assert_eq!(vault.get("k").await.unwrap().value, b"v");
    locked.delete("k", When::Always).await.unwrap();

    let nobody = vaults(&disk).find_to_remove("nobody", "p").await.unwrap();
    assert!(nobody.id().is_none());
}

#[tokio::test]
async fn given_as_many_cells_as_there_may_be_when_put_then_only_known_ones_are_written() {
    let (_disk, vault) = vault().await;
    for key in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        vault.put(key, b"1", When::Absent).await.unwrap();
    }
    for when in [When::Always, When::Absent] {
        let one_more = vault.put("i", b"1", when).await;
        assert!(matches!(one_more, Err(Error::TooLarge(_))));
    }
    let version = vault.put("a", b"2", When::Always).await.unwrap();
    vault
        .put("a", b"3", When::Unchanged(version))
        .await
        .unwrap();
    let taken = vault.put("b", b"2", When::Absent).await;
    assert!(matches!(taken, Err(Error::Conflict(_))));
    vault.delete("h", When::Always).await.unwrap();
    vault.put("i", b"1", When::Absent).await.unwrap();
}

#[tokio::test]
async fn given_a_database_that_takes_no_write_when_put_then_nothing_is_written_and_reading_goes_on()
{
    for (break_it, repair_it) in [
        ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
        (
            "PRAGMA max_page_count = 1",
            "PRAGMA max_page_count = 1000000",
        ),
    ] {
        let (disk, vault) = vault().await;
        vault.put("k", b"old", When::Always).await.unwrap();
        disk.database.execute(break_it).await;
        // Large enough to need new pages.
        let larger = Vault {
            value_limit: 1_000_000,
            ..vault.clone()
        };
        let put = larger.put("k", &[1; 500_000], When::Always).await;
        assert!(
            matches!(put, Err(Error::Unavailable(_))),
            "{break_it}: {put:?}"
        );
        assert_eq!(vault.get("k").await.unwrap().value, b"old");
        disk.database.execute(repair_it).await;
        vault.put("k", b"new", When::Always).await.unwrap();
    }
}

#[tokio::test]
async fn given_another_program_that_writes_when_put_then_it_is_unavailable_and_reading_goes_on() {
    let (disk, vault) = vault().await;
    vault.put("k", b"old", When::Always).await.unwrap();
    let other = rusqlite::Connection::open(disk.dir.path().join("db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let put = vault.put("k", b"new", When::Always).await;
    assert!(matches!(put, Err(Error::Unavailable(_))), "{put:?}");
    assert_eq!(vault.get("k").await.unwrap().value, b"old");
    other.execute_batch("COMMIT").unwrap();
    vault.put("k", b"new", When::Always).await.unwrap();
}

#[tokio::test]
async fn given_a_database_closed_and_opened_when_read_then_all_is_there() {
    let (disk, vault) = vault().await;
    vault.put("k", b"value", When::Always).await.unwrap();
    let path = disk.dir.path().join("db");
    let database = crate::sqlite::Database::open_with(path, Duration::ZERO)
        .await
        .unwrap();
    let storage = Arc::new(super::super::SqliteStorage::new(database));
    let again = Vaults {
        storage,
        ..vaults(&disk)
    }
    .find("acme", "p")
    .await
    .unwrap();
    assert_eq!(again.get("k").await.unwrap().value, b"value");
}

#[tokio::test]
async fn given_many_writers_when_each_expects_the_first_version_then_one_wins() {
    let (_disk, vault) = vault().await;
    let version = vault.put("k", b"0", When::Absent).await.unwrap();
    let writers = (1..=8u8).map(|n| {
        let (vault, when) = (vault.clone(), When::Unchanged(version.clone()));
        tokio::spawn(async move { vault.put("k", &[n], when).await.is_ok() })
    });
    let won = futures_util::future::join_all(writers).await;
    assert_eq!(
        won.into_iter().filter(|won| *won.as_ref().unwrap()).count(),
        1
    );
}

#[tokio::test]
async fn given_a_route_when_looked_for_then_it_leads_to_its_company_until_it_is_replaced() {
    use crate::storage::{Route, RouteKey};
    let (disk, vault) = vault().await;
    let id = vault.id().unwrap();
    let find = async |by| disk.storage.find_route("p", by).await.unwrap();
    disk.storage
        .set_route(
            id,
            &Route {
                state: [1; 32],
                binding: [2; 32],
            },
        )
        .await
        .unwrap();
    assert_eq!(
        find(RouteKey::State([1; 32])).await.as_deref(),
        Some("acme")
    );
    assert_eq!(
        find(RouteKey::Binding([2; 32])).await.as_deref(),
        Some("acme")
    );
    assert_eq!(find(RouteKey::Binding([1; 32])).await, None);
    disk.storage
        .set_route(
            id,
            &Route {
                state: [3; 32],
                binding: [4; 32],
            },
        )
        .await
        .unwrap();
    assert_eq!(find(RouteKey::State([1; 32])).await, None);
    disk.storage.erase(id).await.unwrap();
    assert_eq!(find(RouteKey::State([3; 32])).await, None);
    let late = disk
        .storage
        .set_route(
            id,
            &Route {
                state: [5; 32],
                binding: [6; 32],
            },
        )
        .await;
    assert!(matches!(late, Err(StorageError::Gone)));
}
