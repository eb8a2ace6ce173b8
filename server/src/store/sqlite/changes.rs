//! Reading documents, their changes and the feed.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use kiennghi_shared::id::{ActorId, ChangeHash, DocumentId, UnitCode, UserName};
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::DocumentHeader;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, Statement, params_from_iter};

use super::chain::last_seq;
use super::erase::{self, is_erased};
use super::ingest::integer;
use super::listing::marks;
use crate::store::{
    ActorRow, DeviceId, FeedChange, Page, Pull, StoreError, StoredDocument, Wanted,
};

pub(super) fn kind(number: u8) -> Result<Kind, StoreError> {
    Kind::from_number(number).ok_or_else(|| StoreError::Damaged(format!("kind {number}")))
}

pub(super) fn document_id(bytes: &[u8]) -> Result<DocumentId, StoreError> {
    DocumentId::from_slice(bytes).map_err(|error| StoreError::Damaged(error.to_string()))
}

pub(super) fn documents(
    connection: &Connection,
    ids: &[DocumentId],
    bytes_max: usize,
) -> Result<(Vec<StoredDocument>, usize), StoreError> {
    let mut found = Vec::new();
    let mut bytes = 0;
    let mut document = connection.prepare_cached(
        "SELECT number, kind, unit, author, change_count, heads FROM documents WHERE id = ?1",
    )?;
    for (looked_for, id) in ids.iter().enumerate() {
        if bytes >= bytes_max {
            return Ok((found, looked_for));
        }
        let row: Option<(i64, u8, String, String, i64, Vec<u8>)> = document
            .query_row([id.as_bytes()], |row| {
                Ok((
                    row.get(0)?,
                    row.get(1)?,
                    row.get(2)?,
                    row.get(3)?,
                    row.get(4)?,
                    row.get(5)?,
                ))
            })
            .optional()?;
        let Some((number, kind_number, unit, author, change_count, heads)) = row else {
            continue;
        };
        if is_erased(connection, *id)? {
            continue;
        }
        let changes = raw_changes(connection, number)?;
        bytes += changes.iter().map(Vec::len).sum::<usize>();
        found.push(StoredDocument {
            header: DocumentHeader {
                id: *id,
                kind: kind(kind_number)?,
                unit: UnitCode(unit),
            },
            author: UserName(author),
            changes,
            heads: split_heads(&heads)?,
            snapshot: connection
                .prepare_cached(
                    "SELECT bytes FROM snapshots WHERE document = ?1 AND change_count = ?2",
                )?
                .query_row([number, change_count], |row| row.get(0))
                .optional()?,
        });
    }
    Ok((found, ids.len()))
}

/// The kinds and units of the documents that exist among `ids`.
pub(super) fn headers(
    connection: &Connection,
    ids: &[DocumentId],
) -> Result<Vec<DocumentHeader>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT kind, unit FROM documents
         WHERE id = ?1 AND id NOT IN (SELECT document FROM tombstones)",
    )?;
    let mut headers = Vec::new();
    for &id in ids {
        let row: Option<(u8, String)> = statement
            .query_row([id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if let Some((number, unit)) = row {
            let (kind, unit) = (kind(number)?, UnitCode(unit));
            headers.push(DocumentHeader { id, kind, unit });
        }
    }
    Ok(headers)
}

/// Hashes that are stored one after the other.
pub(super) fn split_heads(heads: &[u8]) -> Result<Vec<ChangeHash>, StoreError> {
    match heads.as_chunks() {
        (heads, []) => Ok(heads.iter().copied().map(ChangeHash).collect()),
        _ => Err(StoreError::Damaged("heads".to_owned())),
    }
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
) -> Result<HashMap<ActorId, ActorRow>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT device, author FROM actors WHERE actor = ?1")?;
    let mut bound = HashMap::new();
    for actor in actors {
        let row = statement
            .query_row([actor.as_bytes()], |row| {
                Ok(ActorRow {
                    device: DeviceId(row.get(0)?),
                    author: row.get::<_, Option<String>>(1)?.map(UserName),
                })
            })
            .optional()?;
        bound.extend(row.map(|row| (*actor, row)));
    }
    Ok(bound)
}

