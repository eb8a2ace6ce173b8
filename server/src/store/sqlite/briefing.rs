//! Counting for the review of all units side by side, from the projections alone.

use std::collections::{BTreeMap, HashMap};

use kiennghi_shared::casefile::State;
use kiennghi_shared::id::UnitCode;
use rusqlite::{Connection, params_from_iter};

use super::SqliteStore;
use super::cases::{VOICE_COLUMNS, voice};
use super::ingest::integer;
use super::listing::Condition;
use super::meetings;
use super::petitions::VOTERS;
use crate::store::{
    Briefings, MeetingFilter, MeetingPage, Raised, RaisedCase, RaisedCount, StoreError,
    StoredVoice, Timeliness,
};

impl Briefings for SqliteStore {
    fn raised(&self, raised: &Raised) -> Result<Vec<(UnitCode, RaisedCount)>, StoreError> {
        self.readers.view(|view| counts(view, raised))
    }

    fn meetings(
        &self,
        filter: &MeetingFilter,
        offset: u64,
        limit: u64,
    ) -> Result<MeetingPage, StoreError> {
        self.readers
            .view(|view| meetings::page(view, filter, offset, limit))
    }

    fn raised_cases(&self, raised: &Raised, today: &str) -> Result<Vec<RaisedCase>, StoreError> {
        self.readers.view(|view| cases(view, raised, today))
    }

    fn raised_fields(&self, raised: &Raised) -> Result<Vec<(UnitCode, String, u64)>, StoreError> {
        self.readers.view(|view| fields(view, raised))
    }

    fn raised_waiting(&self, raised: &Raised, limit: u64) -> Result<Vec<StoredVoice>, StoreError> {
        self.readers.view(|view| waiting(view, raised, limit))
    }
}

/// The condition on a table's columns of unit, day and session.
pub(super) fn raised_condition(raised: &Raised, table: &str, day: &str) -> Condition {
    let mut condition = Condition::in_units(&format!("{table}.unit"), &raised.units);
    for (comparison, bound) in [(">=", &raised.from), ("<=", &raised.to)] {
        if !bound.is_empty() {
            let sql = format!("{table}.{day} {comparison} ?");
            condition.add(&sql, [bound.clone().into()]);
        }
    }
    condition.equals(&format!("{table}.session"), raised.session.as_ref());
    condition
}

/// The condition on `cases` that one carries something that was raised so.
fn raised_number(raised: &Raised) -> Condition {
    let Condition { sql, values } = raised_condition(raised, "petitions", "day");
    let sql = format!(
        "+cases.number IN (SELECT case_number FROM petitions
             WHERE {sql} AND case_number IS NOT NULL)"
    );
    Condition { sql, values }
}

/// The condition on `case_units` that something was raised in one of the units before the period.
fn before_condition(raised: &Raised) -> Condition {
    let mut condition = Condition::in_units("case_units.unit", &raised.units);
    condition.add("case_units.day < ?", [raised.begins.clone().into()]);
    condition
}

/// The condition on `cases` that one carries something from before the period, and was not closed by then.
fn open_before(raised: &Raised) -> Condition {
    let Condition { sql, mut values } = before_condition(raised);
    values.push(raised.begins.clone().into());
    let closed = State::Closed.number();
    let sql = format!(
        "(+cases.number IN (SELECT case_number FROM case_units WHERE {sql})
             AND (state <> {closed} OR closed_on >= ?))"
    );
    Condition { sql, values }
}

/// The condition that a case is one of the period; of those, that it is from before it or was raised in it.
pub(super) fn counted_condition(raised: &Raised, before: Option<bool>) -> Condition {
    let now = raised_number(raised);
    if before == Some(false) || raised.begins.is_empty() && before.is_none() {
        return now;
    }
    let mut earlier = open_before(raised);
    earlier.sql = match before {
        Some(_) => format!("({} AND NOT {})", earlier.sql, now.sql),
        None => format!("({} OR {})", earlier.sql, now.sql),
    };
    earlier.values.extend(now.values);
    earlier
}

fn counts(
    connection: &Connection,
    raised: &Raised,
) -> Result<Vec<(UnitCode, RaisedCount)>, StoreError> {
    let mut units: BTreeMap<String, RaisedCount> = BTreeMap::new();
    let Condition { sql, values } = raised_condition(raised, "meetings", "date");
    let mut statement = connection.prepare_cached(&format!(
        "SELECT unit, sum(meeting_kind NOT LIKE 'reception%'), sum(meeting_kind LIKE 'reception%'),
             sum(denunciations)
         FROM meetings WHERE {sql} GROUP BY unit"
    ))?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        let number = |column| Ok::<_, StoreError>(row.get::<_, i64>(column)?.unsigned_abs());
        let unit = units.entry(row.get(0)?).or_default();
        unit.meetings = number(1)?;
        unit.receptions = number(2)?;
        unit.denunciations = number(3)?;
    }
    let Condition { sql, values } = raised_condition(raised, "petitions", "day");
    let mut statement = connection.prepare_cached(&format!(
        "SELECT unit, count(*), sum({VOTERS}), sum(case_number IS NULL)
         FROM petitions WHERE {sql} GROUP BY unit"
    ))?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        let number = |column| Ok::<_, StoreError>(row.get::<_, i64>(column)?.unsigned_abs());
        let unit = units.entry(row.get(0)?).or_default();
        unit.petitions = number(1)?;
        unit.voters = number(2)?;
        unit.waiting = number(3)?;
    }
    Ok(units
        .into_iter()
        .map(|(unit, count)| (UnitCode(unit), count))
        .collect())
}

