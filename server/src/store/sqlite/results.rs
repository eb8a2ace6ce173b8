//! How often what is to be told in a unit may have changed: by these counts phones learn that they are to ask for it
//! anew.

use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::schema::Kind;
use rusqlite::{Connection, OptionalExtension, params};

use super::casefile::units_of_case;
use crate::store::StoreError;

/// Notes that it may have changed in the units of a case's petitions.
pub(super) fn note_case(connection: &Connection, number: i64) -> Result<(), StoreError> {
    for unit in units_of_case(connection, number)? {
        note(connection, &unit)?;
    }
    Ok(())
}

/// Notes that it may have changed in a petition's unit.
pub(super) fn note_petition(
    connection: &Connection,
    petition: DocumentId,
) -> Result<(), StoreError> {
    let unit: Option<String> = connection
        .prepare_cached("SELECT unit FROM documents WHERE id = ?1")?
        .query_row([petition.as_bytes()], |row| row.get(0))
        .optional()?;
    unit.map_or(Ok(()), |unit| note(connection, &unit))
}

/// Notes that it may have changed wherever this unit is named as whom a case was sent to or who answered.
pub(super) fn note_named(connection: &Connection, named: &UnitCode) -> Result<(), StoreError> {
    let units: Vec<String> = connection
        .prepare(
            "SELECT DISTINCT case_units.unit FROM case_units
             JOIN cases ON cases.number = case_number
             WHERE addressee = ?1 OR cases.id IN (
                 SELECT case_id FROM papers JOIN case_papers USING (number)
                 WHERE kind = ?2 AND papers.unit = ?1)",
        )?
        .query_map(params![named.0, Kind::Answer.number()], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    units.iter().try_for_each(|unit| note(connection, unit))
}

/// Notes that it may have changed in a unit.
pub(super) fn note(connection: &Connection, unit: &str) -> Result<(), StoreError> {
    let known = connection
        .prepare_cached("UPDATE results SET changes = changes + 1 WHERE unit = ?1")?
        .execute([unit])?;
    if known == 0 {
        connection
            .prepare_cached("INSERT INTO results (unit, changes) VALUES (?1, 1)")?
            .execute([unit])?;
    }
    Ok(())
}

/// Notes that it may have changed wherever there is something to tell.
pub(super) fn note_all(connection: &Connection) -> Result<(), StoreError> {
    connection.execute("UPDATE results SET changes = changes + 1", [])?;
    Ok(())
}

/// How often it may have changed in these units altogether; none where there never was anything to tell.
pub(super) fn changes(
    connection: &Connection,
    units: &[UnitCode],
) -> Result<Option<u64>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT changes FROM results WHERE unit = ?1")?;
    let mut sum = None;
    for unit in units {
        let changes: Option<i64> = statement
            .query_row([&unit.0], |row| row.get(0))
            .optional()?;
        if let Some(changes) = changes {
            sum = Some(sum.unwrap_or(0) + changes.unsigned_abs());
        }
    }
    Ok(sum)
}
