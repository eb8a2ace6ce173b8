//! What a restored database takes over from the one that it replaces: people, their roles, devices and how
//! they sign in, petitioners, and the record of who did what. A phone that was revoked since the backup was made must not
//! come back to life with it.

use std::path::Path;

use rusqlite::Connection;

use super::ground::Ground;
use super::later;
use crate::store::StoreError;

/// The tables, each after those that it refers to.
const TABLES: &[&str] = &[
    "units",
    "villages",
    "terms",
    "council_sessions",
    "deadline_rules",
    "holidays",
    "fields_of_work",
    "users",
    "grants",
    "devices",
    "enrolment_codes",
    "passwords",
    "passkeys",
    "recovery_codes",
    "browser_sessions",
    "alert_subscriptions",
    "alert_people",
    "alert_papers",
    "petitioners",
    "audit",
    "audit_heads",
];

/// Takes over what the old database knows of people, if it goes on from the backup and can be read whole;
/// whether it did. All or nothing.
pub(super) fn take_over(copy: &mut Connection, database: &Path) -> Result<bool, StoreError> {
    let Some(path) = database.to_str().filter(|_| database.exists()) else {
        return Ok(false);
    };
    // As a URI, so that it is only read.
    let escaped = path
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23");
    let uri = format!("file:{escaped}?mode=ro");
    if copy.execute("ATTACH ?1 AS former", [uri]).is_err() {
        return Ok(false);
    }
    let taken = copy
        .transaction()
        .map_err(StoreError::from)
        .and_then(|copy| {
            take_all(&copy)?;
            Ok(copy.commit()?)
        });
    copy.execute("DETACH former", [])?;
    if let Err(error) = &taken {
        tracing::warn!(%error, "what the old database knows of people was not taken over");
    }
    Ok(taken.is_ok())
}

fn take_all(copy: &Connection) -> Result<(), StoreError> {
    if !goes_on(copy)? {
        return Err(StoreError::Stale);
    }
    copy.execute_batch("PRAGMA defer_foreign_keys = ON")?;
    for trigger in ["audit_is_kept", "audit_is_not_altered"] {
        copy.execute_batch(&format!("DROP TRIGGER {trigger}"))?;
    }
    let mut tables = Vec::new();
    for table in TABLES {
        let columns = columns(copy, table)?;
        // What an older version's database has no table for stays as the backup has it.
        if !columns.is_empty() {
            tables.push((table, columns));
        }
    }
    for (table, _) in tables.iter().rev() {
        copy.execute(&format!("DELETE FROM main.{table}"), [])?;
    }
    for (table, columns) in tables {
        copy.execute(
            &format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM former.{table}"),
            [],
        )?;
    }
    copy.execute(
        "INSERT INTO meta (key, value) SELECT key, value FROM former.meta
         WHERE key IN ('district_version', 'audit_end', 'warn_working_days', 'alert_seed')
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [],
    )?;
    // Numbers beyond the backup's will be other documents'.
    copy.execute(
        "DELETE FROM alert_papers
         WHERE number > (SELECT coalesce(max(number), 0) FROM main.documents)",
        [],
    )?;
    Ground::has_changed(copy)?;
    later::note_all(copy)?;
    let triggers: Vec<String> = {
        let mut statement = copy.prepare(
            "SELECT sql FROM former.sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit'",
        )?;
        let triggers = statement.query_map([], |row| row.get(0))?;
        triggers.collect::<Result<_, _>>()?
    };
    for trigger in triggers {
        copy.execute_batch(&trigger)?;
    }
    Ok(())
}

/// The columns that both have: an older version's database lacks what came since.
fn columns(copy: &Connection, table: &str) -> Result<String, StoreError> {
    let mut statement = copy.prepare(
        "SELECT name FROM pragma_table_info(?1, 'main')
         WHERE name IN (SELECT name FROM pragma_table_info(?1, 'former')) ORDER BY cid",
    )?;
    let names = statement.query_map([table], |row| row.get::<_, String>(0))?;
    Ok(names.collect::<Result<Vec<_>, _>>()?.join(", "))
}

/// Whether the old database is of the same installation, and its record goes on from where the backup's
/// ends.
fn goes_on(copy: &Connection) -> Result<bool, StoreError> {
    let goes_on = copy.query_row(
        "SELECT (SELECT value FROM main.meta WHERE key = 'receipt_seed')
              = (SELECT value FROM former.meta WHERE key = 'receipt_seed')
            AND NOT EXISTS (SELECT 1 FROM main.audit AS ours
                 WHERE seq = (SELECT max(seq) FROM main.audit)
                 AND NOT EXISTS (SELECT 1 FROM former.audit AS theirs
                      WHERE theirs.seq = ours.seq AND theirs.link = ours.link))",
        [],
        |row| row.get::<_, Option<bool>>(0),
    )?;
    Ok(goes_on == Some(true))
}
