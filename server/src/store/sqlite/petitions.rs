//! Petitions as tables, counts and exports show them: from the projections alone.

use kiennghi_shared::id::{UnitCode, UserName};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::changes::document_id;
use super::ingest::integer;
use crate::store::{
    CountByField, CountByUnit, ExportedPetition, PetitionCounts, PetitionFilter, PetitionPage,
    PetitionRow, StoreError,
};

/// A condition and the values of its marks.
struct Condition {
    sql: String,
    values: Vec<Value>,
}

impl From<&PetitionFilter> for Condition {
    fn from(filter: &PetitionFilter) -> Self {
        let marks = vec!["?"; filter.units.len()].join(", ");
        let mut sql = format!("petitions.unit IN ({marks})");
        let mut values: Vec<Value> = filter
            .units
            .iter()
            .map(|unit| unit.0.clone().into())
            .collect();
        if let Some(village) = &filter.village {
            sql.push_str(" AND petitions.village = ?");
            values.push(village.clone().into());
        }
        if let Some(field) = &filter.field {
            sql.push_str(" AND petitions.field = ?");
            values.push(field.clone().into());
        }
        if let Some(session) = &filter.session {
            sql.push_str(" AND petitions.session = ?");
            values.push(session.clone().into());
        }
        if filter.waiting {
            sql.push_str(" AND case_number IS NULL");
        }
        if let Some(words) = &filter.words {
            sql.push_str(" AND ");
            sql.push_str(MATCHES);
            values.push(words.folded.clone().into());
        }
        Self { sql, values }
    }
}

const MATCHES: &str =
    "petitions.number IN (SELECT rowid FROM petition_words WHERE petition_words MATCH ?)";

/// What [`petition_row`] reads.
pub(super) const SELECT: &str =
    "SELECT documents.id, petitions.unit, conflicts, petitions.updated_at, record,
     (SELECT cases.id FROM cases WHERE cases.number = case_number)
     FROM petitions JOIN documents ON documents.number = petitions.number";

pub(super) fn petition_row(row: &rusqlite::Row<'_>) -> Result<PetitionRow, StoreError> {
    let case: Option<Vec<u8>> = row.get(5)?;
    Ok(PetitionRow {
        id: document_id(&row.get::<_, Vec<u8>>(0)?)?,
        unit: UnitCode(row.get(1)?),
        conflicts: row.get::<_, i64>(2)?.unsigned_abs(),
        updated_at: row.get(3)?,
        petition: petition(row.get_ref(4)?.as_str().map_err(rusqlite::Error::from)?)?,
        case: case.as_deref().map(document_id).transpose()?,
    })
}

pub(super) fn page(
    connection: &Connection,
    filter: &PetitionFilter,
    offset: u64,
    limit: u64,
) -> Result<PetitionPage, StoreError> {
    let Condition { sql, mut values } = Condition::from(filter);
    let total: i64 = connection
        .prepare_cached(&format!("SELECT count(*) FROM petitions WHERE {sql}"))?
        .query_row(params_from_iter(values.iter()), |row| row.get(0))?;
    let exact_first = match &filter.words {
        Some(words) => {
            values.push(words.exact.clone().into());
            format!("{MATCHES} DESC, ")
        }
        None => String::new(),
    };
    values.extend([Value::from(integer(limit)), integer(offset).into()]);
    let mut statement = connection.prepare_cached(&format!(
        "{SELECT} WHERE {sql} ORDER BY {exact_first} petitions.created_seq DESC LIMIT ? OFFSET ?"
    ))?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut petitions = Vec::new();
    while let Some(row) = rows.next()? {
        petitions.push(petition_row(row)?);
    }
    Ok(PetitionPage {
        total: total.unsigned_abs(),
        petitions,
    })
}

fn petition(json: &str) -> Result<kiennghi_shared::record::Petition, StoreError> {
    serde_json::from_str(json).map_err(|error| StoreError::Damaged(error.to_string()))
}

pub(super) fn counts(
    connection: &Connection,
    filter: &PetitionFilter,
) -> Result<PetitionCounts, StoreError> {
    let Condition { sql, values } = Condition::from(filter);
    let grouped = |query: String| -> Result<Vec<(String, u64)>, StoreError> {
        let mut statement = connection.prepare_cached(&query)?;
        let counts = statement.query_map(params_from_iter(values.iter()), |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
        })?;
        Ok(counts.collect::<Result<_, _>>()?)
    };
    let by_unit = grouped(format!(
        "SELECT unit, count(*) FROM petitions WHERE {sql} GROUP BY 1 ORDER BY 1"
    ))?;
    let by_field = grouped(format!(
        "SELECT field, count(*) FROM petitions WHERE {sql} GROUP BY 1 ORDER BY 2 DESC, 1"
    ))?;
    let marks = vec!["?"; filter.units.len()].join(", ");
    let denunciations: i64 = connection
        .prepare_cached(&format!(
            "SELECT coalesce(sum(json_array_length(record, '$.denunciations')), 0) FROM meetings
             WHERE unit IN ({marks})"
        ))?
        .query_row(
            params_from_iter(filter.units.iter().map(|unit| &unit.0)),
            |row| row.get(0),
        )?;
    Ok(PetitionCounts {
        denunciations: denunciations.unsigned_abs(),
        total: by_unit.iter().map(|(_, count)| count).sum(),
        by_unit: by_unit
            .into_iter()
            .map(|(unit, count)| CountByUnit {
                unit: UnitCode(unit),
                count,
            })
            .collect(),
        by_field: by_field
            .into_iter()
            .map(|(field, count)| CountByField { field, count })
            .collect(),
    })
}

pub(super) fn each(
    connection: &Connection,
    show: &mut dyn FnMut(ExportedPetition),
) -> Result<(), StoreError> {
    let mut statement = connection.prepare(
        "SELECT documents.id, documents.unit, author, record, created_at, documents.updated_at
         FROM petitions JOIN documents ON documents.number = petitions.number
         ORDER BY documents.created_seq",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        show(ExportedPetition {
            id: document_id(&row.get::<_, Vec<u8>>(0)?)?,
            unit: UnitCode(row.get(1)?),
            author: UserName(row.get(2)?),
            petition: petition(&row.get::<_, String>(3)?)?,
            created_at: row.get(4)?,
            updated_at: row.get(5)?,
        });
    }
    Ok(())
}
