//! What the company chooses, and what may not be chosen.

use serde_json::{Value, json};

use super::*;
use crate::contract::StorageError;
use crate::testing::{FakeHost, outcome};

fn given(settings: &[(&str, &str)]) -> Vec<Setting> {
    let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    settings.iter().map(owned).collect()
}

fn values(host: &FakeHost) -> Value {
    host.cell("settings").unwrap()["values"].clone()
}

/// Code and message of each problem.
fn problems(result: Result<(), Error>) -> Vec<(String, String, String)> {
    match result.unwrap_err() {
        Error::InvalidSettings(problems) => problems
            .into_iter()
            .map(|problem| (problem.key, problem.code, problem.message))
            .collect(),
        other => panic!("{other}"),
    }
}

// ---- configure

#[test]
fn given_nothing_when_saved_then_all_settings_are_initial_and_it_is_off() {
    let host = FakeHost::configured(&[]);
    let expected = json!({
        "format": 1,
        "values": {
            "account": "service", "customers": "true", "invoices": "false", "language": "sv",
            "notices": "", "payments": "false", "projects": "true", "supplier-invoices": "false",
        },
        "enabled": false,
        "saved": host.now.get(),
    });
    assert_eq!(host.cell("settings").unwrap(), expected);
    assert!(host.sent.borrow().is_empty());
}

#[test]
fn given_settings_when_saved_anew_then_those_left_out_are_initial_again() {
    let host = FakeHost::configured(&[("invoices", "true"), ("notices", "eva@example.com")]);
    host.pass(5);
    host.configure(&[("language", "nb")]).unwrap();
    assert_eq!(values(&host)["invoices"], "false");
    assert_eq!(values(&host)["notices"], "");
    assert_eq!(values(&host)["language"], "nb");
    assert_eq!(host.cell("settings").unwrap()["saved"], host.now.get());
}

#[test]
fn given_a_language_when_saved_then_the_log_is_in_it_at_once() {
    let host = FakeHost::configured(&[("language", "sv")]);
    host.configure(&[("language", "en")]).unwrap();
    assert_eq!(host.events(), ["settings.saved", "settings.saved"]);
    assert_eq!(host.last_line(), "The settings were saved.");
}

#[test]
fn given_wrong_settings_when_saved_then_all_are_told_in_the_callers_language_and_nothing_stored() {
    let host = FakeHost::configured(&[("language", "sv")]);
    let before = host.snapshot();
    let wrong = given(&[("customers", "1"), ("colour", "blue"), ("invoices", "true")]);
    let told = problems(configure(&host, &wrong, "en-GB"));
    let expected = [
        ("customers", "invalid", "Choose yes or no."),
        ("colour", "unknown", "There is no such setting."),
    ];
    let expected = expected.map(|(k, c, m)| (k.to_owned(), c.to_owned(), m.to_owned()));
    assert_eq!(told, expected);
    assert_eq!(host.snapshot(), before);
    assert_eq!(host.events(), ["settings.saved"]);
}

#[test]
fn given_a_grant_when_another_account_kind_is_saved_then_it_is_locked() {
    for (account, other) in [("service", "user"), ("user", "service")] {
        let host = FakeHost::connected(account);
        let before = host.snapshot();
        let told = problems(host.configure(&[("account", other)]));
        assert_eq!(told.len(), 1);
        assert_eq!(
            (told[0].0.as_str(), told[0].1.as_str()),
            ("account", "locked")
        );
        assert!(told[0].2.starts_with("The kind of account cannot change"));
        assert_eq!(host.snapshot(), before);
    }
}

#[test]
fn given_a_grant_when_other_areas_are_saved_then_the_grant_stays() {
    let host = FakeHost::connected("user");
    let before = host.snapshot();
    let areas = [("account", "user"), ("invoices", "true")];
    assert_eq!(outcome(host.configure(&areas)), "ok");
    assert_eq!(values(&host)["invoices"], "true");
    assert_eq!(host.snapshot()["grant"], before["grant"]);
}

#[test]
fn given_an_open_attempt_when_another_account_kind_is_saved_then_it_is_accepted() {
    let (host, _) = FakeHost::begun(&[]);
    assert_eq!(outcome(host.configure(&[("account", "user")])), "ok");
}

#[test]
fn given_members_and_values_of_a_newer_version_when_saved_then_they_survive() {
    let host = FakeHost::configured(&[]);
    host.edit("settings", |cell| {
        cell["newer"] = json!({"a": [1]});
        cell["values"]["archive"] = "true".into();
    });
    host.configure(&[]).unwrap();
    crate::set_enabled(&host, true).unwrap();
    let cell = host.cell("settings").unwrap();
    assert_eq!(cell["newer"], json!({"a": [1]}));
    assert_eq!(cell["values"]["archive"], "true");
}

#[test]
fn given_values_that_make_no_sense_when_saved_then_they_are_mended() {
    let host = FakeHost::configured(&[]);
    host.edit("settings", |cell| {
        cell["values"]["account"] = "robot".into()
    });
    assert_eq!(outcome(host.configure(&[])), "ok");
    assert_eq!(values(&host)["account"], "service");
}

