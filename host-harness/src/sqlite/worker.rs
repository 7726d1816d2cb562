//! A database handle on a thread of its own.
//!
//! After an error whose outcome is unknown the handle is closed and opened anew,
//! because a failed flush may look like success when it is tried again on the
//! same handle.

use super::open::{DatabaseError, Opener};
use crate::storage::{Source, StorageError};
use rusqlite::Connection;
use std::sync::mpsc;
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce(&mut Connection) -> Handle + Send>;

/// Whether a handle may be used again.
enum Handle {
    Keep,
    Reopen,
}

/// A handle on a thread of its own, which ends with the last sender.
#[derive(Debug, Clone)]
pub(super) struct Worker(mpsc::Sender<Job>);

impl Worker {
    pub(super) fn spawn(
        opener: Opener,
        connection: Connection,
        name: &str,
    ) -> Result<Self, DatabaseError> {
        let (sender, jobs) = mpsc::channel::<Job>();
        let path = opener.path.clone();
        let run = move || {
            let mut handle = Some(connection);
            for job in jobs {
                if handle.is_none() {
                    handle = opener.open().ok();
                }
                // A job that is dropped unrun tells its caller so.
                if let Some(connection) = &mut handle
                    && let Handle::Reopen = job(connection)
                {
                    handle = None;
                }
            }
        };
        std::thread::Builder::new()
            .name(name.into())
            .spawn(run)
            .map_err(|source| DatabaseError::File { path, source })?;
        Ok(Self(sender))
    }

    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let (reply, answer) = oneshot::channel();
        let unrun = || StorageError::Unavailable(Source::from("the database cannot be reopened"));
        let job: Job = Box::new(move |connection| {
            let result = job(connection);
            let handle = match result {
                Err(StorageError::InDoubt(_)) => Handle::Reopen,
                _ => Handle::Keep,
            };
            let _ = reply.send(result);
            handle
        });
        self.0.send(job).map_err(|_| unrun())?;
        answer.await.unwrap_or_else(|_| Err(unrun()))
    }
}
