//! Petitions as tables, counts and exports show them: from the projections alone.

use kiennghi_shared::id::{UnitCode, UserName};
use rusqlite::{Connection, params_from_iter};

use super::casefile::from_json;
use super::changes::{document_id, split_heads};
use super::listing::{Condition, Listing};
use crate::store::{
    CountByField, CountByUnit, ExportedPetition, PetitionCounts, PetitionFilter, PetitionPage,
    PetitionRow, StoreError,
};

fn condition(filter: &PetitionFilter) -> Condition {
    let mut condition = Condition::in_units("petitions.unit", &filter.units);
    condition.equals("petitions.village", filter.village.as_ref());
    condition.equals("petitions.field", filter.field.as_ref());
    condition.equals("petitions.session", filter.session.as_ref());
    for (comparison, bound) in [(">=", &filter.from), ("<=", &filter.to)] {
        if let Some(day) = bound {
            let sql = format!("petitions.day {comparison} ?");
            condition.add(&sql, [day.clone().into()]);
        }
    }
    if filter.waiting {
        condition.add("case_number IS NULL", []);
    }
    if let Some(id) = filter.id {
        let sql = "petitions.number = (SELECT number FROM documents WHERE id = ?)";
        condition.add(sql, [id.as_bytes().to_vec().into()]);
    }
    condition.matches(MATCHES, filter.words.as_ref());
    condition
}

/// With a `+`, so that petitions are found by going through an index and not one by one with all that they say.
const MATCHES: &str =
    "+petitions.number IN (SELECT rowid FROM petition_words WHERE petition_words MATCH ?)";

/// The voters who raised a petition: one where it names no number.
pub(super) const VOTERS: &str = "max(coalesce(voters, 1), 1)";

/// What [`petition_row`] reads.
pub(super) const SELECT: &str =
    "SELECT documents.id, petitions.unit, conflicts, petitions.updated_at, record,
     (SELECT cases.id FROM cases WHERE cases.number = case_number),
     (SELECT placing.heads FROM consolidations
          JOIN documents placing ON placing.number = consolidations.number
          WHERE case_number IS NULL AND consolidations.petition = documents.id)
     FROM petitions JOIN documents ON documents.number = petitions.number";

pub(super) fn petition_row(row: &rusqlite::Row<'_>) -> Result<PetitionRow, StoreError> {
    let case: Option<Vec<u8>> = row.get(5)?;
    Ok(PetitionRow {
        id: document_id(&row.get::<_, Vec<u8>>(0)?)?,
        unit: UnitCode(row.get(1)?),
        conflicts: row.get::<_, i64>(2)?.unsigned_abs(),
        updated_at: row.get(3)?,
        petition: from_json(row.get_ref(4)?.as_str().map_err(rusqlite::Error::from)?)?,
        case: case.as_deref().map(document_id).transpose()?,
        heads: split_heads(&row.get::<_, Option<Vec<u8>>>(6)?.unwrap_or_default())?,
    })
}

pub(super) fn page(
    connection: &Connection,
    filter: &PetitionFilter,
    offset: u64,
    limit: u64,
) -> Result<PetitionPage, StoreError> {
    let listing = Listing {
        table: "petitions",
        sum: VOTERS,
        select: SELECT,
        order: "petitions.created_seq DESC",
        words: filter.words.as_ref().map(|words| (words, MATCHES)),
    };
    let page = (offset, limit);
    let page = listing.page(connection, condition(filter), page, petition_row)?;
    Ok(PetitionPage {
        total: page.total,
        voters: page.sum,
        petitions: page.rows,
    })
}

pub(super) fn counts(
    connection: &Connection,
    filter: &PetitionFilter,
) -> Result<PetitionCounts, StoreError> {
    let Condition { sql, values } = condition(filter);
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
    let Condition { sql, values } = Condition::in_units("unit", &filter.units);
    let denunciations: i64 = connection
        .prepare_cached(&format!(
            "SELECT coalesce(sum(denunciations), 0) FROM meetings WHERE {sql}"
        ))?
        .query_row(params_from_iter(values), |row| row.get(0))?;
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
            petition: from_json(&row.get::<_, String>(3)?)?,
            created_at: row.get(4)?,
            updated_at: row.get(5)?,
        });
    }
    Ok(())
}
