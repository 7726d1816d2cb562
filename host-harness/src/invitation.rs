//! Invitations: links with which somebody who has no login here does one
//! authorization for a company.
//!
//! Guarantees: a connection has at most one, and a new one replaces the one
//! before; of the link's secret only the hash is kept; a link is opened once,
//! however many try at the same time and in however many processes; withdrawn,
//! replaced or expired, or once its connection is erased, it opens nothing.

use crate::{sqlite::Database, storage::StorageError};
use rusqlite::{OptionalExtension as _, Row, params};
use sha2::{Digest as _, Sha256};
use std::fmt;

const COLUMNS: &str = "key, company, plugin, guest, inviter, created, expires, opened, used";
const INVITATIONS: &str = "invitation JOIN connection ON connection.id = invitation.connection";

/// Names an invitation: the hash of its link's secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct InvitationKey([u8; 32]);

impl InvitationKey {
    /// Of a secret of at least 128 random bits.
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }
}

impl fmt::Debug for InvitationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvitationKey")
    }
}

/// One invitation. Times are Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its name.
    pub key: InvitationKey,
    /// For which company.
    pub company: String,
    /// For which plugin.
    pub plugin: String,
    /// Who is invited, as the company calls them.
    pub guest: String,
    /// Who invited them.
    pub inviter: String,
    /// When.
    pub created: u64,
    /// From then on it opens nothing.
    pub expires: u64,
    /// When it was opened.
    pub opened: Option<u64>,
    /// When the authorization succeeded.
    pub used: Option<u64>,
}

/// Invitations in a [`Database`].
#[derive(Debug, Clone)]
pub struct SqliteInvitations(Database);

impl SqliteInvitations {
    /// Those in this database.
    pub fn new(database: Database) -> Self {
        Self(database)
    }

    /// Keeps an invitation; the one before of its connection is gone.
    ///
    /// # Errors
    ///
    /// [`StorageError`], [`StorageError::Gone`] where there is no such connection;
    /// its link must not be handed out then.
    pub async fn put(&self, invitation: Invitation) -> Result<(), StorageError> {
        let write = self.0.write(move |transaction| {
            let kept = transaction.execute(
                "INSERT OR REPLACE INTO invitation
                 (connection, key, guest, inviter, created, expires, opened, used)
                 SELECT id, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM connection
                 WHERE company = ?1 AND plugin = ?2",
                params![
                    invitation.company,
                    invitation.plugin,
                    invitation.key.0,
                    invitation.guest,
                    invitation.inviter,
                    seconds(invitation.created),
                    seconds(invitation.expires),
                    invitation.opened.map(seconds),
                    invitation.used.map(seconds),
                ],
            )?;
            match kept {
                0 => Err(StorageError::Gone.into()),
                _ => Ok(()),
            }
        });
        write.await
    }

    /// The invitation of a connection, whatever has become of it.
    ///
    /// # Errors
    ///
    /// [`StorageError`].
    pub async fn of(
        &self,
        company: &str,
        plugin: &str,
    ) -> Result<Option<Invitation>, StorageError> {
        let (company, plugin) = (company.to_owned(), plugin.to_owned());
        let read = self.0.read(move |connection| {
            let sql =
                format!("SELECT {COLUMNS} FROM {INVITATIONS} WHERE company = ?1 AND plugin = ?2");
            connection
                .query_row(&sql, params![company, plugin], invitation)
                .optional()
        });
        read.await
    }

    /// The invitation of a link that is neither withdrawn nor replaced nor, by
    /// `now`, expired.
    ///
    /// # Errors
    ///
    /// [`StorageError`].
    pub async fn find(
        &self,
        key: InvitationKey,
        now: u64,
    ) -> Result<Option<Invitation>, StorageError> {
        let read = self.0.read(move |connection| {
            let sql =
                format!("SELECT {COLUMNS} FROM {INVITATIONS} WHERE key = ?1 AND expires > ?2");
            connection
                .query_row(&sql, params![key.0, seconds(now)], invitation)
                .optional()
        });
        read.await
    }

    /// Opens a link: the invitation for whoever is first, none for all others.
    ///
    /// # Errors
    ///
    /// [`StorageError`].
    pub async fn consume(
        &self,
        key: InvitationKey,
        now: u64,
    ) -> Result<Option<Invitation>, StorageError> {
        let write = self.0.write(move |transaction| {
            let opened = transaction.execute(
                "UPDATE invitation SET opened = ?2
                 WHERE key = ?1 AND opened IS NULL AND expires > ?2",
                params![key.0, seconds(now)],
            )?;
            if opened == 0 {
                return Ok(None);
            }
            let sql = format!("SELECT {COLUMNS} FROM {INVITATIONS} WHERE key = ?1");
            let opened = transaction.query_row(&sql, [key.0], invitation)?;
            Ok(Some(opened))
        });
        write.await
    }

    /// Notes that the authorization succeeded.
    ///
    /// # Errors
    ///
    /// [`StorageError`].
    pub async fn set_used(&self, key: InvitationKey, now: u64) -> Result<(), StorageError> {
        let write = self.0.write(move |transaction| {
            let sql = "UPDATE invitation SET used = ?2 WHERE key = ?1";
            transaction.execute(sql, params![key.0, seconds(now)])?;
            Ok(())
        });
        write.await
    }

