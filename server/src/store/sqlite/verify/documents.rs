//! The documents: each change's bytes against its hash, each document anew from its changes, and
//! what is kept of it for speed against that.

use kiennghi_shared::document::Document;
use kiennghi_shared::id::{ChangeHash, DocumentId};
use kiennghi_shared::schema::Kind;
use kiennghi_shared::validate::ParsedChange;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension};

use super::Report;
use crate::projection::Projection;
use crate::store::StoreError;
use crate::store::sqlite::changes::{document_id, kind};
use crate::store::sqlite::derive::Touched;
use crate::store::sqlite::{casefile, connection, erase, project};

/// What lists and search read, and which row of it belongs to a document. The words themselves
/// cannot be read back from the index; how many there are can.
const SHOWN: &[(&str, &str)] = &[
    ("list", "SELECT * FROM meetings WHERE number = ?1"),
    (
        "list",
        "SELECT unit, created_seq, village, field, competence, petition_kind, meeting, voters,
             updated_at, conflicts, words_digest, record FROM petitions WHERE number = ?1",
    ),
    (
        "list",
        "SELECT id, unit, created_seq, created_on, field, competence, session, repeated_from,
             updated_at, conflicts, words_digest, record FROM cases WHERE number = ?1",
    ),
    ("list", "SELECT * FROM consolidations WHERE number = ?1"),
    ("list", "SELECT * FROM papers WHERE number = ?1"),
    (
        "list",
        "SELECT group_concat(hex(case_id)) FROM
             (SELECT case_id FROM case_papers WHERE number = ?1 ORDER BY 1)",
    ),
    (
        "search",
        "SELECT sz FROM petition_words_docsize WHERE id = ?1",
    ),
    ("search", "SELECT sz FROM case_words_docsize WHERE id = ?1"),
];

struct Row {
    number: i64,
    id: DocumentId,
    kind: Kind,
    unit: String,
    created_seq: u64,
    created_at: i64,
    updated_at: i64,
    change_count: u64,
    heads: Vec<u8>,
}

pub(super) fn check(view: &Connection, report: &mut Report) -> Result<(), StoreError> {
    let scratch = connection::open_scratch()?;
    let mut statement = view.prepare(
        "SELECT number, id, kind, unit, created_seq, updated_at, change_count, heads, created_at
         FROM documents ORDER BY number",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let row = Row {
            number: row.get(0)?,
            id: document_id(&row.get::<_, Vec<u8>>(1)?)?,
            kind: kind(row.get(2)?)?,
            unit: row.get(3)?,
            created_seq: row.get::<_, i64>(4)?.unsigned_abs(),
            created_at: row.get(8)?,
            updated_at: row.get(5)?,
            change_count: row.get::<_, i64>(6)?.unsigned_abs(),
            heads: row.get(7)?,
        };
        if let Err(error) = one(view, &scratch, &row, report) {
            report.note(Some(row.id), error.to_string());
        }
    }
    Ok(())
}

fn one(
    view: &Connection,
    scratch: &Connection,
    row: &Row,
    report: &mut Report,
) -> Result<(), StoreError> {
    let erased = erase::is_erased(view, row.id)?;
    let Some(changes) = sound_changes(view, row, erased, report)? else {
        return Ok(());
    };
    if erased {
        clear(scratch)?;
        compare_shown(view, scratch, row, report)?;
        return Ok(());
    }
    let document = match Document::from_changes(changes.iter().map(Vec::as_slice)) {
        Ok(document) => document,
        Err(error) => {
            report.note(
                Some(row.id),
                format!("its changes make no document: {error}"),
            );
            return Ok(());
        }
    };
    if sorted(document.heads()) != stored_heads(&row.heads)? {
        report.note(Some(row.id), "its heads are not those of its changes");
    }
    check_snapshot(view, row, &document, report)?;
    clear(scratch)?;
    let place = project::Place {
        number: row.number,
        id: row.id,
        unit: &row.unit,
        created_seq: row.created_seq,
        created_at: row.created_at,
        updated_at: row.updated_at,
    };
    let projection = Projection::of(&document.record(row.kind));
    project::write(scratch, &place, &projection, &mut Touched::default())?;
    compare_shown(view, scratch, row, report)
}

