//! What sync asks beside the feed: whole documents for a first load, what offers lack, and the
//! scopes of former times.

use std::collections::BTreeSet;

use kiennghi_shared::id::{DocumentId, UserName};
use kiennghi_shared::schema::Kind;
use kiennghi_shared::scope::Scope;
use kiennghi_shared::wire::Held;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use super::changes::{document_id, documents};
use super::ingest::integer;
use super::listing::marks;
use crate::store::{FirstLoad, LoadPage, LoadedDocument, StoreError};

/// The number of the newest document; 0 when there is none.
pub(super) fn newest_document(connection: &Connection) -> Result<u64, StoreError> {
    let number: i64 = connection
        .prepare_cached("SELECT coalesce(max(number), 0) FROM documents")?
        .query_row([], |row| row.get(0))?;
    Ok(number.unsigned_abs())
}

pub(super) fn villages_of(
    connection: &Connection,
    user: &UserName,
) -> Result<BTreeSet<String>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT petitions.village FROM petitions JOIN documents USING (number) WHERE author = ?1
         UNION
         SELECT meetings.village FROM meetings JOIN documents USING (number) WHERE author = ?1",
    )?;
    let villages = statement.query_map([&user.0], |row| row.get(0))?;
    let mut villages = villages.collect::<Result<BTreeSet<String>, _>>()?;
    villages.remove("");
    Ok(villages)
}

/// The documents of a load that is under way, the newest first: those of own villages, or the others.
struct Candidates {
    from: String,
    values: Vec<Value>,
}

impl Candidates {
    fn new(load: &FirstLoad<'_>, own: bool) -> Option<Self> {
        let mut values: Vec<Value> = Vec::new();
        let mut kinds = Vec::new();
        for &kind in Kind::ALL {
            let units: Vec<Value> = load
                .scope
                .units_of(kind)
                .map(|unit| Value::from(unit.0.clone()))
                .collect();
            if !units.is_empty() {
                kinds.push(format!(
                    "kind = {} AND documents.unit IN ({})",
                    kind.number(),
                    marks(units.len())
                ));
                values.extend(units);
            }
        }
        if kinds.is_empty() || own && load.villages.is_empty() {
            return None;
        }
        let villages = marks(load.villages.len());
        for _ in 0..2 {
            values.extend(load.villages.iter().cloned().map(Value::from));
        }
        let from = format!(
            "FROM documents WHERE ({}) AND number {} IN
                 (SELECT number FROM petitions WHERE village IN ({villages})
                  UNION ALL SELECT number FROM meetings WHERE village IN ({villages}))
             AND id NOT IN (SELECT document FROM tombstones) AND number < ?",
            kinds.join(" OR "),
            if own { "" } else { "NOT" },
        );
        Some(Self { from, values })
    }

    fn bound(&self, before: u64) -> Vec<Value> {
        let before = Value::from(integer(before));
        self.values.iter().cloned().chain([before]).collect()
    }

    fn count(&self, connection: &Connection, before: u64) -> Result<u64, StoreError> {
        let sql = format!("SELECT count(*) {}", self.from);
        let count: i64 = connection
            .prepare_cached(&sql)?
            .query_row(params_from_iter(self.bound(before)), |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }
}

pub(super) fn first_load(
    connection: &Connection,
    load: &FirstLoad<'_>,
) -> Result<LoadPage, StoreError> {
    let mut page = LoadPage::default();
    let stages = [(true, load.own_sent), (false, false)];
    let mut bytes = 0;
    for (own, sent) in stages {
        let Some(candidates) = Candidates::new(load, own).filter(|_| !sent) else {
            continue;
        };
        let continues = own != load.own_sent;
        let before = if continues { load.after } else { load.top + 1 };
        page.left += candidates.count(connection, before)?;
        if page.rest.is_some() {
            continue;
        }
        let sql = format!("SELECT number, id {} ORDER BY number DESC", candidates.from);
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(candidates.bound(before)))?;
        while let Some(row) = rows.next()? {
            let (number, id) = (row.get::<_, i64>(0)?.unsigned_abs(), id_at(row, 1)?);
            if bytes >= load.bytes_target {
                let last = page.documents.last();
                page.rest = Some(match last.filter(|last| last.own == own) {
                    Some(last) => (last.number, !own),
                    None => (load.top + 1, !own),
                });
                break;
            }
            for document in documents(connection, &[id], usize::MAX)?.0 {
                bytes += document.changes.iter().map(Vec::len).sum::<usize>();
                page.documents.push(LoadedDocument {
                    number,
                    own,
                    document,
                });
            }
        }
    }
    Ok(page)
}

fn id_at(row: &Row<'_>, column: usize) -> Result<DocumentId, StoreError> {
    document_id(
        row.get_ref(column)?
            .as_blob()
            .map_err(rusqlite::Error::from)?,
    )
}

/// Those of the offered documents of which something is not here; erased ones lack nothing.
pub(super) fn lacking(
    connection: &Connection,
    offer: &[Held],
) -> Result<Vec<DocumentId>, StoreError> {
    let mut number = connection.prepare_cached("SELECT number FROM documents WHERE id = ?1")?;
    let mut erased = connection.prepare_cached("SELECT 1 FROM tombstones WHERE document = ?1")?;
    let mut known = connection
        .prepare_cached("SELECT 1 FROM changes WHERE document = ?1 AND hash BETWEEN ?2 AND ?3")?;
    let mut lacking = Vec::new();
    for held in offer {
        let id = held.id.as_bytes();
        if erased.exists([id])? {
            continue;
        }
        let number: Option<i64> = number.query_row([id], |row| row.get(0)).optional()?;
        let mut whole = number.is_some();
        for head in held.heads.chunks(8) {
            let (mut first, mut last) = ([0; 32], [0xff; 32]);
            first[..head.len()].copy_from_slice(head);
            last[..head.len()].copy_from_slice(head);
            whole = whole && known.exists(params![number, first, last])?;
        }
        if !whole {
            lacking.push(held.id);
        }
    }
    Ok(lacking)
}

/// SQLite's integers are signed: the version's bits are kept.
fn version_key(version: u64) -> i64 {
    i64::from_ne_bytes(version.to_ne_bytes())
}

pub(super) fn scope(connection: &Connection, version: u64) -> Result<Option<Scope>, StoreError> {
    let scope: Option<Vec<u8>> = connection
        .prepare_cached("SELECT scope FROM scopes WHERE version = ?1")?
        .query_row([version_key(version)], |row| row.get(0))
        .optional()?;
    let scope = scope.map(|bytes| minicbor::decode(&bytes));
    scope
        .transpose()
        .map_err(|_| StoreError::Damaged("a scope".to_owned()))
}

pub(super) fn remember_scope(
    connection: &Connection,
    version: u64,
    scope: &Scope,
) -> Result<(), StoreError> {
    let scope = minicbor::to_vec(scope).map_err(|error| StoreError::Damaged(error.to_string()))?;
    connection
        .prepare_cached(
            "INSERT INTO scopes (version, scope) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        )?
        .execute(params![version_key(version), scope])?;
    Ok(())
}
