//! The keys that petitioners are sealed with, one each, in a database of their own: whoever has the other
//! database or a backup of it has no person. What is erased here is overwritten, and never comes back: the
//! ids of the erased stay, so that keys out of a backup are left out.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use kiennghi_shared::id::DocumentId;
use rusqlite::{Connection, OptionalExtension, params};

use super::connection::overwrite_deleted;
use super::private::private_file;
use crate::store::{Erasure, StoreError};

/// The database's name in the data folder.
pub const KEYS_FILE_NAME: &str = "kiennghi-keys.sqlite";

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS keys (
        id  BLOB PRIMARY KEY,
        key BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS erasures (
        id BLOB PRIMARY KEY,
        at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;";

const NONCE_LEN: usize = 12;

/// The keys of a folder, opened when they are first asked for.
#[derive(Debug)]
pub(super) struct Keys {
    file: PathBuf,
    opened: Mutex<Option<Connection>>,
}

impl Keys {
    /// The keys of a folder. Those of the erased are destroyed: they come back with a file of keys that
    /// somebody copied here, and versions that emptied the row first left one behind when they were killed.
    pub(super) fn new(folder: &Path, erased: &[Erasure]) -> Self {
        let keys = Self {
            file: folder.join(KEYS_FILE_NAME),
            opened: Mutex::default(),
        };
        // Petitions go on without the keys.
        if !erased.is_empty()
            && let Err(error) = keys.erase(erased)
        {
            tracing::warn!(%error, "keys of erased petitioners may be left");
        }
        keys
    }

    fn with<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = match opened.take() {
            Some(connection) => connection,
            None => open(&self.file)?,
        };
        work(opened.insert(connection))
    }

    /// Seals bytes with the petitioner's key, which is made when there is none; `None` when the petitioner
    /// was erased.
    pub(super) fn seal(
        &self,
        id: DocumentId,
        version: u64,
        plain: &[u8],
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let key = self.with(|keys| {
            if is_erased(keys, id)? {
                return Ok(None);
            }
            if let Some(key) = find(keys, id)? {
                return Ok(Some(key));
            }
            let key: [u8; 32] = random()?;
            keys.execute(
                "INSERT INTO keys (id, key) VALUES (?1, ?2)",
                params![id.as_bytes(), key],
            )?;
            Ok(Some(key))
        })?;
        let Some(key) = key else {
            return Ok(None);
        };
        let nonce: [u8; NONCE_LEN] = random()?;
        let associated = associated(id, version);
        let payload = Payload {
            msg: plain,
            aad: &associated,
        };
        let sealed = Aes256Gcm::new(&key.into()).encrypt(&Nonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| StoreError::Database("sealing failed".to_owned()))?;
        Ok(Some([&nonce[..], &sealed].concat()))
    }

    /// Opens what was sealed; `None` when there is no key for it.
    pub(super) fn open(
        &self,
        id: DocumentId,
        version: u64,
        sealed: &[u8],
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(key) = self.with(|keys| find(keys, id))? else {
            return Ok(None);
        };
        let damaged = || StoreError::Damaged(format!("petitioner {id} does not open"));
        let (nonce, sealed) = sealed
            .split_first_chunk::<NONCE_LEN>()
            .ok_or_else(damaged)?;
        let associated = associated(id, version);
        let payload = Payload {
            msg: sealed,
            aad: &associated,
        };
        let opened = Aes256Gcm::new(&key.into()).decrypt(&Nonce::from(*nonce), payload);
        opened.map(Some).map_err(|_| damaged())
    }

    /// Destroys the keys of the erased, and remembers that they were.
    pub(super) fn erase(&self, erasures: &[Erasure]) -> Result<(), StoreError> {
        self.with(|keys| destroy(keys, erasures))
    }

    /// The same for one, who may have been erased before: it says when that was.
    pub(super) fn erase_one(&self, erasure: Erasure) -> Result<Erasure, StoreError> {
        self.with(|keys| {
            destroy(keys, &[erasure])?;
            let at = keys.query_row(
                "SELECT at FROM erasures WHERE id = ?1",
                [erasure.petitioner.as_bytes()],
                |row| row.get(0),
            )?;
            Ok(Erasure { at, ..erasure })
        })
    }

    /// All whose keys were destroyed.
    pub(super) fn erasures(&self) -> Result<Vec<Erasure>, StoreError> {
        self.with(erasures)
    }
}

/// Copies the keys of a folder into a file that is not there yet; `false` when the folder has none.
///
/// # Errors
/// When they cannot be read or the file not written.
pub fn backup_keys(folder: &Path, file: &Path) -> Result<bool, StoreError> {
    let path = folder.join(KEYS_FILE_NAME);
    if !path.exists() {
        return Ok(false);
    }
    let name = file
        .to_str()
        .ok_or_else(|| StoreError::Unavailable("the file's name is not Unicode".to_owned()))?;
    private_file(file)?;
    open(&path)?.execute("VACUUM INTO ?1", [name])?;
    Ok(true)
}

/// Takes keys of a backup into a folder, but for those of petitioners who were erased, as the folder or the
/// backup tells; how many keys came. A key that is there stays.
///
/// # Errors
/// When the backup cannot be read or the keys not written.
pub fn restore_keys(folder: &Path, file: &Path) -> Result<u64, StoreError> {
    let backup = Connection::open_with_flags(file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let keys = open(&folder.join(KEYS_FILE_NAME))?;
    destroy(&keys, &erasures(&backup)?)?;
    let mut statement = backup.prepare("SELECT id, key FROM keys")?;
    let mut rows = statement.query([])?;
    let mut taken = 0;
    while let Some(row) = rows.next()? {
        let (id, key): ([u8; 16], [u8; 32]) = (row.get(0)?, row.get(1)?);
        if !is_erased(&keys, DocumentId(id))? {
            taken += keys.execute(
                "INSERT INTO keys (id, key) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                params![id, key],
            )?;
        }
    }
    Ok(taken as u64)
}

/// Notes in a folder that petitioners were erased, before a backup is put in its place.
///
/// # Errors
/// When the keys cannot be read or written.
pub fn remember_erasures(folder: &Path, erasures: &[Erasure]) -> Result<(), StoreError> {
    destroy(&open(&folder.join(KEYS_FILE_NAME))?, erasures)
}

/// Whom a folder knows to be erased.
pub(super) fn erased(folder: &Path) -> Result<Vec<Erasure>, StoreError> {
    let path = folder.join(KEYS_FILE_NAME);
    if path.exists() {
        erasures(&open(&path)?)
    } else {
        Ok(Vec::new())
    }
}

fn destroy(keys: &Connection, erasures: &[Erasure]) -> Result<(), StoreError> {
    let all = keys.unchecked_transaction()?;
    for erasure in erasures {
        let id = erasure.petitioner.as_bytes();
        keys.execute(
            "INSERT INTO erasures (id, at) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            params![id, erasure.at],
        )?;
        keys.execute("DELETE FROM keys WHERE id = ?1", [id])?;
    }
    Ok(all.commit()?)
}

fn open(path: &Path) -> Result<Connection, StoreError> {
    private_file(path)?;
    let keys = Connection::open(path)?;
    keys.busy_timeout(std::time::Duration::from_secs(5))?;
    // No log that a destroyed key could linger in; the journal is overwritten with it.
    keys.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    keys.pragma_update(None, "synchronous", "EXTRA")?;
    overwrite_deleted(&keys)?;
    keys.execute_batch(SCHEMA)?;
    Ok(keys)
}

fn find(keys: &Connection, id: DocumentId) -> Result<Option<[u8; 32]>, StoreError> {
    let key = keys
        .prepare_cached("SELECT key FROM keys WHERE id = ?1")?
        .query_row([id.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(key)
}

fn is_erased(keys: &Connection, id: DocumentId) -> Result<bool, StoreError> {
    let erased = keys
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM erasures WHERE id = ?1)")?
        .query_row([id.as_bytes()], |row| row.get(0))?;
    Ok(erased)
}

fn erasures(keys: &Connection) -> Result<Vec<Erasure>, StoreError> {
    let mut statement = keys.prepare("SELECT id, at FROM erasures ORDER BY at, id")?;
    let erasures = statement.query_map([], |row| {
        Ok(Erasure {
            petitioner: DocumentId(row.get(0)?),
            at: row.get(1)?,
        })
    })?;
    Ok(erasures.collect::<Result<_, _>>()?)
}

/// A record opens in its own place alone.
fn associated(id: DocumentId, version: u64) -> Vec<u8> {
    [id.as_bytes(), &version.to_be_bytes()[..]].concat()
}

fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    Ok(bytes)
}
