//! Counting for the review of all units side by side, from the projections alone.

use std::collections::BTreeMap;

use kiennghi_shared::casefile::State;
use kiennghi_shared::id::UnitCode;
use rusqlite::types::Value;
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

/// The condition that a case carries something that was raised so.
fn raised_number(raised: &Raised) -> Condition {
    let Condition { sql, values } = raised_condition(raised, "petitions", "day");
    let sql = format!(
        "cases.number IN (SELECT case_number FROM petitions
             WHERE {sql} AND case_number IS NOT NULL)"
    );
    Condition { sql, values }
}

/// The condition on `case_units` and `cases` that a case was raised in one of the units before the period, and was not
/// closed by then.
fn before_condition(raised: &Raised) -> Condition {
    let mut condition = Condition::in_units("case_units.unit", &raised.units);
    let begins = [(); 2].map(|()| Value::from(raised.begins.clone()));
    let closed = State::Closed.number();
    condition.add(
        &format!("case_units.day < ? AND (state <> {closed} OR standing ->> '$.closed_on' >= ?)"),
        begins,
    );
    condition
}

/// The condition that a case is one of the period; of those, that it is from before it or was raised in it.
pub(super) fn counted_condition(raised: &Raised, before: Option<bool>) -> Condition {
    let now = raised_number(raised);
    if before == Some(false) || raised.begins.is_empty() && before.is_none() {
        return now;
    }
    let mut earlier = before_condition(raised);
    let sql = format!(
        "EXISTS (SELECT 1 FROM case_units WHERE case_number = cases.number AND {})",
        earlier.sql
    );
    let sql = match before {
        Some(_) => format!("({sql} AND NOT {})", now.sql),
        None => format!("({sql} OR {})", now.sql),
    };
    earlier.values.extend(now.values);
    Condition {
        sql,
        values: earlier.values,
    }
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

fn cases(
    connection: &Connection,
    raised: &Raised,
    today: &str,
) -> Result<Vec<RaisedCase>, StoreError> {
    let now = raised_condition(raised, "petitions", "day");
    let before = before_condition(raised);
    let mut statement = connection.prepare_cached(&format!(
        "WITH counted (unit, case_number, is_raised) AS (
             SELECT DISTINCT unit, case_number, 1 FROM petitions
             WHERE {} AND case_number IS NOT NULL
             UNION ALL
             SELECT case_units.unit, case_number, 0 FROM case_units
             JOIN cases ON cases.number = case_number WHERE {})
         SELECT counted.unit, number, state, outcome, {TIMELINESS}, told_on <> '',
             carried_over > 0, lead, max(is_raised), addressee
         FROM counted JOIN cases ON number = case_number GROUP BY 1, 2",
        now.sql, before.sql
    ))?;
    let values = now.values.into_iter().chain(before.values);
    let values = values.chain([Value::from(today.to_owned())]);
    let mut rows = statement.query(params_from_iter(values))?;
    let mut cases = Vec::new();
    let unit = |code: String| Some(code).filter(|code| !code.is_empty()).map(UnitCode);
    while let Some(row) = rows.next()? {
        let state: u8 = row.get(2)?;
        cases.push(RaisedCase {
            unit: UnitCode(row.get(0)?),
            number: row.get(1)?,
            state: State::from_number(state)
                .ok_or_else(|| StoreError::Damaged(format!("state {state}")))?,
            outcome: row.get(3)?,
            timeliness: timeliness(row.get(4)?)?,
            is_told: row.get(5)?,
            is_carried_over: row.get(6)?,
            is_raised: row.get(8)?,
            lead: unit(row.get(7)?),
            addressee: unit(row.get(9)?),
        });
    }
    Ok(cases)
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
