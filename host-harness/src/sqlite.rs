//! One SQLite file for connections, cells and the company log.
//!
//! Write-ahead log with `synchronous=FULL`, so that what was confirmed survives
//! a power loss; `BEGIN IMMEDIATE`, so that a write decides on what it changes;
//! deleted content is overwritten. The file is for its owner alone. It must be
//! on a local disk: network file systems break SQLite's locks.
//!
//! Reading, writing and searching each have a thread and a handle of their own: a
//! reader waits neither for another program's write nor for somebody's search.

mod open;
mod place;
mod worker;

pub use open::DatabaseError;

use crate::storage::StorageError;
use open::Opener;
use place::Place;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};
use std::{path::Path, sync::Arc, time::Duration};
use worker::Worker;

/// An open database file. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Database {
    reader: Worker,
    searcher: Worker,
    writer: Worker,
    place: Arc<Place>,
}

impl Database {
    /// How long a write waits for another program's write.
    pub const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

    /// Opens the file, or makes it.
    ///
    /// # Errors
    ///
    /// [`DatabaseError`]; an existing file is not changed then.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, DatabaseError> {
        Self::open_with(path, Self::BUSY_TIMEOUT).await
    }

    /// As [`Database::open`], with another time to wait for other programs.
    ///
    /// # Errors
    ///
    /// As [`Database::open`].
    pub async fn open_with(
        path: impl AsRef<Path>,
        busy_timeout: Duration,
    ) -> Result<Self, DatabaseError> {
        let path = path.as_ref().to_owned();
        let opened = tokio::task::spawn_blocking(move || {
            let opener = Opener { path, busy_timeout };
            // Sequential: the first makes the tables.
            let writer = opener.open()?;
            let reader = opener.open()?;
            let searcher = opener.open()?;
            let place = Place::of(&opener.path).map_err(|source| DatabaseError::File {
                path: opener.path.clone(),
                source,
            })?;
            Ok(Self {
                place: Arc::new(place),
                writer: Worker::spawn(opener.clone(), writer, "database-writer")?,
                reader: Worker::spawn(opener.clone(), reader, "database-reader")?,
                searcher: Worker::spawn(opener, searcher, "database-searcher")?,
            })
        });
        opened.await.map_err(|_| DatabaseError::Interrupted)?
    }

    /// Runs a query on the reader's thread.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.query(&self.reader, job).await
    }

    /// Runs a query that reads much, where no other reader waits for it. All
    /// searches share a thread, so it should take its rows in portions.
    pub(crate) async fn search<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.query(&self.searcher, job).await
    }

    async fn query<T: Send + 'static>(
        &self,
        worker: &Worker,
        job: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StorageError> {
        let place = self.place.clone();
        let run = worker.run(move |connection| {
            place.check()?;
            job(connection).map_err(before)
        });
        run.await
    }

    /// Runs one transaction on the writer's thread. An error of `job` rolls it
    /// back: nothing was written.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Transaction<'_>) -> Result<T, WriteError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let place = self.place.clone();
        self.writer
            .run(move |connection| {
                place.check()?;
                let transaction = connection
                    .transaction_with_behavior(TransactionBehavior::Immediate)
                    .map_err(before)?;
                let result = job(&transaction).map_err(|error| match error {
                    WriteError::Storage(error) => error,
                    WriteError::Sqlite(error) => before(error),
                })?;
                transaction.commit().map_err(at_commit)?;
                Ok(result)
            })
            .await
    }

    /// Moves what was written from the write-ahead log to the file, so that
    /// erased content is in neither. Best effort: a reader may stand in its way.
    pub(crate) async fn checkpoint(&self) {
        let done = self.writer.run(|connection| {
            connection
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
                .map_err(before)
        });
        if let Err(error) = done.await {
            tracing::warn!(error = &error as &dyn std::error::Error, "checkpoint");
        }
    }

    /// Runs SQL on the writer's handle, to bring it into a state for a test.
    #[cfg(test)]
    pub(crate) async fn execute(&self, sql: &'static str) {
        let done = self
            .writer
            .run(|connection| connection.execute_batch(sql).map_err(before));
        done.await.unwrap();
    }
}

/// Why a job of [`Database::write`] gives up.
pub(crate) enum WriteError {
    Storage(StorageError),
    Sqlite(rusqlite::Error),
}

