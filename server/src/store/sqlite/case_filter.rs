//! Which cases are wanted, as a condition, and in which situation each is.

use kiennghi_shared::casefile::{Particular, State};
use kiennghi_shared::catalogue::COMMITTEE;
use kiennghi_shared::id::UnitCode;
use rusqlite::types::Value;

use super::briefing::{TIMELINESS, counted_condition};
use super::listing::{Condition, marks};
use crate::store::{CaseFilter, Raised, Whose};

/// The condition on `cases`. What is looked up elsewhere has a `+` before it: cases are found by going through
/// `cases_listed`, and not one by one with all that they say.
pub(super) fn condition(filter: &CaseFilter) -> Condition {
    let mut condition = whose(filter);
    condition.equals("cases.unit", filter.unit.as_ref().map(|unit| &unit.0));
    condition.equals("cases.field", filter.field.as_ref());
    condition.equals("cases.competence", filter.competence.as_ref());
    condition.equals("cases.session", filter.session.as_ref());
    condition.equals("outcome", filter.outcome.as_ref());
    if let Some(timeliness) = filter.timeliness {
        let values = [filter.today.clone().into(), timeliness.number().into()];
        condition.add(&format!("{TIMELINESS} = ?"), values);
    }
    for (sql, wanted) in [
        ("(told_on <> '') = ?", filter.told),
        ("(carried_over > 0) = ?", filter.carried_over),
    ] {
        if let Some(wanted) = wanted {
            condition.add(sql, [wanted.into()]);
        }
    }
    if filter.unsettled {
        let sql = format!("resolved IN ('not-for-good', 'unresolved') AND {}", open());
        condition.add(&sql, []);
    }
    if let Some(day) = &filter.open_since {
        let sql = format!("raised_on <> '' AND raised_on <= ? AND {}", open());
        condition.add(&sql, [day.clone().into()]);
    }
    if let Some(day) = &filter.due_by {
        condition.add("due <> '' AND due <= ?", [day.clone().into()]);
    }
    if let Some(soon) = &filter.to_remind {
        let [soon, today] = [soon, &filter.today].map(|day| Value::from(day.clone()));
        condition.add(&to_remind(), [today.clone(), soon, today]);
    }
    if let Some(dispatch) = filter.dispatch {
        condition.add(CARRIED_BY, [dispatch.as_bytes().to_vec().into()]);
    }
    if let Some(raised) = &filter.raised {
        let Condition { sql, values } = counted_condition(raised, filter.before);
        condition.add(&sql, values);
    }
    condition.matches(MATCHES, filter.words.as_ref());
    match filter.situations.as_deref() {
        None => {}
        Some([]) => condition.add("FALSE", []),
        Some(situations) => {
            let Condition { sql, mut values } = situation(filter);
            for situation in situations {
                let particular = situation.particular.map_or("", Particular::name);
                values.extend([
                    Value::from(i64::from(situation.state.number())),
                    particular.to_owned().into(),
                    situation.is_disputed.into(),
                    situation.is_overdue.into(),
                ]);
            }
            let wanted = vec!["(?, ?, ?, ?)"; situations.len()].join(", ");
            condition.add(&format!("({sql}) IN (VALUES {wanted})"), values);
        }
    }
    condition
}

/// That a case is not closed.
fn open() -> String {
    format!("state <> {}", State::Closed.number())
}

/// Sent by others to a council's committee in these units.
fn sent_by_others(units: &[UnitCode]) -> Condition {
    let marks = marks(units.len());
    let sql = format!(
        "(to_role = '{COMMITTEE}' AND addressee IN ({marks}) AND cases.unit NOT IN ({marks}))"
    );
    Condition::of_units(sql, &[units, units].concat())
}

