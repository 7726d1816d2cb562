//! What was told, in a SQLite file beside the connections.
//!
//! Whoever asks what to tell is given it for as long as sending takes, and
//! nobody else is: two processes never tell the same. It counts as told once
//! that is confirmed; when the process ends in between, it is told anew. What one
//! address was told, another was not; of addresses only hashes are kept.

use super::{
    Topic,
    decision::{self, AGAIN, Memory, PAUSE, Telling},
};
use crate::{
    backoff::backoff,
    sqlite::{Database, WriteError},
    storage::StorageError,
};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use sha2::{Digest as _, Sha256};

/// Seconds for which telling is left to whoever was given it; sending has to
/// end before.
pub const SENDING: u64 = 5 * 60;

/// What was told of the connections of one plugin. All times are Unix seconds.
#[derive(Debug, Clone)]
pub struct SqliteNotices {
    database: Database,
    plugin: String,
}

impl SqliteNotices {
    /// In this database, for the plugin of this identifier.
    pub fn new(database: Database, plugin: &str) -> Self {
        let plugin = plugin.to_owned();
        Self { database, plugin }
    }

    /// What to tell `address` at `now` of all that stands. Where that is something, it has
    /// to be sent within [`SENDING`], and then confirmed by
    /// [`SqliteNotices::told`] or given back by [`SqliteNotices::failed`].
    ///
    /// # Errors
    ///
    /// [`StorageError`]; then nothing may be told.
    pub async fn take(
        &self,
        company: &str,
        address: &str,
        standing: &[Topic],
        now: u64,
    ) -> Result<Telling, StorageError> {
        let key = (company.to_owned(), self.plugin.clone());
        let address = hash(address);
        let standing = standing.to_vec();
        let decide = move |connection: &Connection| -> rusqlite::Result<_> {
            let id = id(connection, &key)?;
            let telling = match &id {
                Some(id) => decision::decide(&standing, &remembered(connection, id, address)?, now),
                None => Telling::default(),
            };
            Ok((id, telling))
        };
        // Most of the time there is nothing, and nobody has to write to know it.
        let (_, telling) = self.database.read(decide.clone()).await?;
        if telling.due.is_empty() {
            return Ok(telling);
        }
        self.database
            .write(move |transaction| {
                let (id, telling) = decide(transaction)?;
                if let Some(id) = id.filter(|_| !telling.due.is_empty()) {
                    transaction.execute(
                        "INSERT INTO notice_hold (connection, until, failures) VALUES (?1, ?2, 0)
                         ON CONFLICT DO UPDATE SET until = excluded.until",
                        params![id, stored(now.saturating_add(SENDING))],
                    )?;
                }
                Ok(telling)
            })
            .await
    }

    /// These were told to `address`.
    ///
    /// # Errors
    ///
    /// [`StorageError`]; then they may be told once more.
    pub async fn told(
        &self,
        company: &str,
        address: &str,
        topics: &[Topic],
        now: u64,
    ) -> Result<(), StorageError> {
        let address = hash(address);
        let topics = topics.to_vec();
        self.change(company, move |transaction, id| {
            for Topic { code, area } in &topics {
                transaction.execute(
                    "INSERT OR REPLACE INTO notice (connection, code, area, address, told)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![id, code, area, address, stored(now)],
                )?;
            }
            transaction.execute(
                "DELETE FROM notice WHERE connection = ?1 AND told <= ?2",
                params![id, stored(now.saturating_sub(AGAIN))],
            )?;
            hold(transaction, id, now.saturating_add(PAUSE), 0)
        })
        .await
    }

    /// They could not be told; returns when to try again.
    ///
    /// # Errors
    ///
    /// [`StorageError`]; then it is when [`SENDING`] is over.
    pub async fn failed(&self, company: &str, now: u64) -> Result<u64, StorageError> {
        self.change(company, move |transaction, id| {
            let failures: Option<u32> = transaction
                .query_row(
                    "SELECT failures FROM notice_hold WHERE connection = ?1",
                    [id],
                    |row| row.get(0),
                )
                .optional()?;
            let failures = failures.unwrap_or_default().saturating_add(1);
            let until = now.saturating_add(backoff(failures));
            hold(transaction, id, until, failures)?;
            Ok(until)
        })
        .await
    }