/// Whether a case was answered in time, as [`Timeliness::number`] has it; `?` is today.
pub(super) const TIMELINESS: &str = "CASE
     WHEN answer_due = '' THEN 0
     WHEN answered_on <> '' AND answered_on <= answer_due THEN 1
     WHEN answered_on <> '' THEN 2
     WHEN state = 3 THEN 0
     WHEN answer_due < ? THEN 3
     ELSE 0 END";

/// Read by three queries that each go through one narrow index once: of a district's whole term, joining them takes several
/// times as long.
fn cases(
    connection: &Connection,
    raised: &Raised,
    today: &str,
) -> Result<Vec<RaisedCase>, StoreError> {
    let facts = facts(connection, &raised.begins, today)?;
    // By unit and number; whether it carries something raised in the period.
    let mut counted: BTreeMap<String, BTreeMap<i64, bool>> = BTreeMap::new();
    let before = before_condition(raised);
    each_in_unit(connection, "case_units", before, |unit, number| {
        if facts.get(&number).is_some_and(|facts| facts.is_open) {
            counted
                .entry(unit.to_owned())
                .or_default()
                .insert(number, false);
        }
    })?;
    let mut now = raised_condition(raised, "petitions", "day");
    now.add("case_number IS NOT NULL", []);
    each_in_unit(connection, "petitions", now, |unit, number| {
        counted
            .entry(unit.to_owned())
            .or_default()
            .insert(number, true);
    })?;
    let counted = counted.iter().flat_map(|(unit, numbers)| {
        let numbers = numbers.iter();
        numbers.map(move |(number, is_raised)| (unit, number, *is_raised))
    });
    let cases = counted.filter_map(|(unit, number, is_raised)| {
        Some(RaisedCase {
            unit: UnitCode(unit.clone()),
            is_raised,
            ..facts.get(number)?.case.clone()
        })
    });
    Ok(cases.collect())
}

/// What a case counts as, whichever unit raised it.
struct Facts {
    case: RaisedCase,
    /// Whether it was not closed before the period.
    is_open: bool,
}

fn facts(
    connection: &Connection,
    begins: &str,
    today: &str,
) -> Result<HashMap<i64, Facts>, StoreError> {
    let closed = State::Closed.number();
    let mut statement = connection.prepare_cached(&format!(
        "SELECT number, state, outcome, {TIMELINESS}, told_on <> '', carried_over > 0, lead,
             state <> {closed} OR closed_on >= ?, addressee, to_role
         FROM cases"
    ))?;
    let mut rows = statement.query([today, begins])?;
    let mut facts = HashMap::new();
    let unit = |code: String| Some(code).filter(|code| !code.is_empty()).map(UnitCode);
    while let Some(row) = rows.next()? {
        let (number, state): (i64, u8) = (row.get(0)?, row.get(1)?);
        let case = RaisedCase {
            unit: UnitCode(String::new()),
            number,
            state: State::from_number(state)
                .ok_or_else(|| StoreError::Damaged(format!("state {state}")))?,
            outcome: row.get(2)?,
            timeliness: timeliness(row.get(3)?)?,
            is_told: row.get(4)?,
            is_carried_over: row.get(5)?,
            lead: unit(row.get(6)?),
            addressee: unit(row.get(8)?),
            to_role: row.get(9)?,
            is_raised: false,
        };
        let is_open = row.get(7)?;
        facts.insert(number, Facts { case, is_open });
    }
    Ok(facts)
}

/// The units and cases of rows that fit a condition.
fn each_in_unit(
    connection: &Connection,
    table: &str,
    condition: Condition,
    mut note: impl FnMut(&str, i64),
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT unit, case_number FROM {table} WHERE {}",
        condition.sql
    ))?;
    let mut rows = statement.query(params_from_iter(condition.values))?;
    while let Some(row) = rows.next()? {
        let unit = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        note(unit, row.get(1)?);
    }
    Ok(())
}

fn timeliness(number: i64) -> Result<Timeliness, StoreError> {
    Timeliness::from_number(number)
        .ok_or_else(|| StoreError::Damaged(format!("timeliness {number}")))
}

fn fields(
    connection: &Connection,
    raised: &Raised,
) -> Result<Vec<(UnitCode, String, u64)>, StoreError> {
    let Condition { sql, values } = raised_condition(raised, "petitions", "day");
    let mut statement = connection.prepare_cached(&format!(
        "SELECT unit, field, count(*) FROM petitions WHERE {sql} GROUP BY 1, 2 ORDER BY 1, 2"
    ))?;
    let counts = statement.query_map(params_from_iter(values), |row| {
        let count: i64 = row.get(2)?;
        Ok((UnitCode(row.get(0)?), row.get(1)?, count.unsigned_abs()))
    })?;
    Ok(counts.collect::<Result<_, _>>()?)
}

fn waiting(
    connection: &Connection,
    raised: &Raised,
    limit: u64,
) -> Result<Vec<StoredVoice>, StoreError> {
    let Condition { sql, mut values } = raised_condition(raised, "petitions", "day");
    values.push(integer(limit).into());
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {VOICE_COLUMNS} WHERE {sql} AND case_number IS NULL
         ORDER BY petitions.created_seq LIMIT ?"
    ))?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(voice(row)?);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_nobody_knows_says_nothing_of_a_case() {
        for known in Timeliness::ALL {
            assert_eq!(timeliness(known.number()), Ok(*known));
        }
        for number in [-1, 4] {
            assert!(matches!(timeliness(number), Err(StoreError::Damaged(_))));
        }
    }
}
