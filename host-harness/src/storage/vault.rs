//! What a guest sees of the storage: the cells of one scope, in the clear.
//!
//! Keys and sizes are checked before the storage is asked; versions are made
//! here and never recur; values are sealed on their way in and opened on their
//! way out. A call fixes its scope when it starts: what it writes after the
//! connection was removed is refused, even when one of the same name exists.
//! When the data key does not open, all that can still be done is to remove.

use super::{
    ConnectionId, KeyRing, Precondition, Scope, Source, Storage, StorageError, Version,
    envelope::{self, SecretKey},
    key_ring::Owner,
};
use crate::{
    changes::Changes,
    contract::bindings::erp::integration::storage as contract,
    limits::Limits,
    random::{self, Random},
};
use std::sync::Arc;
use zeroize::Zeroizing;

const MAGIC: &[u8] = b"ERPC\x01\x01"; // cell, format 1, XChaCha20-Poly1305

/// Opens and seals the scopes of one plugin.
#[derive(Clone)]
pub(crate) struct Vaults {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) key_ring: KeyRing,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) value_limit: usize,
    pub(crate) cell_limit: u32,
    /// Whose cells were written.
    pub(crate) changes: Changes,
}

impl Vaults {
    /// The live connection's vault; an empty one that takes no writes when
    /// there is no connection.
    pub(crate) async fn find(&self, company: &str, plugin: &str) -> Result<Vault, StorageError> {
        match self.storage.find(company, plugin).await? {
            Some(scope) => self.open(company, plugin, scope),
            None => Ok(self.vault(company, None)),
        }
    }

    /// As [`Vaults::find`], also when the data key does not open: then every
    /// cell is damaged.
    pub(crate) async fn find_to_remove(
        &self,
        company: &str,
        plugin: &str,
    ) -> Result<Vault, StorageError> {
        let Some(scope) = self.storage.find(company, plugin).await? else {
            return Ok(self.vault(company, None));
        };
        let id = scope.id.clone();
        self.open(company, plugin, scope).or_else(|error| {
            tracing::warn!(error = &error as &dyn std::error::Error, "storage");
            Ok(self.vault(company, Some((id, None))))
        })
    }

    /// The live connection's vault; makes the connection where there is none.
    pub(crate) async fn find_or_create(
        &self,
        company: &str,
        plugin: &str,
    ) -> Result<Vault, StorageError> {
        let scope = match self.storage.find(company, plugin).await? {
            Some(scope) => scope,
            None => {
                let scope = self.new_scope(company, plugin)?;
                self.storage.create(company, plugin, scope).await?
            }
        };
        self.open(company, plugin, scope)
    }

    fn new_scope(&self, company: &str, plugin: &str) -> Result<Scope, StorageError> {
        let make = || {
            let id = ConnectionId::random(&*self.random)?;
            let data_key = Zeroizing::new(random::array::<32>(&*self.random)?);
            let owner = Owner {
                connection: &id,
                company,
                plugin,
            };
            let wrapped_key = self.key_ring.wrap(&data_key, &owner, &*self.random)?;
            Ok(Scope { id, wrapped_key })
        };
        make().map_err(|error: random::RandomError| StorageError::Unavailable(error.into()))
    }

    fn open(&self, company: &str, plugin: &str, scope: Scope) -> Result<Vault, StorageError> {
        let owner = Owner {
            connection: &scope.id,
            company,
            plugin,
        };
        let data_key = self.key_ring.unwrap(&scope.wrapped_key, &owner)?;
        Ok(self.vault(company, Some((scope.id, Some(data_key)))))
    }

    fn vault(&self, company: &str, scope: Option<(ConnectionId, Option<SecretKey>)>) -> Vault {
        Vault {
            company: company.into(),
            changes: self.changes.clone(),
            storage: self.storage.clone(),
            random: self.random.clone(),
            value_limit: self.value_limit,
            cell_limit: self.cell_limit,
            scope: scope.map(Arc::new),
        }
    }
}

/// The cells of one scope. Cloning shares it.
#[derive(Clone)]
pub(crate) struct Vault {
    storage: Arc<dyn Storage>,
    random: Arc<dyn Random>,
    value_limit: usize,
    cell_limit: u32,
    company: Arc<str>,
    changes: Changes,
    /// The connection and its data key; without the key nothing opens.
    scope: Option<Arc<(ConnectionId, Option<SecretKey>)>>,
}

impl Vault {
    /// The scope's name; none while there is no connection.
    pub(crate) fn id(&self) -> Option<&ConnectionId> {
        self.scope.as_ref().map(|scope| &scope.0)
    }

