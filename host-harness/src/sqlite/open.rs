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
const SCHEMA: i64 = 3;

/// What each version adds to the one before; the first has nothing before it.
const VERSIONS: [(i64, &str); 3] = [
    (1, CONNECTIONS_AND_LOG),
    (2, VISITS_AND_NOTICES),
    (3, INVITATIONS_AND_ADDRESSES),
];

const CONNECTIONS_AND_LOG: &str = "
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
";

const VISITS_AND_NOTICES: &str = "
    ALTER TABLE connection ADD COLUMN visit INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE connection ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX connection_visit ON connection (plugin, visit);
    CREATE TABLE notice (
        connection TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
        code       TEXT NOT NULL,
        area       TEXT NOT NULL,
        told       INTEGER NOT NULL,
        PRIMARY KEY (connection, code, area)
    ) STRICT;
    CREATE TABLE notice_hold (
        connection TEXT PRIMARY KEY REFERENCES connection (id) ON DELETE CASCADE,
        until      INTEGER NOT NULL,
        failures   INTEGER NOT NULL
    ) STRICT;
";

const INVITATIONS_AND_ADDRESSES: &str = "
    DROP TABLE IF EXISTS invitation;
    CREATE TABLE invitation (
        connection TEXT PRIMARY KEY REFERENCES connection (id) ON DELETE CASCADE,
        key        BLOB NOT NULL UNIQUE,
        guest      TEXT NOT NULL,
        inviter    TEXT NOT NULL,
        created    INTEGER NOT NULL,
        expires    INTEGER NOT NULL,
        opened     INTEGER,
        used       INTEGER
    ) STRICT;
    DROP TABLE notice;
    CREATE TABLE notice (
        connection TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
        address    BLOB NOT NULL,
        code       TEXT NOT NULL,
        area       TEXT NOT NULL,
        told       INTEGER NOT NULL,
        PRIMARY KEY (connection, address, code, area)
    ) STRICT;
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
        if found < SCHEMA {
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
    for (version, tables) in VERSIONS {
        if found < version {
            transaction.execute_batch(tables)?;
            transaction.pragma_update(None, "user_version", version)?;
        }
    }
    transaction.commit()
}

fn pragma(connection: &Connection, name: &str) -> Result<i64, DatabaseError> {
    connection
        .query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))
        .map_err(DatabaseError::Sqlite)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_a_file_of_the_first_version_when_opened_then_it_has_the_new_tables_and_all_it_had() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("db");
        let old = Connection::open(&path).unwrap();
        old.execute_batch(CONNECTIONS_AND_LOG).unwrap();
        old.execute_batch(
            "INSERT INTO connection (id, company, plugin, wrapped_key)
             VALUES ('i', 'acme', 'p', x'00');
             PRAGMA user_version = 1;",
        )
        .unwrap();
        drop(old);
        let busy_timeout = Duration::ZERO;
        let opener = Opener { path, busy_timeout };
        for _ in 0..2 {
            let connection = opener.open().unwrap();
            let sql = "SELECT company, visit, failures FROM connection";
            let row = connection.query_row(sql, [], |row| {
                Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?))
            });
            assert_eq!(row.unwrap(), ("acme".to_owned(), 0, 0));
            assert_eq!(pragma(&connection, "user_version").unwrap(), SCHEMA);
            let sql = "SELECT count(*) FROM notice, notice_hold";
            let count: i64 = connection.query_row(sql, [], |row| row.get(0)).unwrap();
            assert_eq!(count, 0);
        }
    }
}
