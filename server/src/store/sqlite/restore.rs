//! Putting a backup in the database's place. Whatever happens on the way, the folder holds either
//! the old database or the new one under the database's name: the old one stays until a single
//! rename puts the new one, whole and on the disk, in its place.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use kiennghi_shared::id::Epoch;
use rusqlite::{Connection, OpenFlags};

use super::backup::{copy, single_file, sync_folder};
use super::former::{self, Forgotten, Former};
use super::lock::unavailable;
use super::private::private_folder;
use super::verify::{self, Report};
use super::{
    FILE_NAME, Lock, audit, connection, epochs, erase, former_people as people, keys, petitioners,
    project,
};
use crate::store::{Action, AuditEvent, Stamp, StoreError};

/// What a restore has done so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The backup was copied beside the database.
    Copied,
    /// The copy was verified, every document rebuilt.
    Verified,
    /// The copy has its new epoch, lacks what the old database had erased, and is on the disk.
    Prepared,
    /// The old database has a second name under which it stays.
    KeptOld,
    /// The old database's log was folded into it, or given up where it could not be.
    FoldedOld,
    /// The copy has the database's name.
    Replaced,
}

/// What a restore came to.
#[derive(Debug)]
pub enum Restored {
    /// The backup is damaged; nothing was changed.
    Refused(Report),
    /// The backup is in place.
    Done {
        /// What was found in it.
        report: Report,
        /// The epoch that it began.
        epoch: Epoch,
        /// The name of the old database, when there was one.
        old: Option<PathBuf>,
        /// How many documents were erased again that the old database had erased.
        erased_again: u64,
        /// Set when there may be more of them; phones are then given everything anew.
        forgotten: Option<Forgotten>,
        /// Whether people, their roles, devices and the record of who did what are as the old database
        /// had them, and not as they were when the backup was made.
        people_kept: bool,
    },
}

/// Puts the database of `file` in the place of a folder's database, with a new epoch. What that one
/// had erased is erased again. `reached` hears of each step; an error from it ends the restore where
/// it stands.
///
/// # Errors
/// [`StoreError::Busy`] when somebody has the store open; when the file cannot be read, the folder
/// not written, or `reached` says so.
pub fn restore(
    folder: &Path,
    file: &Path,
    at: i64,
    reached: &mut dyn FnMut(Step) -> Result<(), StoreError>,
) -> Result<Restored, StoreError> {
    private_folder(folder)?;
    let _alone = Lock::alone(folder)?;
    let database = folder.join(FILE_NAME);
    let copied = folder.join(format!("{FILE_NAME}.restoring"));
    // Left by a restore that was ended.
    for leftover in [&copied, &with(&copied, "-journal"), &with(&copied, "-wal")] {
        remove(leftover)?;
    }
    {
        let source = Connection::open_with_flags(
            file,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        copy(&source, &copied)?;
    }
    reached(Step::Copied)?;
    connection::migrate_file(&copied)?;
    let mut report = verify::file(&copied)?;
    if !report.problems.is_empty() && rebuild(&copied).is_ok() {
        // What lists and search show is made from the changes; the rest is not made good by that.
        report = verify::file(&copied)?;
    }
    if !report.problems.is_empty() {
        remove(&copied)?;
        return Ok(Restored::Refused(report));
    }
    reached(Step::Verified)?;
    let Begun {
        epoch,
        erased_again,
        forgotten,
        people_kept,
    } = begin_anew(&copied, &database, &report, at)?;
    File::open(&copied)
        .and_then(|copy| copy.sync_all())
        .map_err(unavailable)?;
    reached(Step::Prepared)?;
    let old = keep(folder, &database)?;
    sync_folder(folder)?;
    reached(Step::KeptOld)?;
    if old.is_some() {
        fold(&database)?;
    } else {
        // A log without its database is of no use to anybody.
        forget_log(&database)?;
    }
    sync_folder(folder)?;
    reached(Step::FoldedOld)?;
    fs::rename(&copied, &database).map_err(unavailable)?;
    sync_folder(folder)?;
    reached(Step::Replaced)?;
    Ok(Restored::Done {
        report,
        epoch,
        old,
        erased_again,
        forgotten,
        people_kept,
    })
}

/// What the copy's new epoch began with.
struct Begun {
    epoch: Epoch,
    erased_again: u64,
    forgotten: Option<Forgotten>,
    people_kept: bool,
}

/// Begins the copy's new epoch, takes over what the old database knew of people, and erases what it had
/// erased.
fn begin_anew(
    copied: &Path,
    database: &Path,
    report: &Report,
    at: i64,
) -> Result<Begun, StoreError> {
    let mut copy = connection::open_alone(copied)?;
    let people_kept = people::take_over(&mut copy, database)?;
    let copy = copy.transaction()?;
    let Former {
        tombstones,
        forgotten,
    } = former::read(database, &copy, report);
    // A phone that dropped a document which nobody knows to be erased is to be given it again.
    let after_seq = match forgotten {
        None => report.last_seq,
        Some(_) => 0,
    };
    let epoch = epochs::begin(&copy, after_seq, "restored from a backup", at)?;
    let mut erased_again = 0;
    for stone in &tombstones {
        if erase::again(&copy, &stone.header, &stone.why, stone.at)?.is_some() {
            erased_again += 1;
        }
    }
    let event = AuditEvent::new(Action::Restore, report.last_seq);
    audit::add(&copy, &Stamp::command(at), &event)?;
    let known = keys::erased(folder_of(database))?;
    petitioners::erase_again(&copy, &known)?;
    copy.commit()?;
    Ok(Begun {
        epoch,
        erased_again,
        forgotten,
        people_kept,
    })
}

fn folder_of(database: &Path) -> &Path {
    database.parent().unwrap_or(database)
}

/// Makes the projections of a database file again.
fn rebuild(file: &Path) -> Result<(), StoreError> {
    let mut connection = Connection::open(file)?;
    let transaction = connection.transaction()?;
    project::rebuild(&transaction)?;
    Ok(transaction.commit()?)
}

/// Gives the old database and its log a second name.
fn keep(folder: &Path, database: &Path) -> Result<Option<PathBuf>, StoreError> {
    if !database.exists() {
        return Ok(None);
    }
    let name = |number| folder.join(format!("{FILE_NAME}.before-restore-{number}"));
    let free = (1..).map(name).find(|kept| !kept.exists());
    let kept = free.ok_or(StoreError::Busy)?;
    link(database, &kept)?;
    let log = with(database, "-wal");
    if log.exists() {
        link(&log, &with(&kept, "-wal"))?;
    }
    Ok(Some(kept))
}

fn link(file: &Path, name: &Path) -> Result<(), StoreError> {
    // Not every file system knows second names.
    fs::hard_link(file, name)
        .or_else(|_| fs::copy(file, name).map(|_| ()))
        .map_err(unavailable)
}

/// Leaves no log under the database's name: SQLite would apply it to whatever database it finds
/// there. Closing takes the log's name away, not its content, which the second name keeps.
fn fold(database: &Path) -> Result<(), StoreError> {
    let folded = Connection::open(database)
        .map_err(StoreError::from)
        .and_then(|old| single_file(&old));
    if let Err(error) = folded {
        tracing::warn!(%error, "the old database could not be closed in good order");
        return forget_log(database);
    }
    remove(&with(database, "-shm"))
}

fn forget_log(database: &Path) -> Result<(), StoreError> {
    remove(&with(database, "-wal"))?;
    remove(&with(database, "-shm"))
}

fn with(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn remove(file: &Path) -> Result<(), StoreError> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unavailable(error)),
        _ => Ok(()),
    }
}