impl From<StorageError> for WriteError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<rusqlite::Error> for WriteError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// An error before the commit: nothing was written.
fn before(error: rusqlite::Error) -> StorageError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StorageError::Damaged(error.into())
        }
        _ => StorageError::Unavailable(error.into()),
    }
}

/// An error of the commit. Where SQLite refused to begin it, nothing was
/// written; where the disk failed on the way, nobody knows.
fn at_commit(error: rusqlite::Error) -> StorageError {
    match error.sqlite_error_code() {
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::ReadOnly,
        ) => StorageError::Unavailable(error.into()),
        _ => StorageError::InDoubt(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[tokio::test]
    async fn given_no_file_when_opening_then_it_and_its_side_files_are_for_the_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(dir.path().join("db")).await.unwrap();
        database.execute("CREATE TABLE more (x)").await;
        let mut names = Vec::new();
        for entry in std::fs::read_dir(dir.path()).unwrap() {
            let entry = entry.unwrap();
            assert_eq!(
                entry.metadata().unwrap().permissions().mode() & 0o777,
                0o600
            );
            names.push(entry.file_name().into_string().unwrap());
        }
        names.sort();
        assert_eq!(names, ["db", "db-shm", "db-wal"]);
    }

    #[tokio::test]
    async fn given_a_newer_format_when_opening_then_it_is_told_and_left_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("db");
        let database = Database::open(&path).await.unwrap();
        database.execute("PRAGMA user_version = 7").await;
        let error = Database::open(&path).await.unwrap_err();
        assert!(matches!(error, DatabaseError::TooNew { found: 7 }));
    }

    #[tokio::test]
    async fn given_a_file_that_is_no_database_when_opening_then_it_is_told_and_left_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("db");
        let text = "not a database, but long enough to look at ".repeat(100);
        std::fs::write(&path, &text).unwrap();
        let error = Database::open(&path).await.unwrap_err();
        assert!(matches!(error, DatabaseError::NotADatabase(_)), "{error:?}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }

    #[tokio::test]
    async fn given_a_directory_that_is_not_there_when_opening_then_it_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let error = Database::open(dir.path().join("no/db")).await.unwrap_err();
        assert!(matches!(error, DatabaseError::File { .. }));
    }

    #[tokio::test]
    async fn given_a_file_that_was_removed_or_replaced_when_used_then_nothing_is_done_until_it_is_back()
     {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("db");
        let database = Database::open(&path).await.unwrap();
        let select = |connection: &Connection| connection.query_row("SELECT 1", [], |_| Ok(()));
        let elsewhere = dir.path().join("elsewhere");
        std::fs::rename(&path, &elsewhere).unwrap();
        for replaced in [false, true] {
            if replaced {
                std::fs::copy(&elsewhere, &path).unwrap();
            }
            let read = database.read(select).await.unwrap_err();
            let written = database.write(|_| Ok(())).await.unwrap_err();
            for error in [read, written] {
                assert!(matches!(error, StorageError::Unavailable(_)), "{error:?}");
            }
        }
        std::fs::rename(&elsewhere, &path).unwrap();
        database.read(select).await.unwrap();
        database.write(|_| Ok(())).await.unwrap();
    }

    #[test]
    fn given_errors_of_a_commit_when_told_then_only_a_failing_disk_leaves_doubt() {
        let told = |code| {
            let error = rusqlite::ffi::Error::new(code);
            at_commit(rusqlite::Error::SqliteFailure(error, None))
        };
        use rusqlite::ffi;
        for code in [
            ffi::SQLITE_BUSY,
            ffi::SQLITE_LOCKED,
            ffi::SQLITE_FULL,
            ffi::SQLITE_READONLY,
        ] {
            assert!(matches!(told(code), StorageError::Unavailable(_)), "{code}");
        }
        for code in [
            ffi::SQLITE_IOERR,
            ffi::SQLITE_IOERR_FSYNC,
            ffi::SQLITE_CORRUPT,
        ] {
            assert!(matches!(told(code), StorageError::InDoubt(_)), "{code}");
        }
    }

    #[tokio::test]
    async fn given_a_write_in_doubt_when_the_next_comes_then_it_has_a_new_handle() {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(dir.path().join("db")).await.unwrap();
        database
            .execute("CREATE TEMP TABLE of_this_handle (x)")
            .await;
        let doubt = |_: &mut Connection| Err::<(), _>(StorageError::InDoubt("disk".into()));
        database.writer.run(doubt).await.unwrap_err();
        database
            .execute("CREATE TEMP TABLE of_this_handle (x)")
            .await;
    }
}
