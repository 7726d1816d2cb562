//! Mail as files: `.eml`, for their owner alone, whole or not there at all.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use lettre::Message;
use tempfile::Builder;

use super::{DeliveryError, Outbox};
use crate::assemble::make_private_folder;
use crate::failure::Failure;

/// A folder into which messages are written; made with the first of them.
pub struct Folder(PathBuf);

impl Folder {
    /// This folder.
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }
}

#[async_trait::async_trait]
impl Outbox for Folder {
    async fn deliver(&self, message: &Message) -> Result<(), DeliveryError> {
        let (folder, text) = (self.0.clone(), message.formatted());
        let written = tokio::task::spawn_blocking(move || write(&folder, &text)).await;
        let written = written.unwrap_or_else(|error| Err(io::Error::other(error)));
        written.map_err(|source| DeliveryError::File {
            folder: self.0.clone(),
            source,
        })
    }
}

/// The name ends in `.eml` only once the message is all there.
fn write(folder: &Path, text: &[u8]) -> io::Result<()> {
    make_private_folder(folder).map_err(|failure| match failure {
        Failure::Path { source, .. } => source,
        other => io::Error::other(other.to_string()),
    })?;
    // Its mode is 0600, and its name nobody else's.
    let mut file = Builder::new()
        .prefix("mail-")
        .suffix(".tmp")
        .tempfile_in(folder)?;
    file.write_all(text)?;
    file.as_file().sync_all()?;
    let whole = file.path().with_extension("eml");
    file.persist_noclobber(whole)?;
    Ok(())
}
