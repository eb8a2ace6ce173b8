//! Work that waits for the office: kept once, decided once, never deleted.

use kiennghi_shared::id::{UnitCode, UserName};
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::DocumentHeader;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::audit;
use super::changes::document_id;
use super::ingest::integer;
use super::refusals;
use crate::store::{
    Action, AuditEvent, By, Decision, DeviceId, DocumentForReview, ForReview, OpenReview, Reason,
    ReviewFilter, ReviewId, ReviewPage, ReviewRow, Scope, Stamp, StoreError,
};

/// Changes of one device that may wait at once.
const CHANGES_OF_DEVICE_MAX: i64 = 2_000;
/// Bytes of these.
const BYTES_OF_DEVICE_MAX: i64 = 16 << 20;

/// Keeps what was not kept before; whether there was any.
pub(super) fn keep(connection: &Connection, work: &ForReview) -> Result<bool, StoreError> {
    refusals::store(connection, work.device, work.received_at, &work.refusals)?;
    let mut anything_new = false;
    for document in &work.documents {
        anything_new |= keep_document(connection, work, document)?;
    }
    let (changes, bytes): (i64, i64) = connection
        .prepare_cached(
            "SELECT count(*), coalesce(sum(length(bytes)), 0) FROM review_changes
             WHERE review IN (SELECT id FROM reviews WHERE device = ?1 AND state = 'open')",
        )?
        .query_row([work.device.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if changes > CHANGES_OF_DEVICE_MAX || bytes > BYTES_OF_DEVICE_MAX {
        return Err(StoreError::Busy);
    }
    Ok(anything_new)
}

fn keep_document(
    connection: &Connection,
    work: &ForReview,
    document: &DocumentForReview,
) -> Result<bool, StoreError> {
    let id = document.header.id;
    let mut known = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM review_changes WHERE document = ?1 AND hash = ?2)",
    )?;
    let mut fresh = Vec::new();
    for (hash, bytes) in &document.changes {
        if !known.query_row(params![id.as_bytes(), hash.as_bytes()], |row| {
            row.get::<_, bool>(0)
        })? {
            fresh.push((hash, bytes));
        }
    }
    if fresh.is_empty() {
        return Ok(false);
    }
    let review: i64 = connection
        .prepare_cached(
            "INSERT INTO reviews
                 (device, user, reason, document, kind, unit, received_at, fields, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'open')
             ON CONFLICT (device, document) WHERE state = 'open' DO UPDATE
             SET received_at = excluded.received_at, fields = excluded.fields,
                 reason = excluded.reason
             RETURNING id",
        )?
        .query_row(
            params![
                work.device.0,
                work.user.0,
                work.reason as u8,
                id.as_bytes(),
                document.header.kind.number(),
                document.header.unit.0,
                work.received_at,
                serde_json::to_string(&document.fields)
                    .map_err(|error| StoreError::Database(error.to_string()))?,
            ],
            |row| row.get(0),
        )?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO review_changes (document, hash, review, position, bytes)
         SELECT ?1, ?2, ?3, count(*), ?4 FROM review_changes WHERE review = ?3",
    )?;
    for (hash, bytes) in fresh {
        insert.execute(params![id.as_bytes(), hash.as_bytes(), review, bytes])?;
    }
    Ok(true)
}

const COLUMNS: &str = "id, device, user, reason, document, kind, unit, received_at, fields";

/// The open reviews of a scope, the newest first.
pub(super) fn page(
    connection: &Connection,
    filter: &ReviewFilter<'_>,
) -> Result<ReviewPage, StoreError> {
    let places = places(filter.scope)?;
    let total: i64 = connection
        .prepare_cached(
            "SELECT count(*) FROM reviews
             WHERE state = 'open' AND kind || ' ' || unit IN (SELECT value FROM json_each(?1))",
        )?
        .query_row([&places], |row| row.get(0))?;
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM reviews
         WHERE state = 'open' AND kind || ' ' || unit IN (SELECT value FROM json_each(?1))
             AND id < ?2 ORDER BY id DESC LIMIT ?3"
    ))?;
    let before = filter.before.map_or(i64::MAX, |before| before.0);
    let mut rows = statement.query(params![places, before, integer(filter.limit)])?;
    let mut reviews = Vec::new();
    while let Some(row) = rows.next()? {
        reviews.push(review(row)?);
    }
    Ok(ReviewPage {
        total: total.unsigned_abs(),
        reviews,
    })
}

