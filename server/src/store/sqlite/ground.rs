//! What cases are derived upon: the tree of units, and what the district says about deadlines. By these, when a case
//! is due.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use kiennghi_shared::access::{self, Place, Tree};
use kiennghi_shared::calendar::{Calendar, Day};
use kiennghi_shared::casefile::{Part, Standing, State};
use kiennghi_shared::catalogue::COMMITTEE;
use kiennghi_shared::deadline::{self, Begun, Rule, Step, Timeline};
use kiennghi_shared::id::UnitCode;
use rusqlite::{Connection, OptionalExtension};

use super::deadlines;
use super::derive::Found;
use crate::store::StoreError;

/// Its name, random: another whenever units, rules or holidays change, and never the same again, also where a change
/// was taken back.
type Version = [u8; 16];

/// The units, the rules and the days that are worked.
#[derive(Debug)]
pub(super) struct Ground {
    units: HashMap<UnitCode, Unit>,
    rules: Vec<Rule>,
    calendar: Calendar,
}

#[derive(Debug)]
struct Unit {
    parent: Option<UnitCode>,
    successor: Option<UnitCode>,
    last_day: Option<String>,
}

/// The ground that was read last.
#[derive(Debug, Default)]
pub(super) struct KnownGround(Mutex<Option<(Version, Arc<Ground>)>>);

impl KnownGround {
    /// The ground as the tables have it, read only where it is another than the last time.
    pub(super) fn read(&self, connection: &Connection) -> Result<Arc<Ground>, StoreError> {
        let version: Option<Version> = connection
            .prepare_cached("SELECT value FROM meta WHERE key = 'ground'")?
            .query_row([], |row| row.get(0))
            .optional()?;
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(version), Some((of, ground))) = (version, &*known)
            && *of == version
        {
            return Ok(Arc::clone(ground));
        }
        let ground = Arc::new(Ground::read(connection)?);
        *known = version.map(|version| (version, Arc::clone(&ground)));
        Ok(ground)
    }
}

impl Ground {
    pub(super) fn read(connection: &Connection) -> Result<Self, StoreError> {
        let deadlines = deadlines::read(connection)?;
        Ok(Self {
            units: units(connection)?,
            rules: deadlines.rules,
            calendar: Calendar::new(&deadlines.holidays),
        })
    }

    /// Has the ground be read anew: something of it was changed in this transaction.
    pub(super) fn has_changed(connection: &Connection) -> Result<(), StoreError> {
        connection.execute(
            "INSERT INTO meta (key, value) VALUES ('ground', randomblob(16))
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [],
        )?;
        Ok(())
    }

    fn by_rule(&self, step: Step, unit: &UnitCode, day: &str) -> Option<Day> {
        let begun = Begun {
            unit,
            step,
            day: Day::parse(day)?,
            named: None,
        };
        deadline::due(&self.rules, &self.calendar, self, begun)
    }

    /// The day by which what is to be sent on since a day, `yyyy-mm-dd`, is to be.
    pub(super) fn to_send(&self, unit: &UnitCode, since: &str) -> Option<Day> {
        self.by_rule(Step::Dispatch, unit, since)
    }

    /// The days by which what a case waits for is due, and by which it was to be answered, `yyyy-mm-dd`; empty where
    /// nothing says so.
    pub(super) fn due(&self, found: &Found) -> (String, String) {
        let standing = &found.standing;
        let to = standing.addressee.as_ref().unwrap_or(&found.unit);
        let named = match standing.due.as_str() {
            "" => &found.named,
            due => due,
        };
        let begun = |day| Begun {
            unit: to,
            step: Step::Answer,
            day,
            named: Day::parse(named),
        };
        let answer_due = Day::parse(&standing.sent_on).and_then(|day| {
            let is_repeated = found.is_repeated;
            deadline::answer_due(&self.rules, &self.calendar, self, begun(day), is_repeated)
        });
        let due = match standing.state {
            State::Consolidated => self.to_send(&found.unit, &found.begun_on),
            State::Dispatched if self.assigns(found, to) => {
                let assign = self.by_rule(Step::Assign, to, &standing.sent_on);
                assign.or(answer_due)
            }
            State::Dispatched => answer_due,
            // Whoever assigned it may ask for an answer sooner, and cannot put it off.
            State::Assigned => match Day::parse(&standing.lead_due) {
                Some(asked) => Some(answer_due.map_or(asked, |due| due.min(asked))),
                None => answer_due,
            },
            State::Answered | State::Checked => {
                self.by_rule(Step::Tell, &found.unit, &standing.answered_on)
            }
            State::CarriedOver if standing.answer.is_none() => answer_due,
            State::CarriedOver => Day::parse(&standing.expected),
            State::SentBack | State::Told | State::Closed | State::Reopened => None,
        };
        let text = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
        (text(due), text(answer_due))
    }

