//! Files that are no plugin, each told what it is instead.

use super::*;
use crate::testing::{Guest, encode};

fn error(bytes: &[u8]) -> LoadError {
    match load(bytes, &Limits::default()) {
        Ok(_) => panic!("it was loaded"),
        Err(error) => error,
    }
}

#[test]
fn given_versions_when_compared_then_only_compatible_ones_pass() {
    assert!(compatible("a:b/c@0.1.0", "a:b/c@0.1.0"));
    assert!(compatible("a:b/c@0.1.7", "a:b/c@0.1.0"));
    assert!(compatible("a:b/c@1.2.7", "a:b/c@1.0.0"));
    assert!(!compatible("a:b/c@0.2.0", "a:b/c@0.1.0"));
    assert!(!compatible("a:b/c@1.0.0", "a:b/c@0.1.0"));
    assert!(!compatible("a:b/d@0.1.0", "a:b/c@0.1.0"));
    assert!(!compatible("a:b/c", "a:b/c@0.1.0"));
}

#[test]
fn given_a_plugin_when_loaded_then_it_is_accepted() {
    assert!(load(&Guest::new().component(), &Limits::default()).is_ok());
}

#[test]
fn given_something_else_than_wasm_when_loaded_then_it_is_told() {
    for bytes in [
        b"".as_slice(),
        b"\x7fELF....",
        b"<html>",
        b"\0asm\x02\0\x07\0",
    ] {
        assert!(matches!(error(bytes), LoadError::NotWasm), "{bytes:?}");
    }
}

#[test]
fn given_a_core_module_when_loaded_then_it_is_told() {
    let module = wat::parse_str("(module)").unwrap();
    assert!(matches!(error(&module), LoadError::CoreModule));
}

#[test]
fn given_a_plugin_cut_short_anywhere_when_loaded_then_it_is_refused() {
    let component = Guest::new().component();
    let mut truncated = 0;
    for length in (5..component.len()).step_by(97) {
        match error(&component[..length]) {
            LoadError::Truncated => truncated += 1,
            // Between two sections the frame is whole.
            LoadError::Invalid(_) | LoadError::OtherWorld { .. } => {}
            other => panic!("{length}: {other:?}"),
        }
    }
    assert!(truncated > 10);
}

#[test]
fn given_a_file_beyond_the_limit_when_loaded_then_it_is_told() {
    let bytes = vec![0; Limits::COMPONENT + 1];
    assert!(matches!(error(&bytes), LoadError::TooLarge));
}

#[test]
fn given_a_damaged_component_when_loaded_then_it_is_told() {
    let mut component = Guest::new().component();
    let middle = component.len() / 2;
    component[8] = 0x7f; // no section has this number
    assert!(
        matches!(error(&component), LoadError::Invalid(_)),
        "{middle}"
    );
}

#[test]
fn given_a_component_of_another_world_when_loaded_then_the_differences_are_named() {
    let module = r#"(module
        (import "test:guests/clock" "now" (func (result i64)))
        (func (export "run")))"#;
    let world = "package test:guests;
        interface clock { now: func() -> u64; }
        world other { import clock; export run: func(); }";
    match error(&encode(module, world)) {
        LoadError::OtherWorld { missing, extra } => {
            assert_eq!(missing, [EXPORT]);
            assert_eq!(extra, ["test:guests/clock"]);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn given_a_plugin_of_another_version_when_loaded_then_the_version_is_named() {
    let component = r#"(component
        (component $empty)
        (instance $integration (instantiate $empty))
        (export "erp:integration/integration@2.0.0" (instance $integration)))"#;
    match error(&wat::parse_str(component).unwrap()) {
        LoadError::OtherVersion { found } => {
            assert_eq!(found, "erp:integration/integration@2.0.0");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn given_the_right_names_with_other_types_when_loaded_then_it_is_told() {
    let component = r#"(component
        (component $empty)
        (instance $integration (instantiate $empty))
        (export "erp:integration/integration@0.1.0" (instance $integration)))"#;
    let error = error(&wat::parse_str(component).unwrap());
    assert!(matches!(error, LoadError::OtherTypes(_)), "{error:?}");
}
