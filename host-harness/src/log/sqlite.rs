//! The company log in a SQLite file, beside the cells.
//!
//! It keeps the newest [`SqliteLog::KEPT`] entries of each company: what is
//! written for one never drives out another's. Nor does one company's reading
//! hold up another's: each reads one thing at a time, in portions.

use super::{CompanyLog, Entry, Level, LogError, LogQuery};
use crate::{queue::Queues, sqlite::Database};
use rusqlite::{Row, params};
use std::{sync::Arc, time::Duration};

/// Entries read at a time; a few milliseconds' work.
const PORTION: u32 = 500;

/// The company log in a [`Database`].
#[derive(Debug, Clone)]
pub struct SqliteLog {
    database: Database,
    /// Readers of one company, one after the other.
    readers: Arc<Queues>,
    kept: u32,
}

/// An entry and its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// Grows with every entry; for reading on from here.
    pub id: i64,
    /// The entry.
    pub entry: Entry,
}

/// What was found among so many entries.
#[derive(Debug, Default)]
struct Portion {
    wanted: Vec<StoredEntry>,
    /// The oldest that was looked at; none once there are no more.
    last: Option<i64>,
}

impl SqliteLog {
    /// Entries kept for a company.
    pub const KEPT: u32 = 10_000;

    /// The log in this database.
    pub fn new(database: Database) -> Self {
        Self {
            database,
            readers: Arc::default(),
            kept: Self::KEPT,
        }
    }

    /// At most `limit` entries of one company, the newest first; with `before`,
    /// only those older than the entry of that id.
    ///
    /// # Errors
    ///
    /// [`LogError`] when the database cannot be read.
    pub async fn newest(
        &self,
        company: &str,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<StoredEntry>, LogError> {
        let query = LogQuery {
            before,
            limit,
            ..LogQuery::default()
        };
        if limit > PORTION {
            return self.find(company, query).await;
        }
        // So little waits for nobody's search.
        let before = before.unwrap_or(i64::MAX);
        let mut newest = self.portion(company, before, Arc::new(query)).await?.wanted;
        newest.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(newest)
    }

    /// The entries of one company that are wanted, the newest first.
    ///
    /// # Errors
    ///
    /// [`LogError`] when the database cannot be read.
    pub async fn find(&self, company: &str, query: LogQuery) -> Result<Vec<StoredEntry>, LogError> {
        let _turn = self.readers.turn(company).await;
        let query = Arc::new(query);
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let mut before = query.before.unwrap_or(i64::MAX);
        let mut found = Vec::new();
        loop {
            let portion = self.portion(company, before, query.clone()).await?;
            found.extend(portion.wanted);
            match portion.last {
                Some(last) if found.len() < limit => before = last,
                _ => break,
            }
        }
        found.truncate(limit);
        Ok(found)
    }

    async fn portion(
        &self,
        company: &str,
        before: i64,
        query: Arc<LogQuery>,
    ) -> Result<Portion, LogError> {
        let company = company.to_owned();
        let read = self.database.search(move |connection| {
            let mut select = connection.prepare_cached(
                "SELECT id, time, level, event, message, actor, company, plugin FROM log
                 WHERE company = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3",
            )?;
            let rows = select.query_map(params![company, before, PORTION], stored_entry)?;
            let mut portion = Portion::default();
            for stored in rows {
                let stored = stored?;
                portion.last = Some(stored.id);
                // Compared here: SQLite knows upper and lower case of ASCII alone.
                if query.admits(&stored.entry) {
                    portion.wanted.push(stored);
                }
            }
            Ok(portion)
        });
        read.await.map_err(|error| LogError(error.into()))
    }

    /// The event codes in one company's log, in order.
    ///
    /// # Errors
    ///
    /// [`LogError`] when the database cannot be read.
    pub async fn events(&self, company: &str) -> Result<Vec<String>, LogError> {
        let _turn = self.readers.turn(company).await;
        let company = company.to_owned();
        let read = self.database.search(move |connection| {
            let sql = "SELECT DISTINCT event FROM log WHERE company = ?1 ORDER BY event";
            let mut select = connection.prepare(sql)?;
            let rows = select.query_map(params![company], |row| row.get(0))?;
            rows.collect()
        });
        read.await.map_err(|error| LogError(error.into()))
    }
}

#[async_trait::async_trait]
impl CompanyLog for SqliteLog {
    async fn append(&self, entry: Entry) -> Result<(), LogError> {
        let kept = self.kept;
        let write = self.database.write(move |transaction| {
            transaction.execute(
                "INSERT INTO log (time, level, event, message, actor, company, plugin)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    i64::try_from(entry.time.as_millis()).unwrap_or(i64::MAX),
                    entry.level.as_str(),
                    entry.event,
                    entry.message,
                    entry.actor,
                    entry.company,
                    entry.plugin
                ],
            )?;
            transaction.execute(
                "DELETE FROM log WHERE company = ?1 AND id <=
                 (SELECT id FROM log WHERE company = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
                params![entry.company, kept],
            )?;
            Ok(())
        });
        write.await.map_err(|error| LogError(error.into()))
    }
}

fn stored_entry(row: &Row<'_>) -> rusqlite::Result<StoredEntry> {
    let level: String = row.get(2)?;
    Ok(StoredEntry {
        id: row.get(0)?,
        entry: Entry {
            time: Duration::from_millis(u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0)),
            level: Level::from_name(&level).unwrap_or(Level::Error),
            event: row.get(3)?,
            message: row.get(4)?,
            actor: row.get(5)?,
            company: row.get(6)?,
            plugin: row.get(7)?,
        },
    })
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn given_more_entries_than_are_kept_when_appending_then_only_the_own_oldest_go() {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(dir.path().join("db")).await.unwrap();
        let log = SqliteLog {
            kept: 2,
            ..SqliteLog::new(database)
        };
        for (company, message) in [("b", "0"), ("a", "1"), ("a", "2"), ("a", "3"), ("a", "4")] {
            log.append(entry(company, message)).await.unwrap();
        }
        let newest = async |company| {
            let stored = log.newest(company, None, 9).await.unwrap();
            let messages = stored.into_iter().map(|stored| stored.entry.message);
            messages.collect::<Vec<_>>()
        };
        assert_eq!(newest("a").await, ["4", "3"]);
        assert_eq!(newest("b").await, ["0"]);
    }

