//! Reading documents, their changes and the feed.

use std::collections::HashMap;

use kiennghi_shared::id::{ActorId, ChangeHash, DocumentId, UnitCode, UserName};
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::DocumentHeader;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use super::chain::last_seq;
use super::erase::is_erased;
use crate::store::{DeviceId, FeedChange, Page, Pull, StoreError, StoredDocument, Wanted};

pub(super) fn kind(number: u8) -> Result<Kind, StoreError> {
    Kind::from_number(number).ok_or_else(|| StoreError::Damaged(format!("kind {number}")))
}

pub(super) fn document_id(bytes: &[u8]) -> Result<DocumentId, StoreError> {
    DocumentId::from_slice(bytes).map_err(|error| StoreError::Damaged(error.to_string()))
}

pub(super) fn documents(
    connection: &Connection,
    ids: &[DocumentId],
) -> Result<Vec<StoredDocument>, StoreError> {
    let mut found = Vec::new();
    let mut document = connection.prepare_cached(
        "SELECT number, kind, unit, author, change_count FROM documents WHERE id = ?1",
    )?;
    for id in ids {
        let row: Option<(i64, u8, String, String, i64)> = document
            .query_row([id.as_bytes()], |row| {
                Ok((
                    row.get(0)?,
                    row.get(1)?,
                    row.get(2)?,
                    row.get(3)?,
                    row.get(4)?,
                ))
            })
            .optional()?;
        let Some((number, kind_number, unit, author, change_count)) = row else {
            continue;
        };
        if is_erased(connection, *id)? {
            continue;
        }
        found.push(StoredDocument {
            header: DocumentHeader {
                id: *id,
                kind: kind(kind_number)?,
                unit: UnitCode(unit),
            },
            author: UserName(author),
            changes: raw_changes(connection, number)?,
            snapshot: connection
                .prepare_cached(
                    "SELECT bytes FROM snapshots WHERE document = ?1 AND change_count = ?2",
                )?
                .query_row([number, change_count], |row| row.get(0))
                .optional()?,
        });
    }
    Ok(found)
}

/// The raw changes of a document in the order of their sequence numbers.
pub(super) fn raw_changes(
    connection: &Connection,
    number: i64,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT bytes FROM changes WHERE document = ?1 ORDER BY seq")?;
    let changes = statement.query_map([number], |row| row.get(0))?;
    Ok(changes.collect::<Result<_, _>>()?)
}

pub(super) fn actors(
    connection: &Connection,
    actors: &[ActorId],
) -> Result<HashMap<ActorId, DeviceId>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT device FROM actors WHERE actor = ?1")?;
    let mut bound = HashMap::new();
    for actor in actors {
        let device = statement
            .query_row([actor.as_bytes()], |row| row.get(0).map(DeviceId))
            .optional()?;
        bound.extend(device.map(|device| (*actor, device)));
    }
    Ok(bound)
}

/// SQLite merges 500 selections at most; more units than that are sorted instead.
const MERGED_UNITS_MAX: usize = 400;
const COLUMNS: &str = "seq, document, hash FROM changes";

pub(super) fn pull(connection: &Connection, pull: &Pull<'_>) -> Result<Page, StoreError> {
    let last = last_seq(connection)?;
    let mut page = Page {
        changes: Vec::new(),
        through: last,
        more: false,
    };
    let after = i64::try_from(pull.after).unwrap_or(i64::MAX);
    let Some((sql, values)) = (pull.after < last)
        .then(|| feed_query(pull, after))
        .flatten()
    else {
        return Ok(page);
    };
    let mut headers: HashMap<i64, DocumentHeader> = HashMap::new();
    let mut bytes = 0;
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        let (seq, number) = (row.get::<_, i64>(0)?, row.get(1)?);
        let header = match headers.get(&number) {
            Some(header) => header,
            None => headers.entry(number).or_insert(header(connection, number)?),
        };
        if !pull.scope.reads(header.kind, &header.unit) || is_excepted(pull, row)? {
            continue;
        }
        if bytes >= pull.bytes_target {
            page.through = page.changes.last().map_or(pull.after, |change| change.seq);
            page.more = true;
            return Ok(page);
        }
        let change: Vec<u8> = connection
            .prepare_cached("SELECT bytes FROM changes WHERE seq = ?1")?
            .query_row([seq], |row| row.get(0))?;
        bytes += change.len();
        page.changes.push(FeedChange {
            seq: seq.unsigned_abs(),
            header: header.clone(),
            bytes: change,
        });
    }
    Ok(page)
}

fn is_excepted(pull: &Pull<'_>, row: &Row<'_>) -> Result<bool, StoreError> {
    if pull.except.is_empty() {
        return Ok(false);
    }
    let hash = ChangeHash::from_slice(row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?)
        .map_err(|error| StoreError::Damaged(error.to_string()))?;
    Ok(pull.except.contains(&hash))
}

/// One index range for each unit, merged by sequence number as they are read: a page costs what
/// it holds, however much lies before it, after it or in other units. `None` when nothing can be
/// wanted.
fn feed_query(pull: &Pull<'_>, after: i64) -> Option<(String, Vec<Value>)> {
    match pull.wanted {
        Wanted::Scope => {
            let units: Vec<&UnitCode> = pull.scope.units().into_iter().collect();
            if units.is_empty() {
                return None;
            }
            if units.len() > MERGED_UNITS_MAX {
                let marks = vec!["?"; units.len()].join(", ");
                let sql =
                    format!("SELECT {COLUMNS} WHERE unit IN ({marks}) AND seq > ? ORDER BY seq");
                let units = units.iter().map(|unit| Value::from(unit.0.clone()));
                return Some((sql, units.chain([after.into()]).collect()));
            }
            let part = format!("SELECT {COLUMNS} WHERE unit = ? AND seq > ?");
            let parts = vec![part; units.len()].join(" UNION ALL ");
            let values = units
                .iter()
                .flat_map(|unit| [Value::from(unit.0.clone()), after.into()]);
            Some((format!("{parts} ORDER BY seq"), values.collect()))
        }
        Wanted::Documents(ids) => {
            if ids.is_empty() {
                return None;
            }
            let marks = vec!["?"; ids.len()].join(", ");
            let sql = format!(
                "SELECT {COLUMNS} WHERE document IN
                     (SELECT number FROM documents WHERE id IN ({marks}))
                 AND seq > ? ORDER BY seq"
            );
            let ids = ids.iter().map(|id| Value::from(id.as_bytes().to_vec()));
            Some((sql, ids.chain([after.into()]).collect()))
        }
    }
}

fn header(connection: &Connection, number: i64) -> Result<DocumentHeader, StoreError> {
    let (id, kind_number, unit): (Vec<u8>, u8, String) = connection
        .prepare_cached("SELECT id, kind, unit FROM documents WHERE number = ?1")?
        .query_row([number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(DocumentHeader {
        id: document_id(&id)?,
        kind: kind(kind_number)?,
        unit: UnitCode(unit),
    })
}
