//! Storing what passed the gate: inside the writer's transaction, from which the sequence numbers
//! come.

use kiennghi_shared::id::{ChangeHash, DocumentId};
use kiennghi_shared::schema::Kind;
use rusqlite::{Connection, OptionalExtension, params};

use super::accounts::earlier;
use super::chain::{Chain, Entry};
use super::derive::{self, Touched};
use super::erase::is_erased;
use super::ground::KnownGround;
use super::{project, refusals, reviews};
use crate::store::{AcceptedChange, AcceptedDocument, DeviceId, Ingest, StoreError};

/// A document with more changes than this is cached whole.
pub(super) const SNAPSHOT_ABOVE_CHANGES: u64 = 8;

pub(super) fn ingest(
    connection: &Connection,
    ground: &KnownGround,
    ingest: &Ingest,
) -> Result<u64, StoreError> {
    let mut chain = Chain::end(connection)?;
    let mut touched = Touched::default();
    for document in &ingest.documents {
        store_document(connection, ingest, document, &mut chain, &mut touched)?;
    }
    derive::derive(connection, ground, &touched)?;
    refusals::store(
        connection,
        ingest.device,
        ingest.received_at,
        &ingest.refusals,
    )?;
    if let Some(decision) = &ingest.decides
        && !reviews::decide(connection, decision, true)?
    {
        return Err(StoreError::Stale);
    }
    Ok(chain.seq)
}

struct Row {
    number: i64,
    created_seq: u64,
    created_at: i64,
    change_count: u64,
}

fn store_document(
    connection: &Connection,
    ingest: &Ingest,
    document: &AcceptedDocument,
    chain: &mut Chain,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    let header = &document.header;
    let row = match find(connection, header.id, header.kind, &header.unit.0)? {
        // Judged against another state than this one: it must be judged again.
        Some(row) if row.change_count != document.base_count => return Err(StoreError::Stale),
        Some(row) => row,
        None if document.base_count != 0 => return Err(StoreError::Stale),
        None => create(connection, ingest, document, chain.seq + 1)?,
    };
    let mut insert = connection.prepare_cached(
        "INSERT INTO changes
             (seq, document, unit, hash, actor, actor_seq, device, user, received_at, bytes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for change in &document.changes {
        bind_actor(connection, change, ingest.device)?;
        let seq = chain.append(
            connection,
            &Entry::Change {
                document: header.id.as_bytes(),
                hash: change.hash.as_bytes(),
                device: ingest.device.0,
                received_at: ingest.received_at,
                user: &change.author.0,
            },
        )?;
        insert.execute(params![
            integer(seq),
            row.number,
            header.unit.0,
            change.hash.as_bytes(),
            change.actor.as_bytes(),
            integer(change.actor_seq),
            ingest.device.0,
            change.author.0,
            ingest.received_at,
            change.bytes,
        ])?;
    }
    let change_count = row.change_count + document.changes.len() as u64;
    connection
        .prepare_cached(
            "UPDATE documents SET change_count = ?2, heads = ?3, updated_at = ?4 WHERE number = ?1",
        )?
        .execute(params![
            row.number,
            integer(change_count),
            joined(&document.heads),
            ingest.received_at
        ])?;
    if change_count > SNAPSHOT_ABOVE_CHANGES {
        connection
            .prepare_cached(
                "INSERT INTO snapshots (document, change_count, bytes) VALUES (?1, ?2, ?3)
                 ON CONFLICT (document) DO UPDATE
                 SET change_count = excluded.change_count, bytes = excluded.bytes",
            )?
            .execute(params![
                row.number,
                integer(change_count),
                document.snapshot
            ])?;
    }
    project::write(
        connection,
        &project::Place {
            number: row.number,
            id: header.id,
            unit: &header.unit.0,
            created_seq: row.created_seq,
            created_at: row.created_at,
            updated_at: ingest.received_at,
        },
        &document.projection,
        touched,
    )
}

fn find(
    connection: &Connection,
    id: DocumentId,
    kind: Kind,
    unit: &str,
) -> Result<Option<Row>, StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT number, created_seq, change_count, kind, unit, created_at FROM documents
             WHERE id = ?1",
        )?
        .query_row([id.as_bytes()], |row| {
            let found = Row {
                number: row.get(0)?,
                created_seq: row.get::<_, i64>(1)?.unsigned_abs(),
                created_at: row.get(5)?,
                change_count: row.get::<_, i64>(2)?.unsigned_abs(),
            };
            Ok((found, row.get::<_, u8>(3)?, row.get::<_, String>(4)?))
        })
        .optional()?;
    match found {
        None => Ok(None),
        Some((row, number, place)) if number == kind.number() && place == unit => {
            // Erased after it was judged, by another process: judged again it is refused.
            if is_erased(connection, id)? {
                return Err(StoreError::Stale);
            }
            Ok(Some(row))
        }
        Some(_) => Err(StoreError::Stale),
    }
}

fn create(
    connection: &Connection,
    ingest: &Ingest,
    document: &AcceptedDocument,
    created_seq: u64,
) -> Result<Row, StoreError> {
    let header = &document.header;
    connection
        .prepare_cached(
            "INSERT INTO documents
                 (id, kind, unit, author, created_seq, created_at, updated_at, change_count, heads)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, 0, x'')",
        )?
        .execute(params![
            header.id.as_bytes(),
            header.kind.number(),
            header.unit.0,
            document.changes.first().map(|change| &change.author.0),
            integer(created_seq),
            ingest.received_at,
        ])?;
    Ok(Row {
        number: connection.last_insert_rowid(),
        created_seq,
        created_at: ingest.received_at,
        change_count: 0,
    })
}

/// An actor belongs to the device that was first seen using it, for ever, and to those that continue
/// it; one whose changes were brought back by another, to its author's device that uses it next.
fn bind_actor(
    connection: &Connection,
    change: &AcceptedChange,
    device: DeviceId,
) -> Result<(), StoreError> {
    let actor = change.actor.as_bytes();
    let bound: Option<(i64, Option<String>)> = connection
        .prepare_cached("SELECT device, author FROM actors WHERE actor = ?1")?
        .query_row([actor], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let sound = match bound {
        None => {
            let author = change.brought_back.then_some(&change.author.0);
            connection
                .prepare_cached("INSERT INTO actors (actor, device, author) VALUES (?1, ?2, ?3)")?
                .execute(params![actor, device.0, author])?;
            true
        }
        Some(_) if change.brought_back => true,
        Some((_, Some(author))) if author == change.author.0 => {
            connection
                .prepare_cached("UPDATE actors SET device = ?2, author = NULL WHERE actor = ?1")?
                .execute(params![actor, device.0])?;
            true
        }
        Some((_, Some(_))) => false,
        Some((bound, None)) => {
            bound == device.0 || earlier(connection, device)?.contains(&DeviceId(bound))
        }
    };
    if sound {
        Ok(())
    } else {
        Err(StoreError::Stale)
    }
}

fn joined(heads: &[ChangeHash]) -> Vec<u8> {
    heads.iter().flat_map(|hash| hash.0).collect()
}

/// SQLite's integers are signed; sequence numbers never come near the bound.
pub(super) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
