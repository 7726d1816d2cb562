//! The contract in Rust: generated from `wit/`, so that nothing of it is kept
//! in step by hand.

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
        path: "../../wit",
        world: "plugin",
        generate_all,
        additional_derives: [PartialEq, Eq],
    });
}

pub use generated::erp::integration::http::{
    Authorization as RequestAuthorization, Error as HttpError, Guard, Request, Response,
};
pub use generated::erp::integration::log::Level;
pub use generated::erp::integration::registration::App;
pub use generated::erp::integration::storage::{
    Entry, Error as StorageError, Precondition, Version,
};
pub use generated::exports::erp::integration::integration::{
    Access, Action, Condition, Descriptor, Error, FormField, Grant, Kind, Origin, Problem, Report,
    Setting, Stage, Verdict,
};

#[cfg(target_os = "wasi")]
pub(crate) use generated::{
    erp::integration::{http, log, registration, storage},
    exports::erp::integration::integration::{
        ApiRequest, Authorization, Explanation, Guest, Receipt, Token,
    },
    wasi::{clocks::wall_clock, random::random},
};
