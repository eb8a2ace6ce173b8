//! Supervision findings as tables show them, and the programmes that they belong to.

use kiennghi_shared::casefile::Content;
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::schema::Kind;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::casefile::from_json;
use super::cases::{marks, texts};
use super::changes::document_id;
use super::ingest::integer;
use crate::store::{FindingRow, StoreError};

const PROGRAMME: &str = "record ->> '$.finding.programme'";

fn in_units(units: &[UnitCode]) -> String {
    let (kind, marks) = (Kind::Finding.number(), marks(units.len()));
    format!("papers.kind = {kind} AND papers.unit IN ({marks})")
}

/// One page of findings, the newest first, and how many there are.
pub(super) fn page(
    connection: &Connection,
    units: &[UnitCode],
    programme: Option<&str>,
    offset: u64,
    limit: u64,
) -> Result<(u64, Vec<FindingRow>), StoreError> {
    let mut sql = in_units(units);
    let mut values: Vec<Value> = texts(units).collect();
    if let Some(programme) = programme {
        sql.push_str(&format!(" AND papers.{PROGRAMME} = ?"));
        values.push(programme.to_owned().into());
    }
    let total: i64 = connection
        .prepare_cached(&format!("SELECT count(*) FROM papers WHERE {sql}"))?
        .query_row(params_from_iter(values.iter()), |row| row.get(0))?;
    values.extend([Value::from(integer(limit)), integer(offset).into()]);
    let mut statement = connection.prepare_cached(&format!(
        "SELECT papers.id, papers.unit, papers.record, cases.unit, cases.record
         FROM papers LEFT JOIN case_papers USING (number) LEFT JOIN cases ON cases.id = case_id
         WHERE {sql} ORDER BY papers.day DESC, papers.number DESC LIMIT ? OFFSET ?"
    ))?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let Content::Finding(finding) = from_json(&row.get::<_, String>(2)?)? else {
            return Err(StoreError::Damaged("a finding".to_owned()));
        };
        let case = match (
            row.get::<_, Option<String>>(3)?,
            row.get::<_, Option<String>>(4)?,
        ) {
            (Some(unit), Some(case)) => Some((UnitCode(unit), from_json(&case)?)),
            _ => None,
        };
        found.push(FindingRow {
            id: document_id(&row.get::<_, Vec<u8>>(0)?)?,
            unit: UnitCode(row.get(1)?),
            finding,
            case,
        });
    }
    Ok((total.unsigned_abs(), found))
}

/// The names of the programmes.
pub(super) fn programmes(
    connection: &Connection,
    units: &[UnitCode],
) -> Result<Vec<String>, StoreError> {
    let sql = in_units(units);
    let mut statement = connection.prepare_cached(&format!(
        "SELECT DISTINCT {PROGRAMME} AS programme FROM papers
         WHERE {sql} AND programme <> '' ORDER BY programme"
    ))?;
    let names = statement.query_map(params_from_iter(texts(units)), |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}
