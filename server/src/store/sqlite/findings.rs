//! Supervision findings as tables show them, and the programmes that they belong to.

use kiennghi_shared::casefile::Content;
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::schema::Kind;
use rusqlite::{Connection, params_from_iter};

use super::casefile::from_json;
use super::changes::document_id;
use super::listing::{Condition, Listing, marks};
use crate::store::{FindingRow, StoreError};

const PROGRAMME: &str = "record ->> '$.finding.programme'";

fn condition(units: &[UnitCode]) -> Condition {
    let (kind, marks) = (Kind::Finding.number(), marks(units.len()));
    let sql = format!("papers.kind = {kind} AND papers.unit IN ({marks})");
    Condition::of_units(sql, units)
}

/// One page of findings, the newest first, and how many there are.
pub(super) fn page(
    connection: &Connection,
    units: &[UnitCode],
    programme: Option<&str>,
    offset: u64,
    limit: u64,
) -> Result<(u64, Vec<FindingRow>), StoreError> {
    let mut condition = condition(units);
    if let Some(programme) = programme {
        let sql = format!("papers.{PROGRAMME} = ?");
        condition.add(&sql, [programme.to_owned().into()]);
    }
    let listing = Listing {
        table: "papers",
        sum: "0",
        select: "SELECT papers.id, papers.unit, papers.record, cases.unit, cases.record
             FROM papers LEFT JOIN case_papers USING (number)
             LEFT JOIN cases ON cases.id = case_id",
        order: "papers.day DESC, papers.number DESC",
        words: None,
    };
    let page = listing.page(connection, condition, (offset, limit), |row| {
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
        Ok(FindingRow {
            id: document_id(&row.get::<_, Vec<u8>>(0)?)?,
            unit: UnitCode(row.get(1)?),
            finding,
            case,
        })
    })?;
    Ok((page.total, page.rows))
}

/// The names of the programmes.
pub(super) fn programmes(
    connection: &Connection,
    units: &[UnitCode],
) -> Result<Vec<String>, StoreError> {
    let Condition { sql, values } = condition(units);
    let mut statement = connection.prepare_cached(&format!(
        "SELECT DISTINCT {PROGRAMME} AS programme FROM papers
         WHERE {sql} AND programme <> '' ORDER BY programme"
    ))?;
    let names = statement.query_map(params_from_iter(values), |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}
