//! What the papers of cases come to, and what cases carry of each unit: derived anew in the transaction of
//! whatever touches them.

use std::collections::HashMap;

use kiennghi_shared::access::{Place as Standpoint, Tree};
use kiennghi_shared::casefile::{self, Paper, Standing, State, Voice};
use kiennghi_shared::id::{DocumentId, UnitCode};
use rusqlite::{Connection, OptionalExtension, params};

use super::casefile::{Touched, from_json};
use super::cases::{note_results, note_results_of};
use super::chain::last_seq;
use super::changes::document_id;
use super::project::json;
use crate::store::StoreError;

/// Derives what was touched anew, in the transaction that gave out this sequence number.
pub(super) fn derive(
    connection: &Connection,
    touched: &Touched,
    seq: u64,
) -> Result<(), StoreError> {
    for unit in &touched.units {
        note_results_of(connection, unit, seq)?;
    }
    if touched.cases.is_empty() {
        return Ok(());
    }
    let units = Units::read(connection)?;
    let mut update = connection.prepare_cached(
        "UPDATE cases SET (state, is_disputed, carried_over, addressee, lead, outcome, measure,
             due, answer_due, first_sent_on, sent_on, answered_on, told_on, closed_on, standing, day)
             = (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
         WHERE number = ?1",
    )?;
    for case in &touched.cases {
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
            standing.due,
            standing.first_sent_on,
            standing.sent_on,
            standing.answered_on,
            standing.told_on,
            standing.closed_on,
            json(&standing)?,
            carried_since(connection, number)?,
        ])?;
        note_units(connection, number)?;
        note_results(connection, number, seq)?;
    }
    Ok(())
}

/// The day of the first petition that a case carries; empty when it carries none.
fn carried_since(connection: &Connection, case_number: i64) -> Result<String, StoreError> {
    Ok(connection
        .prepare_cached("SELECT coalesce(min(day), '') FROM petitions WHERE case_number = ?1")?
        .query_row([case_number], |row| row.get(0))?)
}

/// Writes what a case carries of each unit. A petition that names no number of voters was raised by one.
fn note_units(connection: &Connection, case_number: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM case_units WHERE case_number = ?1")?
        .execute([case_number])?;
    connection
        .prepare_cached(
            "INSERT OR FAIL INTO case_units (case_number, unit, day, session, petitions, voters)
             SELECT case_number, unit, min(day), session, count(*), sum(max(coalesce(voters, 1), 1))
             FROM petitions WHERE case_number = ?1 GROUP BY unit",
        )?
        .execute([case_number])?;
    Ok(())
}

/// Derives all cases anew.
pub(super) fn derive_all(connection: &Connection) -> Result<(), StoreError> {
    let mut statement = connection.prepare("SELECT id FROM cases")?;
    let ids = statement.query_map([], |row| Ok(DocumentId(row.get(0)?)))?;
    let touched = Touched {
        cases: ids.collect::<Result<_, _>>()?,
        ..Touched::default()
    };
    derive(connection, &touched, last_seq(connection)?)
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
