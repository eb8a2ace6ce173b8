//! Erasing a document: its content goes, the fact that it was there stays.

use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::wire::DocumentHeader;
use rusqlite::{Connection, OptionalExtension, params};

use super::chain::{Chain, Entry};
use super::changes::kind;
use super::derive::{self, Touched};
use super::ground::KnownGround;
use super::ingest::integer;
use super::{audit, casefile, reviews};
use crate::store::{Action, AuditEvent, Stamp, StoreError, Tombstone};

/// Erases a document; `None` when there is none, or none any more.
pub(super) fn erase(
    connection: &Connection,
    id: DocumentId,
    why: &str,
    stamp: &Stamp,
) -> Result<Option<u64>, StoreError> {
    let found: Option<(u8, String)> = connection
        .prepare_cached("SELECT kind, unit FROM documents WHERE id = ?1")?
        .query_row([id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((number, unit)) = found else {
        return Ok(None);
    };
    let header = DocumentHeader {
        id,
        kind: kind(number)?,
        unit: UnitCode(unit),
    };
    let seq = again(connection, &header, why, stamp.at)?;
    if seq.is_some() {
        let event = AuditEvent::of_document(Action::EraseDocument, id, &header.unit);
        audit::add(connection, stamp, &event.with(why))?;
    }
    Ok(seq)
}

/// Erases a document, also one that only another life of this store ever had; `None` when it was
/// erased before.
pub(super) fn again(
    connection: &Connection,
    header: &DocumentHeader,
    why: &str,
    at: i64,
) -> Result<Option<u64>, StoreError> {
    if is_erased(connection, header.id)? {
        return Ok(None);
    }
    let id = header.id.as_bytes();
    let mut touched = Touched::default();
    casefile::remove(connection, header.id, &mut touched)?;
    for statement in [
        "UPDATE changes SET bytes = x'' WHERE document = (SELECT number FROM documents WHERE id = ?1)",
        "DELETE FROM snapshots WHERE document = (SELECT number FROM documents WHERE id = ?1)",
        "DELETE FROM petitions WHERE number = (SELECT number FROM documents WHERE id = ?1)",
        "DELETE FROM petition_words WHERE rowid = (SELECT number FROM documents WHERE id = ?1)",
        "UPDATE refusals SET bytes = NULL WHERE document = ?1",
    ] {
        connection.execute(statement, [id])?;
    }
    reviews::erase(connection, id, at)?;
    // The index only notes that the row is gone; merging all of it drops the words themselves.
    connection.execute_batch(
        "INSERT INTO petition_words (petition_words) VALUES ('optimize');
         INSERT INTO case_words (case_words) VALUES ('optimize');",
    )?;
    let (kind, unit) = (header.kind.number(), &header.unit.0);
    let seq = Chain::end(connection)?.append(
        connection,
        &Entry::Tombstone {
            document: id,
            kind,
            at,
            unit,
            why,
        },
    )?;
    derive::derive(connection, &KnownGround::default(), &touched)?;
    connection.execute(
        "INSERT INTO tombstones (seq, document, kind, unit, at, why)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![integer(seq), id, kind, unit, at, why],
    )?;
    Ok(Some(seq))
}

/// Whether the document was erased.
pub(super) fn is_erased(connection: &Connection, id: DocumentId) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM tombstones WHERE document = ?1)")?
        .query_row([id.as_bytes()], |row| row.get(0))?)
}

/// The tombstones after a sequence number, in order.
pub(super) fn after(connection: &Connection, seq: u64) -> Result<Vec<Tombstone>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, document, kind, unit, at, why FROM tombstones WHERE seq > ?1 ORDER BY seq",
    )?;
    let mut rows = statement.query([integer(seq)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Tombstone {
            seq: row.get::<_, i64>(0)?.unsigned_abs(),
            header: DocumentHeader {
                id: DocumentId(row.get(1)?),
                kind: kind(row.get(2)?)?,
                unit: UnitCode(row.get(3)?),
            },
            at: row.get(4)?,
            why: row.get(5)?,
        });
    }
    Ok(found)
}
