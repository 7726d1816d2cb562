//! What a plugin is and where it stands: words, settings, and what cannot be done
//! yet.

use serde_json::{Value, json};
use tests::recorder::Recorder;

use super::world::{begun, case, cause, configured, connected, settings, token};
use crate::Story;

pub const STORIES: &[Story] = &[
    (
        "describe",
        "describe and explain use no import, and fall back to English for a language that nobody knows.",
        describe,
    ),
    (
        "configure",
        "All problems are reported at once, and then nothing is stored; a good form is stored, and status shows it.",
        configure,
    ),
    (
        "unconfigured",
        "Without settings and without a registration every call says what is missing.",
        unconfigured,
    ),
    (
        "storage-errors",
        "Errors of the storage are told as such, and what is there is left as it is.",
        storage_errors,
    ),
    (
        "cells",
        "A cell of a newer version, or one that is damaged, is never overwritten.",
        cells,
    ),
    (
        "races",
        "A lost race is a reason to read again, and a write in doubt is read back.",
        races,
    ),
    (
        "deletes",
        "Deleting is tidying up: what cannot be deleted harms nothing, and the next attempt takes its place.",
        deletes,
    ),
];

fn describe(story: &mut Recorder<'_>) {
    for locale in ["sv", "nb-NO", "en", "tlh"] {
        story.call("describe", [json!(locale)]);
    }
    for (code, locale) in [
        ("user-declined", "sv"),
        ("right-missing", "nb"),
        ("remove", "en"),
        ("authorize", "en"),
        ("no-such-code", "en"),
    ] {
        let explained = story.call("explain", [json!(code), json!(locale)]);
        assert_eq!(explained.is_null(), code == "no-such-code");
    }
}

fn configure(story: &mut Recorder<'_>) {
    let bad = settings(&[
        ("customers", "maybe"),
        ("colour", "blue"),
        ("notices", "nobody"),
    ]);
    let result = story.call("configure", [bad, json!("sv")]);
    assert_eq!(case(&result), "invalid-settings");
    let good = settings(&[
        ("customers", "true"),
        ("projects", "false"),
        ("account", "user"),
        ("language", "sv"),
        ("notices", "åsa@example.com"),
    ]);
    let result = story.call("configure", [good, json!("sv")]);
    assert_eq!(result, json!({ "ok": null }));
    for locale in ["sv", "en"] {
        story.call("status", [json!(locale)]);
    }
}

fn unconfigured(story: &mut Recorder<'_>) {
    story.call("status", [json!("en")]);
    assert_eq!(cause(&story.call("begin-authorize", [])), "unconfigured");
    assert_eq!(cause(&token(story)), "unconfigured");
    story.call("set-enabled", [json!(true)]);
    story.call("maintain", []);
    story.call("check-access", []);
    story.call("diagnostics", []);
    story.call("remove", [json!("en")]);
    configured(story, "user");
    story.host().registration = Value::Null;
    let result = story.call("begin-authorize", []);
    assert_eq!(case(&result), "misconfigured");
    story.call("status", [json!("en")]);
}

fn storage_errors(story: &mut Recorder<'_>) {
    let refuse = |story: &mut Recorder<'_>, import, error: Value| {
        story.host().fail(import, "settings", 0, error);
        let settings = settings(&[("account", "user")]);
        let result = story.call("configure", [settings, json!("en")]);
        assert_eq!(case(&result), "storage");
    };
    refuse(story, "storage.get", json!({ "unavailable": "locked" }));
    refuse(story, "storage.get", json!({ "other": "who knows" }));
    refuse(story, "storage.put", json!({ "unavailable": "full" }));
    refuse(story, "storage.put", json!({ "too-large": "65 KiB" }));
    story.call("status", [json!("en")]);
}

fn cells(story: &mut Recorder<'_>) {
    configured(story, "user");
    story
        .host()
        .edit("settings", |cell| cell["format"] = json!(99));
    assert_eq!(cause(&story.call("status", [json!("en")])), "cell-newer");
    story.host().write("settings", json!("{"));
    let settings = settings(&[("account", "user")]);
    let result = story.call("configure", [settings, json!("en")]);
    assert_eq!(cause(&result), "cell-unreadable");
    story.host().write("settings", json!({ "base64": "//79" }));
    assert_eq!(cause(&token(story)), "cell-unreadable");
}

fn races(story: &mut Recorder<'_>) {
    let conflict = json!({ "conflict": "settings" });
    story.host().fail("storage.put", "settings", 0, conflict);
    configured(story, "user");
    let doubt = json!({ "in-doubt": "no answer" });
    story.host().lose_answer("storage.put", "attempt", 0, doubt);
    begun(story);
    let doubt = json!({ "other": "as good as in doubt" });
    story.host().lose_answer("storage.put", "attempt", 0, doubt);
    begun(story);
    connected(story, "user");
}

fn deletes(story: &mut Recorder<'_>) {
    for error in [
        json!({ "missing": "attempt" }),
        json!({ "conflict": "attempt" }),
        json!({ "unavailable": "locked" }),
        json!({ "in-doubt": "no answer" }),
        json!({ "other": "who knows" }),
    ] {
        story.host().fail("storage.delete", "attempt", 0, error);
        connected(story, "user");
        assert_eq!(case(&token(story)), "ok");
    }
}
