//! The operator's keys, under which each connection's data key is wrapped.
//!
//! The first key seals; all of them open, so that a new key is put first and
//! an old one stays for what it sealed. A data key under an unknown key is a
//! typed error, and nothing is overwritten. Keys never appear in `Debug`.

use super::{
    ConnectionId, Source, Storage, StorageError,
    envelope::{self, EnvelopeError, SecretKey},
    hex,
};
use crate::random::{self, Random, RandomError};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};
use zeroize::Zeroizing;

const MAGIC: &[u8] = b"ERPK\x01\x01"; // wrapped key, format 1, XChaCha20-Poly1305
const ID: usize = 8;

/// Names a key of the ring; 16 hexadecimal digits when printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyId([u8; ID]);

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl std::fmt::Debug for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// Why the keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyRingError {
    /// The file cannot be read or made.
    #[error("the key file {path} cannot be read or made")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Others than its owner may read or write the file.
    #[error("the key file {0} is open to others; allow only its owner (chmod 600)")]
    Open(PathBuf),
    /// Not lines of an identifier (16 hexadecimal digits) and a key (64).
    #[error("the key file {0} is not lines of an identifier and a key")]
    Format(PathBuf),
    /// The file is missing, and what is stored was sealed with its keys.
    #[error(
        "the key file {0} is missing, and the stored connections were sealed with its keys: put it back"
    )]
    Lost(PathBuf),
    /// The storage does not say whether it holds anything.
    #[error("the storage cannot be asked whether a new key would do")]
    Storage(#[source] StorageError),
    /// No secure bytes for a new key.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// The operator's keys; see the module. Cloning shares them.
#[derive(Clone)]
pub struct KeyRing(Arc<Vec<(KeyId, SecretKey)>>);

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(id, _)| id))
            .finish()
    }
}

impl KeyRing {
    /// Reads the keys of a file, one per line: identifier, space, key. Where
    /// there is no file and `storage` is empty, the file is made with one key,
    /// readable by its owner alone.
    ///
    /// # Errors
    ///
    /// [`KeyRingError`]; an existing file is never changed, and a lost one never
    /// replaced.
    pub async fn open_or_create(
        path: impl AsRef<Path>,
        storage: &dyn Storage,
        random: &dyn Random,
    ) -> Result<Self, KeyRingError> {
        let path = path.as_ref();
        let failed = |source| KeyRingError::File {
            path: path.into(),
            source,
        };
        let mut file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if !storage.is_empty().await.map_err(KeyRingError::Storage)? {
                    return Err(KeyRingError::Lost(path.into()));
                }
                create(path, random)?;
                File::open(path).map_err(failed)?
            }
            opened => opened.map_err(failed)?,
        };
        let mode = file.metadata().map_err(failed)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(KeyRingError::Open(path.into()));
        }
        let mut text = Zeroizing::new(String::new());
        file.read_to_string(&mut text).map_err(failed)?;
        Self::parse(&text).ok_or_else(|| KeyRingError::Format(path.into()))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut keys: Vec<(KeyId, SecretKey)> = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (id, key) = line.split_once(' ')?;
            let id = KeyId(unhex(id)?);
            if keys.iter().any(|(other, _)| *other == id) {
                return None;
            }
            keys.push((id, Zeroizing::new(unhex(key.trim_start())?)));
        }
        (!keys.is_empty()).then(|| Self(Arc::new(keys)))
    }

    /// Wraps a data key for one connection, under the first key.
    pub(super) fn wrap(
        &self,
        data_key: &SecretKey,
        owner: &Owner<'_>,
        random: &dyn Random,
    ) -> Result<Vec<u8>, RandomError> {
        let Some((id, key)) = self.0.first() else {
            return Err(RandomError("the key ring is empty".into()));
        };
        let header = [MAGIC, &id.0].concat();
        envelope::seal(key, &header, &owner.context(), &**data_key, random)
    }

    /// The data key that [`KeyRing::wrap`] wrapped for the same connection.
    pub(super) fn unwrap(
        &self,
        wrapped: &[u8],
        owner: &Owner<'_>,
    ) -> Result<SecretKey, UnwrapError> {
        let id = wrapped
            .strip_prefix(MAGIC)
            .and_then(|rest| rest.first_chunk::<ID>())
            .ok_or(EnvelopeError::Format)?;
        let (_, key) = (self.0.iter())
            .find(|(known, _)| known.0 == *id)
            .ok_or(UnwrapError::UnknownKey(KeyId(*id)))?;
        let header = [MAGIC, id].concat();
        let opened = envelope::open(key, &header, &owner.context(), wrapped)?;
        let bytes = <[u8; 32]>::try_from(opened.as_slice()).map_err(|_| EnvelopeError::Format)?;
        Ok(Zeroizing::new(bytes))
    }
}

