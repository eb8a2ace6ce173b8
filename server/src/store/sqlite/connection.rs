//! Opening connections, migrations, and what a new database begins with.

use std::path::Path;
use std::time::Duration;

use kiennghi_shared::id::Epoch;
use rusqlite::{
    Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params,
};
use rusqlite_migration::{HookError, M, Migrations};

use super::{FILE_NAME, Options, alike, chain, epochs, project};
use crate::store::StoreError;

/// How long a connection waits for another process's write.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Pages of the log after which it is taken over into the database: pages that many commits write
/// are taken over once.
const LOG_PAGES: u32 = 4_000;

/// In the order in which they were added; one that was released is never changed.
fn migrations() -> Migrations<'static> {
    Migrations::new(vec![
        M::up(include_str!("../../../migrations/sqlite/0001-first.sql")),
        M::up_with_hook(
            include_str!("../../../migrations/sqlite/0002-chain.sql"),
            |transaction: &Transaction<'_>| Ok(chain::backfill(transaction)?),
        ),
        M::up(include_str!("../../../migrations/sqlite/0003-sync.sql")),
        M::up(include_str!(
            "../../../migrations/sqlite/0004-words-without-prefixes.sql"
        )),
        M::up(include_str!("../../../migrations/sqlite/0005-review.sql")),
        M::up(include_str!(
            "../../../migrations/sqlite/0006-continuing.sql"
        )),
        M::up(include_str!(
            "../../../migrations/sqlite/0007-each-word-once.sql"
        )),
        M::up(include_str!(
            "../../../migrations/sqlite/0008-words-merged-seldom.sql"
        )),
        M::up(include_str!(
            "../../../migrations/sqlite/0009-a-word-with-its-accents.sql"
        )),
        M::up(include_str!("../../../migrations/sqlite/0010-people.sql")),
        M::up(include_str!(
            "../../../migrations/sqlite/0011-petitioners.sql"
        )),
        M::up(include_str!("../../../migrations/sqlite/0012-cases.sql")),
        M::up(include_str!(
            "../../../migrations/sqlite/0013-deadlines.sql"
        )),
        M::up(include_str!("../../../migrations/sqlite/0014-derived.sql")),
        M::up(include_str!("../../../migrations/sqlite/0015-results.sql")),
        M::up(include_str!("../../../migrations/sqlite/0016-alerts.sql")),
        M::up(include_str!("../../../migrations/sqlite/0017-lists.sql")),
        M::up_with_hook(
            include_str!("../../../migrations/sqlite/0018-supervision.sql"),
            rebuild_projections,
        ),
        M::up(include_str!(
            "../../../migrations/sqlite/0019-fields-of-work.sql"
        )),
    ])
}

/// Goes with the last step that touches projections: they are written as the tables are now.
fn rebuild_projections(transaction: &Transaction<'_>) -> Result<(), HookError> {
    let rebuilt = project::rebuild(transaction);
    rebuilt.map_err(|error| HookError::Hook(error.to_string()))?;
    Ok(())
}

fn open(options: &Options, flags: OpenFlags) -> Result<Connection, StoreError> {
    let path = options.folder.join(FILE_NAME);
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(match &options.vfs {
        Some(vfs) => Connection::open_with_flags_and_vfs(path, flags, vfs.as_str())?,
        None => Connection::open_with_flags(path, flags)?,
    })
}

