//! The conformance scripts: recorded from the stories below, replayed on the
//! component, and complete.
//!
//! With `BLESS=1` the scripts are written anew; without it they must be what the
//! stories make of the component.

mod conformance {
    pub mod access;
    pub mod journey;
    pub mod renewal;
    pub mod state;
    pub mod world;
}

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use conformance::{access, journey, renewal, state};
use host_harness::Limits;
use host_harness::conformance::{Player, Script, replay};
use serde_json::Value;
use tests::recorder::Recorder;

/// A story: the name of its script, what it shows, and what happens.
pub type Story = (&'static str, &'static str, fn(&mut Recorder<'_>));

fn stories() -> Vec<Story> {
    [
        state::STORIES,
        journey::STORIES,
        renewal::STORIES,
        access::STORIES,
    ]
    .concat()
}

fn player() -> Player {
    Player::new(host_harness::PLUGIN, &Limits::default()).unwrap()
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/conformance"))
}

/// The scripts that there are, by name.
fn scripts() -> BTreeMap<String, Script> {
    let files = std::fs::read_dir(folder()).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let scripts = files.filter(|path| path.extension().is_some_and(|it| it == "json"));
    let read = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let script = serde_json::from_str(&text);
        (
            name,
            script.unwrap_or_else(|error| panic!("{}: {error}", path.display())),
        )
    };
    scripts.map(read).collect()
}

fn text(script: &Script) -> String {
    serde_json::to_string_pretty(script).unwrap() + "\n"
}

#[test]
fn given_the_stories_when_recorded_then_they_are_the_scripts() {
    let player = player();
    let bless = std::env::var_os("BLESS").is_some();
    let mut recorded = BTreeSet::new();
    for (name, about, story) in stories() {
        let mut recorder = Recorder::new(&player, about);
        story(&mut recorder);
        let script = recorder.end();
        let path = folder().join(format!("{name}.json"));
        if bless {
            std::fs::write(&path, text(&script)).unwrap();
        }
        let stored = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            stored == text(&script),
            "{name} is another: BLESS=1 records it anew"
        );
        assert!(recorded.insert(name.to_owned()), "{name} twice");
    }
    let stored: BTreeSet<String> = scripts().into_keys().collect();
    assert_eq!(stored, recorded, "every script has a story");
}

#[test]
fn given_every_script_when_replayed_on_the_component_then_it_holds() {
    let player = player();
    for (name, script) in scripts() {
        if let Err(deviation) = replay(&player, &script) {
            panic!("{name}: {deviation}");
        }
    }
}

#[test]
fn given_a_script_that_is_changed_anywhere_when_replayed_then_it_does_not_hold() {
    let player = player();
    let scripts = scripts();
    let script = &scripts["authorize"];
    type Change = fn(&mut Script);
    let changes: [(&str, Change); 6] = [
        ("the result differs", |script| {
            script.steps[0].result = Value::Null
        }),
        (".arguments[0]", |script| {
            script.steps[0].imports[0].arguments[0] = Value::from("other");
        }),
        ("nothing more is expected", |script| {
            script.steps[0].imports.pop();
        }),
        ("is not called", |script| {
            let again = script.steps[0].imports[0].clone();
            script.steps[0].imports.push(again);
        }),
        ("no function", |script| {
            script.steps[0].call = "begin".into()
        }),
        ("is no", |script| {
            script.steps[0].imports[0].answer = Some(Value::from(7))
        }),
    ];
    for (told, change) in changes {
        let mut script = script.clone();
        change(&mut script);
        let deviation = replay(&player, &script).unwrap_err().to_string();
        assert!(deviation.contains(told), "{told}: {deviation}");
        assert!(deviation.starts_with("step 1, "), "{deviation}");
    }
}

/// The names of cases that occur at a place of the scripts.
fn cases(values: impl Iterator<Item = Value>, case: &str) -> BTreeSet<String> {
    let found = values.filter_map(|value| match value.get(case)? {
        Value::String(name) => Some(name.clone()),
        Value::Object(members) => members.keys().next().cloned(),
        _ => None,
    });
    found.collect()
}

#[test]
fn given_all_scripts_when_looked_through_then_the_contract_is_covered() {
    let scripts = scripts();
    let steps = || scripts.values().flat_map(|script| &script.steps);
    let imports = || steps().flat_map(|step| &step.imports);
    let answers = |import: &'static str| {
        let of_it = imports().filter(move |call| call.import == import);
        of_it.filter_map(|call| call.answer.clone())
    };
    let set = |names: &[&str]| -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    };

    let wit = std::fs::read_to_string(folder().join("../../wit/integration.wit")).unwrap();
    let functions = wit.lines().filter_map(|line| line.split_once(": func("));
    let exports: BTreeSet<String> = functions.map(|(name, _)| name.trim().to_owned()).collect();
    let called: BTreeSet<String> = steps().map(|step| step.call.clone()).collect();
    assert_eq!(called, exports);

    let results = steps().map(|step| step.result.clone());
    // `provider` and `other` this plugin never answers.
    let expected = [
        "authorization-required",
        "callback-rejected",
        "forbidden",
        "invalid-settings",
        "misconfigured",
        "rejected",
        "storage",
        "unavailable",
    ];
    assert_eq!(cases(results, "err"), set(&expected));

    let expected = ["denied", "limited", "no-answer", "not-sent", "other"];
    assert_eq!(cases(answers("http.send"), "err"), set(&expected));
    let expected = ["missing", "other", "unavailable"];
    assert_eq!(cases(answers("storage.get"), "err"), set(&expected));
    let expected = ["conflict", "in-doubt", "other", "too-large", "unavailable"];
    assert_eq!(cases(answers("storage.put"), "err"), set(&expected));

    let expected = ["conflict", "in-doubt", "missing", "other", "unavailable"];
    assert_eq!(cases(answers("storage.delete"), "err"), set(&expected));

    let conditions = imports().filter(|call| call.import.starts_with("storage."));
    let conditions = conditions.filter_map(|call| call.arguments.last().cloned());
    let conditions = cases(
        conditions.map(|when| serde_json::json!({ "when": when })),
        "when",
    );
    assert!(
        conditions.is_superset(&set(&["absent", "unchanged"])),
        "{conditions:?}"
    );

    let bodies = answers("http.send").any(|answer| answer["ok"]["body"]["base64"].is_string());
    assert!(bodies, "bytes that are not UTF-8");
    let made: BTreeSet<String> = imports().map(|call| call.import.clone()).collect();
    let expected = [
        "http.send",
        "log.log",
        "random.get-random-u64",
        "registration.current",
        "storage.delete",
        "storage.get",
        "storage.put",
        "wall-clock.now",
    ];
    assert_eq!(made, set(&expected));
}