    /// Changes what is remembered of a connection; of none, nothing.
    async fn change<T: Default + Send + 'static>(
        &self,
        company: &str,
        change: impl FnOnce(&Transaction<'_>, &str) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StorageError> {
        let key = (company.to_owned(), self.plugin.clone());
        self.database
            .write(move |transaction| match id(transaction, &key)? {
                Some(id) => change(transaction, &id).map_err(WriteError::from),
                None => Ok(T::default()),
            })
            .await
    }
}

fn id(connection: &Connection, key: &(String, String)) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT id FROM connection WHERE company = ?1 AND plugin = ?2";
    let row = connection.query_row(sql, params![key.0, key.1], |row| row.get(0));
    row.optional()
}

/// No mailbox is known that two spellings of lower and upper case tell apart.
fn hash(address: &str) -> [u8; 32] {
    Sha256::digest(address.to_lowercase().as_bytes()).into()
}

fn remembered(connection: &Connection, id: &str, address: [u8; 32]) -> rusqlite::Result<Memory> {
    let sql = "SELECT code, area, told FROM notice WHERE connection = ?1 AND address = ?2";
    let mut query = connection.prepare(sql)?;
    let told = query.query_map(params![id, address], |row| {
        let (code, area) = (row.get(0)?, row.get(1)?);
        Ok((Topic { code, area }, read(row.get(2)?)))
    })?;
    let told = told.collect::<rusqlite::Result<_>>()?;
    let sql = "SELECT until FROM notice_hold WHERE connection = ?1";
    let hold = connection.query_row(sql, [id], |row| row.get(0));
    let hold = hold.optional()?.map(read).unwrap_or_default();
    Ok(Memory { told, hold })
}

fn hold(
    transaction: &Transaction<'_>,
    id: &str,
    until: u64,
    failures: u32,
) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO notice_hold (connection, until, failures)
               VALUES (?1, ?2, ?3)";
    transaction.execute(sql, params![id, stored(until), failures])?;
    Ok(())
}

