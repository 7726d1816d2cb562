//! Cells in a SQLite file: the storage for one machine.

use super::{
    Cell, ConnectionId, Precondition, Route, RouteKey, Scope, Stamp, Storage, StorageClock,
    StorageError, SystemStorageClock, Version,
};
use crate::sqlite::{Database, WriteError};
use rusqlite::{OptionalExtension, Transaction, params};
use std::sync::Arc;

/// Cells in a [`Database`].
#[derive(Clone)]
pub struct SqliteStorage {
    database: Database,
    clock: Arc<dyn StorageClock>,
}

impl SqliteStorage {
    /// Cells in this database, with ages by the machine's clocks.
    pub fn new(database: Database) -> Self {
        Self::with_clock(database, Arc::new(SystemStorageClock::new()))
    }

    /// Cells in this database, with ages by another clock.
    pub fn with_clock(database: Database, clock: Arc<dyn StorageClock>) -> Self {
        Self { database, clock }
    }
}

#[async_trait::async_trait]
impl Storage for SqliteStorage {
    async fn find(&self, company: &str, plugin: &str) -> Result<Option<Scope>, StorageError> {
        let (company, plugin) = (company.to_owned(), plugin.to_owned());
        self.database
            .read(move |connection| live(connection, &company, &plugin))
            .await
    }

    async fn create(
        &self,
        company: &str,
        plugin: &str,
        scope: Scope,
    ) -> Result<Scope, StorageError> {
        let (company, plugin) = (company.to_owned(), plugin.to_owned());
        self.database
            .write(move |transaction| {
                if let Some(live) = live(transaction, &company, &plugin)? {
                    return Ok(live);
                }
                transaction.execute(
                    "INSERT INTO connection (id, company, plugin, wrapped_key)
                     VALUES (?1, ?2, ?3, ?4)",
                    params![scope.id.as_str(), company, plugin, scope.wrapped_key],
                )?;
                Ok(scope)
            })
            .await
    }

