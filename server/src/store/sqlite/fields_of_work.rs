//! The district's fields of work.

use kiennghi_shared::field_of_work::{FieldOfWork, FieldsOfWork};
use rusqlite::{Connection, params};

use super::district::days;
use super::ingest::integer;
use crate::store::{Action, AuditEvent, StoreError};

pub(super) fn read(connection: &Connection) -> Result<FieldsOfWork, StoreError> {
    let mut statement = connection.prepare(
        "SELECT code, name, root, valid_from, valid_to FROM fields_of_work ORDER BY position",
    )?;
    let fields = statement.query_map([], |row| {
        Ok(FieldOfWork {
            code: row.get(0)?,
            name: row.get(1)?,
            root: row.get(2)?,
            valid_from: row.get(3)?,
            valid_to: row.get(4)?,
        })
    })?;
    Ok(FieldsOfWork::new(fields.collect::<Result<_, _>>()?))
}

/// Writes all of them, each in its place: one that is put moves others.
pub(super) fn write(connection: &Connection, fields: &FieldsOfWork) -> Result<(), StoreError> {
    connection.execute("DELETE FROM fields_of_work", [])?;
    let mut statement = connection.prepare(
        "INSERT INTO fields_of_work (position, code, name, root, valid_from, valid_to)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (position, field) in (0..).zip(fields.iter()) {
        statement.execute(params![
            integer(position),
            field.code,
            field.name,
            field.root,
            field.valid_from,
            field.valid_to,
        ])?;
    }
    Ok(())
}

/// What is told of one that was put.
pub(super) fn event(field: &FieldOfWork, was: Option<&FieldOfWork>) -> AuditEvent {
    let before = was.filter(|was| was.name != field.name);
    let before = before.map_or_else(String::new, |was| format!("{} → ", was.name));
    let days = days(field.valid_from.as_deref(), field.valid_to.as_deref());
    let detail = format!("{before}{} ({}){days}", field.name, field.root);
    AuditEvent::new(Action::PutField, &field.code).with(detail)
}
