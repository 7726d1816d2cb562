//! The contract in Rust: generated from `wit/`, so that nothing of it is kept
//! in step by hand. The core speaks these types wherever they hold no secret;
//! what holds one has a type of its own with a redacted `Debug`.

#[allow(
    missing_docs,
    unsafe_code,
    unreachable_pub,
    clippy::all,
    clippy::restriction,
    clippy::pedantic
)]
pub(crate) mod generated {
    wit_bindgen::generate!({
        path: "../wit",
        world: "plugin",
        generate_all,
        additional_derives: [PartialEq, Eq],
    });
}

pub use generated::erp::integration::http::{
    Authorization as RequestAuthorization, Error as HttpError, Field, Guard,
    Response as ApiResponse,
};
pub use generated::erp::integration::log::Level;
pub use generated::erp::integration::registration::App;
pub use generated::erp::integration::storage::{Error as StorageError, Precondition, Version};
pub use generated::exports::erp::integration::integration::{
    Access, Action, Actor, ApiRequest, Attempt, Choice, Condition, Descriptor, Error, Explanation,
    Finding, FormField, Grant, Kind, Organization, Origin, Problem, ProviderError, Receipt, Remedy,
    Report, Retry, Setting, Severity, Stage, Verdict,
};

#[cfg(target_os = "wasi")]
pub(crate) use generated::{
    erp::integration::{http, log, registration, storage},
    exports::erp::integration::integration::{Authorization, Guest, Token},
    wasi::{clocks::wall_clock, random::random},
};
