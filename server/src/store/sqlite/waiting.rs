//! Petitions that no case carries, and by when they were to be consolidated and sent on.

use kiennghi_shared::desk::DueCounts;
use kiennghi_shared::id::UnitCode;
use rusqlite::{Connection, params_from_iter};

use super::ground::KnownGround;
use super::listing::Condition;
use crate::store::StoreError;

/// How many of these units wait, and how those stand for which there is a rule: on a day, with another until which a
/// deadline is near, both `yyyy-mm-dd`.
pub(super) fn counts(
    connection: &Connection,
    ground: &KnownGround,
    units: &[UnitCode],
    (today, soon): (&str, &str),
) -> Result<(u64, DueCounts), StoreError> {
    let Condition { sql, values } = Condition::in_units("unit", units);
    // There are as many rows as units and days of meetings, however much was raised.
    let mut statement = connection.prepare_cached(&format!(
        "SELECT unit, max(coalesce(ends, ''), day) AS since, count(*)
         FROM petitions LEFT JOIN council_sessions ON code = petitions.session
         WHERE {sql} AND case_number IS NULL GROUP BY 1, 2"
    ))?;
    let mut rows = statement.query(params_from_iter(values))?;
    let (mut all, mut due) = (0, DueCounts::default());
    let ground = ground.read(connection)?;
    while let Some(row) = rows.next()? {
        let count = row.get::<_, i64>(2)?.unsigned_abs();
        all += count;
        let unit = UnitCode(row.get(0)?);
        let since: String = row.get(1)?;
        let Some(day) = ground.to_send(&unit, &since) else {
            continue;
        };
        let day = day.to_string();
        let counted = match () {
            () if *day < *today => &mut due.overdue,
            () if *day <= *soon => &mut due.soon,
            () => &mut due.on_time,
        };
        *counted += count;
    }
    Ok((all, due))
}
