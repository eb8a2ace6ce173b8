//! Cases that may stand otherwise since units, rules or holidays changed: noted in the transaction of the change.
//! `pieces` derives them.

use kiennghi_shared::deadline::{DeadlineChange, Rule, Step};
use kiennghi_shared::id::{DocumentId, UnitCode};
use rusqlite::{Connection, OptionalExtension, Params};

use super::derive::BEGUN_ON;
use super::results;
use crate::store::{DistrictChange, StoreError, UnitRow};

/// Notes the cases that a change may have stand otherwise; asked before it is written. Whether units, rules or
/// holidays are others with it.
pub(super) fn note(connection: &Connection, change: &DistrictChange) -> Result<bool, StoreError> {
    match change {
        DistrictChange::PutUnit(unit) => note_unit(connection, unit)?,
        DistrictChange::Deadlines(change) => match change {
            DeadlineChange::PutRule { rule, was } => {
                let last = was.as_ref().unwrap_or(rule).valid_to.as_ref();
                let last = last.zip(rule.valid_to.as_ref()).map(|(a, b)| a.max(b));
                note_rule(connection, rule, "", last)?;
            }
            // What began before its last day goes by it as before.
            DeadlineChange::EndRule { was, valid_to } => {
                let (until, last) = match &was.valid_to {
                    Some(last) => (last.min(valid_to), Some(last.max(valid_to))),
                    None => (valid_to, None),
                };
                note_rule(connection, was, until, last)?;
            }
            DeadlineChange::PutHoliday(holiday) => note_day(connection, &holiday.day)?,
            DeadlineChange::DropHoliday(day) => note_day(connection, day)?,
            DeadlineChange::SetWarning(_) => return Ok(false),
        },
        // What was raised for a council session is to be sent on after its end.
        DistrictChange::PutSession(session) => {
            let raised =
                "state = 1 AND number IN (SELECT case_number FROM petitions WHERE session = ?1)";
            note_where(connection, raised, [&session.code])?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Notes every case.
pub(super) fn note_all(connection: &Connection) -> Result<(), StoreError> {
    note_where(connection, "TRUE", []).map(|_| ())
}

/// Notes a case.
pub(super) fn note_one(connection: &Connection, id: DocumentId) -> Result<(), StoreError> {
    note_where(connection, "id = ?1", [id.as_bytes()]).map(|_| ())
}

fn note_where(
    connection: &Connection,
    condition: &str,
    values: impl Params,
) -> Result<usize, StoreError> {
    let sql = format!(
        "INSERT OR IGNORE INTO cases_to_derive (number) SELECT number FROM cases WHERE {condition}"
    );
    Ok(connection.execute(&sql, values)?)
}

/// Whose a paper is follows from where units stand; by what name an addressee is told, from theirs.
fn note_unit(connection: &Connection, unit: &UnitRow) -> Result<(), StoreError> {
    type Stood = (Option<String>, Option<String>, Option<String>);
    let code = |unit: &Option<UnitCode>| unit.as_ref().map(|unit| unit.0.clone());
    let known: Option<(String, Stood)> = connection
        .query_row(
            "SELECT name, parent, successor, valid_to FROM units WHERE code = ?1",
            [&unit.code.0],
            |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?))),
        )
        .optional()?;
    let stands = (
        code(&unit.parent),
        code(&unit.successor),
        unit.valid_to.clone(),
    );
    match known {
        Some((name, stood)) => {
            if name != unit.name {
                results::note_named(connection, &unit.code)?;
            }
            if stood != stands {
                note_all(connection)?;
            }
        }
        // A letter may name a unit before there is one.
        None => {
            if note_where(connection, "addressee = ?1", [&unit.code.0])? > 0 {
                results::note_named(connection, &unit.code)?;
            }
        }
    }
    Ok(())
}

/// A rule touches steps that begin between two days in its unit, in those below it and in those whose place they
/// took.
fn note_rule(
    connection: &Connection,
    rule: &Rule,
    after: &str,
    last: Option<&String>,
) -> Result<(), StoreError> {
    let addressee = "CASE addressee WHEN '' THEN unit ELSE addressee END";
    let since = |began| format!("{began} >= ?2 AND {began} > ?3 AND {began} <= ?4");
    let helping = format!(
        "value ->> '$.part' = 'coordinating' AND {}",
        since("value ->> '$.since'")
    );
    let (begun, of_unit, state) = match rule.step {
        Step::Dispatch => (since(BEGUN_ON), "unit", "state = 1"),
        Step::Assign => (since("sent_on"), addressee, "state = 2"),
        Step::Answer | Step::AnswerAgain => (since("sent_on"), addressee, "state <> 1"),
        Step::Tell => (since("answered_on"), "unit", "state IN (5, 6)"),
        Step::Coordinate => (has_party(&helping), addressee, "standing <> ''"),
    };
    let condition = format!(
        "{state} AND {begun} AND {of_unit} IN (
             WITH RECURSIVE within (code) AS (
                 VALUES (?1)
                 UNION SELECT units.code FROM units JOIN within
                     ON within.code IN (units.parent, units.successor))
             SELECT code FROM within)"
    );
    let last = last.map_or("9999", String::as_str);
    let values = [&rule.unit.0, &rule.valid_from, after, last];
    note_where(connection, &condition, values).map(|_| ())
}

/// What is due before a day was counted without it.
fn note_day(connection: &Connection, day: &str) -> Result<(), StoreError> {
    let helping = has_party("value ->> '$.due' >= ?1");
    let condition = format!("due >= ?1 OR answer_due >= ?1 OR (standing <> '' AND {helping})");
    note_where(connection, &condition, [day]).map(|_| ())
}

/// Whether a case has a party of which this holds.
fn has_party(condition: &str) -> String {
    format!("EXISTS (SELECT 1 FROM json_each(standing, '$.parties') WHERE {condition})")
}
