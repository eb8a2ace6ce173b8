//! Cases and papers as tables show them: what each document says. What comes of it is derived in `derive`.

use std::collections::BTreeSet;

use kiennghi_shared::casefile::Content;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::papers::Case;
use rusqlite::{Connection, OptionalExtension, params};

use super::consolidations::case_of;
use super::derive::{Touched, repeats};
use super::ingest::integer;
use super::project::{Place, json, replace, words_digest};
use super::{consolidations, raised};
use crate::clock::day_of;
use crate::store::StoreError;

/// Drops all that this module writes.
pub(super) const CLEAR: &str = "DELETE FROM case_papers;
     DELETE FROM case_units;
     DELETE FROM case_agencies;
     DELETE FROM papers;
     DELETE FROM consolidations;
     DELETE FROM cases;
     DELETE FROM cases_to_derive;
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
             repeated_from, updated_at, conflicts, words_digest, record)
             = (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) WHERE number = ?1",
        "INSERT INTO cases
             (number, id, unit, created_seq, created_on, field, competence, session,
              repeated_from, updated_at, conflicts, words_digest, record,
              state, is_disputed, carried_over, addressee, to_role, lead, outcome, sent_on,
              due, answer_due, answered_on, told_on, standing)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
              0, 0, 0, '', '', '', '', '', '', '', '', '', '')",
        params![
            place.number,
            place.id.as_bytes(),
            place.unit,
            integer(place.created_seq),
            day_of(place.created_at),
            case.field,
            case.competence,
            case.session,
            case.repeated_from.as_ref().map(|case| case.as_bytes()),
            place.updated_at,
            integer(conflicts),
            digest,
            json(case)?,
        ],
    )?;
    if known.is_none() {
        let named = consolidations::named(connection, place.id)?;
        touched.petitions.extend(named);
    }
    if known != Some(digest) {
        connection
            .prepare_cached("INSERT OR REPLACE INTO case_words (rowid, words) VALUES (?1, ?2)")?
            .execute(params![place.number, words])?;
    }
    touched.cases.insert(place.id);
    Ok(())
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
    let (to_unit, to_role) = match content {
        Content::Dispatch(dispatch) => (dispatch.to_unit.as_str(), dispatch.to_role.as_str()),
        _ => ("", ""),
    };
    replace(
        connection,
        "UPDATE papers SET (id, kind, unit, day, to_unit, to_role, updated_at, conflicts, facts,
             record) = (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) WHERE number = ?1",
        "INSERT INTO papers (number, id, kind, unit, day, to_unit, to_role, updated_at, conflicts,
             facts, record)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            place.number,
            place.id.as_bytes(),
            content.kind().number(),
            place.unit,
            content.day(),
            to_unit,
            to_role,
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
    touched.cases.extend(repeats(connection, id)?);
    touched.cases.extend(cases_of_paper(connection, number)?);
    touched.units.insert(unit);
    touched.units.extend(units_of_case(connection, number)?);
    consolidations::forget(connection, number, touched)?;
    raised::forget_meeting(connection, id, number, touched)?;
    for statement in [
        "UPDATE petitions SET case_number = NULL WHERE case_number = ?1",
        "DELETE FROM cases_to_derive WHERE number = ?1",
        "DELETE FROM case_units WHERE case_number = ?1",
        "DELETE FROM case_agencies WHERE case_number = ?1",
        "DELETE FROM cases WHERE number = ?1",
        "DELETE FROM case_words WHERE rowid = ?1",
        "DELETE FROM case_papers WHERE number = ?1",
        "DELETE FROM papers WHERE number = ?1",
    ] {
        connection.execute(statement, [number])?;
    }
    Ok(())
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

pub(super) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Damaged(error.to_string()))
}
