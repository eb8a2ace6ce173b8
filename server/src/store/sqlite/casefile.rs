//! Cases, consolidations and papers as tables show them: what each document says. What comes of it is
//! derived in `derive`.

use std::collections::BTreeSet;

use kiennghi_shared::access::{self, Relation};
use kiennghi_shared::casefile::Content;
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::papers::{Case, Consolidation, consolidation_of};
use rusqlite::{Connection, OptionalExtension, params};

use super::derive::Units;
use super::ingest::integer;
use super::project::{Place, json, replace, words_digest};
use crate::clock::day_of;
use crate::store::StoreError;

/// What is to be derived again before a transaction ends.
#[derive(Debug, Default)]
pub(super) struct Touched {
    pub(super) cases: BTreeSet<DocumentId>,
    /// Of petitions that were put into a case or taken out of one.
    pub(super) units: BTreeSet<String>,
}

/// Drops all that this module writes.
pub(super) const CLEAR: &str = "DELETE FROM case_papers;
     DELETE FROM case_units;
     DELETE FROM papers;
     DELETE FROM consolidations;
     DELETE FROM cases;
     INSERT INTO case_words (case_words) VALUES ('delete-all');";

pub(super) fn write_case(
    connection: &Connection,
    place: &Place<'_>,
    case: &Case,
    conflicts: u64,
    words: &str,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    let digest = words_digest(words);
    let known: Option<i64> = connection
        .prepare_cached("SELECT words_digest FROM cases WHERE number = ?1")?
        .query_row([place.number], |row| row.get(0))
        .optional()?;
    replace(
        connection,
        "UPDATE cases SET (id, unit, created_seq, created_on, field, competence, session,
             updated_at, conflicts, record, words_digest)
             = (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) WHERE number = ?1",
        "INSERT INTO cases
             (number, id, unit, created_seq, created_on, field, competence, session,
              updated_at, conflicts, record, words_digest,
              state, is_disputed, carried_over, addressee, to_role, lead, outcome, due,
              answer_due, answered_on, told_on, standing)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
              0, 0, 0, '', '', '', '', '', '', '', '', '')",
        params![
            place.number,
            place.id.as_bytes(),
            place.unit,
            integer(place.created_seq),
            day_of(place.created_at),
            case.field,
            case.competence,
            case.session,
            place.updated_at,
            integer(conflicts),
            json(case)?,
            digest,
        ],
    )?;
    if known.is_none() {
        let mut statement =
            connection.prepare_cached("SELECT petition FROM consolidations WHERE case_id = ?1")?;
        let named =
            statement.query_map([place.id.as_bytes()], |row| Ok(DocumentId(row.get(0)?)))?;
        for petition in named.collect::<Result<Vec<_>, _>>()? {
            link(connection, petition)?;
        }
    }
    if known != Some(digest) {
        connection
            .prepare_cached("INSERT OR REPLACE INTO case_words (rowid, words) VALUES (?1, ?2)")?
            .execute(params![place.number, words])?;
    }
    touched.cases.insert(place.id);
    Ok(())
}

/// Only the document whose id follows from the petition's says where the petition is.
pub(super) fn write_consolidation(
    connection: &Connection,
    place: &Place<'_>,
    consolidation: &Consolidation,
    conflicts: u64,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    let own = |petition: &DocumentId| consolidation_of(*petition) == place.id;
    let Some(petition) = consolidation.petition.filter(own) else {
        return forget_consolidation(connection, place.number, touched);
    };
    touched.cases.extend(case_of(connection, petition)?);
    touched.cases.extend(consolidation.case);
    touched.units.insert(place.unit.to_owned());
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
    )?;
    link(connection, petition)
}

pub(super) fn write_paper(
    connection: &Connection,
    place: &Place<'_>,
    content: &Content,
    conflicts: u64,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    touched
        .cases
        .extend(cases_of_paper(connection, place.number)?);
    replace(
        connection,
        "UPDATE papers SET (id, kind, unit, day, updated_at, conflicts, facts, record)
             = (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) WHERE number = ?1",
        "INSERT INTO papers (number, id, kind, unit, day, updated_at, conflicts, facts, record)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            place.number,
            place.id.as_bytes(),
            content.kind().number(),
            place.unit,
            content.day(),
            place.updated_at,
            integer(conflicts),
            json(&content.facts())?,
            json(content)?,
        ],
    )?;
    connection
        .prepare_cached("DELETE FROM case_papers WHERE number = ?1")?
        .execute([place.number])?;
    let cases: BTreeSet<DocumentId> = content.cases().into_iter().collect();
    let mut insert =
        connection.prepare_cached("INSERT INTO case_papers (case_id, number) VALUES (?1, ?2)")?;
    for case in &cases {
        insert.execute(params![case.as_bytes(), place.number])?;
    }
    touched.cases.extend(cases);
    Ok(())
}

