//! Mail: one message at a time, to one address, delivered or refused.
//!
//! Addresses are typed and headers encoded by the library that makes the
//! message, so that no text can become a header of its own.

mod folder;
mod message;
mod smtp;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lettre::Message;

pub use folder::Folder;
pub use message::{Letter, MessageError};
pub use smtp::{Login, Security, Server, Smtp};

/// Where mail goes out.
#[async_trait::async_trait]
pub trait Outbox: Send + Sync + 'static {
    /// Hands a message over. It is on its way once this succeeds; otherwise it
    /// may be handed over again, and may then arrive twice.
    ///
    /// # Errors
    ///
    /// [`DeliveryError`].
    async fn deliver(&self, message: &Message) -> Result<(), DeliveryError>;
}

/// Why a message was not handed over. Holds neither its text nor a password.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The server did not take it, or could not be spoken to.
    #[error("the mail server did not take the message")]
    Smtp(#[from] lettre::transport::smtp::Error),
    /// The conversation took too long.
    #[error("the mail server took longer than {} s", .0.as_secs())]
    Timeout(Duration),
    /// The file cannot be written.
    #[error("no message can be written to {folder}")]
    File {
        /// Where to.
        folder: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl DeliveryError {
    /// Whether it is this message that is refused, and another might be taken.
    pub fn is_of_this_message(&self) -> bool {
        matches!(self, Self::Smtp(error) if error.is_permanent())
    }
}

/// How mail goes out, as it was configured.
#[derive(Debug)]
pub enum Way {
    /// Into files, of which an operator or another program takes care.
    Folder(PathBuf),
    /// To a server.
    Server(Server),
}

impl Way {
    /// Opens the way.
    ///
    /// # Errors
    ///
    /// [`DeliveryError::Smtp`] when TLS cannot be set up. Nothing is sent or
    /// written yet.
    pub fn open(&self) -> Result<Arc<dyn Outbox>, DeliveryError> {
        Ok(match self {
            Self::Folder(path) => Arc::new(Folder::new(path.clone())),
            Self::Server(server) => Arc::new(Smtp::new(server)?),
        })
    }
}