/// SQLite merges 500 selections at most; more units than that are sorted instead.
const MERGED_UNITS_MAX: usize = 400;
const COLUMNS: &str = "seq, document, hash FROM changes";
/// What [`Place::read`] reads.
const PLACE: &str = "SELECT id, kind, unit, heads FROM documents WHERE number = ?1";

pub(super) fn pull(connection: &Connection, pull: &Pull<'_>) -> Result<Page, StoreError> {
    let mut page = Page {
        changes: Vec::new(),
        gone: Vec::new(),
        through: last_seq(connection)?,
        more: false,
    };
    if pull.after >= page.through {
        return Ok(page);
    }
    let mut places: HashMap<i64, Place> = HashMap::new();
    fill(connection, pull, &mut page, &mut places)?;
    // Whoever has all of a document, with this page, is given the server's word for it.
    let mut last =
        connection.prepare_cached("SELECT max(seq) <= ?2 FROM changes WHERE document = ?1")?;
    for (number, place) in places {
        let Some(index) = place.last_in_page else {
            continue;
        };
        let whole =
            !page.more || last.query_row([number, integer(page.through)], |row| row.get(0))?;
        if whole {
            page.changes[index].heads = Some(split_heads(&place.heads)?);
        }
    }
    for tombstone in erase::after(connection, pull.after)? {
        let header = tombstone.header;
        if tombstone.seq <= page.through && pull.scope.reads(header.kind, &header.unit) {
            page.gone.push(header.id);
        }
    }
    Ok(page)
}

fn fill(
    connection: &Connection,
    pull: &Pull<'_>,
    page: &mut Page,
    places: &mut HashMap<i64, Place>,
) -> Result<(), StoreError> {
    let after = i64::try_from(pull.after).unwrap_or(i64::MAX);
    let Some((sql, values)) = feed_query(pull, after) else {
        return Ok(());
    };
    let mut bytes = 0;
    let mut documents = connection.prepare_cached(PLACE)?;
    let mut changes = connection.prepare_cached("SELECT bytes FROM changes WHERE seq = ?1")?;
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        let (seq, number) = (row.get::<_, i64>(0)?, row.get(1)?);
        let place = match places.entry(number) {
            Entry::Occupied(place) => place.into_mut(),
            Entry::Vacant(vacant) => vacant.insert(Place::read(&mut documents, number)?),
        };
        if !pull.scope.reads(place.header.kind, &place.header.unit) || is_excepted(pull, row)? {
            continue;
        }
        if bytes >= pull.bytes_target {
            page.through = page.changes.last().map_or(pull.after, |change| change.seq);
            page.more = true;
            return Ok(());
        }
        let change: Vec<u8> = changes.query_row([seq], |row| row.get(0))?;
        if change.is_empty() {
            // Of a document that was erased.
            continue;
        }
        bytes += change.len();
        place.last_in_page = Some(page.changes.len());
        page.changes.push(FeedChange {
            seq: seq.unsigned_abs(),
            header: place.header.clone(),
            bytes: change,
            heads: None,
        });
    }
    Ok(())
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
                let marks = marks(units.len());
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
            let marks = marks(ids.len());
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

/// A document on its way into a page.
struct Place {
    header: DocumentHeader,
    heads: Vec<u8>,
    last_in_page: Option<usize>,
}

impl Place {
    fn read(statement: &mut Statement<'_>, number: i64) -> Result<Self, StoreError> {
        let (id, kind_number, unit, heads): (Vec<u8>, u8, String, Vec<u8>) = statement
            .query_row([number], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?;
        Ok(Self {
            header: DocumentHeader {
                id: document_id(&id)?,
                kind: kind(kind_number)?,
                unit: UnitCode(unit),
            },
            heads,
            last_in_page: None,
        })
    }
}