/// Notes the day of a petition that was just written, its council session, and which case carries it.
pub(super) fn place_petition(
    connection: &Connection,
    place: &Place<'_>,
    meeting: Option<DocumentId>,
    recorded_at: Option<i64>,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    let held: Option<(String, String)> = match meeting {
        Some(meeting) => connection
            .prepare_cached(
                "SELECT date, session FROM meetings
                 WHERE number = (SELECT number FROM documents WHERE id = ?1)",
            )?
            .query_row([meeting.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?,
        None => None,
    };
    let recorded_on = || day_of(recorded_at.unwrap_or(place.created_at));
    let (day, session) = held.unwrap_or_else(|| (recorded_on(), String::new()));
    connection
        .prepare_cached("UPDATE petitions SET (day, session) = (?2, ?3) WHERE number = ?1")?
        .execute(params![place.number, day, session])?;
    let petition = place.id;
    if let Some(case) = case_of(connection, petition)? {
        link(connection, petition)?;
        touched.cases.insert(case);
    }
    Ok(())
}

/// Gives the petitions of a meeting that was just written its day and council session.
pub(super) fn place_petitions_of(
    connection: &Connection,
    meeting: DocumentId,
    (day, session): (&str, &str),
    touched: &mut Touched,
) -> Result<(), StoreError> {
    // What may fail in the middle would have the index of words written out first; here the
    // whole transaction is given up then.
    connection
        .prepare_cached(
            "UPDATE OR FAIL petitions SET (day, session) = (?2, ?3)
             WHERE meeting = ?1 AND (day, session) <> (?2, ?3)",
        )?
        .execute(params![meeting.as_bytes(), day, session])?;
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT cases.id FROM petitions JOIN cases ON cases.number = case_number
         WHERE meeting = ?1",
    )?;
    let cases = statement.query_map([meeting.as_bytes()], |row| Ok(DocumentId(row.get(0)?)))?;
    for case in cases {
        touched.cases.insert(case?);
    }
    Ok(())
}

/// Takes a document that is to be erased out of the tables.
pub(super) fn remove(
    connection: &Connection,
    id: DocumentId,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    let found: Option<(i64, String)> = connection
        .prepare_cached("SELECT number, unit FROM documents WHERE id = ?1")?
        .query_row([id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((number, unit)) = found else {
        return Ok(());
    };
    touched.cases.extend(case_of(connection, id)?);
    touched.cases.extend(cases_of_paper(connection, number)?);
    touched.units.insert(unit);
    touched.units.extend(units_of_case(connection, number)?);
    forget_consolidation(connection, number, touched)?;
    for statement in [
        "UPDATE petitions SET case_number = NULL WHERE case_number = ?1",
        "DELETE FROM case_units WHERE case_number = ?1",
        "DELETE FROM cases WHERE number = ?1",
        "DELETE FROM case_words WHERE rowid = ?1",
        "DELETE FROM case_papers WHERE number = ?1",
        "DELETE FROM papers WHERE number = ?1",
    ] {
        connection.execute(statement, [number])?;
    }
    Ok(())
}

/// The case that a petition is said to be in.
fn case_of(
    connection: &Connection,
    petition: DocumentId,
) -> Result<Option<DocumentId>, StoreError> {
    let case: Option<Option<[u8; 16]>> = connection
        .prepare_cached("SELECT case_id FROM consolidations WHERE petition = ?1")?
        .query_row([petition.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(case.flatten().map(DocumentId))
}

/// The units of the petitions that a case carries.
pub(super) fn units_of_case(
    connection: &Connection,
    number: i64,
) -> Result<Vec<String>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT DISTINCT unit FROM petitions WHERE case_number = ?1")?;
    let units = statement.query_map([number], |row| row.get(0))?;
    Ok(units.collect::<Result<_, _>>()?)
}

fn cases_of_paper(connection: &Connection, number: i64) -> Result<Vec<DocumentId>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT case_id FROM case_papers WHERE number = ?1")?;
    let cases = statement.query_map([number], |row| Ok(DocumentId(row.get(0)?)))?;
    Ok(cases.collect::<Result<_, _>>()?)
}

/// Takes out what a document said of where a petition is.
fn forget_consolidation(
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
        touched.cases.extend(case);
        link(connection, petition)?;
    }
    Ok(())
}

/// Notes the case that carries a petition: one whose committee has to do with the petition's unit.
fn link(connection: &Connection, petition: DocumentId) -> Result<(), StoreError> {
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
    let case = match found {
        Some((number, of_case, of_petition)) => {
            let units = Units::read(connection)?;
            let relation = access::relation(&units, &UnitCode(of_case), &UnitCode(of_petition));
            let is_within = relation.is_some_and(|relation| relation != Relation::Elsewhere);
            is_within.then_some(number)
        }
        None => None,
    };
    connection
        .prepare_cached(
            "UPDATE petitions SET case_number = ?2
             WHERE number = (SELECT number FROM documents WHERE id = ?1)",
        )?
        .execute(params![petition.as_bytes(), case])?;
    Ok(())
}

pub(super) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Damaged(error.to_string()))
}
