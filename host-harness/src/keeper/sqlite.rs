//! The schedule in a SQLite file, beside the connections.

use super::schedule::{ASTRAY, Due, HOLD, Schedule};
use crate::{
    sqlite::Database,
    storage::{ConnectionId, StorageError},
};
use rusqlite::{Connection, params};

const DUE: &str = "SELECT id, company, failures FROM connection
     WHERE plugin = ?1 AND (visit <= ?2 OR visit > ?3) ORDER BY visit LIMIT ?4";

/// The schedule in a [`Database`].
#[derive(Debug, Clone)]
pub struct SqliteSchedule(Database);

impl SqliteSchedule {
    /// The schedule of the connections in this database.
    pub fn new(database: Database) -> Self {
        Self(database)
    }
}

#[async_trait::async_trait]
impl Schedule for SqliteSchedule {
    async fn take(&self, plugin: &str, now: u64, limit: u32) -> Result<Vec<Due>, StorageError> {
        let plugin = plugin.to_owned();
        let due = move |connection: &Connection| -> rusqlite::Result<Vec<Due>> {
            let mut query = connection.prepare(DUE)?;
            let astray = stored(now.saturating_add(ASTRAY));
            let rows = query.query_map(params![plugin, stored(now), astray, limit], |row| {
                Ok(Due {
                    id: ConnectionId::from_stored(row.get::<_, String>(0)?),
                    company: row.get(1)?,
                    failures: row.get(2)?,
                })
            })?;
            rows.collect()
        };
        // Most of the time nothing is, and nobody has to write to know it.
        if self.0.read(due.clone()).await?.is_empty() {
            return Ok(Vec::new());
        }
        self.0
            .write(move |transaction| {
                let taken = due(transaction)?;
                for Due { id, .. } in &taken {
                    transaction.execute(
                        "UPDATE connection SET visit = ?2 WHERE id = ?1",
                        params![id.as_str(), stored(now.saturating_add(HOLD))],
                    )?;
                }
                Ok(taken)
            })
            .await
    }

    async fn plan(&self, id: &ConnectionId, next: u64, failures: u32) -> Result<(), StorageError> {
        let id = id.clone();
        self.0
            .write(move |transaction| {
                transaction.execute(
                    "UPDATE connection SET visit = ?2, failures = ?3 WHERE id = ?1",
                    params![id.as_str(), stored(next), failures],
                )?;
                Ok(())
            })
            .await
    }

    async fn plan_by(&self, company: &str, plugin: &str, at: u64) -> Result<(), StorageError> {
        let (company, plugin) = (company.to_owned(), plugin.to_owned());
        self.0
            .write(move |transaction| {
                transaction.execute(
                    "UPDATE connection SET visit = min(visit, ?3)
                     WHERE company = ?1 AND plugin = ?2",
                    params![company, plugin, stored(at)],
                )?;
                Ok(())
            })
            .await
    }
}

fn stored(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        storage::{Scope, Storage},
        testing::Disk,
    };

    const NOW: u64 = 1_700_000_000;

    async fn connect(disk: &Disk, company: &str, plugin: &str) -> ConnectionId {
        let id = ConnectionId::from_stored(format!("{company}-{plugin}"));
        let scope = Scope {
            id: id.clone(),
            wrapped_key: vec![1],
        };
        disk.storage.create(company, plugin, scope).await.unwrap();
        id
    }

    async fn taken(schedule: &SqliteSchedule, now: u64) -> Vec<String> {
        let due = schedule.take("p", now, 9).await.unwrap();
        due.into_iter().map(|due| due.company).collect()
    }

    #[tokio::test]
    async fn given_connections_when_taken_then_the_due_ones_of_the_plugin_come_once() {
        let disk = Disk::new().await;
        let schedule = SqliteSchedule::new(disk.database.clone());
        let [a, b, c] = [
            connect(&disk, "a", "p").await,
            connect(&disk, "b", "p").await,
            connect(&disk, "c", "p").await,
        ];
        connect(&disk, "d", "other").await;
        schedule.plan(&a, NOW, 0).await.unwrap();
        schedule.plan(&b, NOW + 1, 0).await.unwrap();
        schedule.plan(&c, NOW - 5, 3).await.unwrap();
        let due = schedule.take("p", NOW, 1).await.unwrap();
        assert_eq!((due[0].company.as_str(), due[0].failures), ("c", 3));

        // Another process, on the same file.
        let again = Database::open(disk.dir.path().join("db")).await.unwrap();
        let other = SqliteSchedule::new(again);
        assert_eq!(taken(&other, NOW).await, ["a"]);
        assert!(taken(&schedule, NOW).await.is_empty());
        assert_eq!(taken(&schedule, NOW + 1).await, ["b"]);
        assert_eq!(taken(&schedule, NOW + HOLD).await, ["a", "c"], "cut off");
    }

    #[tokio::test]
    async fn given_a_plan_of_another_clock_when_taken_then_it_is_due() {
        let disk = Disk::new().await;
        let schedule = SqliteSchedule::new(disk.database.clone());
        let id = connect(&disk, "a", "p").await;
        for (planned, expected) in [
            (NOW + ASTRAY, 0),
            (NOW + ASTRAY + 1, 1),
            (u64::MAX, 1),
            (0, 1),
        ] {
            schedule.plan(&id, planned, 0).await.unwrap();
            assert_eq!(taken(&schedule, NOW).await.len(), expected, "{planned}");
        }
    }

    #[tokio::test]
    async fn given_a_plan_when_it_is_wanted_by_a_time_then_the_earlier_one_stays() {
        let disk = Disk::new().await;
        let schedule = SqliteSchedule::new(disk.database.clone());
        let id = connect(&disk, "a", "p").await;
        schedule.plan(&id, NOW + 9, 2).await.unwrap();
        for by in [NOW + 10, NOW + 5, NOW + 6] {
            schedule.plan_by("a", "p", by).await.unwrap();
        }
        assert!(taken(&schedule, NOW + 4).await.is_empty());
        let due = schedule.take("p", NOW + 5, 9).await.unwrap();
        assert_eq!(due[0].failures, 2);
    }

    #[tokio::test]
    async fn given_a_connection_that_was_removed_when_planned_then_nothing_is() {
        let disk = Disk::new().await;
        let schedule = SqliteSchedule::new(disk.database.clone());
        let id = connect(&disk, "a", "p").await;
        disk.storage.erase(&id).await.unwrap();
        schedule.plan(&id, 0, 0).await.unwrap();
        assert!(taken(&schedule, NOW).await.is_empty());
    }
}
