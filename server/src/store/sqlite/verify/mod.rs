//! Looking for damage: the database's own structure, the history that its chain tells, and every
//! document anew from its changes. All is read in one transaction, beside a server that writes.

mod audit;
mod derived;
mod documents;
mod history;
mod receipts;

pub(super) use self::documents::{is_same, sorted, stored_heads};
use std::path::Path;

use kiennghi_shared::id::{DocumentId, PublicKey};
use kiennghi_shared::receipt::Receipt;
use rusqlite::{Connection, OpenFlags};

use super::{FILE_NAME, connection};
use crate::store::StoreError;

/// Something that is not as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The document that it is about, where it is about one.
    pub document: Option<DocumentId>,
    /// What is wrong, in words for an operator.
    pub what: String,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The last sequence number.
    pub last_seq: u64,
    /// The chain's link at that number.
    pub chain: [u8; 32],
    /// Documents, erased ones too.
    pub documents: u64,
    /// Changes, those of erased documents too.
    pub changes: u64,
    /// Documents that were erased.
    pub erased: u64,
    /// Rows of the record of who did what.
    pub recorded: u64,
    /// Cases that a server has yet to derive, since units or rules changed.
    pub waiting: u64,
    /// What is wrong; empty when all is well.
    pub problems: Vec<Problem>,
}

impl Report {
    fn note(&mut self, document: Option<DocumentId>, what: impl Into<String>) {
        let what = what.into();
        self.problems.push(Problem { document, what });
    }

    /// Notes what ended a part of the search; the other parts go on.
    fn note_end(&mut self, part: &str, result: Result<(), StoreError>) {
        if let Err(error) = result {
            self.note(None, format!("{part}: {error}"));
        }
    }
}

/// Looks for damage in a folder's database, and compares it with receipts that phones hold and with records
/// of who did what that were exported earlier, each the text of a file.
///
/// # Errors
/// When the database cannot be opened or was made by another version of this program.
pub fn verify(
    folder: &Path,
    receipts: &[Receipt],
    exported: &[String],
) -> Result<(Report, PublicKey), StoreError> {
    let mut connection = open(&folder.join(FILE_NAME))?;
    let view = connection.transaction()?;
    let mut report = whole(&view);
    let key = receipts::key(&view)?;
    for receipt in receipts {
        let compared = receipts::compare(&view, &key, receipt, &mut report);
        report.note_end("receipt", compared);
    }
    for exported in exported {
        let compared = audit::compare(&view, exported, &mut report);
        report.note_end("exported record", compared);
    }
    Ok((report, key))
}

/// Looks for damage in one database file.
pub(super) fn file(path: &Path) -> Result<Report, StoreError> {
    let mut connection = open(path)?;
    let view = connection.transaction()?;
    Ok(whole(&view))
}

/// Looks whether a fresh copy is whole: its structure, its chain, its counts.
pub(super) fn copy(path: &Path) -> Result<Report, StoreError> {
    let mut connection = open(path)?;
    let view = connection.transaction()?;
    let mut report = counted(&view)?;
    let sound = structure(&view, "quick_check", &mut report);
    report.note_end("structure", sound);
    let history = history::check(&view, &mut report);
    report.note_end("history", history);
    let record = audit::check(&view, &mut report);
    report.note_end("record", record);
    Ok(report)
}

fn open(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection::check_version(&connection)?;
    Ok(connection)
}

fn whole(view: &Connection) -> Report {
    let mut report = counted(view).unwrap_or_else(|error| {
        let mut report = empty();
        report.note(None, format!("counts: {error}"));
        report
    });
    let sound = structure(view, "integrity_check", &mut report);
    report.note_end("structure", sound);
    let history = history::check(view, &mut report);
    report.note_end("history", history);
    let record = audit::check(view, &mut report);
    report.note_end("record", record);
    let documents = documents::check(view, &mut report);
    report.note_end("documents", documents);
    let derived = derived::check(view, &mut report);
    report.note_end("what follows from documents", derived);
    report
}

fn empty() -> Report {
    Report {
        last_seq: 0,
        chain: [0; 32],
        documents: 0,
        changes: 0,
        erased: 0,
        recorded: 0,
        waiting: 0,
        problems: Vec::new(),
    }
}

fn counted(view: &Connection) -> Result<Report, StoreError> {
    let count = |sql| -> Result<u64, StoreError> {
        let count: i64 = view.query_row(sql, [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    };
    let mut report = Report {
        documents: count("SELECT count(*) FROM documents")?,
        changes: count("SELECT count(*) FROM changes")?,
        erased: count("SELECT count(*) FROM tombstones")?,
        recorded: count("SELECT count(*) FROM audit")?,
        waiting: count("SELECT count(*) FROM cases_to_derive")?,
        ..empty()
    };
    let counted = count("SELECT coalesce(sum(change_count), 0) FROM documents")?;
    if counted != report.changes {
        let found = report.changes;
        report.note(
            None,
            format!("documents count {counted} changes, {found} are there"),
        );
    }
    Ok(report)
}

fn structure(view: &Connection, check: &str, report: &mut Report) -> Result<(), StoreError> {
    let mut statement = view.prepare(&format!("PRAGMA {check}"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let told: String = row.get(0)?;
        if told != "ok" {
            report.note(None, format!("structure: {told}"));
        }
    }
    let mut statement = view.prepare("PRAGMA foreign_key_check")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (table, to): (String, String) = (row.get(0)?, row.get(2)?);
        report.note(
            None,
            format!("a row of {table} names one of {to} that is not there"),
        );
    }
    Ok(())
}
