//! A copy of the database as it is at one moment, made while it is being written.
//!
//! SQLite's own backup copies the pages of one read transaction in one step: writers go on, and
//! nothing of what they write meanwhile is in the copy. `VACUUM INTO` would give the same moment,
//! but sorts and writes every row anew, which takes a server of two cores several times the work.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::lock::unavailable;
use super::private::private_file;
use super::verify::{self, Report};
use super::{Options, connection};
use crate::store::StoreError;

/// Writes a copy of a folder's database to `file`, which must not exist. The copy appears under
/// its name only after it is whole, verified and on the disk; only its owner may read it.
///
/// # Errors
/// When the file exists, cannot be written, or the database is damaged.
pub fn backup(folder: &Path, file: &Path) -> Result<Report, StoreError> {
    if file.exists() {
        return Err(StoreError::Unavailable(
            "the file exists already; it is left as it is".to_owned(),
        ));
    }
    let beside = parent(file);
    let temporary = tempfile::Builder::new()
        .prefix(".kiennghi-backup-")
        .tempfile_in(&beside)
        .map_err(unavailable)?;
    let source = connection::open_reading(&Options::new(folder))?;
    copy(&source, temporary.path())?;
    drop(source);
    let report = verify::copy(temporary.path())?;
    if report.problems.is_empty() {
        temporary.as_file().sync_all().map_err(unavailable)?;
        temporary
            .persist_noclobber(file)
            .map_err(|error| unavailable(error.error))?;
        sync_folder(&beside)?;
    }
    Ok(report)
}

/// Copies a database into an empty or absent file, as one file without a log.
pub(super) fn copy(source: &Connection, target: &Path) -> Result<(), StoreError> {
    private_file(target)?;
    let mut copy = Connection::open_with_flags(
        target,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    if Backup::new(source, &mut copy)?.step(-1)? != StepResult::Done {
        return Err(StoreError::Busy);
    }
    single_file(&copy)
}

/// Folds the log into the database and leaves one file.
pub(super) fn single_file(connection: &Connection) -> Result<(), StoreError> {
    let mode: String =
        connection.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))?;
    if mode == "delete" {
        Ok(())
    } else {
        Err(StoreError::Busy)
    }
}

/// The folder that a file is in.
pub(super) fn parent(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Has the names in a folder on the disk.
pub(super) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(unavailable)
}