    /// Says by when agencies that are to help are to have their say, where whoever asked them named no day.
    pub(super) fn tell_helpers(&self, unit: &UnitCode, standing: &mut Standing) {
        let to = standing.addressee.as_ref().unwrap_or(unit);
        let parties = standing.parties.iter_mut();
        for party in parties.filter(|party| party.part == Part::Coordinating) {
            if party.due.is_empty() {
                let due = self.by_rule(Step::Coordinate, to, &party.since);
                party.due = due.map_or_else(String::new, |day| day.to_string());
            }
        }
    }

    /// Whether whom a case was sent to names an agency here: an executive in the case's unit or below.
    fn assigns(&self, found: &Found, to: &UnitCode) -> bool {
        found.standing.to_role != COMMITTEE && access::reaches(self, &found.unit, to)
    }
}

/// The step that is due at a case that stands so; none where the answer's own roadmap says the day.
pub(super) fn step_due(standing: &Standing, is_answer_due: bool) -> Option<Step> {
    match standing.state {
        State::Consolidated => Some(Step::Dispatch),
        State::Dispatched if !is_answer_due => Some(Step::Assign),
        State::Answered | State::Checked => Some(Step::Tell),
        State::CarriedOver if standing.answer.is_some() => None,
        _ => Some(Step::Answer),
    }
}

impl Tree for Ground {
    fn place(&self, unit: &UnitCode) -> Option<Place<'_>> {
        self.units.get(unit).map(|unit| Place {
            parent: unit.parent.as_ref(),
            successor: unit.successor.as_ref(),
        })
    }
}

impl Timeline for Ground {
    fn last_day(&self, unit: &UnitCode) -> Option<&str> {
        self.units.get(unit)?.last_day.as_deref()
    }
}

fn units(connection: &Connection) -> Result<HashMap<UnitCode, Unit>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT code, parent, successor, valid_to FROM units")?;
    let rows = statement.query_map([], |row| {
        let unit = Unit {
            parent: row.get::<_, Option<String>>(1)?.map(UnitCode),
            successor: row.get::<_, Option<String>>(2)?.map(UnitCode),
            last_day: row.get(3)?,
        };
        Ok((UnitCode(row.get(0)?), unit))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::super::connection::open_scratch;
    use super::*;

    fn rules(ground: &Ground) -> Vec<u32> {
        ground.rules.iter().map(|rule| rule.working_days).collect()
    }

    fn say(connection: &Connection, working_days: u32) {
        let rule = "INSERT OR REPLACE INTO deadline_rules
             (unit, step, valid_from, working_days, note) VALUES ('P', 'answer', '2020-01-01', ?1, '')";
        connection.execute(rule, [working_days]).expect("written");
        Ground::has_changed(connection).expect("written");
    }

    #[test]
    fn the_ground_is_read_once_until_it_is_another() {
        let connection = open_scratch().expect("opens");
        let known = KnownGround::default();
        let read = || known.read(&connection).expect("read");
        let first = read();
        assert!(Arc::ptr_eq(&first, &read()));
        say(&connection, 5);
        assert_eq!(rules(&read()), [5]);

        connection.execute_batch("BEGIN").expect("begun");
        say(&connection, 9);
        assert_eq!(rules(&read()), [9]);
        connection.execute_batch("ROLLBACK").expect("taken back");
        assert_eq!(rules(&read()), [5], "what was taken back");
        say(&connection, 7);
        assert_eq!(rules(&read()), [7]);
    }
}
