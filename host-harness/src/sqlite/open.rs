//! Opening a database file: its mode, its settings, its tables.

use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use std::{
    fs::OpenOptions,
    io,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::PathBuf,
    time::Duration,
};

/// The version of the tables below.
const SCHEMA: i64 = 1;

const TABLES: &str = "
    CREATE TABLE connection (
        id          TEXT PRIMARY KEY,
        company     TEXT NOT NULL,
        plugin      TEXT NOT NULL,
        wrapped_key BLOB NOT NULL,
        state       BLOB,
        binding     BLOB,
        UNIQUE (company, plugin)
    ) STRICT;
    CREATE INDEX connection_state ON connection (state);
    CREATE INDEX connection_binding ON connection (binding);
    CREATE TABLE cell (
        connection TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
        key        TEXT NOT NULL,
        version    TEXT NOT NULL,
        sealed     BLOB NOT NULL,
        boot       TEXT NOT NULL,
        since_boot INTEGER NOT NULL,
        wall       INTEGER NOT NULL,
        PRIMARY KEY (connection, key)
    ) STRICT;
    CREATE TABLE log (
        id      INTEGER PRIMARY KEY,
        time    INTEGER NOT NULL,
        level   TEXT NOT NULL,
        event   TEXT NOT NULL,
        message TEXT NOT NULL,
        actor   TEXT,
        company TEXT NOT NULL,
        plugin  TEXT NOT NULL
    ) STRICT;
    CREATE INDEX log_company ON log (company, id);
    PRAGMA user_version = 1;
";

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The file cannot be made or opened.
    #[error("the database {path} cannot be opened")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file is not a database of this library, or it is damaged.
    #[error("{0} is not a database of this program, or it is damaged")]
    NotADatabase(PathBuf),
    /// A newer program made it; nothing was changed.
    #[error(
        "a newer version of this program made the database (format {found}, this one knows {SCHEMA})"
    )]
    TooNew {
        /// The format found.
        found: i64,
    },
    /// SQLite did not accept a setting that durability rests on.
    #[error("the database does not keep {0}")]
    Setting(&'static str),
    /// The runtime was shut down meanwhile.
    #[error("opening the database was interrupted")]
    Interrupted,
    /// Anything else that SQLite said.
    #[error("the database cannot be used")]
    Sqlite(#[source] rusqlite::Error),
}

/// What it takes to open a handle, once more if need be.
#[derive(Debug, Clone)]
pub(super) struct Opener {
    pub(super) path: PathBuf,
    pub(super) busy_timeout: Duration,
}

impl Opener {
    pub(super) fn open(&self) -> Result<Connection, DatabaseError> {
        let failed = |source| DatabaseError::File {
            path: self.path.clone(),
            source,
        };
        // SQLite gives its side files the mode of this one.
        let made = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&self.path);
        match made {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => drop(made.map_err(failed)?),
        }
        self.connect().map_err(|error| match error {
            DatabaseError::Sqlite(error)
                if matches!(
                    error.sqlite_error_code(),
                    Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)
                ) =>
            {
                DatabaseError::NotADatabase(self.path.clone())
            }
            other => other,
        })
    }

    fn connect(&self) -> Result<Connection, DatabaseError> {
        let mut connection = Connection::open(&self.path).map_err(DatabaseError::Sqlite)?;
        connection
            .busy_timeout(self.busy_timeout)
            .map_err(DatabaseError::Sqlite)?;
        let found = pragma(&connection, "user_version")?;
        if found > SCHEMA {
            return Err(DatabaseError::TooNew { found });
        }
        if found == 0 && has_tables(&connection)? {
            // Somebody else's: nothing of it is touched.
            return Err(DatabaseError::NotADatabase(self.path.clone()));
        }
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                 PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;",
            )
            .map_err(DatabaseError::Sqlite)?;
        let journal: String = connection
            .query_row("PRAGMA journal_mode", [], |row| row.get(0))
            .map_err(DatabaseError::Sqlite)?;
        if journal != "wal" {
            return Err(DatabaseError::Setting("journal_mode=WAL"));
        }
        for (name, value, setting) in [
            ("synchronous", 2, "synchronous=FULL"),
            ("foreign_keys", 1, "foreign_keys=ON"),
            ("secure_delete", 1, "secure_delete=ON"),
        ] {
            if pragma(&connection, name)? != value {
                return Err(DatabaseError::Setting(setting));
            }
        }
        if found == 0 {
            make_tables(&mut connection).map_err(DatabaseError::Sqlite)?;
        }
        // Only now is it known to be ours.
        let private = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(&self.path, private).map_err(|source| DatabaseError::File {
            path: self.path.clone(),
            source,
        })?;
        Ok(connection)
    }
}

fn has_tables(connection: &Connection) -> Result<bool, DatabaseError> {
    connection
        .query_row("SELECT EXISTS (SELECT 1 FROM sqlite_master)", [], |row| {
            row.get(0)
        })
        .map_err(DatabaseError::Sqlite)
}

fn make_tables(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found == 0 {
        transaction.execute_batch(TABLES)?;
    }
    transaction.commit()
}

fn pragma(connection: &Connection, name: &str) -> Result<i64, DatabaseError> {
    connection
        .query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))
        .map_err(DatabaseError::Sqlite)
}
