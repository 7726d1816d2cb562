//! What the server says afterwards: how often each request came, and as whom.

use std::collections::BTreeMap;

use serde::Deserialize;

/// One request's entry; the default is that it never came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Seen {
    pub(crate) count: u64,
    /// Of the header `authorization`, in lower case.
    pub(crate) scheme: String,
    /// The bearer's token, or the client's id.
    pub(crate) name: String,
    /// Whether the client had the registered secret.
    pub(crate) secret: bool,
}

/// A run's requests by id.
#[derive(Debug, Default)]
pub(crate) struct Tally(BTreeMap<String, Seen>);

impl Tally {
    /// What the server told; none when it is no tally.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok().map(Self)
    }

    /// The entry of an id.
    pub(crate) fn seen(&self, id: &str) -> Seen {
        self.0.get(id).cloned().unwrap_or_default()
    }
}
