//! A shelf in one SQLite file, `phone.sqlite` in the phone's state folder: tables of keys and
//! values, one transaction a step, on the disk before the step counts.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::session::{Progress, RefusedWork, StoredDocument, Writes};
use minicbor::{Decode, Encode};
use rusqlite::{Connection, OptionalExtension, params};

use super::{Kept, Shelf};
use crate::phone::account::Account;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS documents (id BLOB PRIMARY KEY, value BLOB NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS outbox (number INTEGER PRIMARY KEY, value BLOB NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS refused (number INTEGER PRIMARY KEY, value BLOB NOT NULL) STRICT;";

/// A shelf in a folder.
pub struct FileShelf {
    // A connection may move between threads but not be used by two at once.
    connection: std::sync::Mutex<Connection>,
}

impl FileShelf {
    /// Opens the shelf in a folder, which is made where it is missing. A second process that
    /// has it open is waited for.
    ///
    /// # Errors
    /// When the folder or the file cannot be made or read.
    pub fn open(state: &Path) -> Result<Self> {
        fs::create_dir_all(state).with_context(|| state.display().to_string())?;
        let path = state.join("phone.sqlite");
        let connection =
            Connection::open(&path).with_context(|| format!("opening {}", path.display()))?;
        connection.busy_timeout(std::time::Duration::from_secs(10))?;
        // Held from the first statement until the process ends.
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch("BEGIN EXCLUSIVE; COMMIT;")?;
        connection.execute_batch(TABLES)?;
        Ok(Self {
            connection: std::sync::Mutex::new(connection),
        })
    }

    fn connection(&self) -> std::sync::MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn setting(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let connection = self.connection();
        let mut query = connection.prepare_cached("SELECT value FROM settings WHERE key = ?1")?;
        Ok(query.query_row([key], |row| row.get(0)).optional()?)
    }

    fn numbered<T: for<'b> Decode<'b, ()>>(&self, table: &str) -> Result<Vec<(u64, T)>> {
        let connection = self.connection();
        let mut query = connection.prepare(&format!(
            "SELECT number, value FROM {table} ORDER BY number"
        ))?;
        let mut rows = query.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let bytes: Vec<u8> = row.get(1)?;
            found.push((row.get::<_, i64>(0)? as u64, decode(&bytes)?));
        }
        Ok(found)
    }
}

fn decode<T: for<'b> Decode<'b, ()>>(bytes: &[u8]) -> Result<T> {
    minicbor::decode(bytes).context("a row of the phone's store cannot be read")
}

fn encode<T: Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).expect("a Vec takes all that is written")
}

impl Shelf for FileShelf {
    fn account(&self) -> Result<Option<Account>> {
        let json = self.setting("account")?;
        Ok(json.map(|json| serde_json::from_slice(&json)).transpose()?)
    }

    fn set_account(&mut self, account: &Account) -> Result<()> {
        self.connection().execute(
            "INSERT OR REPLACE INTO settings (key, value) VALUES ('account', ?1)",
            [serde_json::to_vec(account)?],
        )?;
        Ok(())
    }

    fn kept(&mut self) -> Result<Kept> {
        let progress = self.setting("progress")?;
        let progress: Option<Progress> = progress.map(|bytes| decode(&bytes)).transpose()?;
        Ok(Kept {
            progress: progress.unwrap_or_default(),
            outbox: self.numbered("outbox")?,
        })
    }

    fn document(&self, id: DocumentId) -> Result<Option<StoredDocument>> {
        let connection = self.connection();
        let mut query = connection.prepare_cached("SELECT value FROM documents WHERE id = ?1")?;
        let bytes: Option<Vec<u8>> = query.query_row([id.0], |row| row.get(0)).optional()?;
        bytes.map(|bytes| decode(&bytes)).transpose()
    }

    fn ids(&self) -> Result<Vec<DocumentId>> {
        let connection = self.connection();
        let mut query = connection.prepare_cached("SELECT id FROM documents ORDER BY id")?;
        let ids = query.query_map([], |row| row.get(0).map(DocumentId))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    fn refused(&self) -> Result<Vec<RefusedWork>> {
        let works = self.numbered("refused")?;
        Ok(works.into_iter().map(|(_, work)| work).collect())
    }

    fn store(&mut self, writes: &Writes) -> Result<()> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        for write in &writes.documents {
            match &write.stored {
                Some((stored, _)) => transaction.execute(
                    "INSERT OR REPLACE INTO documents (id, value) VALUES (?1, ?2)",
                    params![write.id.0, encode(stored)],
                )?,
                None => transaction.execute("DELETE FROM documents WHERE id = ?1", [write.id.0])?,
            };
        }
        for order in &writes.outbox_remove {
            transaction.execute("DELETE FROM outbox WHERE number = ?1", [*order as i64])?;
        }
        for (order, outgoing) in &writes.outbox_add {
            transaction.execute(
                "INSERT OR REPLACE INTO outbox (number, value) VALUES (?1, ?2)",
                params![*order as i64, encode(outgoing)],
            )?;
        }
        for (order, work) in &writes.refused_add {
            transaction.execute(
                "INSERT OR REPLACE INTO refused (number, value) VALUES (?1, ?2)",
                params![*order as i64, encode(work)],
            )?;
        }
        transaction.execute(
            "INSERT OR REPLACE INTO settings (key, value) VALUES ('progress', ?1)",
            [encode(&writes.progress)],
        )?;
        Ok(transaction.commit()?)
    }
}