/// Kinds and units as the queries compare them.
fn places(scope: &Scope) -> Result<String, StoreError> {
    let of_kind = |kind: &Kind| {
        let number = kind.number();
        let units = scope.units_of(*kind);
        units.map(move |unit| format!("{number} {unit}"))
    };
    let places: Vec<String> = Kind::ALL.iter().flat_map(of_kind).collect();
    serde_json::to_string(&places).map_err(|error| StoreError::Database(error.to_string()))
}

fn review(row: &Row<'_>) -> Result<ReviewRow, StoreError> {
    let damaged = || StoreError::Damaged("a review's row".to_owned());
    let fields: String = row.get(8)?;
    Ok(ReviewRow {
        id: ReviewId(row.get(0)?),
        device: DeviceId(row.get(1)?),
        user: UserName(row.get(2)?),
        reason: Reason::from_number(row.get(3)?).ok_or_else(damaged)?,
        header: DocumentHeader {
            id: document_id(&row.get::<_, Vec<u8>>(4)?)?,
            kind: Kind::from_number(row.get(5)?).ok_or_else(damaged)?,
            unit: UnitCode(row.get(6)?),
        },
        received_at: row.get(7)?,
        fields: serde_json::from_str(&fields).map_err(|_| damaged())?,
    })
}

/// An open review and its changes.
pub(super) fn open(
    connection: &Connection,
    id: ReviewId,
) -> Result<Option<OpenReview>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM reviews WHERE id = ?1 AND state = 'open'"
    ))?;
    let mut rows = statement.query([id.0])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let review = review(row)?;
    let mut statement = connection
        .prepare_cached("SELECT bytes FROM review_changes WHERE review = ?1 ORDER BY position")?;
    let changes = statement.query_map([id.0], |row| row.get(0))?;
    Ok(Some((review, changes.collect::<Result<_, _>>()?)))
}

/// Notes a decision; whether it was still to be made.
pub(super) fn decide(
    connection: &Connection,
    decision: &Decision,
    accepted: bool,
) -> Result<bool, StoreError> {
    let (state, action) = if accepted {
        ("accepted", Action::AcceptReview)
    } else {
        ("dismissed", Action::DismissReview)
    };
    let decided: Option<(Vec<u8>, String)> = connection
        .prepare_cached(
            "UPDATE reviews SET state = ?2, decided_by = ?3, decided_at = ?4
             WHERE id = ?1 AND state = 'open' RETURNING document, unit",
        )?
        .query_row(
            params![decision.review.0, state, decision.by.0, decision.at],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((document, unit)) = decided else {
        return Ok(false);
    };
    let document = document_id(&document)?;
    let event = AuditEvent::of_document(action, document, &UnitCode(unit));
    let stamp = Stamp {
        by: By::User(decision.by.clone(), None),
        at: decision.at,
    };
    audit::add(connection, &stamp, &event)?;
    Ok(true)
}

/// Takes the content of an erased document out of its reviews.
pub(super) fn erase(connection: &Connection, document: &[u8], at: i64) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE review_changes SET bytes = x'' WHERE document = ?1",
        [document],
    )?;
    connection.execute(
        "UPDATE reviews SET fields = '[]' WHERE document = ?1",
        [document],
    )?;
    connection.execute(
        "UPDATE reviews SET state = 'erased', decided_at = ?2 WHERE document = ?1 AND state = 'open'",
        params![document, at],
    )?;
    Ok(())
}
