//! Cases as tables show them: what each document says, and what the papers of a case come to, derived
//! anew in the transaction of whatever touches it.

use std::collections::{BTreeSet, HashMap};

use kiennghi_shared::access::{Place as Standpoint, Tree};
use kiennghi_shared::casefile::{self, Content, Paper, Standing, State, Voice};
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::papers::{Case, Consolidation, consolidation_of};
use rusqlite::{Connection, OptionalExtension, params};

use super::changes::document_id;
use super::ingest::integer;
use super::project::{Place, json, replace, words_digest};
use crate::clock::day_of;
use crate::store::StoreError;

/// Cases to derive again before a transaction ends.
pub(super) type Touched = BTreeSet<DocumentId>;

/// Drops all that this module writes.
pub(super) const CLEAR: &str = "DELETE FROM case_papers;
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
              state, is_disputed, carried_over, addressee, lead, outcome, measure, due,
              first_sent_on, sent_on, answered_on, told_on, closed_on, standing)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
              0, 0, 0, '', '', '', '', '', '', '', '', '', '', '')",
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
        connection
            .prepare_cached(
                "UPDATE petitions SET case_number = ?1 WHERE number IN
                     (SELECT documents.number FROM consolidations
                      JOIN documents ON documents.id = consolidations.petition
                      WHERE case_id = ?2 AND consolidations.unit = documents.unit)",
            )?
            .execute(params![place.number, place.id.as_bytes()])?;
    }
    if known != Some(digest) {
        connection
            .prepare_cached("INSERT OR REPLACE INTO case_words (rowid, words) VALUES (?1, ?2)")?
            .execute(params![place.number, words])?;
    }
    touched.insert(place.id);
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
    let Some(petition) = consolidation.petition else {
        return Ok(());
    };
    if consolidation_of(petition) != place.id {
        return Ok(());
    }
    touched.extend(case_of(connection, petition)?);
    touched.extend(consolidation.case);
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
    touched.extend(cases_of_paper(connection, place.number)?);
    replace(
        connection,
        "UPDATE papers SET (id, kind, unit, day, updated_at, conflicts, record)
             = (?2, ?3, ?4, ?5, ?6, ?7, ?8) WHERE number = ?1",
        "INSERT INTO papers (number, id, kind, unit, day, updated_at, conflicts, record)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            place.number,
            place.id.as_bytes(),
            content.kind().number(),
            place.unit,
            content.day(),
            place.updated_at,
            integer(conflicts),
            json(content)?,
        ],
    )?;
    connection
        .prepare_cached("DELETE FROM case_papers WHERE number = ?1")?
        .execute([place.number])?;
    let cases: Touched = content.cases().into_iter().collect();
    let mut insert =
        connection.prepare_cached("INSERT INTO case_papers (case_id, number) VALUES (?1, ?2)")?;
    for case in &cases {
        insert.execute(params![case.as_bytes(), place.number])?;
    }
    touched.extend(cases);
    Ok(())
}

/// Notes which case carries a petition that was just written.
pub(super) fn place_petition(
    connection: &Connection,
    petition: DocumentId,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    if let Some(case) = case_of(connection, petition)? {
        link(connection, petition)?;
        touched.insert(case);
    }
    Ok(())
}

/// Takes a document that is to be erased out of the tables.
pub(super) fn remove(
    connection: &Connection,
    id: DocumentId,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    let number: Option<i64> = connection
        .prepare_cached("SELECT number FROM documents WHERE id = ?1")?
        .query_row([id.as_bytes()], |row| row.get(0))
        .optional()?;
    let Some(number) = number else {
        return Ok(());
    };
    touched.extend(case_of(connection, id)?);
    touched.extend(cases_of_paper(connection, number)?);
    let carried: Option<(DocumentId, Option<DocumentId>)> = connection
        .prepare_cached("SELECT petition, case_id FROM consolidations WHERE number = ?1")?
        .query_row([number], |row| {
            let case: Option<[u8; 16]> = row.get(1)?;
            Ok((DocumentId(row.get(0)?), case.map(DocumentId)))
        })
        .optional()?;
    for statement in [
        "UPDATE petitions SET case_number = NULL WHERE case_number = ?1",
        "DELETE FROM cases WHERE number = ?1",
        "DELETE FROM case_words WHERE rowid = ?1",
        "DELETE FROM consolidations WHERE number = ?1",
        "DELETE FROM case_papers WHERE number = ?1",
        "DELETE FROM papers WHERE number = ?1",
    ] {
        connection.execute(statement, [number])?;
    }
    if let Some((petition, case)) = carried {
        touched.extend(case);
        link(connection, petition)?;
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

fn cases_of_paper(connection: &Connection, number: i64) -> Result<Vec<DocumentId>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT case_id FROM case_papers WHERE number = ?1")?;
    let cases = statement.query_map([number], |row| Ok(DocumentId(row.get(0)?)))?;
    Ok(cases.collect::<Result<_, _>>()?)
}

fn link(connection: &Connection, petition: DocumentId) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE petitions SET case_number =
                 (SELECT cases.number FROM consolidations
                  JOIN cases ON cases.id = consolidations.case_id
                  WHERE consolidations.petition = ?1 AND consolidations.unit = petitions.unit)
             WHERE number = (SELECT number FROM documents WHERE id = ?1)",
        )?
        .execute([petition.as_bytes()])?;
    Ok(())
}

