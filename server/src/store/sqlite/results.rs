//! What is to be told in villages: which case changed for which unit, and all that phones are told of it in a few
//! statements.

use std::collections::{HashMap, HashSet};

use kiennghi_shared::casefile::{State, Voice};
use kiennghi_shared::id::{DocumentId, Epoch, UnitCode};
use kiennghi_shared::schema::Kind;
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};
use sha2::{Digest, Sha256};

use super::casefile::units_of_case;
use super::cases::{COLUMNS, COLUMNS_COUNT, PAPER_COLUMNS, case_row, paper};
use super::chain::last_seq;
use super::changes::document_id;
use super::ingest::integer;
use super::listing::{Condition, marks};
use super::project::json;
use crate::store::{PaperRow, ResultsWanted, StoreError, StoredResults, ToldCase};

/// Notes that what is to be told of a case may have changed in the units of its petitions, and in those whose petitions
/// left it.
pub(super) fn note_case(connection: &Connection, number: i64) -> Result<(), StoreError> {
    let case: [u8; 16] = connection
        .prepare_cached("SELECT id FROM cases WHERE number = ?1")?
        .query_row([number], |row| row.get(0))?;
    let units = units_of_case(connection, number)?;
    let mut before =
        connection.prepare_cached("SELECT unit FROM results WHERE case_id = ?1 AND NOT is_gone")?;
    let before = before.query_map([case], |row| row.get(0))?;
    let before: Vec<String> = before.collect::<Result<_, _>>()?;
    let left = before.iter().filter(|unit| !units.contains(unit));
    let mut note = connection.prepare_cached(
        "INSERT INTO results (unit, case_id, version, is_gone) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (unit, case_id) DO UPDATE
             SET (version, is_gone) = (excluded.version, excluded.is_gone)",
    )?;
    for unit in units.iter().chain(left) {
        let is_gone = !units.contains(unit);
        note.execute(params![
            unit,
            case,
            next_version(connection, unit)?,
            is_gone
        ])?;
    }
    Ok(())
}

/// Notes which cases there are no more, of those of which something was to be told in a unit.
pub(super) fn note_gone(connection: &Connection, unit: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE OR FAIL results SET (version, is_gone) = (?2, 1)
             WHERE unit = ?1 AND NOT is_gone
                 AND NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = case_id)",
        )?
        .execute(params![unit, next_version(connection, unit)?])?;
    Ok(())
}

/// Notes that it may have changed of each case that was sent to this unit or answered by it.
pub(super) fn note_named(connection: &Connection, named: &UnitCode) -> Result<(), StoreError> {
    let cases: Vec<i64> = connection
        .prepare(
            "SELECT number FROM cases
             WHERE addressee = ?1 OR id IN (
                 SELECT case_id FROM papers JOIN case_papers USING (number)
                 WHERE kind = ?2 AND papers.unit = ?1)",
        )?
        .query_map(params![named.0, Kind::Answer.number()], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    cases
        .iter()
        .try_for_each(|case| note_case(connection, *case))
}

/// Greater than all before in the unit, also where projections are made anew: it follows the sequence numbers, and
/// where something changes without one, itself.
fn next_version(connection: &Connection, unit: &str) -> Result<i64, StoreError> {
    let last = version(connection, unit)?;
    Ok(integer(last_seq(connection)?).max(last + 1))
}

fn version(connection: &Connection, unit: &str) -> Result<i64, StoreError> {
    Ok(connection
        .prepare_cached("SELECT coalesce(max(version), 0) FROM results WHERE unit = ?1")?
        .query_row([unit], |row| row.get(0))?)
}

/// The versions of what is to be told in units.
pub(super) fn versions(
    connection: &Connection,
    units: &[UnitCode],
) -> Result<Vec<u64>, StoreError> {
    let versions = units.iter().map(|unit| version(connection, &unit.0));
    let versions = versions.map(|version| Ok(version?.unsigned_abs()));
    versions.collect()
}

/// One number for all of them; 0 when nothing was ever to be told. The same numbers mean something else in another
/// epoch, and to somebody of other units.
pub(super) fn digest(epoch: Epoch, units: &[UnitCode], versions: &[u64]) -> u64 {
    if versions.iter().all(|version| *version == 0) {
        return 0;
    }
    let mut all = Sha256::new_with_prefix(epoch.as_bytes());
    for (unit, version) in units.iter().zip(versions) {
        all.update(&unit.0);
        all.update([0]);
        all.update(version.to_be_bytes());
    }
    let digest: [u8; 32] = all.finalize().into();
    digest.first_chunk().copied().map_or(0, u64::from_be_bytes)
}

/// What is to be told. More changes than cases are wanted at most are no changes: all of it is given anew.
pub(super) fn read(
    connection: &Connection,
    wanted: &ResultsWanted<'_>,
) -> Result<StoredResults, StoreError> {
    let changed = match wanted.since {
        Some(since) => Some(changed(connection, wanted.units, since)?),
        None => None,
    };
    let changed = changed.filter(|changed| changed.len() as u64 <= wanted.limit);
    let cases = cases(connection, wanted, changed.as_ref())?;
    let mut gone = Vec::new();
    if let Some(mut left) = changed.clone() {
        for case in &cases {
            left.remove(&case.row.id);
        }
        gone.extend(left);
        gone.extend(closed_for_long(connection, wanted)?);
    }
    Ok(StoredResults {
        cases,
        gone,
        versions: versions(connection, wanted.units)?,
        is_whole: changed.is_none(),
    })
}

/// The cases that changed for some of the units.
fn changed(
    connection: &Connection,
    units: &[UnitCode],
    since: &[u64],
) -> Result<HashSet<DocumentId>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT case_id FROM results WHERE unit = ?1 AND version > ?2")?;
    let mut changed = HashSet::new();
    for (unit, version) in units.iter().zip(since) {
        let ids = statement.query_map(params![unit.0, integer(*version)], |row| {
            Ok(DocumentId(row.get(0)?))
        })?;
        for id in ids {
            changed.insert(id?);
        }
    }
    Ok(changed)
}

