//! What sends one request: the part of HTTP that a host may replace.

use bytes::Bytes;
use std::{fmt, time::Duration};

/// Why there is no answer. The text is for the operator and must hold neither
/// a header, nor a body, nor a query string.
#[derive(Debug, Clone, thiserror::Error)]
pub enum TransportError {
    /// Certain: no byte of the request reached the server.
    #[error("not sent: {0}")]
    NotSent(String),
    /// The server may have acted; its answer did not arrive whole.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// The same, and the head of the answer and a part of its body did arrive.
    #[error("the answer broke off: {1}")]
    BrokenOff(Part, String),
}

/// What arrived of an answer that broke off.
#[derive(Clone)]
pub struct Part(pub Box<http::Response<Bytes>>);

impl fmt::Debug for Part {
    /// The body may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with {} bytes", self.0.status(), self.0.body().len())
    }
}

/// Sends requests.
///
/// An implementation must send a request at most once, follow no redirect, and
/// answer with the whole body as the server sent it. When in doubt whether the
/// server saw anything, it answers [`TransportError::NoAnswer`].
#[async_trait::async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Sends `request` and waits for the whole answer, `timeout` at most for
    /// all of it, connecting included.
    ///
    /// # Errors
    ///
    /// [`TransportError`].
    async fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> Result<http::Response<Bytes>, TransportError>;
}
