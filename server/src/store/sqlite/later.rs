//! Cases that may stand otherwise since units, rules or holidays changed: noted in the transaction of the change, and
//! derived a few at a time, so that what others write goes between. What a server leaves is taken up by the next.

use kiennghi_shared::deadline::{DeadlineChange, Rule, Step};
use kiennghi_shared::id::{DocumentId, UnitCode};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Params, Transaction, TransactionBehavior};

use super::derive::{BEGUN_ON, derive_case, note_units};
use super::ground::{Ground, KnownGround};
use super::{consolidations, results};
use crate::store::{DistrictChange, StoreError, UnitRow};

/// Cases that are derived in one transaction: some milliseconds.
const AT_ONCE: u32 = 64;

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
    let (began, of_unit, state) = match rule.step {
        Step::Dispatch => (BEGUN_ON, "unit", "state = 1"),
        Step::Assign => ("sent_on", addressee, "state = 2"),
        Step::Answer | Step::AnswerAgain => ("sent_on", addressee, "state <> 1"),
        Step::Tell => ("answered_on", "unit", "state IN (5, 6)"),
    };
    let condition = format!(
        "{state} AND {began} >= ?2 AND {began} > ?3 AND {began} <= ?4 AND {of_unit} IN (
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
    note_where(connection, "due >= ?1 OR answer_due >= ?1", [day]).map(|_| ())
}

/// Derives some of the cases that were noted, in a transaction of their own; whether more may be left.
pub(super) fn derive_next(
    connection: &Connection,
    ground: &KnownGround,
) -> Result<bool, StoreError> {
    let is_left = connection
        .prepare_cached("SELECT 1 FROM cases_to_derive")?
        .exists([])?;
    if !is_left {
        return Ok(false);
    }
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    let is_left = derive_some(&transaction, ground)?;
    transaction.commit()?;
    Ok(is_left)
}

/// Derives some of the cases that were noted; whether more may be left.
pub(super) fn derive_some(
    connection: &Connection,
    ground: &KnownGround,
) -> Result<bool, StoreError> {
    let numbers: Vec<i64> = connection
        .prepare_cached("SELECT number FROM cases_to_derive ORDER BY number LIMIT ?1")?
        .query_map([AT_ONCE], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    if numbers.is_empty() {
        return Ok(false);
    }
    let ground = ground.read(connection)?;
    for &number in &numbers {
        connection
            .prepare_cached("DELETE FROM cases_to_derive WHERE number = ?1")?
            .execute([number])?;
        match derive_again(connection, &ground, number) {
            // It must not keep the others from being derived; `verify` tells of it too.
            Err(StoreError::Damaged(what)) => {
                tracing::error!(number, what, "a case cannot be derived");
            }
            done => done?,
        }
    }
    Ok(numbers.len() as u64 == u64::from(AT_ONCE))
}

/// Derives a case that nothing was written of: which petitions it carries, and where it stands. What phones tell is
/// another only where something is otherwise than before.
fn derive_again(connection: &Connection, ground: &Ground, number: i64) -> Result<(), StoreError> {
    let id = connection
        .prepare_cached("SELECT id FROM cases WHERE number = ?1")?
        .query_row([number], |row| Ok(DocumentId(row.get(0)?)))
        .optional()?;
    let Some(id) = id else {
        return Ok(());
    };
    let mut is_carried_otherwise = false;
    for petition in consolidations::named(connection, id)? {
        if consolidations::link(connection, ground, petition)? {
            is_carried_otherwise = true;
        }
    }
    if is_carried_otherwise {
        note_units(connection, number)?;
    }
    let Some(derived) = derive_case(connection, ground, id)? else {
        return Ok(());
    };
    if derived.is_changed || is_carried_otherwise {
        results::note_case(connection, number)?;
    }
    for repeat in derived.repeats {
        note_where(
            connection,
            "id = ?1",
            [Value::from(repeat.as_bytes().to_vec())],
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::connection::open_scratch;
    use super::*;

    #[test]
    fn a_transaction_derives_some_of_what_is_left() {
        let connection = open_scratch().expect("opens");
        let many = "WITH RECURSIVE numbers (number) AS (
                 VALUES (1) UNION ALL SELECT number + 1 FROM numbers WHERE number < 100)
             INSERT INTO cases_to_derive SELECT number FROM numbers";
        connection.execute_batch(many).expect("written");
        let left = || -> u32 {
            let count = "SELECT count(*) FROM cases_to_derive";
            let left = connection.query_row(count, [], |row| row.get(0));
            left.expect("a count")
        };
        let ground = KnownGround::default();
        let mut before = 100;
        for (is_left, expected) in [(true, 36), (false, 0), (false, 0)] {
            assert_eq!(derive_next(&connection, &ground), Ok(is_left));
            assert_eq!(left(), expected);
            assert!(before - expected <= AT_ONCE);
            before = expected;
        }
    }
}
