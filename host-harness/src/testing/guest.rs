//! Plugins written by hand in WebAssembly text, for what no compiler would
//! make.
//!
//! An export that a test does not give is `unreachable`, save `describe`. All
//! imports are there by short names; offsets follow the canonical ABI. The
//! bytes below 1024 are for results, `RESULT` is where exports put theirs.

use std::fmt::Write;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

const INTEGRATION: &str = "erp:integration/integration@0.1.0";

const IMPORTS: &str = r#"
    (import "erp:integration/registration@0.1.0" "current" (func $current (param i32)))
    (import "erp:integration/http@0.1.0" "send" (func $send (param i32 i32)))
    (import "erp:integration/storage@0.1.0" "get" (func $get (param i32 i32 i32)))
    (import "erp:integration/storage@0.1.0" "put"
        (func $put (param i32 i32 i32 i32 i32 i32 i32 i32)))
    (import "erp:integration/storage@0.1.0" "delete"
        (func $delete (param i32 i32 i32 i32 i32 i32)))
    (import "erp:integration/log@0.1.0" "log" (func $log (param i32 i32 i32 i32 i32)))
    (import "wasi:clocks/wall-clock@0.2.6" "now" (func $now (param i32)))
    (import "wasi:random/random@0.2.6" "get-random-bytes" (func $random (param i64 i32)))
    (import "wasi:random/random@0.2.6" "get-random-u64" (func $random-u64 (result i64)))
    (import "wasi:random/insecure-seed@0.2.6" "insecure-seed" (func $seed (param i32)))
"#;

const HELPERS: &str = r#"
    (memory (export "memory") 4)
    (global $heap (mut i32) (i32.const 65536))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
        (local $at i32)
        (local.set $at (i32.and (i32.add (global.get $heap) (i32.const 7)) (i32.const -8)))
        (global.set $heap (i32.add (local.get $at) (local.get 3)))
        (local.get $at))
    ;; result<_, error>: ok
    (func $ok (result i32)
        (i32.store (i32.const 512) (i32.const 0))
        (i32.const 512))
    ;; result<_, error>: rejected(text)
    (func $rejected (param $text i32) (param $length i32) (result i32)
        (i32.store (i32.const 512) (i32.const 1))
        (i32.store (i32.const 520) (i32.const 1))
        (i32.store (i32.const 528) (local.get $text))
        (i32.store (i32.const 532) (local.get $length))
        (i32.const 512))
"#;

/// Every export: name, parameters.
const EXPORTS: [(&str, &str); 13] = [
    ("describe", "(param i32 i32)"),
    ("explain", "(param i32 i32 i32 i32)"),
    ("configure", "(param i32 i32 i32 i32)"),
    ("begin-authorize", ""),
    ("handle-callback", "(param i32 i32 i32 i32)"),
    ("status", "(param i32 i32)"),
    ("set-enabled", "(param i32)"),
    ("remove", "(param i32 i32)"),
    ("access-token", "(param i32 i32 i32)"),
    ("call", "(param i32 i32 i32 i32 i32 i32 i32 i32 i32)"),
    ("check-access", ""),
    ("maintain", ""),
    ("diagnostics", ""),
];

/// A plugin in the making.
pub(crate) struct Guest {
    bodies: Vec<(&'static str, String)>,
    items: String,
    next: usize,
}

impl Guest {
    /// Named `test`, asking for `https://api.example`.
    pub(crate) fn new() -> Self {
        let mut guest = Self {
            bodies: Vec::new(),
            items: String::new(),
            next: 2048,
        };
        guest.described_as("test", "https://api.example");
        guest
    }

    /// Another identifier and origin.
    pub(crate) fn described_as(&mut self, id: &str, origin: &str) {
        let (id, id_length) = self.place(id);
        let (origin, origin_length) = self.place(origin);
        self.export(
            "describe",
            &format!(
                "(i32.store (i32.const 256) (i32.const {id}))
                 (i32.store (i32.const 260) (i32.const {id_length}))
                 (i32.store (i32.const 312) (i32.const 400))
                 (i32.store (i32.const 316) (i32.const 1))
                 (i32.store (i32.const 400) (i32.const {origin}))
                 (i32.store (i32.const 404) (i32.const {origin_length}))
                 (i32.const 256)"
            ),
        );
    }

    /// Places a text in memory; its pointer and length as wasm.
    pub(crate) fn text(&mut self, text: &str) -> String {
        let (at, length) = self.place(text);
        format!("(i32.const {at}) (i32.const {length})")
    }

    /// Places a text in memory, and its pointer and length at `at`.
    pub(crate) fn store(&mut self, at: usize, text: &str) -> String {
        let (pointer, length) = self.place(text);
        format!(
            "(i32.store (i32.const {at}) (i32.const {pointer}))
             (i32.store (i32.const {}) (i32.const {length}))",
            at + 4
        )
    }

    fn place(&mut self, text: &str) -> (usize, usize) {
        let at = self.next;
        self.next += text.len().next_multiple_of(8);
        assert!(self.next < 65536, "texts fit below the heap");
        let bytes: String = text.bytes().map(|byte| format!("\\{byte:02x}")).collect();
        writeln!(self.items, "(data (i32.const {at}) \"{bytes}\")").unwrap();
        (at, text.len())
    }

    /// Gives an export its body, which leaves the pointer to its result.
    pub(crate) fn export(&mut self, name: &'static str, body: &str) -> &mut Self {
        self.bodies.retain(|(other, _)| *other != name);
        self.bodies.push((name, body.to_owned()));
        self
    }

    /// Adds anything else to the module.
    pub(crate) fn item(&mut self, item: &str) -> &mut Self {
        self.items.push_str(item);
        self
    }

    /// The component.
    pub(crate) fn component(&self) -> Vec<u8> {
        let mut module = format!("(module {IMPORTS} {HELPERS} {}", self.items);
        for (name, parameters) in EXPORTS {
            let given = self.bodies.iter().find(|(other, _)| *other == name);
            let body = given.map_or("(unreachable)", |(_, body)| body.as_str());
            write!(
                module,
                "(func (export \"{INTEGRATION}#{name}\") {parameters} (result i32)
                 (local $a i32) (local $b i32) {body})"
            )
            .unwrap();
        }
        module.push(')');
        let world = "package test:guests;
            world guest {
                include erp:integration/plugin@0.1.0;
                import wasi:random/insecure-seed@0.2.6;
            }";
        encode(&module, world)
    }
}

/// A core module in text, as a component of a world that may use the contract.
pub(crate) fn encode(module: &str, world: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let wit = concat!(env!("CARGO_MANIFEST_DIR"), "/../wit");
    resolve.push_dir(wit).unwrap();
    let package = resolve.push_str("guest.wit", world).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    let mut module = wat::parse_str(module).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default()
        .module(&module)
        .unwrap()
        .encode()
        .unwrap()
}
