//! When petitions were raised: on the day of their meeting and for its council session; without one, on the day
//! on which they were recorded.

use kiennghi_shared::id::DocumentId;
use rusqlite::{Connection, params};

use super::consolidations::case_of;
use super::derive::Touched;
use crate::clock::day_of;
use crate::store::StoreError;

/// The day of a petition, `yyyy-mm-dd`, and its council session.
pub(super) fn of(
    connection: &Connection,
    number: i64,
    created_at: i64,
) -> Result<(String, String), StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT coalesce(meetings.date, ''), coalesce(meetings.session, ''),
             CASE WHEN meetings.number IS NULL
             THEN coalesce(petitions.record ->> '$.recorded_at', ?2) END
         FROM petitions LEFT JOIN documents ON documents.id = petitions.meeting
         LEFT JOIN meetings ON meetings.number = documents.number
         WHERE petitions.number = ?1",
    )?;
    let (day, session, recorded_at) = statement.query_row([number, created_at], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get::<_, Option<i64>>(2)?))
    })?;
    Ok((recorded_at.map_or(day, day_of), session))
}

/// Notes it of a petition that was just written.
pub(super) fn note(
    connection: &Connection,
    number: i64,
    created_at: i64,
) -> Result<(), StoreError> {
    let (day, session) = of(connection, number, created_at)?;
    connection
        .prepare_cached("UPDATE petitions SET (day, session) = (?2, ?3) WHERE number = ?1")?
        .execute(params![number, day, session])?;
    Ok(())
}

/// Gives the petitions of a meeting that was just written its day and council session.
pub(super) fn note_meeting(
    connection: &Connection,
    meeting: DocumentId,
    (day, session): (&str, &str),
    touched: &mut Touched,
) -> Result<(), StoreError> {
    // What may fail in the middle would have the index of words written out first; here the
    // whole transaction is given up then.
    connection
        .prepare_cached(
            "UPDATE OR FAIL petitions SET (day, session) = (?2, ?3)
             WHERE meeting = ?1 AND (day, session) <> (?2, ?3)",
        )?
        .execute(params![meeting.as_bytes(), day, session])?;
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT cases.id FROM petitions JOIN cases ON cases.number = case_number
         WHERE meeting = ?1",
    )?;
    let cases = statement.query_map([meeting.as_bytes()], |row| Ok(DocumentId(row.get(0)?)))?;
    for case in cases {
        touched.cases.insert(case?);
    }
    Ok(())
}

/// Takes a meeting that is to be erased, if it is one, out of the tables.
pub(super) fn forget_meeting(
    connection: &Connection,
    meeting: DocumentId,
    number: i64,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    if connection.execute("DELETE FROM meetings WHERE number = ?1", [number])? == 0 {
        return Ok(());
    }
    let mut statement = connection.prepare(
        "SELECT number, id, created_at FROM petitions JOIN documents USING (number)
         WHERE meeting = ?1",
    )?;
    let petitions = statement.query_map([meeting.as_bytes()], |row| {
        Ok((row.get(0)?, DocumentId(row.get(1)?), row.get(2)?))
    })?;
    for (number, petition, created_at) in petitions.collect::<Result<Vec<_>, _>>()? {
        note(connection, number, created_at)?;
        touched.cases.extend(case_of(connection, petition)?);
    }
    Ok(())
}