/// Whose data key it is.
pub(super) struct Owner<'a> {
    pub(super) connection: &'a ConnectionId,
    pub(super) company: &'a str,
    pub(super) plugin: &'a str,
}

impl Owner<'_> {
    fn context(&self) -> [&str; 3] {
        [self.connection.as_str(), self.company, self.plugin]
    }
}

/// Why a data key cannot be unwrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum UnwrapError {
    #[error("the key {0} is not in the key ring")]
    UnknownKey(KeyId),
    #[error("the data key does not open")]
    Envelope(#[from] EnvelopeError),
}

impl From<UnwrapError> for StorageError {
    fn from(error: UnwrapError) -> Self {
        Self::Damaged(Source::from(error))
    }
}

/// Makes the file whole or not at all: of two programs that start at once, one
/// finds the other's.
fn create(path: &Path, random: &dyn Random) -> Result<(), KeyRingError> {
    let failed = |source| KeyRingError::File {
        path: path.into(),
        source,
    };
    let id = random::array::<ID>(random)?;
    let key = Zeroizing::new(random::array::<32>(random)?);
    let line = Zeroizing::new(format!("{} {}\n", hex(&id), *Zeroizing::new(hex(&*key))));
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}", hex(&id)));
    let write = || {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&draft)?;
        file.write_all(line.as_bytes())?;
        file.sync_all()?;
        match fs::hard_link(&draft, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            // The name has to survive a power loss like the key itself.
            linked => linked.and_then(|()| File::open(folder(path))?.sync_all()),
        }
    };
    let written = write();
    let _ = fs::remove_file(&draft);
    written.map_err(failed)
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        sqlite::Database,
        storage::{Scope, SqliteStorage},
        testing::Counting,
    };

    fn owner(connection: &ConnectionId) -> Owner<'_> {
        Owner {
            connection,
            company: "acme",
            plugin: "p",
        }
    }

    async fn storage(dir: &tempfile::TempDir) -> SqliteStorage {
        SqliteStorage::new(Database::open(dir.path().join("db")).await.unwrap())
    }

    #[test]
    fn given_a_key_file_that_somebody_else_made_first_when_creating_then_theirs_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys");
        create(&path, &crate::SystemRandom).unwrap();
        let first = fs::read_to_string(&path).unwrap();
        create(&path, &crate::SystemRandom).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), first);
        let nowhere = dir.path().join("no folder").join("keys");
        assert!(create(&nowhere, &crate::SystemRandom).is_err());
        assert_eq!(
            fs::read_dir(dir.path()).unwrap().count(),
            1,
            "no draft is left"
        );
    }

    #[tokio::test]
    async fn given_sealed_connections_when_their_keys_are_lost_then_no_new_one_is_made() {
        let dir = tempfile::tempdir().unwrap();
        let (storage, path) = (storage(&dir).await, dir.path().join("keys"));
        KeyRing::open_or_create(&path, &storage, &Counting::new())
            .await
            .unwrap();
        let scope = Scope {
            id: ConnectionId::from_stored("c"),
            wrapped_key: Vec::new(),
        };
        storage.create("acme", "p", scope.clone()).await.unwrap();
        let moved = dir.path().join("moved");
        fs::rename(&path, &moved).unwrap();
        let error = KeyRing::open_or_create(&path, &storage, &Counting::new())
            .await
            .unwrap_err();
        assert!(matches!(error, KeyRingError::Lost(lost) if lost == path));
        assert!(!path.exists());

        fs::rename(&moved, &path).unwrap();
        KeyRing::open_or_create(&path, &storage, &Counting::new())
            .await
            .unwrap();
        fs::remove_file(&path).unwrap();
        storage.erase(&scope.id).await.unwrap();
        KeyRing::open_or_create(&path, &storage, &Counting::new())
            .await
            .unwrap();
    }

    #[test]
    fn given_a_bare_name_when_its_folder_is_sought_then_it_is_the_present_one() {
        assert_eq!(folder(Path::new("keys")), Path::new("."));
        assert_eq!(folder(Path::new("data/keys")), Path::new("data"));
    }

    #[tokio::test]
    async fn given_no_file_when_opening_then_one_is_made_for_its_owner_alone_and_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let (storage, path) = (storage(&dir).await, dir.path().join("keys"));
        let random = Counting::new();
        let first = KeyRing::open_or_create(&path, &storage, &random)
            .await
            .unwrap();
        let second = KeyRing::open_or_create(&path, &storage, &random)
            .await
            .unwrap();

        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(first.0, second.0);
        let names = fs::read_dir(dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name());
        assert_eq!(
            names
                .filter(|name| name.to_str().unwrap().starts_with("keys"))
                .count(),
            1
        );
    }

    #[tokio::test]
    async fn given_a_file_open_to_others_when_opening_then_it_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let (storage, path) = (storage(&dir).await, dir.path().join("keys"));
        KeyRing::open_or_create(&path, &storage, &Counting::new())
            .await
            .unwrap();
        for mode in [0o640, 0o604, 0o620] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let error = KeyRing::open_or_create(&path, &storage, &Counting::new())
                .await
                .unwrap_err();
            assert!(matches!(error, KeyRingError::Open(_)));
        }
    }

    #[tokio::test]
    async fn given_a_damaged_file_when_opening_then_it_is_refused_and_left_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let (storage, path) = (storage(&dir).await, dir.path().join("keys"));
        KeyRing::open_or_create(&path, &storage, &Counting::new())
            .await
            .unwrap();
        let line = fs::read_to_string(&path).unwrap();
        for text in ["", "x", &line[1..], &format!("{line}{line}"), "zz zz"] {
            fs::write(&path, text).unwrap();
            let error = KeyRing::open_or_create(&path, &storage, &Counting::new())
                .await
                .unwrap_err();
            assert!(matches!(error, KeyRingError::Format(_)), "{text:?}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn given_a_new_first_key_when_unwrapping_then_the_old_one_still_opens() {
        let (old, new) = ("00".repeat(8), "11".repeat(8));
        let (key, other) = ("aa".repeat(32), "bb".repeat(32));
        let before = KeyRing::parse(&format!("{old} {key}\n")).unwrap();
        let after = KeyRing::parse(&format!("{new} {other}\n{old} {key}\n")).unwrap();
        let id = ConnectionId::from_stored("c");
        let data_key = Zeroizing::new([5; 32]);
        let wrapped = before
            .wrap(&data_key, &owner(&id), &Counting::new())
            .unwrap();

        assert_eq!(after.unwrap(&wrapped, &owner(&id)).unwrap(), data_key);
        let rotated = after
            .wrap(&data_key, &owner(&id), &Counting::new())
            .unwrap();
        let error = before.unwrap(&rotated, &owner(&id)).unwrap_err();
        assert!(matches!(error, UnwrapError::UnknownKey(id) if id.to_string() == new));
    }

    #[test]
    fn given_a_wrapped_key_when_unwrapped_for_another_owner_then_it_is_refused() {
        let ring = KeyRing::parse(&format!("{} {}", "00".repeat(8), "aa".repeat(32))).unwrap();
        let (id, other) = (
            ConnectionId::from_stored("c"),
            ConnectionId::from_stored("d"),
        );
        let key = Zeroizing::new([5; 32]);
        let wrapped = ring.wrap(&key, &owner(&id), &Counting::new()).unwrap();
        for owner in [
            owner(&other),
            Owner {
                company: "other",
                ..owner(&id)
            },
            Owner {
                plugin: "q",
                ..owner(&id)
            },
        ] {
            let error = ring.unwrap(&wrapped, &owner).unwrap_err();
            assert_eq!(error, UnwrapError::Envelope(EnvelopeError::Forged));
        }
    }

    #[test]
    fn given_a_key_ring_when_printed_then_no_key_is_in_it() {
        let ring = KeyRing::parse(&format!("{} {}", "00".repeat(8), "aa".repeat(32))).unwrap();
        assert_eq!(format!("{ring:?}"), "[0000000000000000]");
    }
}