/// Derives these cases anew.
pub(super) fn derive(connection: &Connection, touched: &Touched) -> Result<(), StoreError> {
    if touched.is_empty() {
        return Ok(());
    }
    let units = Units::read(connection)?;
    let mut update = connection.prepare_cached(
        "UPDATE cases SET (state, is_disputed, carried_over, addressee, lead, outcome, measure,
             due, first_sent_on, sent_on, answered_on, told_on, closed_on, standing)
             = (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
         WHERE number = ?1",
    )?;
    for case in touched {
        let Some((number, standing)) = standing(connection, &units, *case)? else {
            continue;
        };
        let code = |unit: &Option<UnitCode>| unit.clone().unwrap_or(UnitCode(String::new())).0;
        update.execute(params![
            number,
            standing.state.number(),
            standing.is_disputed,
            standing.carried_over,
            code(&standing.addressee),
            code(&standing.lead),
            standing.outcome,
            standing.measure,
            due(&standing),
            standing.first_sent_on,
            standing.sent_on,
            standing.answered_on,
            standing.told_on,
            standing.closed_on,
            json(&standing)?,
        ])?;
    }
    Ok(())
}

/// Derives all cases anew.
pub(super) fn derive_all(connection: &Connection) -> Result<(), StoreError> {
    let mut statement = connection.prepare("SELECT id FROM cases")?;
    let ids = statement.query_map([], |row| Ok(DocumentId(row.get(0)?)))?;
    derive(connection, &ids.collect::<Result<_, _>>()?)
}

/// The day by which what is awaited is due.
fn due(standing: &Standing) -> &str {
    match standing.state {
        State::Dispatched | State::Assigned => &standing.due,
        _ => "",
    }
}

/// A case's number and what its papers come to; `None` when there is no such case.
pub(super) fn standing(
    connection: &Connection,
    units: &Units,
    case: DocumentId,
) -> Result<Option<(i64, Standing)>, StoreError> {
    let found: Option<(i64, String)> = connection
        .prepare_cached("SELECT number, unit FROM cases WHERE id = ?1")?
        .query_row([case.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((number, unit)) = found else {
        return Ok(None);
    };
    let mut statement = connection
        .prepare_cached("SELECT DISTINCT unit, village FROM petitions WHERE case_number = ?1")?;
    let voices = statement.query_map([number], |row| {
        Ok(Voice {
            unit: UnitCode(row.get(0)?),
            village: row.get(1)?,
        })
    })?;
    let voices: Vec<Voice> = voices.collect::<Result<_, _>>()?;
    let papers = papers(connection, case)?;
    let standing = casefile::derive(units, &UnitCode(unit), &voices, &papers);
    Ok(Some((number, standing)))
}

/// The papers of a case, in no order.
pub(super) fn papers(connection: &Connection, case: DocumentId) -> Result<Vec<Paper>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, unit, record FROM case_papers JOIN papers USING (number) WHERE case_id = ?1",
    )?;
    let mut rows = statement.query([case.as_bytes()])?;
    let mut papers = Vec::new();
    while let Some(row) = rows.next()? {
        papers.push(Paper {
            id: document_id(&row.get::<_, Vec<u8>>(0)?)?,
            unit: UnitCode(row.get(1)?),
            content: from_json(&row.get::<_, String>(2)?)?,
        });
    }
    Ok(papers)
}

pub(super) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Damaged(error.to_string()))
}

/// The tree of units as it stands in the tables.
pub(super) struct Units(HashMap<UnitCode, (Option<UnitCode>, Option<UnitCode>)>);

impl Units {
    pub(super) fn read(connection: &Connection) -> Result<Self, StoreError> {
        let mut statement =
            connection.prepare_cached("SELECT code, parent, successor FROM units")?;
        let rows = statement.query_map([], |row| {
            let (parent, successor): (Option<String>, Option<String>) = (row.get(1)?, row.get(2)?);
            let above = (parent.map(UnitCode), successor.map(UnitCode));
            Ok((UnitCode(row.get(0)?), above))
        })?;
        Ok(Self(rows.collect::<Result<_, _>>()?))
    }
}

impl Tree for Units {
    fn place(&self, unit: &UnitCode) -> Option<Standpoint<'_>> {
        self.0.get(unit).map(|(parent, successor)| Standpoint {
            parent: parent.as_ref(),
            successor: successor.as_ref(),
        })
    }
}