    /// Withdraws the invitation of a connection; returns what it was.
    ///
    /// # Errors
    ///
    /// [`StorageError`].
    pub async fn withdraw(
        &self,
        company: &str,
        plugin: &str,
    ) -> Result<Option<Invitation>, StorageError> {
        let (company, plugin) = (company.to_owned(), plugin.to_owned());
        let write = self.0.write(move |transaction| {
            let sql =
                format!("SELECT {COLUMNS} FROM {INVITATIONS} WHERE company = ?1 AND plugin = ?2");
            let withdrawn = transaction
                .query_row(&sql, params![company, plugin], invitation)
                .optional()?;
            if let Some(Invitation { key, .. }) = &withdrawn {
                transaction.execute("DELETE FROM invitation WHERE key = ?1", [key.0])?;
            }
            Ok(withdrawn)
        });
        write.await
    }
}

fn seconds(time: u64) -> i64 {
    i64::try_from(time).unwrap_or(i64::MAX)
}

fn invitation(row: &Row<'_>) -> rusqlite::Result<Invitation> {
    let time = |seconds: i64| u64::try_from(seconds).unwrap_or(0);
    Ok(Invitation {
        key: InvitationKey(row.get(0)?),
        company: row.get(1)?,
        plugin: row.get(2)?,
        guest: row.get(3)?,
        inviter: row.get(4)?,
        created: time(row.get(5)?),
        expires: time(row.get(6)?),
        opened: row.get::<_, Option<i64>>(7)?.map(time),
        used: row.get::<_, Option<i64>>(8)?.map(time),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        storage::{ConnectionId, Scope, Storage as _},
        testing::Disk,
    };

    fn invited(company: &str, secret: &str) -> Invitation {
        Invitation {
            key: InvitationKey::of(secret),
            company: company.into(),
            plugin: "p".into(),
            guest: "Anna".into(),
            inviter: "Kari".into(),
            created: 100,
            expires: 200,
            opened: None,
            used: None,
        }
    }

    async fn invitations() -> (Disk, SqliteInvitations) {
        let disk = Disk::new().await;
        for company in ["a", "b"] {
            connect(&disk, company).await;
        }
        let invitations = SqliteInvitations::new(disk.database.clone());
        (disk, invitations)
    }

    async fn connect(disk: &Disk, company: &str) {
        let scope = Scope {
            id: ConnectionId::from_stored(company),
            wrapped_key: vec![1],
        };
        disk.storage.create(company, "p", scope).await.unwrap();
    }

    #[tokio::test]
    async fn given_an_invitation_when_the_program_starts_anew_then_it_is_still_there() {
        let (disk, invitations) = invitations().await;
        invitations.put(invited("a", "secret")).await.unwrap();
        drop(invitations);
        let database = Database::open(disk.dir.path().join("db")).await.unwrap();
        let invitations = SqliteInvitations::new(database);
        let found = invitations.of("a", "p").await.unwrap();
        assert_eq!(found, Some(invited("a", "secret")));
        for file in std::fs::read_dir(disk.dir.path()).unwrap() {
            let stored = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!stored.windows(6).any(|part| part == b"secret"));
        }
    }

    #[tokio::test]
    async fn given_a_link_when_opened_by_many_at_once_then_one_of_them_has_it() {
        let (_disk, invitations) = invitations().await;
        invitations.put(invited("a", "secret")).await.unwrap();
        let key = InvitationKey::of("secret");
        let open = || invitations.consume(key, 150);
        let (one, two, three) = tokio::join!(open(), open(), open());
        let opened: Vec<_> = [one, two, three]
            .into_iter()
            .filter_map(Result::unwrap)
            .collect();
        assert_eq!(opened.len(), 1);
        assert_eq!(opened[0].opened, Some(150));
        let other = InvitationKey::of("guess");
        assert_eq!(invitations.consume(other, 150).await.unwrap(), None);
    }

    #[tokio::test]
    async fn given_a_link_when_expired_withdrawn_or_replaced_then_it_opens_nothing() {
        let (_disk, invitations) = invitations().await;
        let (first, second) = (InvitationKey::of("first"), InvitationKey::of("second"));
        let opens = async |key, now| {
            let found = invitations.find(key, now).await.unwrap().is_some();
            let opened = invitations.consume(key, now).await.unwrap().is_some();
            assert_eq!(found, opened);
            opened
        };
        invitations.put(invited("a", "first")).await.unwrap();
        assert!(!opens(first, 200).await, "expired");
        invitations.put(invited("a", "second")).await.unwrap();
        assert!(!opens(first, 150).await, "replaced");
        let withdrawn = invitations.withdraw("a", "p").await.unwrap();
        assert_eq!(withdrawn, Some(invited("a", "second")));
        assert!(!opens(second, 150).await, "withdrawn");
        assert_eq!(invitations.withdraw("a", "p").await.unwrap(), None);
        invitations.put(invited("a", "third")).await.unwrap();
        invitations.put(invited("b", "fourth")).await.unwrap();
        let third = InvitationKey::of("third");
        assert!(opens(third, 199).await);
        invitations.set_used(third, 199).await.unwrap();
        let used = invitations.of("a", "p").await.unwrap().unwrap();
        assert_eq!((used.opened, used.used), (Some(199), Some(199)));
        let other = invitations.of("b", "p").await.unwrap();
        assert_eq!(other, Some(invited("b", "fourth")));
    }

    #[tokio::test]
    async fn given_a_link_when_its_connection_is_erased_then_it_is_gone_and_of_no_later_one() {
        let (disk, invitations) = invitations().await;
        invitations.put(invited("a", "secret")).await.unwrap();
        let id = ConnectionId::from_stored("a");
        disk.storage.erase(&id).await.unwrap();
        let key = InvitationKey::of("secret");
        assert_eq!(invitations.find(key, 150).await.unwrap(), None);
        let put = invitations.put(invited("a", "secret")).await;
        assert!(matches!(put, Err(StorageError::Gone)), "{put:?}");
        connect(&disk, "a").await;
        assert_eq!(invitations.consume(key, 150).await.unwrap(), None);
    }
}
