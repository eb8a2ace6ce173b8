//! Which case carries a petition: the one that the petition's own consolidation names, where its committee has to do
//! with the petition's unit.

use kiennghi_shared::access;
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::papers::{Consolidation, consolidation_of};
use rusqlite::{Connection, OptionalExtension, params};

use super::derive::Touched;
use super::ground::Ground;
use super::ingest::integer;
use super::project::{Place, replace};
use crate::store::StoreError;

/// Only the document whose id follows from the petition's says where the petition is.
pub(super) fn write(
    connection: &Connection,
    place: &Place<'_>,
    consolidation: &Consolidation,
    conflicts: u64,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    let own = |petition: &DocumentId| consolidation_of(*petition) == place.id;
    let Some(petition) = consolidation.petition.filter(own) else {
        return forget(connection, place.number, touched);
    };
    touched.cases.extend(case_of(connection, petition)?);
    touched.cases.extend(consolidation.case);
    touched.units.insert(place.unit.to_owned());
    touched.petitions.insert(petition);
    replace(
        connection,
        "UPDATE consolidations SET (petition, case_id, unit, conflicts) = (?2, ?3, ?4, ?5)
         WHERE number = ?1",
        "INSERT INTO consolidations (number, petition, case_id, unit, conflicts)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            place.number,
            petition.as_bytes(),
            consolidation.case.as_ref().map(|case| case.as_bytes()),
            place.unit,
            integer(conflicts),
        ],
    )
}

/// Takes out what a document said of where a petition is.
pub(super) fn forget(
    connection: &Connection,
    number: i64,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    let carried: Option<(DocumentId, Option<DocumentId>)> = connection
        .prepare_cached("SELECT petition, case_id FROM consolidations WHERE number = ?1")?
        .query_row([number], |row| {
            let case: Option<[u8; 16]> = row.get(1)?;
            Ok((DocumentId(row.get(0)?), case.map(DocumentId)))
        })
        .optional()?;
    connection
        .prepare_cached("DELETE FROM consolidations WHERE number = ?1")?
        .execute([number])?;
    if let Some((petition, case)) = carried {
        touched.petitions.insert(petition);
        touched.cases.extend(case);
    }
    Ok(())
}

/// The case that a petition is said to be in.
pub(super) fn case_of(
    connection: &Connection,
    petition: DocumentId,
) -> Result<Option<DocumentId>, StoreError> {
    let case: Option<Option<[u8; 16]>> = connection
        .prepare_cached("SELECT case_id FROM consolidations WHERE petition = ?1")?
        .query_row([petition.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(case.flatten().map(DocumentId))
}

/// The petitions that are said to be in a case.
pub(super) fn named(
    connection: &Connection,
    case: DocumentId,
) -> Result<Vec<DocumentId>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT petition FROM consolidations WHERE case_id = ?1")?;
    let named = statement.query_map([case.as_bytes()], |row| Ok(DocumentId(row.get(0)?)))?;
    Ok(named.collect::<Result<_, _>>()?)
}

/// The number of the case that carries a petition.
pub(super) fn carrier(
    connection: &Connection,
    ground: &Ground,
    petition: DocumentId,
) -> Result<Option<i64>, StoreError> {
    let found: Option<(i64, String, String)> = connection
        .prepare_cached(
            "SELECT cases.number, cases.unit, consolidations.unit FROM consolidations
             JOIN cases ON cases.id = consolidations.case_id
             JOIN documents ON documents.id = consolidations.petition
             WHERE petition = ?1 AND consolidations.unit = documents.unit",
        )?
        .query_row([petition.as_bytes()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let carries = |(number, of_case, of_petition): (i64, String, String)| {
        access::reaches(ground, &UnitCode(of_case), &UnitCode(of_petition)).then_some(number)
    };
    Ok(found.and_then(carries))
}

/// Notes which case carries a petition; whether that is another than before.
pub(super) fn link(
    connection: &Connection,
    ground: &Ground,
    petition: DocumentId,
) -> Result<bool, StoreError> {
    let case = carrier(connection, ground, petition)?;
    let changed = connection
        .prepare_cached(
            "UPDATE petitions SET case_number = ?2
             WHERE number = (SELECT number FROM documents WHERE id = ?1)
                 AND case_number IS NOT ?2",
        )?
        .execute(params![petition.as_bytes(), case])?;
    Ok(changed > 0)
}
