//! The simulator from outside, over real HTTP.

// The exemption for tests does not reach the helper functions beside them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod access;
mod answers;
mod authorization;
mod claims;
mod client_auth;
mod client_credentials;
mod code;
mod consent;
mod control;
mod deck;
mod identity;
mod ledger;
mod lifecycle;
mod lineage;
mod profiles;
mod refresh;
mod registers;
mod rest;
mod revocation;
mod scenarios;
mod support;
mod visitor;
