//! Formats, unknown members, races and writes in doubt.

use serde_json::json;

use super::*;
use crate::json::{member, object};
use crate::testing::FakeHost;

#[derive(Debug, PartialEq)]
struct Note {
    text: String,
    more: Option<String>,
}

impl Json for Note {
    fn read(value: &Value) -> Option<Self> {
        Some(Note {
            text: member(value, "text")?,
            more: member(value, "more")?,
        })
    }

    fn write(&self) -> Value {
        object(vec![
            ("text", self.text.write()),
            ("more", self.more.write()),
        ])
    }
}

impl Kind for Note {
    const KEY: &'static str = "note";
}

fn note(text: &str) -> Note {
    Note {
        text: text.to_owned(),
        more: None,
    }
}

fn holding(value: &str) -> FakeHost {
    let host = FakeHost::new();
    host.write("note", value.as_bytes());
    host
}

fn present(host: &FakeHost) -> Cell<Note> {
    read(host).unwrap().unwrap()
}

/// What a reader is told.
fn refusal(host: &FakeHost) -> String {
    read::<Note>(host).unwrap_err().to_string()
}

#[test]
fn given_no_cell_when_read_then_there_is_none() {
    assert!(read::<Note>(&FakeHost::new()).unwrap().is_none());
}

#[test]
fn given_a_cell_when_read_then_value_version_and_age_are_the_storages() {
    let host = holding(r#"{"format":1,"text":"a","more":"b"}"#);
    host.pass(7);
    let cell = present(&host);
    assert_eq!(cell.value.text, "a");
    assert_eq!(cell.value.more.as_deref(), Some("b"));
    assert_eq!(cell.version, host.get("note").unwrap().version);
    assert_eq!(cell.age, Duration::from_secs(7));
}

#[test]
fn given_a_newer_format_when_read_then_it_is_told_apart_from_damage() {
    for value in [
        r#"{"format":2}"#,
        r#"{"format":18446744073709551615,"text":"a"}"#,
    ] {
        assert_eq!(refusal(&holding(value)), "cell `note`: cell-newer");
    }
}

#[test]
fn given_damage_when_read_then_it_is_an_error() {
    for value in [
        "",
        "{",
        "null",
        "[]",
        r#"{"text":"a"}"#,
        r#"{"format":0,"text":"a"}"#,
        r#"{"format":"1","text":"a"}"#,
        r#"{"format":1.0,"text":"a"}"#,
        r#"{"format":1}"#,
        r#"{"format":1,"text":2}"#,
    ] {
        assert_eq!(
            refusal(&holding(value)),
            "cell `note`: cell-unreadable",
            "{value}"
        );
    }
}

#[test]
fn given_a_storage_that_cannot_read_when_read_then_it_is_not_taken_for_absence() {
    let host = FakeHost::new();
    host.unreadable("note");
    assert_eq!(refusal(&host), "storage: storage-unavailable");
}

#[test]
fn given_unknown_members_when_rewritten_then_they_survive_and_the_known_ones_change() {
    let host = holding(r#"{"format":1,"text":"a","more":"b","newer":{"x":[1]}}"#);
    save(&host, Some(&present(&host)), &note("c")).unwrap();
    let expected = json!({"format": 1, "text": "c", "more": null, "newer": {"x": [1]}});
    assert_eq!(host.cell("note").unwrap(), expected);
}

#[test]
fn given_a_write_when_it_is_done_then_its_version_is_the_cells() {
    let host = FakeHost::new();
    let version = save(&host, None, &note("a")).unwrap();
    assert_eq!(version, host.get("note").unwrap().version);
    assert_eq!(
        host.cell("note").unwrap(),
        json!({"format": 1, "text": "a", "more": null})
    );
}

#[test]
fn given_a_cell_that_came_first_when_created_then_it_is_a_conflict_and_stays() {
    let host = holding(r#"{"format":1,"text":"first"}"#);
    let lost = save(&host, None, &note("second")).unwrap_err();
    assert!(matches!(lost, WriteError::Conflict));
    assert_eq!(present(&host).value.text, "first");
}

#[test]
fn given_a_cell_that_changed_or_is_gone_when_rewritten_then_it_is_a_conflict() {
    let host = holding(r#"{"format":1,"text":"a"}"#);
    let before = present(&host);
    host.write("note", br#"{"format":1,"text":"b"}"#);
    let lost = save(&host, Some(&before), &note("c")).unwrap_err();
    assert!(matches!(lost, WriteError::Conflict));
    host.cells.borrow_mut().clear();
    let lost = save(&host, Some(&before), &note("c")).unwrap_err();
    assert!(matches!(lost, WriteError::Conflict));
    assert!(host.cell("note").is_none());
}

#[test]
fn given_a_write_in_doubt_when_it_happened_then_it_is_a_success() {
    for error in [
        StorageError::InDoubt as fn(String) -> _,
        StorageError::Other,
    ] {
        let host = FakeHost::new();
        host.interfere(move |host| {
            save(host, None, &note("a")).unwrap();
            Some(error("scripted".into()))
        });
        let version = save(&host, None, &note("a")).unwrap();
        assert_eq!(version, host.get("note").unwrap().version);
    }
}

#[test]
fn given_a_write_in_doubt_when_it_did_not_happen_then_it_is_said() {
    for other in [None, Some("b")] {
        let host = FakeHost::new();
        host.interfere(move |host| {
            other.map(|text| save(host, None, &note(text)).unwrap());
            Some(StorageError::InDoubt("scripted".into()))
        });
        let failed = save(&host, None, &note("a")).unwrap_err();
        let error = Error::from(failed).to_string();
        assert_eq!(error, "storage: storage-unavailable");
    }
}

#[test]
fn given_a_write_that_failed_for_certain_when_told_then_the_cell_is_not_even_read() {
    let host = FakeHost::new();
    host.interfere(|host| {
        save(host, None, &note("a")).unwrap();
        Some(StorageError::Unavailable("scripted".into()))
    });
    assert!(matches!(
        save(&host, None, &note("a")),
        Err(WriteError::Failed(_))
    ));
}

#[test]
fn given_a_cell_when_deleted_then_it_is_gone_and_once_more_is_fine() {
    let host = holding(r#"{"format":1,"text":"a"}"#);
    let cell = present(&host);
    cell.delete(&host).unwrap();
    assert!(host.cell("note").is_none());
    cell.delete(&host).unwrap();
}

#[test]
fn given_a_cell_that_is_somebody_elses_by_now_when_deleted_then_it_stays() {
    let host = holding(r#"{"format":1,"text":"a"}"#);
    let cell = present(&host);
    host.write("note", br#"{"format":1,"text":"b"}"#);
    cell.delete(&host).unwrap();
    assert_eq!(present(&host).value.text, "b");
}

#[test]
fn given_a_storage_that_cannot_delete_when_deleted_then_it_is_said() {
    let host = holding(r#"{"format":1,"text":"a"}"#);
    let cell = present(&host);
    *host.undeletable.borrow_mut() = Some(StorageError::Unavailable("scripted".into()));
    let error = cell.delete(&host).unwrap_err().to_string();
    assert_eq!(error, "storage: storage-unavailable");
    *host.undeletable.borrow_mut() = Some(StorageError::Missing("scripted".into()));
    cell.delete(&host).unwrap();
}

#[test]
fn given_unknown_members_when_a_cell_is_shown_then_they_are_not() {
    let host = holding(r#"{"format":1,"text":"shown","newer":"canary"}"#);
    let shown = format!("{:?}", present(&host));
    assert!(
        shown.contains("shown") && !shown.contains("canary"),
        "{shown}"
    );
}

#[test]
fn given_a_lost_race_when_it_is_told_as_an_error_then_the_connection_is_busy() {
    let error = Error::from(WriteError::Conflict).to_string();
    assert_eq!(error, "unavailable: busy; try again after 1s");
}

#[test]
fn given_a_cell_that_the_host_cannot_open_when_read_then_it_is_unreadable() {
    struct Sealed;
    impl Effects for Sealed {
        fn registration(&self) -> Option<crate::contract::App> {
            None
        }
        fn now(&self) -> u64 {
            0
        }
        fn random(&self) -> [u8; 32] {
            [0; 32]
        }
        fn send(
            &self,
            _: crate::effects::Request,
        ) -> Result<crate::effects::Response, crate::contract::HttpError> {
            panic!("nothing is sent")
        }
        fn get(&self, _: &str) -> Result<crate::effects::Entry, StorageError> {
            Err(StorageError::Other("forged".into()))
        }
        fn put(&self, _: &str, _: &[u8], _: Precondition) -> Result<Version, StorageError> {
            panic!("nothing is written")
        }
        fn delete(&self, _: &str, _: Precondition) -> Result<(), StorageError> {
            Ok(())
        }
        fn log(&self, _: crate::contract::Level, _: &str, _: &str) {}
    }
    let unreadable = read::<crate::grant::Grant>(&Sealed);
    assert!(matches!(
        unreadable,
        Err(Error::Cell {
            cause: Cause::CellUnreadable,
            ..
        })
    ));
    let receipt = crate::remove(&Sealed, "en").unwrap();
    assert!(!receipt.revoked);
    assert_eq!(receipt.remaining.len(), 1, "what may be left is said");
}
