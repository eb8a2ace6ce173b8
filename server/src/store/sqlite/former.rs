//! What the database that a restore replaces still tells: what it had erased, and whether that is all
//! that can have been erased since the backup was made.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::chain::link_at;
use super::verify::Report;
use super::{epochs, erase};
use crate::store::{StoreError, Tombstone};

/// Why something may have been erased that nobody knows of any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forgotten {
    /// There was no database to replace.
    Missing,
    /// It could not be read.
    Unreadable(StoreError),
    /// It did not go on from the backup in the same epoch: there was yet another one.
    Another,
}

/// What a replaced database tells.
#[derive(Debug, Default)]
pub(super) struct Former {
    /// All that it had erased.
    pub(super) tombstones: Vec<Tombstone>,
    /// Set when there may be more.
    pub(super) forgotten: Option<Forgotten>,
}

/// Reads the database that a backup is to replace. `report` is what was found in the backup's copy.
pub(super) fn read(database: &Path, copy: &Connection, report: &Report) -> Former {
    if !database.exists() {
        return Former {
            forgotten: Some(Forgotten::Missing),
            ..Former::default()
        };
    }
    read_open(database, copy, report).unwrap_or_else(|error| Former {
        forgotten: Some(Forgotten::Unreadable(error)),
        ..Former::default()
    })
}

fn read_open(database: &Path, copy: &Connection, report: &Report) -> Result<Former, StoreError> {
    let old = Connection::open_with_flags(
        database,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    let tombstones = erase::after(&old, 0)?;
    let goes_on = epochs::latest(&old)? == epochs::latest(copy)?
        && link_at(&old, report.last_seq)? == Some(report.chain);
    Ok(Former {
        tombstones,
        forgotten: (!goes_on).then_some(Forgotten::Another),
    })
}
