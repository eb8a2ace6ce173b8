//! Rules of deadlines, days off and days worked instead.

use kiennghi_shared::calendar::Holiday;
use kiennghi_shared::deadline::{DeadlineChange, Deadlines, Rule, Step};
use kiennghi_shared::id::UnitCode;
use rusqlite::{Connection, OptionalExtension, params};

use super::district::days;
use crate::store::{Action, AuditEvent, StoreError};

pub(super) fn read(connection: &Connection) -> Result<Deadlines, StoreError> {
    let mut deadlines = Deadlines {
        rules: rules(connection)?,
        holidays: holidays(connection)?,
        ..Deadlines::default()
    };
    let warning = connection
        .query_row(
            "SELECT value FROM meta WHERE key = 'warn_working_days'",
            [],
            |row| row.get(0),
        )
        .optional()?;
    deadlines.warn_working_days = warning.unwrap_or(deadlines.warn_working_days);
    Ok(deadlines)
}

fn rules(connection: &Connection) -> Result<Vec<Rule>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT unit, step, working_days, valid_from, valid_to, note FROM deadline_rules",
    )?;
    let mut rows = statement.query([])?;
    let mut rules = Vec::new();
    while let Some(row) = rows.next()? {
        let step: String = row.get(1)?;
        rules.push(Rule {
            unit: UnitCode(row.get(0)?),
            step: Step::from_name(&step)
                .ok_or_else(|| StoreError::Damaged(format!("step {step}")))?,
            working_days: row.get(2)?,
            valid_from: row.get(3)?,
            valid_to: row.get(4)?,
            note: row.get(5)?,
        });
    }
    rules.sort_by(|a, b| a.name().cmp(&b.name()));
    Ok(rules)
}

fn holidays(connection: &Connection) -> Result<Vec<Holiday>, StoreError> {
    let mut statement =
        connection.prepare("SELECT day, name, is_worked FROM holidays ORDER BY day")?;
    let holidays = statement.query_map([], |row| {
        Ok(Holiday {
            day: row.get(0)?,
            name: row.get(1)?,
            is_worked: row.get(2)?,
        })
    })?;
    Ok(holidays.collect::<Result<_, _>>()?)
}

/// Writes what a new district has.
pub(super) fn found(connection: &Connection, deadlines: &Deadlines) -> Result<(), StoreError> {
    for rule in &deadlines.rules {
        put_rule(connection, rule)?;
    }
    for holiday in &deadlines.holidays {
        put_holiday(connection, holiday)?;
    }
    set_warning(connection, deadlines.warn_working_days)
}

/// Writes one change.
pub(super) fn write(
    connection: &Connection,
    change: &DeadlineChange,
) -> Result<AuditEvent, StoreError> {
    Ok(match change {
        DeadlineChange::PutRule { rule, .. } => {
            put_rule(connection, rule)?;
            of_rule(Action::PutRule, rule)
        }
        DeadlineChange::EndRule { was, valid_to } => {
            let ended = Rule {
                valid_to: Some(valid_to.clone()),
                ..was.clone()
            };
            put_rule(connection, &ended)?;
            of_rule(Action::EndRule, &ended)
        }
        DeadlineChange::PutHoliday(holiday) => {
            put_holiday(connection, holiday)?;
            let kind = if holiday.is_worked {
                "làm bù"
            } else {
                "nghỉ"
            };
            let detail = format!("{} ({kind})", holiday.name);
            AuditEvent::new(Action::PutHoliday, &holiday.day).with(detail)
        }
        DeadlineChange::DropHoliday(day) => {
            let name: String = connection.query_row(
                "DELETE FROM holidays WHERE day = ?1 RETURNING name",
                [day],
                |row| row.get(0),
            )?;
            AuditEvent::new(Action::DropHoliday, day).with(name)
        }
        DeadlineChange::SetWarning(working_days) => {
            set_warning(connection, *working_days)?;
            AuditEvent::new(Action::SetWarning, working_days)
        }
    })
}

fn of_rule(action: Action, rule: &Rule) -> AuditEvent {
    let days = days(Some(&rule.valid_from), rule.valid_to.as_deref());
    AuditEvent::new(action, rule.step.name())
        .in_unit(&rule.unit)
        .with(format!("{} ngày làm việc{days}", rule.working_days))
}

fn put_rule(connection: &Connection, rule: &Rule) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO deadline_rules (unit, step, working_days, valid_from, valid_to, note)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (unit, step, valid_from) DO UPDATE SET working_days = excluded.working_days,
             valid_to = excluded.valid_to, note = excluded.note",
        params![
            rule.unit.0,
            rule.step.name(),
            rule.working_days,
            rule.valid_from,
            rule.valid_to,
            rule.note,
        ],
    )?;
    Ok(())
}

fn put_holiday(connection: &Connection, holiday: &Holiday) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO holidays (day, name, is_worked) VALUES (?1, ?2, ?3)
         ON CONFLICT (day) DO UPDATE
         SET name = excluded.name, is_worked = excluded.is_worked",
        params![holiday.day, holiday.name, holiday.is_worked],
    )?;
    Ok(())
}

fn set_warning(connection: &Connection, working_days: u32) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO meta (key, value) VALUES ('warn_working_days', ?1)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [working_days],
    )?;
    Ok(())
}