fn stored(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

fn read(seconds: i64) -> u64 {
    u64::try_from(seconds).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        storage::{ConnectionId, Scope, Storage as _},
        testing::Disk,
    };

    const NOW: u64 = 1_700_000_000;
    const ADDRESS: &str = "anna@acme.example";

    fn topics(codes: &[&str]) -> Vec<Topic> {
        let topic = |code: &&str| Topic {
            code: (*code).into(),
            area: String::new(),
        };
        codes.iter().map(topic).collect()
    }

    async fn connected() -> (Disk, SqliteNotices) {
        let disk = Disk::new().await;
        connect(&disk, "id").await;
        let notices = SqliteNotices::new(disk.database.clone(), "p");
        (disk, notices)
    }

    async fn connect(disk: &Disk, id: &str) {
        let scope = Scope {
            id: ConnectionId::from_stored(id),
            wrapped_key: vec![1],
        };
        disk.storage.create("acme", "p", scope).await.unwrap();
    }

    /// Of what stands, what is to be told.
    async fn due(notices: &SqliteNotices, codes: &[&str], now: u64) -> Vec<Topic> {
        let telling = notices.take("acme", ADDRESS, &topics(codes), now).await;
        telling.unwrap().due
    }

    #[tokio::test]
    async fn given_something_told_when_a_restart_comes_then_it_is_not_told_again_before_a_day() {
        let (disk, notices) = connected().await;
        assert_eq!(due(&notices, &["a"], NOW).await, topics(&["a"]));
        notices
            .told("acme", ADDRESS, &topics(&["a"]), NOW)
            .await
            .unwrap();
        drop(notices);
        let again = Database::open(disk.dir.path().join("db")).await.unwrap();
        let notices = SqliteNotices::new(again, "p");
        let next = notices
            .take("acme", ADDRESS, &topics(&["a"]), NOW + 9)
            .await;
        assert_eq!(next.unwrap().next, Some(NOW + AGAIN));
        assert!(due(&notices, &["a"], NOW + AGAIN - 1).await.is_empty());
        assert_eq!(due(&notices, &["a"], NOW + AGAIN).await, topics(&["a"]));
    }

    #[tokio::test]
    async fn given_two_processes_when_both_ask_then_one_is_given_it_until_sending_must_be_over() {
        let (disk, _) = connected().await;
        let process = async || {
            let database = Database::open(disk.dir.path().join("db")).await;
            SqliteNotices::new(database.unwrap(), "p")
        };
        let (notices, other) = (process().await, process().await);
        let (one, two) = tokio::join!(due(&notices, &["a"], NOW), due(&other, &["a"], NOW));
        assert_eq!(one.len() + two.len(), 1);
        assert!(due(&other, &["a"], NOW + SENDING - 1).await.is_empty());
        assert_eq!(due(&other, &["a"], NOW + SENDING).await.len(), 1, "cut off");
    }

    #[tokio::test]
    async fn given_something_new_after_a_notice_when_asked_then_it_waits_for_the_pause() {
        let (_disk, notices) = connected().await;
        due(&notices, &["a"], NOW).await;
        notices
            .told("acme", ADDRESS, &topics(&["a"]), NOW)
            .await
            .unwrap();
        let telling = notices
            .take("acme", ADDRESS, &topics(&["a", "b"]), NOW + 1)
            .await;
        let expected = Telling {
            due: vec![],
            next: Some(NOW + PAUSE),
        };
        assert_eq!(telling.unwrap(), expected);
        let told = due(&notices, &["a", "b"], NOW + PAUSE).await;
        assert_eq!(told, topics(&["b"]));
    }

    #[tokio::test]
    async fn given_another_address_when_asked_then_it_is_told_what_the_one_before_was_told() {
        let (_disk, notices) = connected().await;
        due(&notices, &["a"], NOW).await;
        let topics = topics(&["a"]);
        notices.told("acme", ADDRESS, &topics, NOW).await.unwrap();
        let corrected = async |now| notices.take("acme", "ada@acme.example", &topics, now).await;
        let telling = corrected(NOW + 1).await.unwrap();
        let expected = Telling {
            due: vec![],
            next: Some(NOW + PAUSE),
        };
        assert_eq!(telling, expected, "changing it to and fro sends no flood");
        let telling = corrected(NOW + PAUSE).await.unwrap();
        assert_eq!(telling.due, topics);
        let now = NOW + PAUSE;
        notices
            .told("acme", "ada@acme.example", &topics, now)
            .await
            .unwrap();
        let back = notices
            .take("acme", "Anna@Acme.example", &topics, now + PAUSE)
            .await;
        assert_eq!(
            back.unwrap().due,
            [],
            "the first one was told within the day"
        );
    }

    #[tokio::test]
    async fn given_failures_when_asked_again_then_the_pauses_grow_and_success_ends_them() {
        let (_disk, notices) = connected().await;
        let mut now = NOW;
        for expected in [300, 600, 1200] {
            assert_eq!(due(&notices, &["a"], now).await.len(), 1);
            let next = notices.failed("acme", now).await.unwrap();
            assert_eq!(next, now + expected);
            assert!(due(&notices, &["a"], next - 1).await.is_empty());
            now = next;
        }
        assert_eq!(due(&notices, &["a"], now).await.len(), 1);
        notices
            .told("acme", ADDRESS, &topics(&["a"]), now)
            .await
            .unwrap();
        now += AGAIN;
        assert_eq!(due(&notices, &["a"], now).await.len(), 1);
        assert_eq!(notices.failed("acme", now).await.unwrap(), now + 300);
    }

    #[tokio::test]
    async fn given_a_connection_that_was_removed_when_added_again_then_nothing_is_remembered() {
        let (disk, notices) = connected().await;
        due(&notices, &["a"], NOW).await;
        notices
            .told("acme", ADDRESS, &topics(&["a"]), NOW)
            .await
            .unwrap();
        let id = ConnectionId::from_stored("id");
        disk.storage.erase(&id).await.unwrap();
        assert!(due(&notices, &["a"], NOW).await.is_empty());
        notices
            .told("acme", ADDRESS, &topics(&["a"]), NOW)
            .await
            .unwrap();
        notices.failed("acme", NOW).await.unwrap();
        connect(&disk, "new").await;
        assert_eq!(due(&notices, &["a"], NOW).await.len(), 1);
    }
}