    pub(crate) async fn get(&self, key: &str) -> Result<contract::Entry, contract::Error> {
        check_key(key)?;
        let missing = || contract::Error::Missing("no such cell".into());
        let (id, data_key) = &**self.scope.as_ref().ok_or_else(missing)?;
        let cell = self.storage.get(id, key).await.map_err(told)?;
        let cell = cell.ok_or_else(missing)?;
        let data_key = data_key.as_ref().ok_or_else(|| told(locked()))?;
        let version = cell.version.as_str();
        let value = envelope::open(data_key, MAGIC, &[id.as_str(), key, version], &cell.sealed)
            .map_err(|error| told(StorageError::Damaged(Source::from(error))))?;
        Ok(contract::Entry {
            value: value.to_vec(),
            version: version.to_owned(),
            age: u64::try_from(cell.age.as_millis()).unwrap_or(u64::MAX),
        })
    }

    pub(crate) async fn put(
        &self,
        key: &str,
        value: &[u8],
        when: contract::Precondition,
    ) -> Result<contract::Version, contract::Error> {
        check_key(key)?;
        if value.len() > self.value_limit {
            let limit = self.value_limit;
            let text = format!("a value has at most {limit} bytes");
            return Err(contract::Error::TooLarge(text));
        }
        let when = when.into();
        if !matches!(when, Precondition::Unchanged(_)) {
            self.has_room(key).await?;
        }
        let version = self.write(key, value, &when).await.map_err(told)?;
        Ok(version.as_str().to_owned())
    }

    /// Whether this cell may be written: it exists, or one more may.
    pub(crate) async fn has_room(&self, key: &str) -> Result<(), contract::Error> {
        let Some(id) = self.id() else { return Ok(()) };
        if self.storage.count(id).await.map_err(told)? < self.cell_limit {
            return Ok(());
        }
        match self.storage.get(id, key).await.map_err(told)? {
            Some(_) => Ok(()),
            None => {
                let limit = self.cell_limit;
                let text = format!("a connection has at most {limit} cells");
                Err(contract::Error::TooLarge(text))
            }
        }
    }

    /// Seals and writes, for a key that was checked.
    pub(crate) async fn write(
        &self,
        key: &str,
        value: &[u8],
        when: &Precondition,
    ) -> Result<Version, StorageError> {
        let (id, data_key) = &**self.scope.as_ref().ok_or(StorageError::Gone)?;
        let data_key = data_key.as_ref().ok_or_else(locked)?;
        let unavailable = |error: random::RandomError| StorageError::Unavailable(error.into());
        let version = Version::random(&*self.random).map_err(unavailable)?;
        let context = [id.as_str(), key, version.as_str()];
        let sealed =
            envelope::seal(data_key, MAGIC, &context, value, &*self.random).map_err(unavailable)?;
        self.storage.put(id, key, &version, sealed, when).await?;
        self.changes.note(&self.company);
        Ok(version)
    }

    pub(crate) async fn delete(
        &self,
        key: &str,
        when: contract::Precondition,
    ) -> Result<(), contract::Error> {
        check_key(key)?;
        let when = when.into();
        match &self.scope {
            Some(scope) => self
                .storage
                .delete(&scope.0, key, &when)
                .await
                .map_err(told),
            None if matches!(when, Precondition::Unchanged(_)) => Err(told(StorageError::Conflict)),
            None => Ok(()),
        }
    }
}

impl From<contract::Precondition> for Precondition {
    fn from(when: contract::Precondition) -> Self {
        match when {
            contract::Precondition::Always => Self::Always,
            contract::Precondition::Absent => Self::Absent,
            contract::Precondition::Unchanged(version) => {
                Self::Unchanged(Version::from_stored(version))
            }
        }
    }
}

fn locked() -> StorageError {
    StorageError::Damaged("the data key does not open".into())
}

fn check_key(key: &str) -> Result<(), contract::Error> {
    let fits = (1..=Limits::KEY).contains(&key.len())
        && (key.bytes()).all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if fits {
        return Ok(());
    }
    Err(contract::Error::TooLarge(format!(
        "a key is 1 to {} of a-z, 0-9 and -",
        Limits::KEY
    )))
}

/// The error in the words of the contract. The guest learns the kind only; the
/// cause goes to the operator.
fn told(error: StorageError) -> contract::Error {
    if !matches!(error, StorageError::Conflict | StorageError::Gone) {
        tracing::warn!(error = &error as &dyn std::error::Error, "storage");
    }
    let text = error.to_string();
    match error {
        StorageError::Conflict => contract::Error::Conflict(text),
        StorageError::Gone | StorageError::Unavailable(_) => contract::Error::Unavailable(text),
        StorageError::InDoubt(_) => contract::Error::InDoubt(text),
        StorageError::Damaged(_) => contract::Error::Other(text),
    }
}

#[cfg(test)]
mod tests;