fn whose(filter: &CaseFilter) -> Condition {
    let (Whose::Committee { units, .. }
    | Whose::Received(units)
    | Whose::Executive(units)
    | Whose::Agency(units)
    | Whose::Village(units)) = &filter.whose;
    let marks = marks(units.len());
    let of_period = |raised: &Raised| raised.units == *units;
    let sql = match &filter.whose {
        Whose::Committee { received, .. } => {
            let Condition { sql, values } = sent_by_others(received);
            let sql = format!("(cases.unit IN ({marks}) OR {sql})");
            let mut condition = Condition::of_units(sql, units);
            condition.values.extend(values);
            return condition;
        }
        Whose::Received(_) => return sent_by_others(units),
        Whose::Executive(_) => {
            format!("addressee IN ({marks}) AND to_role <> '{COMMITTEE}'")
        }
        Whose::Agency(_) => format!(
            "+cases.number IN (SELECT case_number FROM case_agencies
                 WHERE case_agencies.unit IN ({marks}))"
        ),
        // What carries something that was raised in these units in the period is theirs.
        Whose::Village(_) if filter.raised.as_ref().is_some_and(of_period) => {
            return Condition::of_units("TRUE".to_owned(), &[]);
        }
        Whose::Village(_) => format!(
            "+cases.number IN (SELECT case_number FROM case_units
                 WHERE case_units.unit IN ({marks}))"
        ),
    };
    Condition::of_units(sql, units)
}

/// The condition that what is due was so before a day, that an answer is due by another, or that one was to be followed by
/// what it promised before the first.
fn to_remind() -> String {
    let states = |states: &[State]| {
        let numbers = states.iter().map(|state| state.number().to_string());
        numbers.collect::<Vec<_>>().join(", ")
    };
    let dispatched = State::Dispatched.number();
    let awaited = states(&[State::Dispatched, State::Assigned, State::CarriedOver]);
    // To be assigned comes before: of that is reminded once it is late.
    let soon = format!("CASE state WHEN {dispatched} THEN answer_due ELSE due END");
    let answered = states(&[State::Answered, State::Checked, State::Told]);
    format!(
        "(state IN ({awaited}) AND (due <> '' AND due < ? OR {soon} <> '' AND {soon} <= ?)
          OR state IN ({answered}) AND outcome = 'in-progress'
              AND standing ->> '$.expected' <> '' AND standing ->> '$.expected' < ?)"
    )
}

/// In which situation a case is: four columns.
pub(super) fn situation(filter: &CaseFilter) -> Condition {
    let particular = match &filter.whose {
        // The part that they have in it, and not what it is to others.
        Whose::Agency(units) => {
            let own = format!(
                "(SELECT min(CASE value ->> '$.part' WHEN 'lead' THEN 0 WHEN 'coordinating' THEN 1 ELSE 2 END)
                  FROM json_each(standing, '$.parties') WHERE value ->> '$.unit' IN ({}))",
                marks(units.len())
            );
            let sql = format!("CASE {own} WHEN 0 THEN '' WHEN 1 THEN 'helping' ELSE 'helped' END");
            Condition::of_units(sql, units)
        }
        Whose::Committee { received, .. } => {
            let Condition { sql, values } = sent_by_others(received);
            let sql = format!("CASE WHEN {sql} THEN 'received' ELSE particular END");
            Condition { sql, values }
        }
        Whose::Received(_) | Whose::Executive(_) | Whose::Village(_) => {
            Condition::of_units("particular".to_owned(), &[])
        }
    };
    let Condition { sql, mut values } = particular;
    let sql = format!("state, {sql}, is_disputed, due <> '' AND due < ?");
    values.push(filter.today.clone().into());
    Condition { sql, values }
}

const CARRIED_BY: &str = "cases.id IN (SELECT case_id FROM papers JOIN case_papers USING (number)
     WHERE papers.id = ?)";

/// That a case has words.
pub(super) const MATCHES: &str =
    "+cases.number IN (SELECT rowid FROM case_words WHERE case_words MATCH ?)";
