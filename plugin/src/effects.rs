//! Everything the core can do to the world, behind one trait.
//!
//! The component edge forwards it to the host's imports; tests and native
//! programs bring their own. The core guarantees that it touches nothing else:
//! no clock, no randomness, no global state.

use std::fmt;
use std::time::Duration;

use crate::contract::{
    App, Guard, HttpError, Level, Precondition, RequestAuthorization, StorageError, Version,
};

/// What the host grants to one call on one connection.
pub trait Effects {
    /// The operator's registration, none until there is one.
    fn registration(&self) -> Option<App>;

    /// Unix seconds, for what people read and for token expiry. Ages of cells
    /// come from [`Entry::age`] instead.
    fn now(&self) -> u64;

    /// 256 bits from a cryptographically secure source.
    fn random(&self) -> [u8; 32];

    /// One HTTP exchange under the host's policy.
    ///
    /// # Errors
    /// As the contract's `http.error`; only `not-sent` is certain to have had
    /// no effect.
    fn send(&self, request: Request) -> Result<Response, HttpError>;

    /// Reads a cell.
    ///
    /// # Errors
    /// As the contract's `storage.error`; `missing` when there is no such cell.
    fn get(&self, key: &str) -> Result<Entry, StorageError>;

    /// Writes a cell and returns its new version once durable.
    ///
    /// # Errors
    /// As the contract's `storage.error`; `conflict` when `when` did not hold.
    fn put(&self, key: &str, value: &[u8], when: Precondition) -> Result<Version, StorageError>;

    /// Deletes a cell.
    ///
    /// # Errors
    /// As the contract's `storage.error`; `conflict` when `when` did not hold.
    fn delete(&self, key: &str, when: Precondition) -> Result<(), StorageError>;

    /// One line for the company's people. Never fails.
    fn log(&self, level: Level, event: &str, message: &str);
}

/// A cell as read.
pub struct Entry {
    /// The bytes, which may hold secrets.
    pub value: Vec<u8>,
    /// Opaque; compare for equality only.
    pub version: Version,
    /// Since the write, by the storage's own clock.
    pub age: Duration,
}

/// An outgoing request: method, absolute URI, headers without credentials and
/// body, together with what the host needs to know to send it.
pub struct Request {
    /// The HTTP request itself.
    pub http: http::Request<Vec<u8>>,
    /// Who it acts as; the host adds the credential.
    pub authorization: RequestAuthorization,
    /// For the whole exchange.
    pub timeout: Duration,
    /// The claim under which it goes out.
    pub guard: Option<Guard>,
    /// The cell that keeps a 2xx body.
    pub keep: Option<String>,
}

/// The answer, whole.
pub type Response = http::Response<Vec<u8>>;

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("value", &"[redacted]")
            .field("version", &self.version)
            .field("age", &self.age)
            .finish()
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", self.http.method())
            .field("uri", self.http.uri())
            .field("body", &"[redacted]")
            .field("timeout", &self.timeout)
            .field("keep", &self.keep)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_a_cell_when_shown_then_its_value_is_not() {
        let entry = Entry {
            value: b"canary".to_vec(),
            version: "v7".into(),
            age: Duration::ZERO,
        };
        let shown = format!("{entry:?}");
        assert!(
            shown.contains("v7") && shown.contains("redacted"),
            "{shown}"
        );
        assert!(
            !shown.contains("canary") && !shown.contains("99, 97"),
            "{shown}"
        );
    }

    #[test]
    fn given_a_request_when_shown_then_neither_body_nor_token_is() {
        let http = http::Request::post("https://apps.fortnox.se/").body(b"canary".to_vec());
        let request = Request {
            http: http.unwrap(),
            authorization: RequestAuthorization::Bearer("canary".into()),
            timeout: Duration::ZERO,
            guard: None,
            keep: Some("answer".into()),
        };
        let shown = format!("{request:?}");
        assert!(
            shown.contains("apps.fortnox.se") && shown.contains("answer"),
            "{shown}"
        );
        assert!(
            !shown.contains("canary") && !shown.contains("99, 97"),
            "{shown}"
        );
    }
}
