//! Opening connections, migrations, and what a new database begins with.

use std::path::PathBuf;
use std::time::Duration;

use kiennghi_shared::id::Epoch;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior, params};
use rusqlite_migration::{M, Migrations};

use crate::store::StoreError;

/// How long a connection waits for another process's write.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// In the order in which they were added; one that was released is never changed.
const MIGRATIONS: &[&str] = &[include_str!("../../../migrations/sqlite/0001-first.sql")];

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
            Some(
                ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied
                | ErrorCode::OutOfMemory,
            ) => StoreError::Unavailable(error.to_string()),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                StoreError::Damaged(error.to_string())
            }
            // SQLite's own text can name a value; the kind of error is enough.
            Some(ErrorCode::ConstraintViolation) => StoreError::Stale,
            _ => StoreError::Database(error.to_string()),
        }
    }
}

/// Where the database is.
#[derive(Debug, Clone)]
pub(super) struct DatabaseFile {
    pub(super) path: PathBuf,
    /// SQLite's file system, when it is not the system's own.
    pub(super) vfs: Option<String>,
}

impl DatabaseFile {
    fn open(&self, flags: OpenFlags) -> rusqlite::Result<Connection> {
        match &self.vfs {
            None => Connection::open_with_flags(&self.path, flags),
            Some(vfs) => Connection::open_with_flags_and_vfs(&self.path, flags, vfs.as_str()),
        }
    }
}

/// Opens the one connection that writes.
pub(super) fn open_writing(
    file: &DatabaseFile,
    bytes_max: Option<u64>,
) -> Result<Connection, StoreError> {
    let connection = file.open(
        OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(128);
    if let Some(bytes_max) = bytes_max {
        let page: u64 = connection.pragma_query_value(None, "page_size", |row| {
            row.get::<_, i64>(0).map(i64::unsigned_abs)
        })?;
        let pages = i64::try_from(bytes_max / page.max(1)).unwrap_or(i64::MAX);
        connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    Ok(connection)
}

/// Opens a connection that reads.
pub(super) fn open_reading(file: &DatabaseFile) -> Result<Connection, StoreError> {
    let connection =
        file.open(OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Migrates the database and returns its epoch and cursor key, made on the first opening.
pub(super) fn prepare(connection: &mut Connection) -> Result<(Epoch, [u8; 32]), StoreError> {
    Migrations::from_iter(MIGRATIONS.iter().map(|sql| M::up(sql)))
        .to_latest(connection)
        .map_err(|error| StoreError::Database(error.to_string()))?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let epoch = secret(&transaction, "epoch")?;
    let cursor_key = secret(&transaction, "cursor_key")?;
    transaction.commit()?;
    Ok((Epoch(epoch), cursor_key))
}

fn secret<const LEN: usize>(connection: &Connection, key: &str) -> Result<[u8; LEN], StoreError> {
    let stored: Option<Vec<u8>> = connection
        .query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| {
            row.get(0)
        })
        .optional()?;
    if let Some(stored) = stored {
        return stored
            .try_into()
            .map_err(|_| StoreError::Damaged(format!("meta {key}")));
    }
    let mut fresh = [0; LEN];
    getrandom::fill(&mut fresh).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    connection.execute(
        "INSERT INTO meta (key, value) VALUES (?1, ?2)",
        params![key, fresh],
    )?;
    Ok(fresh)
}
