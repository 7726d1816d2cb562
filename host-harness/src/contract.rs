//! The contract `erp:integration/plugin@0.1.0` as Rust types.
//!
//! Generated from the WIT, so that what is compiled is what is documented
//! there. Everything [`Connection`](crate::Connection) takes and returns is one
//! of these types, except what holds a secret: see
//! [`Authorization`](crate::Authorization) and [`Token`](crate::Token).
//!
//! The generated trace events stay off: they print string arguments, and the
//! callback's query is a string with two secrets in it.

pub use bindings::exports::erp::integration::integration::{
    Access, Action, Actor, ApiRequest, Attempt, Choice, Condition, Descriptor, Error, Explanation,
    Finding, FormField, Grant, Kind, Organization, Origin, Problem, ProviderError, Receipt, Remedy,
    Report, Retry, Setting, Severity, Stage, Verdict,
};

pub use bindings::erp::integration::http::Response as ApiResponse;

/// Name of the package, before the `@` of its version.
pub(crate) const PACKAGE: &str = "erp:integration";
/// The version of the contract that this library speaks.
pub(crate) const VERSION: &str = "0.1.0";

#[allow(missing_docs, unreachable_pub)]
pub(crate) mod bindings {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "erp:integration/plugin",
        imports: { default: async | trappable },
        exports: { default: async },
        additional_derives: [serde::Serialize, Clone, PartialEq],
    });
}
