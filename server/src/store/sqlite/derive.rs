//! What the papers of cases come to, and what cases carry of each unit: derived anew in the transaction of
//! whatever touches them.

use std::collections::HashMap;

use kiennghi_shared::access::{self, Place as Standpoint, Relation, Tree};
use kiennghi_shared::calendar::{Calendar, Day};
use kiennghi_shared::casefile::{self, Paper, Standing, State, Voice};
use kiennghi_shared::deadline::{self, Begun, Rule, Step};
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::papers::Case;
use rusqlite::{Connection, OptionalExtension, params};

use super::casefile::{Touched, from_json};
use super::chain::last_seq;
use super::changes::document_id;
use super::deadlines;
use super::project::json;
use super::results::{note_results, note_results_of};
use crate::store::StoreError;

/// Papers of a case that its standing follows from: more than any case has, so that nobody holds the writer up
/// with more. Later ones are shown and change nothing.
const PAPERS_MAX: i64 = 1_000;

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
    let ground = Ground::read(connection)?;
    let mut update = connection.prepare_cached(
        "UPDATE cases SET (state, is_disputed, carried_over, addressee, to_role, lead, outcome,
             due, answer_due, answered_on, told_on, standing)
             = (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
         WHERE number = ?1",
    )?;
    for case in &touched.cases {
        let Some(found) = standing(connection, &ground, *case)? else {
            continue;
        };
        let (number, standing) = (found.number, &found.standing);
        let (due, answer_due) = ground.due(&found);
        let code = |unit: &Option<UnitCode>| unit.clone().unwrap_or(UnitCode(String::new())).0;
        update.execute(params![
            number,
            standing.state.number(),
            standing.is_disputed,
            standing.carried_over,
            code(&standing.addressee),
            standing.to_role,
            code(&standing.lead),
            standing.outcome,
            due,
            answer_due,
            standing.answered_on,
            standing.told_on,
            json(standing)?,
        ])?;
        note_units(connection, number)?;
        note_results(connection, number, seq)?;
    }
    Ok(())
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

/// A case and what its papers come to.
pub(super) struct Found {
    number: i64,
    unit: UnitCode,
    /// `yyyy-mm-dd`.
    created_on: String,
    /// Whether an earlier case about the same was answered.
    is_repeated: bool,
    /// By when the case itself says that it is to be answered, `yyyy-mm-dd`.
    named: String,
    pub(super) standing: Standing,
}

/// A case and what its papers come to; `None` when there is no such case.
pub(super) fn standing(
    connection: &Connection,
    ground: &Ground,
    case: DocumentId,
) -> Result<Option<Found>, StoreError> {
    let found: Option<(i64, String, String, String)> = connection
        .prepare_cached("SELECT number, unit, created_on, record FROM cases WHERE id = ?1")?
        .query_row([case.as_bytes()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .optional()?;
    let Some((number, unit, created_on, record)) = found else {
        return Ok(None);
    };
    let record: Case = from_json(&record)?;
    let is_repeated = match record.repeated_from {
        Some(earlier) => connection
            .prepare_cached("SELECT 1 FROM cases WHERE id = ?1 AND answered_on <> ''")?
            .exists([earlier.as_bytes()])?,
        None => false,
    };
    let unit = UnitCode(unit);
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
    let standing = casefile::derive(ground, &unit, &voices, &papers);
    Ok(Some(Found {
        number,
        unit,
        created_on,
        is_repeated,
        named: record.due,
        standing,
    }))
}

/// The papers of a case, in no order.
pub(super) fn papers(connection: &Connection, case: DocumentId) -> Result<Vec<Paper>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, unit, facts FROM case_papers JOIN papers USING (number)
         WHERE case_id = ?1 ORDER BY number LIMIT ?2",
    )?;
    let mut rows = statement.query(params![case.as_bytes(), PAPERS_MAX])?;
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

/// What cases are derived upon: the tree of units, and what the district says about deadlines.
pub(super) struct Ground {
    units: Units,
    rules: Vec<Rule>,
    calendar: Calendar,
}

impl Ground {
    pub(super) fn read(connection: &Connection) -> Result<Self, StoreError> {
        let deadlines = deadlines::read(connection)?;
        Ok(Self {
            units: Units::read(connection)?,
            rules: deadlines.rules,
            calendar: Calendar::new(&deadlines.holidays),
        })
    }

    /// The days by which what a case waits for is due, and by which it was to be answered, `yyyy-mm-dd`; empty where
    /// nothing says so.
    fn due(&self, found: &Found) -> (String, String) {
        let standing = &found.standing;
        let by_rule = |step, unit: &UnitCode, day: &str, named: &str| {
            let begun = Begun {
                unit,
                step,
                day: Day::parse(day)?,
                named: Day::parse(named),
            };
            deadline::due(&self.rules, &self.calendar, self, begun)
        };
        let to = standing.addressee.as_ref().unwrap_or(&found.unit);
        let named = match standing.due.as_str() {
            "" => &found.named,
            due => due,
        };
        let answer = |step| by_rule(step, to, &standing.sent_on, named);
        let again = found
            .is_repeated
            .then(|| answer(Step::AnswerAgain))
            .flatten();
        let answer_due = again.or_else(|| answer(Step::Answer));
        let due = match standing.state {
            State::Consolidated => by_rule(Step::Dispatch, &found.unit, &found.created_on, ""),
            State::Dispatched if self.assigns(found, to) => {
                by_rule(Step::Assign, to, &standing.sent_on, "").or(answer_due)
            }
            State::Dispatched => answer_due,
            // Whoever assigned it may ask for an answer sooner, and cannot put it off.
            State::Assigned => match Day::parse(&standing.lead_due) {
                Some(asked) => Some(answer_due.map_or(asked, |due| due.min(asked))),
                None => answer_due,
            },
            State::Answered | State::Checked => {
                by_rule(Step::Tell, &found.unit, &standing.answered_on, "")
            }
            State::CarriedOver if standing.answer.is_none() => answer_due,
            State::CarriedOver => Day::parse(&standing.expected),
            State::SentBack | State::Told | State::Closed | State::Reopened => None,
        };
        let text = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
        (text(due), text(answer_due))
    }
}

impl Ground {
    /// Whether whom a case was sent to names an agency here: an executive in the case's unit or below.
    fn assigns(&self, found: &Found, to: &UnitCode) -> bool {
        let relation = access::relation(self, &found.unit, to);
        found.standing.to_role != "standing-committee"
            && relation.is_some_and(|relation| relation != Relation::Elsewhere)
    }
}

impl Tree for Ground {
    fn place(&self, unit: &UnitCode) -> Option<Standpoint<'_>> {
        self.units.place(unit)
    }
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