/// Takes everything over from the log into the database and empties the log, so that nothing
/// that was overwritten is left in it.
pub(super) fn empty_log(options: &Options) -> Result<(), StoreError> {
    let connection = open(options, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    let busy: bool =
        connection.query_row("PRAGMA wal_checkpoint (TRUNCATE)", [], |row| row.get(0))?;
    if busy { Err(StoreError::Busy) } else { Ok(()) }
}

/// Opens the one connection that writes.
pub(super) fn open_writing(options: &Options) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let connection = open(options, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // More than FULL before there is a log: the journal with which a new or restored database becomes one
    // with a log is gone for good before the log is used. Come back after a power cut, it would be
    // rolled back into a database that has moved on.
    connection.pragma_update(None, "synchronous", "EXTRA")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update_and_check(None, "wal_autocheckpoint", LOG_PAGES, |_| Ok(()))?;
    overwrite_deleted(&connection)?;
    // A log that an earlier process failed to sync reads well, and may yet be gone after a power cut,
    // with all that comes after it: it is taken over before anything is added to it.
    connection.query_row("PRAGMA wal_checkpoint (PASSIVE)", [], |_| Ok(()))?;
    connection.set_prepared_statement_cache_capacity(128);
    if let Some(bytes_max) = options.bytes_max {
        let page: u64 = connection.pragma_query_value(None, "page_size", |row| {
            row.get::<_, i64>(0).map(i64::unsigned_abs)
        })?;
        let pages = i64::try_from(bytes_max / page.max(1)).unwrap_or(i64::MAX);
        connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    Ok(connection)
}

/// Has what is deleted overwritten: erasing a document must leave nothing in free pages.
pub(super) fn overwrite_deleted(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?)
}

/// Opens a file that nobody else has, and that is of no use unless all of it is done: what is taken
/// back need not outlive the process, and leaves no journal on the disk.
pub(super) fn open_alone(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    connection.pragma_update_and_check(None, "journal_mode", "MEMORY", |_| Ok(()))?;
    overwrite_deleted(&connection)?;
    Ok(connection)
}

/// Opens a connection that reads.
pub(super) fn open_reading(options: &Options) -> Result<Connection, StoreError> {
    let connection = open(options, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    alike::open_vocabularies(&connection)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// What a store keeps for itself, made on the first opening.
pub(super) struct Identity {
    pub(super) epoch: Epoch,
    pub(super) cursor_key: [u8; 32],
    pub(super) alert_seed: [u8; 32],
    pub(super) receipt_seed: [u8; 32],
}

/// Migrates the database and returns its identity.
pub(super) fn prepare(connection: &mut Connection) -> Result<Identity, StoreError> {
    migrations()
        .to_latest(connection)
        .map_err(|error| StoreError::Database(error.to_string()))?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let epoch = match epochs::latest(&transaction)? {
        Some(epoch) => epoch,
        None => epochs::begin(&transaction, 0, "made with the store", 0)?,
    };
    let identity = Identity {
        epoch,
        cursor_key: secret(&transaction, "cursor_key")?,
        alert_seed: secret(&transaction, "alert_seed")?,
        receipt_seed: secret(&transaction, "receipt_seed")?,
    };
    transaction.commit()?;
    Ok(identity)
}

/// Migrates a database file and leaves it as one file.
pub(super) fn migrate_file(path: &Path) -> Result<(), StoreError> {
    let mut connection = Connection::open(path)?;
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version < 1 {
        return Err(StoreError::Damaged(
            "no database of this program".to_owned(),
        ));
    }
    prepare(&mut connection).map(|_| ())
}

/// Whether the database has the tables of this program's version.
pub(super) fn check_version(connection: &Connection) -> Result<(), StoreError> {
    match migrations().pending_migrations(connection) {
        Ok(0) => Ok(()),
        _ => Err(StoreError::Damaged(
            "no database of this program's version (a server that starts brings it up to date)"
                .to_owned(),
        )),
    }
}

/// An empty database in memory with the same tables.
pub(super) fn open_scratch() -> Result<Connection, StoreError> {
    let mut connection = Connection::open_in_memory()?;
    migrations()
        .to_latest(&mut connection)
        .map_err(|error| StoreError::Database(error.to_string()))?;
    connection.pragma_update(None, "foreign_keys", false)?;
    Ok(connection)
}

/// The seed of the key that signs receipts.
pub(super) fn receipt_seed(connection: &Connection) -> Result<[u8; 32], StoreError> {
    let seed = connection.query_row(
        "SELECT value FROM meta WHERE key = 'receipt_seed'",
        [],
        |row| row.get(0),
    )?;
    Ok(seed)
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