fn clear(scratch: &Connection) -> Result<(), StoreError> {
    scratch.execute_batch(project::CLEAR)?;
    Ok(scratch.execute_batch(casefile::CLEAR)?)
}

/// The changes of a document; `None` when they are not what their hashes say.
fn sound_changes(
    view: &Connection,
    row: &Row,
    erased: bool,
    report: &mut Report,
) -> Result<Option<Vec<Vec<u8>>>, StoreError> {
    let mut statement = view
        .prepare_cached("SELECT seq, hash, bytes FROM changes WHERE document = ?1 ORDER BY seq")?;
    let mut rows = statement.query([row.number])?;
    let mut changes = Vec::new();
    let mut sound = true;
    while let Some(change) = rows.next()? {
        let (seq, hash, bytes): (i64, Vec<u8>, Vec<u8>) =
            (change.get(0)?, change.get(1)?, change.get(2)?);
        if changes.is_empty() && seq.unsigned_abs() != row.created_seq {
            report.note(
                Some(row.id),
                format!("number {seq} is not its first change"),
            );
        }
        let as_stored = if erased {
            bytes.is_empty()
        } else {
            ParsedChange::parse(&bytes).is_ok_and(|change| change.hash.as_bytes() == hash)
        };
        if !as_stored {
            sound = false;
            report.note(
                Some(row.id),
                format!("the bytes of change {seq} are not as stored"),
            );
        }
        changes.push(bytes);
    }
    if changes.len() as u64 != row.change_count {
        let (found, counted) = (changes.len(), row.change_count);
        sound = false;
        report.note(
            Some(row.id),
            format!("{found} changes are there, {counted} were counted"),
        );
    }
    Ok(sound.then_some(changes))
}

fn check_snapshot(
    view: &Connection,
    row: &Row,
    document: &Document,
    report: &mut Report,
) -> Result<(), StoreError> {
    let snapshot: Option<Vec<u8>> = view
        .prepare_cached("SELECT bytes FROM snapshots WHERE document = ?1 AND change_count = ?2")?
        .query_row(
            [
                row.number,
                i64::try_from(row.change_count).unwrap_or(i64::MAX),
            ],
            |row| row.get(0),
        )
        .optional()?;
    if snapshot.is_some_and(|snapshot| !is_same(&snapshot, document, row.kind)) {
        report.note(Some(row.id), "its snapshot is not what its changes make");
    }
    Ok(())
}

/// Whether a saved document is this one: the same heads and the same fields.
pub(in crate::store::sqlite) fn is_same(saved: &[u8], document: &Document, kind: Kind) -> bool {
    Document::load(saved).is_ok_and(|loaded| {
        sorted(loaded.heads()) == sorted(document.heads())
            && loaded.record(kind) == document.record(kind)
    })
}

fn compare_shown(
    view: &Connection,
    scratch: &Connection,
    row: &Row,
    report: &mut Report,
) -> Result<(), StoreError> {
    let mut wrong: Vec<&str> = Vec::new();
    for (name, sql) in SHOWN {
        if values(view, sql, row.number)? != values(scratch, sql, row.number)? {
            wrong.push(name);
        }
    }
    for name in wrong {
        report.note(
            Some(row.id),
            format!("{name}: not what its changes make (rebuild helps)"),
        );
    }
    Ok(())
}

/// The row that a query has for a number; nothing where there is none.
pub(super) fn values(
    connection: &Connection,
    sql: &str,
    number: i64,
) -> Result<Vec<Value>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let columns = statement.column_count();
    let row = statement
        .query_row([number], |row| {
            (0..columns).map(|column| row.get(column)).collect()
        })
        .optional()?;
    Ok(row.unwrap_or_default())
}

pub(in crate::store::sqlite) fn stored_heads(heads: &[u8]) -> Result<Vec<ChangeHash>, StoreError> {
    let heads = heads.chunks(32).map(ChangeHash::from_slice);
    let heads: Result<Vec<_>, _> = heads.collect();
    heads
        .map(sorted)
        .map_err(|error| StoreError::Damaged(format!("heads: {error}")))
}

pub(in crate::store::sqlite) fn sorted(mut heads: Vec<ChangeHash>) -> Vec<ChangeHash> {
    heads.sort_unstable();
    heads
}