#[test]
fn given_cells_that_cannot_be_used_when_saved_then_nothing_is_overwritten() {
    for key in ["settings", "grant"] {
        for (value, cause) in [
            (&br#"{"format":2}"#[..], "cell-newer"),
            (b"[]", "cell-unreadable"),
        ] {
            let host = FakeHost::configured(&[]);
            host.write(key, value);
            let before = host.snapshot();
            assert_eq!(
                outcome(host.configure(&[])),
                format!("cell `{key}`: {cause}")
            );
            assert_eq!(host.snapshot(), before);
        }
        let host = FakeHost::configured(&[]);
        host.unreadable(key);
        let expected = "storage: storage-unavailable";
        assert_eq!(outcome(host.configure(&[])), expected);
    }
}

#[test]
fn given_somebody_who_switches_on_meanwhile_when_saved_then_it_stays_on() {
    let host = FakeHost::configured(&[]);
    host.interfere(|host| {
        crate::set_enabled(host, true).unwrap();
        None
    });
    assert_eq!(outcome(host.configure(&[("invoices", "true")])), "ok");
    assert_eq!(host.cell("settings").unwrap()["enabled"], true);
    assert_eq!(values(&host)["invoices"], "true");
}

#[test]
fn given_a_grant_that_comes_meanwhile_when_another_account_kind_is_saved_then_it_is_locked() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.grants();
    host.interfere(move |host| {
        host.come_back(&authorization).unwrap();
        Some(StorageError::Conflict("scripted".into()))
    });
    let told = problems(host.configure(&[("account", "user")]));
    assert_eq!(told[0].1, "locked");
    assert_eq!(values(&host)["account"], "service");
}

#[test]
fn given_a_storage_that_cannot_write_when_saved_or_switched_then_nothing_changes() {
    for error in [
        StorageError::Unavailable("x".into()),
        StorageError::TooLarge("x".into()),
        StorageError::InDoubt("x".into()),
        StorageError::Other("x".into()),
    ] {
        let host = FakeHost::configured(&[]);
        let before = (host.snapshot(), host.events());
        let fails = error.clone();
        host.interfere(|_| Some(error));
        let expected = "storage: storage-unavailable";
        assert_eq!(outcome(host.configure(&[("invoices", "true")])), expected);
        host.interfere(|_| Some(fails));
        assert_eq!(outcome(set_enabled(&host, true)), expected);
        assert_eq!((host.snapshot(), host.events()), before);
    }
}

#[test]
fn given_races_that_are_always_lost_when_saved_or_switched_then_it_is_busy() {
    type Call = fn(&FakeHost) -> Result<(), Error>;
    let calls: [Call; 2] = [|host| host.configure(&[]), |host| set_enabled(host, true)];
    for call in calls {
        let host = FakeHost::configured(&[]);
        let before = host.snapshot();
        for _ in 0..cell::ROUNDS {
            host.interfere(|_| Some(StorageError::Conflict("scripted".into())));
        }
        assert_eq!(
            outcome(call(&host)),
            "unavailable: busy; try again after 1s"
        );
        assert_eq!(host.snapshot(), before);
        assert!(host.interference.borrow().is_empty());
    }
}

// ---- set-enabled

#[test]
fn given_settings_when_switched_then_only_the_switch_changes_and_the_log_tells() {
    let host = FakeHost::configured(&[("language", "en")]);
    let off = host.cell("settings").unwrap();
    host.pass(9);
    assert_eq!(outcome(set_enabled(&host, true)), "ok");
    let mut on = off.clone();
    on["enabled"] = true.into();
    assert_eq!(host.cell("settings").unwrap(), on);
    assert_eq!(host.last_line(), "The integration was switched on.");
    assert_eq!(outcome(set_enabled(&host, false)), "ok");
    assert_eq!(host.cell("settings").unwrap(), off);
    assert_eq!(host.last_line(), "The integration was switched off.");
    let expected = [
        "settings.saved",
        "integration.enabled",
        "integration.disabled",
    ];
    assert_eq!(host.events(), expected);
}

#[test]
fn given_the_switch_where_it_should_be_when_switched_then_nothing_is_written_or_logged() {
    let host = FakeHost::configured(&[]);
    let before = (host.snapshot(), host.events());
    assert_eq!(outcome(set_enabled(&host, false)), "ok");
    assert_eq!((host.snapshot(), host.events()), before);
}

#[test]
fn given_no_settings_when_switched_then_it_is_rejected() {
    let host = FakeHost::new();
    assert_eq!(outcome(set_enabled(&host, true)), "rejected: unconfigured");
    assert!(host.cells.borrow().is_empty());
}

#[test]
fn given_a_lost_race_when_switched_then_the_winners_settings_stay() {
    let host = FakeHost::configured(&[]);
    host.interfere(|host| {
        host.configure(&[("invoices", "true")]).unwrap();
        None
    });
    assert_eq!(outcome(set_enabled(&host, true)), "ok");
    assert_eq!(values(&host)["invoices"], "true");
    assert_eq!(host.cell("settings").unwrap()["enabled"], true);
}

#[test]
fn given_settings_of_a_newer_version_when_switched_then_nothing_changes() {
    let host = FakeHost::configured(&[]);
    host.write("settings", br#"{"format":2}"#);
    let before = host.snapshot();
    assert_eq!(
        outcome(set_enabled(&host, true)),
        "cell `settings`: cell-newer"
    );
    assert_eq!(host.snapshot(), before);
}