/// That a case carries petitions of the units.
fn raised_in(units: &[UnitCode]) -> Condition {
    let sql = format!(
        "cases.number IN (SELECT case_number FROM case_units WHERE unit IN ({}))",
        marks(units.len())
    );
    Condition::of_units(sql, units)
}

/// The cases of the units that were closed on a day that counted as near then, and does no more.
fn closed_for_long(
    connection: &Connection,
    wanted: &ResultsWanted<'_>,
) -> Result<Vec<DocumentId>, StoreError> {
    if wanted.was_closed_from >= wanted.closed_from {
        return Ok(Vec::new());
    }
    let mut condition = raised_in(wanted.units);
    let closed = State::Closed.number();
    let days = [wanted.was_closed_from, wanted.closed_from];
    condition.add(
        &format!("state = {closed} AND closed_on >= ? AND closed_on < ?"),
        days.map(|day| Value::from(day.to_owned())),
    );
    let mut statement =
        connection.prepare_cached(&format!("SELECT id FROM cases WHERE {}", condition.sql))?;
    let ids = statement.query_map(params_from_iter(condition.values), |row| {
        Ok(DocumentId(row.get(0)?))
    })?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// The cases of the units, all or those that changed, with their voices and answers.
fn cases(
    connection: &Connection,
    wanted: &ResultsWanted<'_>,
    changed: Option<&HashSet<DocumentId>>,
) -> Result<Vec<ToldCase>, StoreError> {
    let mut condition = raised_in(wanted.units);
    let closed = State::Closed.number();
    condition.add(
        &format!("(state <> {closed} OR closed_on >= ?)"),
        [wanted.closed_from.to_owned().into()],
    );
    if let Some(changed) = changed {
        let ids = hex_list(changed.iter())?;
        condition.add(
            "id IN (SELECT unhex(value) FROM json_each(?))",
            [ids.into()],
        );
    }
    condition.values.push(integer(wanted.limit).into());
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS}, cases.number FROM cases WHERE {} ORDER BY created_seq DESC LIMIT ?",
        condition.sql
    ))?;
    let mut rows = statement.query(params_from_iter(condition.values))?;
    let (mut cases, mut numbers) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        numbers.push(row.get::<_, i64>(COLUMNS_COUNT)?);
        cases.push(case_row(row)?);
    }
    let mut voices = voices(connection, wanted.units, &numbers)?;
    let mut answers = answers(
        connection,
        cases.iter().filter_map(|row| row.standing.answer),
    )?;
    let told = cases
        .into_iter()
        .zip(numbers)
        .map(|(row, number)| ToldCase {
            voices: voices.remove(&number).unwrap_or_default(),
            answer: row
                .standing
                .answer
                .and_then(|answer| answers.remove(&answer)),
            row,
        });
    Ok(told.collect())
}

/// The petitions of the units that cases carry, by the number of the case.
fn voices(
    connection: &Connection,
    units: &[UnitCode],
    cases: &[i64],
) -> Result<HashMap<i64, Vec<(DocumentId, Voice)>>, StoreError> {
    let mut condition = Condition::in_units("petitions.unit", units);
    let cases = json(&cases)?;
    condition.add(
        "case_number IN (SELECT value FROM json_each(?))",
        [cases.into()],
    );
    let mut statement = connection.prepare_cached(&format!(
        "SELECT case_number, documents.id, petitions.unit, village
         FROM petitions JOIN documents ON documents.number = petitions.number
         WHERE {} ORDER BY petitions.created_seq",
        condition.sql
    ))?;
    let mut rows = statement.query(params_from_iter(condition.values))?;
    let mut voices: HashMap<i64, Vec<_>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let voice = Voice {
            unit: UnitCode(row.get(2)?),
            village: row.get(3)?,
        };
        let id = document_id(&row.get::<_, Vec<u8>>(1)?)?;
        voices.entry(row.get(0)?).or_default().push((id, voice));
    }
    Ok(voices)
}

fn answers(
    connection: &Connection,
    ids: impl Iterator<Item = DocumentId>,
) -> Result<HashMap<DocumentId, PaperRow>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {PAPER_COLUMNS} WHERE papers.id IN (SELECT unhex(value) FROM json_each(?1))"
    ))?;
    let ids: Vec<DocumentId> = ids.collect();
    let mut rows = statement.query([hex_list(ids.iter())?])?;
    let mut answers = HashMap::new();
    while let Some(row) = rows.next()? {
        let answer = paper(row)?;
        answers.insert(answer.id, answer);
    }
    Ok(answers)
}

/// Ids as a JSON list that a statement takes as one value.
fn hex_list<'a>(ids: impl Iterator<Item = &'a DocumentId>) -> Result<String, StoreError> {
    let hex = ids.map(|id| {
        id.as_bytes()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    });
    json(&hex.collect::<Vec<String>>())
}

#[cfg(test)]
mod tests;