    fn entry(company: &str, message: &str) -> Entry {
        Entry {
            time: Duration::from_millis(1_700_000_000_123),
            level: Level::Warn,
            event: "authorization.failed".into(),
            message: message.into(),
            actor: Some("anna".into()),
            company: company.into(),
            plugin: "p".into(),
        }
    }

    #[tokio::test]
    async fn given_an_entry_of_each_level_when_kept_and_read_then_it_is_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let log = SqliteLog::new(Database::open(dir.path().join("db")).await.unwrap());
        for level in Level::ALL {
            let entry = Entry {
                level,
                ..entry("a", level.as_str())
            };
            log.append(entry.clone()).await.unwrap();
            let newest = log.newest("a", None, 1).await.unwrap();
            assert_eq!(newest.first().map(|stored| &stored.entry), Some(&entry));
        }
    }

    #[tokio::test]
    async fn given_entries_of_two_companies_when_reading_then_each_sees_its_own_newest_first() {
        let dir = tempfile::tempdir().unwrap();
        let log = SqliteLog::new(Database::open(dir.path().join("db")).await.unwrap());
        for (company, message) in [("a", "one"), ("b", "two"), ("a", "three"), ("a", "four")] {
            log.append(entry(company, message)).await.unwrap();
        }
        let page = log.newest("a", None, 2).await.unwrap();
        let read: Vec<_> = page.iter().map(|stored| stored.entry.clone()).collect();
        assert_eq!(read, [entry("a", "four"), entry("a", "three")]);

        let rest = log.newest("a", Some(page[1].id), 2).await.unwrap();
        let read: Vec<_> = rest.into_iter().map(|stored| stored.entry).collect();
        assert_eq!(read, [entry("a", "one")]);
        assert!(log.newest("A", None, 9).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn given_more_than_a_portion_when_reading_then_all_of_it_comes_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(dir.path().join("db")).await.unwrap();
        database
            .execute(
                "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 1200)
                 INSERT INTO log (time, level, event, message, company, plugin)
                 SELECT n, 'info', 'e', n, 'a', 'p' FROM number",
            )
            .await;
        let log = SqliteLog::new(database);
        let messages = async |query: LogQuery| -> Vec<String> {
            let found = log.find("a", query).await.unwrap();
            found
                .into_iter()
                .map(|stored| stored.entry.message)
                .collect()
        };
        let all: Vec<_> = (1..=1200).rev().map(|n: u32| n.to_string()).collect();
        assert_eq!(messages(LogQuery::default()).await, all);
        let oldest = LogQuery {
            text: "7".into(),
            before: Some(17),
            limit: 1,
            ..LogQuery::default()
        };
        assert_eq!(messages(oldest).await, ["7"]);
        let limit = LogQuery {
            limit: 501,
            ..LogQuery::default()
        };
        assert_eq!(messages(limit).await, all[..501]);
    }

    #[tokio::test]
    async fn given_a_company_that_reads_much_when_another_reads_then_it_waits_for_one_portion() {
        let dir = tempfile::tempdir().unwrap();
        let log = SqliteLog::new(Database::open(dir.path().join("db")).await.unwrap());
        let reading = log.readers.turn("a").await;
        let any = LogQuery::default;
        assert!(log.find("b", any()).await.unwrap().is_empty());
        assert!(log.find("a", any()).now_or_never().is_none());
        drop(reading);
        assert!(log.find("a", any()).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn given_a_query_when_reading_then_only_what_fits_comes_and_it_goes_on_from_there() {
        let dir = tempfile::tempdir().unwrap();
        let log = SqliteLog::new(Database::open(dir.path().join("db")).await.unwrap());
        for (level, event, message) in [
            (Level::Error, "authorization.failed", "Åtkomst nekad"),
            (Level::Info, "authorization.started", "100 % klart_"),
            (Level::Debug, "settings.saved", "Sparat"),
        ] {
            let entry = Entry {
                level,
                event: event.into(),
                ..entry("a", message)
            };
            log.append(entry).await.unwrap();
        }
        log.append(entry("b", "Åtkomst")).await.unwrap();
        let found = async |query: LogQuery| -> Vec<String> {
            let found = log.find("a", query).await.unwrap();
            let messages = found.into_iter().map(|stored| stored.entry.message);
            messages.collect()
        };
        let any = LogQuery::default;
        let level = |level| LogQuery { level, ..any() };
        assert_eq!(found(any()).await.len(), 3);
        assert_eq!(found(level(Level::Info)).await.len(), 2);
        assert_eq!(found(level(Level::Warn)).await, ["Åtkomst nekad"]);
        assert!(found(level(Level::Critical)).await.is_empty());
        let event = |event: &str| LogQuery {
            event: event.into(),
            ..any()
        };
        assert_eq!(found(event("authorization.")).await.len(), 2);
        assert_eq!(found(event("settings.saved")).await, ["Sparat"]);
        assert!(found(event("%")).await.is_empty());
        let text = |text: &str| LogQuery {
            text: text.into(),
            ..any()
        };
        assert_eq!(found(text("åtkomst NEKAD")).await, ["Åtkomst nekad"]);
        assert_eq!(found(text("ANNA settings")).await, ["Sparat"]);
        assert_eq!(found(text("%")).await, ["100 % klart_"]);
        assert_eq!(found(text("_")).await, ["100 % klart_"]);
        assert!(found(text("' OR 1=1 --")).await.is_empty());

        let one = LogQuery {
            limit: 1,
            ..event("authorization.")
        };
        let first = log.find("a", one.clone()).await.unwrap();
        assert_eq!(first[0].entry.message, "100 % klart_");
        let before = Some(first[0].id);
        assert_eq!(found(LogQuery { before, ..one }).await, ["Åtkomst nekad"]);
        let events = log.events("a").await.unwrap();
        let expected = [
            "authorization.failed",
            "authorization.started",
            "settings.saved",
        ];
        assert_eq!(events, expected);
    }
}
