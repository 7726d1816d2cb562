//! The contract, and the component's outer shape: what it imports and exports, to
//! the letter.
//!
//! `released/` holds the contract as it was released, in one file. What is there
//! never changes; hosts and plugins that were made for it go on working.

use std::collections::BTreeSet;
use std::io::Write as _;

use wasmtime::component::Component;
use wasmtime::{Config, Engine};
use wit_parser::{Resolve, WorldId};

/// What the component of this workspace imports and exports.
fn shape() -> (BTreeSet<String>, BTreeSet<String>) {
    let engine = Engine::new(&Config::new()).unwrap();
    let component = Component::new(&engine, host_harness::PLUGIN).unwrap();
    let shape = component.component_type();
    let imports = shape.imports(&engine).map(|(name, _)| name.to_owned());
    let exports = shape.exports(&engine).map(|(name, _)| name.to_owned());
    (imports.collect(), exports.collect())
}

#[test]
fn the_component_imports_the_contract_and_resource_free_wasi_and_nothing_else() {
    let expected = [
        "erp:integration/http@0.1.0",
        "erp:integration/log@0.1.0",
        "erp:integration/registration@0.1.0",
        "erp:integration/storage@0.1.0",
        "wasi:clocks/wall-clock@0.2.6",
        "wasi:random/random@0.2.6",
    ];
    assert_eq!(shape().0, expected.map(str::to_owned).into());
}

#[test]
fn the_component_exports_the_integration_and_nothing_else() {
    let expected = ["erp:integration/integration@0.1.0"];
    assert_eq!(shape().1, expected.map(str::to_owned).into());
}

/// Bytes of the component, as built and compressed, with a little left over.
const SIZE: (usize, usize) = (352_000, 145_000);

#[test]
fn the_component_is_no_larger_than_it_has_to_be() {
    let component = host_harness::PLUGIN;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(component).unwrap();
    let size = (component.len(), packed.finish().unwrap().len());
    assert!(size.0 <= SIZE.0 && size.1 <= SIZE.1, "{size:?}");
}

#[test]
fn no_function_of_the_contract_deals_in_resources_streams_or_futures() {
    let wit = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../wit")).unwrap();
    let mut read = 0;
    for file in wit {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "wit") {
            continue;
        }
        read += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            let words: Vec<&str> = line
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
                .collect();
            for word in ["resource", "stream", "future", "async", "own", "borrow"] {
                assert!(!words.contains(&word), "{}: {line}", path.display());
            }
        }
    }
    assert_eq!(read, 6);
}

#[test]
fn nothing_of_the_contract_or_the_host_library_names_the_provider() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let mut folders = vec![format!("{root}/wit"), format!("{root}/host-harness/src")];
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                // The program knows the simulator; the library does not.
                if path.file_name().is_some_and(|name| name != "program") {
                    folders.push(path.display().to_string());
                }
                continue;
            }
            read += 1;
            let text = std::fs::read_to_string(&path).unwrap().to_lowercase();
            for provider in ["fortnox", "ledgerly"] {
                assert!(!text.contains(provider), "{}", path.display());
            }
        }
    }
    assert!(read > 20, "{read} files");
}

/// The contract as it was released.
const RELEASED: &str = include_str!("released/erp-integration-0.1.0.wit");

/// The contract as it is.
fn present() -> String {
    let files = [
        "world",
        "registration",
        "http",
        "storage",
        "log",
        "integration",
    ];
    let read = |name: &str| {
        let path = format!("{}/../wit/{name}.wit", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    };
    files.map(read).concat()
}

/// A text of the contract as the package of this version.
fn world(resolve: &mut Resolve, text: &str, version: &str) -> WorldId {
    let package = format!("package erp:integration@{version};");
    assert!(text.contains("package erp:integration@0.1.0;"));
    let text = text.replace("package erp:integration@0.1.0;", &package);
    let package = resolve.push_str("contract.wit", &text).unwrap();
    resolve.select_world(&[package], Some("plugin")).unwrap()
}

/// Whether plugins that were made for one text run on hosts of another.
fn is_compatible(before: &str, after: &str) -> bool {
    let mut resolve = Resolve::default();
    for dependency in ["clocks", "random"] {
        let folder = format!("{}/../wit/deps/{dependency}", env!("CARGO_MANIFEST_DIR"));
        resolve.push_dir(folder).unwrap();
    }
    let before = world(&mut resolve, before, "0.1.0");
    let after = world(&mut resolve, after, "0.1.1");
    wit_component::semver_check(resolve, before, after).is_ok()
}

#[test]
fn given_the_released_contract_when_compared_with_the_present_one_then_its_plugins_run_on() {
    assert!(is_compatible(RELEASED, &present()));
}

#[test]
fn given_changes_of_the_contract_when_compared_then_only_an_import_more_is_compatible() {
    let with = |old: &str, new: &str| {
        assert!(RELEASED.contains(old), "{old}");
        is_compatible(RELEASED, &RELEASED.replace(old, new))
    };
    let more = |function: &str| format!("  more: func() -> bool;\n{function}");
    let import = "  delete: func(key: string";
    assert!(with(import, &more(import)), "no plugin has to call it");
    let function = "  status: func(locale: string)";
    assert!(!with(function, &more(function)), "older plugins lack it");
    assert!(!with(function, "  whereabouts: func(locale: string)"));
    assert!(!with(
        function,
        "  status: func(locale: string, more: bool)"
    ));
    let member = "record retry { reason: string,";
    assert!(!with(member, "record retry { more: u8, reason: string,"));
    let case = "    too-large(string),";
    assert!(!with(case, "    too-large(string),\n    more(string),"));
}
