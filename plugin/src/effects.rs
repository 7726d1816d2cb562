//! Everything the core can do to the world, behind one trait.
//!
//! The component edge forwards it to the host's imports; tests and native
//! programs bring their own. The core guarantees that it touches nothing else:
//! no clock, no randomness, no global state.

use std::fmt;
use std::time::Duration;

use http::{Method, StatusCode, Uri};

use crate::contract::{
    App, Field, Guard, HttpError, Level, Precondition, RequestAuthorization, StorageError, Version,
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

/// An outgoing request, together with what the host needs to know to send it.
#[derive(Clone)]
pub struct Request {
    /// What is to be done.
    pub method: Method,
    /// Where; absolute.
    pub uri: Uri,
    /// Without credentials.
    pub headers: Vec<Field>,
    /// Empty when there is none; may hold secrets.
    pub body: Vec<u8>,
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
pub struct Response {
    /// The final status.
    pub status: StatusCode,
    /// Each as [`header`] gives it.
    pub headers: Vec<Field>,
    /// As the server sent it; may hold secrets.
    pub body: Vec<u8>,
}

impl Response {
    /// The first header of this name, which is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(known, _)| known == name)?;
        Some(value)
    }
}

/// A header, its name in lower case; none where the name is no token (RFC 9110
/// section 5.6.2) or the value is not plain text.
pub fn header(name: &str, value: &str) -> Option<Field> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let is_text = |byte: u8| byte == b'\t' || (b' '..=b'~').contains(&byte);
    let is_header = !name.is_empty() && name.bytes().all(is_token) && value.bytes().all(is_text);
    is_header.then(|| (name.to_ascii_lowercase(), value.to_owned()))
}

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
            .field("method", &self.method)
            .field("uri", &self.uri)
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
        let request = Request {
            method: Method::POST,
            uri: Uri::from_static("https://apps.fortnox.se/"),
            headers: Vec::new(),
            body: b"canary".to_vec(),
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