    async fn get(&self, id: &ConnectionId, key: &str) -> Result<Option<Cell>, StorageError> {
        let (id, key) = (id.clone(), key.to_owned());
        let found = self.database.read(move |connection| {
            connection
                .query_row(
                    "SELECT version, sealed, boot, since_boot, wall FROM cell
                     WHERE connection = ?1 AND key = ?2",
                    params![id.as_str(), key],
                    |row| {
                        let boot = row.get(2)?;
                        let (since_boot, wall) = (row.get(3)?, row.get(4)?);
                        let written = Stamp {
                            boot,
                            since_boot,
                            wall,
                        };
                        Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?, written))
                    },
                )
                .optional()
        });
        // The clock is read after the row: an age may err only towards older.
        Ok(found.await?.map(|(version, sealed, written)| Cell {
            version: Version::from_stored(version),
            sealed,
            age: written.age(&self.clock.now()),
        }))
    }

    async fn count(&self, id: &ConnectionId) -> Result<u32, StorageError> {
        let id = id.clone();
        self.database
            .read(move |connection| {
                connection.query_row(
                    "SELECT count(*) FROM cell WHERE connection = ?1",
                    [id.as_str()],
                    |row| row.get(0),
                )
            })
            .await
    }

    async fn put(
        &self,
        id: &ConnectionId,
        key: &str,
        version: &Version,
        sealed: Vec<u8>,
        when: &Precondition,
    ) -> Result<(), StorageError> {
        let (id, key, when) = (id.clone(), key.to_owned(), when.clone());
        let version = version.clone();
        let clock = self.clock.clone();
        self.database
            .write(move |transaction| {
                check(transaction, &id, &key, &when)?;
                if !exists(transaction, &id)? {
                    return Err(StorageError::Gone.into());
                }
                let now = clock.now();
                transaction.execute(
                    "INSERT OR REPLACE INTO cell
                     (connection, key, version, sealed, boot, since_boot, wall)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    params![
                        id.as_str(),
                        key,
                        version.as_str(),
                        sealed,
                        now.boot,
                        now.since_boot,
                        now.wall
                    ],
                )?;
                Ok(())
            })
            .await
    }

    async fn delete(
        &self,
        id: &ConnectionId,
        key: &str,
        when: &Precondition,
    ) -> Result<(), StorageError> {
        let (id, key, when) = (id.clone(), key.to_owned(), when.clone());
        self.database
            .write(move |transaction| {
                check(transaction, &id, &key, &when)?;
                transaction.execute(
                    "DELETE FROM cell WHERE connection = ?1 AND key = ?2",
                    params![id.as_str(), key],
                )?;
                Ok(())
            })
            .await
    }

    async fn erase(&self, id: &ConnectionId) -> Result<(), StorageError> {
        let id = id.clone();
        let erased = self.database.write(move |transaction| {
            // The cells go with it.
            transaction.execute("DELETE FROM connection WHERE id = ?1", [id.as_str()])?;
            Ok(())
        });
        erased.await?;
        self.database.checkpoint().await;
        Ok(())
    }

    async fn set_route(&self, id: &ConnectionId, route: &Route) -> Result<(), StorageError> {
        let (id, route) = (id.clone(), route.clone());
        self.database
            .write(move |transaction| {
                let changed = transaction.execute(
                    "UPDATE connection SET state = ?2, binding = ?3 WHERE id = ?1",
                    params![id.as_str(), route.state, route.binding],
                )?;
                match changed {
                    0 => Err(StorageError::Gone.into()),
                    _ => Ok(()),
                }
            })
            .await
    }

    async fn find_route(&self, plugin: &str, by: RouteKey) -> Result<Option<String>, StorageError> {
        let plugin = plugin.to_owned();
        self.database
            .read(move |connection| {
                let (sql, hash) = match by {
                    RouteKey::State(hash) => (
                        "SELECT company FROM connection WHERE plugin = ?1 AND state = ?2",
                        hash,
                    ),
                    RouteKey::Binding(hash) => (
                        "SELECT company FROM connection WHERE plugin = ?1 AND binding = ?2",
                        hash,
                    ),
                };
                connection
                    .query_row(sql, params![plugin, hash], |row| row.get(0))
                    .optional()
            })
            .await
    }

    async fn is_empty(&self) -> Result<bool, StorageError> {
        self.database
            .read(|connection| {
                connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM connection)", [], |row| {
                    row.get(0)
                })
            })
            .await
    }
}

fn live(
    connection: &rusqlite::Connection,
    company: &str,
    plugin: &str,
) -> rusqlite::Result<Option<Scope>> {
    connection
        .query_row(
            "SELECT id, wrapped_key FROM connection WHERE company = ?1 AND plugin = ?2",
            [company, plugin],
            |row| {
                Ok(Scope {
                    id: ConnectionId::from_stored(row.get::<_, String>(0)?),
                    wrapped_key: row.get(1)?,
                })
            },
        )
        .optional()
}

fn exists(transaction: &Transaction<'_>, id: &ConnectionId) -> rusqlite::Result<bool> {
    transaction
        .query_row(
            "SELECT 1 FROM connection WHERE id = ?1",
            [id.as_str()],
            |_| Ok(()),
        )
        .optional()
        .map(|found| found.is_some())
}

fn check(
    transaction: &Transaction<'_>,
    id: &ConnectionId,
    key: &str,
    when: &Precondition,
) -> Result<(), WriteError> {
    let found: Option<String> = transaction
        .query_row(
            "SELECT version FROM cell WHERE connection = ?1 AND key = ?2",
            params![id.as_str(), key],
            |row| row.get(0),
        )
        .optional()?;
    let holds = match (when, found) {
        (Precondition::Always, _) | (Precondition::Absent, None) => true,
        (Precondition::Unchanged(version), Some(found)) => version.as_str() == found,
        (Precondition::Absent, Some(_)) | (Precondition::Unchanged(_), None) => false,
    };
    match holds {
        true => Ok(()),
        false => Err(StorageError::Conflict.into()),
    }
}
