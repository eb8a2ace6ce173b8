//! Compaction: whole documents kept beside their changes, so that they are read at once. The
//! changes stay as they are; a snapshot is believed only after it was read back and compared.

use kiennghi_shared::document::Document;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::schema::Kind;
use rusqlite::{Connection, OptionalExtension, params};

use super::changes::{document_id, kind, raw_changes};
use super::ingest::{SNAPSHOT_ABOVE_CHANGES, integer};
use super::verify::{is_same, sorted, stored_heads};
use crate::store::{DocumentStorage, Storage, StoreError};

/// A document of many changes without a snapshot of just these.
pub(super) struct Candidate {
    number: i64,
    pub(super) id: DocumentId,
    kind: Kind,
    change_count: u64,
    heads: Vec<u8>,
}

/// Documents to compact, those of the most changes first.
pub(super) fn candidates(view: &Connection, limit: u64) -> Result<Vec<Candidate>, StoreError> {
    let mut statement = view.prepare_cached(
        "SELECT number, id, kind, documents.change_count, heads FROM documents
         LEFT JOIN snapshots ON snapshots.document = number
             AND snapshots.change_count = documents.change_count
         WHERE snapshots.document IS NULL AND documents.change_count > ?1
             AND id NOT IN (SELECT document FROM tombstones)
         ORDER BY documents.change_count DESC, number LIMIT ?2",
    )?;
    let mut rows = statement.query([integer(SNAPSHOT_ABOVE_CHANGES), integer(limit)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Candidate {
            number: row.get(0)?,
            id: document_id(&row.get::<_, Vec<u8>>(1)?)?,
            kind: kind(row.get(2)?)?,
            change_count: row.get::<_, i64>(3)?.unsigned_abs(),
            heads: row.get(4)?,
        });
    }
    Ok(found)
}

/// The snapshot of a document's changes; `None` when it is not, read back, what they make.
pub(super) fn snapshot(
    view: &Connection,
    candidate: &Candidate,
) -> Result<Option<Vec<u8>>, StoreError> {
    let changes = raw_changes(view, candidate.number)?;
    if changes.len() as u64 != candidate.change_count {
        // It grew meanwhile, and its snapshot with it.
        return Err(StoreError::Stale);
    }
    let Ok(document) = Document::from_changes(changes.iter().map(Vec::as_slice)) else {
        return Ok(None);
    };
    let snapshot = document.save();
    let heads = stored_heads(&candidate.heads)?;
    let sound = sorted(document.heads()) == heads && is_same(&snapshot, &document, candidate.kind);
    Ok(sound.then_some(snapshot))
}

/// Puts a verified snapshot in its place, or takes one away that could not be verified. Leaves a
/// document alone that grew or was erased meanwhile.
pub(super) fn replace(
    connection: &Connection,
    candidate: &Candidate,
    snapshot: Option<&[u8]>,
) -> Result<(), StoreError> {
    let unchanged: bool = connection
        .prepare_cached(
            "SELECT change_count = ?2 AND id NOT IN (SELECT document FROM tombstones)
             FROM documents WHERE number = ?1",
        )?
        .query_row(
            params![candidate.number, integer(candidate.change_count)],
            |row| row.get(0),
        )
        .optional()?
        .unwrap_or(false);
    if !unchanged {
        return Err(StoreError::Stale);
    }
    connection
        .prepare_cached("DELETE FROM snapshots WHERE document = ?1")?
        .execute([candidate.number])?;
    if let Some(snapshot) = snapshot {
        connection
            .prepare_cached(
                "INSERT INTO snapshots (document, change_count, bytes) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![
                candidate.number,
                integer(candidate.change_count),
                snapshot
            ])?;
    }
    Ok(())
}

/// What documents take up, and which of them take up the most.
pub(super) fn storage(view: &Connection, largest: u64) -> Result<Storage, StoreError> {
    let mut statement = view.prepare(
        "SELECT id, count(*), sum(length(changes.bytes)),
             coalesce((SELECT length(bytes) FROM snapshots WHERE document = number), 0)
         FROM documents JOIN changes ON changes.document = number
         GROUP BY number ORDER BY 3 DESC, number",
    )?;
    let mut rows = statement.query([])?;
    let mut storage = Storage::default();
    while let Some(row) = rows.next()? {
        let size = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
        let document = DocumentStorage {
            id: document_id(&row.get::<_, Vec<u8>>(0)?)?,
            changes: size(1)?,
            change_bytes: size(2)?,
            snapshot_bytes: size(3)?,
        };
        storage.documents += 1;
        storage.changes += document.changes;
        storage.change_bytes += document.change_bytes;
        storage.snapshot_bytes += document.snapshot_bytes;
        storage.snapshots += u64::from(document.snapshot_bytes > 0);
        if (storage.largest.len() as u64) < largest {
            storage.largest.push(document);
        }
    }
    Ok(storage)
}
