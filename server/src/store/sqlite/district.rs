//! Units, villages, terms, sessions, users and their roles.

use std::collections::HashMap;

use kiennghi_shared::access::Role;
use kiennghi_shared::id::{UnitCode, UserName};
use rusqlite::{Connection, OptionalExtension, params};

use super::ingest::integer;
use crate::store::{CouncilSessionRow, District, StoreError, TermRow, UnitRow, UserRow};

pub(super) fn read(connection: &Connection) -> Result<District, StoreError> {
    let version: Option<i64> = connection
        .query_row(
            "SELECT value FROM meta WHERE key = 'district_version'",
            [],
            |row| row.get(0),
        )
        .optional()?;
    Ok(District {
        version: version.unwrap_or(0).unsigned_abs(),
        units: units(connection)?,
        terms: terms(connection)?,
        sessions: sessions(connection)?,
        users: users(connection, "ended_at IS NULL")?,
        former: users(connection, "ended_at IS NOT NULL")?,
    })
}

fn units(connection: &Connection) -> Result<Vec<UnitRow>, StoreError> {
    let mut villages: HashMap<String, Vec<String>> = HashMap::new();
    let mut statement =
        connection.prepare("SELECT unit, name FROM villages ORDER BY unit, position")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        villages.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    let mut statement = connection.prepare(
        "SELECT code, name, tier, parent, valid_from, valid_to FROM units ORDER BY position",
    )?;
    let units = statement.query_map([], |row| {
        let code: String = row.get(0)?;
        Ok(UnitRow {
            villages: villages.remove(&code).unwrap_or_default(),
            code: UnitCode(code),
            name: row.get(1)?,
            tier: row.get(2)?,
            parent: row.get::<_, Option<String>>(3)?.map(UnitCode),
            valid_from: row.get(4)?,
            valid_to: row.get(5)?,
        })
    })?;
    Ok(units.collect::<Result<_, _>>()?)
}

fn terms(connection: &Connection) -> Result<Vec<TermRow>, StoreError> {
    let mut statement =
        connection.prepare("SELECT code, name, starts, ends FROM terms ORDER BY starts DESC")?;
    let terms = statement.query_map([], |row| {
        Ok(TermRow {
            code: row.get(0)?,
            name: row.get(1)?,
            starts: row.get(2)?,
            ends: row.get(3)?,
        })
    })?;
    Ok(terms.collect::<Result<_, _>>()?)
}

fn sessions(connection: &Connection) -> Result<Vec<CouncilSessionRow>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT code, term, name, kind, starts, ends FROM council_sessions
         ORDER BY starts DESC, code",
    )?;
    let sessions = statement.query_map([], |row| {
        Ok(CouncilSessionRow {
            code: row.get(0)?,
            term: row.get(1)?,
            name: row.get(2)?,
            kind: row.get(3)?,
            starts: row.get(4)?,
            ends: row.get(5)?,
        })
    })?;
    Ok(sessions.collect::<Result<_, _>>()?)
}

/// The users with the grants of which this is so, by name, the oldest grant first.
fn users(connection: &Connection, which: &str) -> Result<Vec<UserRow>, StoreError> {
    let mut statement = connection.prepare(&format!(
        "SELECT users.name, users.display, grants.role, grants.unit
         FROM users JOIN grants ON grants.user = users.name
         WHERE {which} ORDER BY users.name, grants.id"
    ))?;
    let mut rows = statement.query([])?;
    let mut users = Vec::new();
    while let Some(row) = rows.next()? {
        let role: String = row.get(2)?;
        users.push(UserRow {
            name: UserName(row.get(0)?),
            display: row.get(1)?,
            role: Role::from_name(&role)
                .ok_or_else(|| StoreError::Damaged(format!("role {role}")))?,
            unit: UnitCode(row.get(3)?),
        });
    }
    Ok(users)
}

/// Puts a district into an empty store.
pub(super) fn found(connection: &Connection, district: &District) -> Result<(), StoreError> {
    let taken: bool =
        connection.query_row("SELECT EXISTS (SELECT 1 FROM units)", [], |row| row.get(0))?;
    if taken {
        return Err(StoreError::Stale);
    }
    for (position, unit) in district.units.iter().enumerate() {
        connection.execute(
            "INSERT INTO units (code, name, tier, parent, position, valid_from, valid_to)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                unit.code.0,
                unit.name,
                unit.tier,
                unit.parent.as_ref().map(|parent| &parent.0),
                integer(position as u64),
                unit.valid_from,
                unit.valid_to,
            ],
        )?;
        for (position, village) in unit.villages.iter().enumerate() {
            connection.execute(
                "INSERT INTO villages (unit, name, position) VALUES (?1, ?2, ?3)",
                params![unit.code.0, village, integer(position as u64)],
            )?;
        }
    }
    for term in &district.terms {
        connection.execute(
            "INSERT INTO terms (code, name, starts, ends) VALUES (?1, ?2, ?3, ?4)",
            params![term.code, term.name, term.starts, term.ends],
        )?;
    }
    for session in &district.sessions {
        connection.execute(
            "INSERT INTO council_sessions (code, term, name, kind, starts, ends)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                session.code,
                session.term,
                session.name,
                session.kind,
                session.starts,
                session.ends
            ],
        )?;
    }
    for user in &district.users {
        connection.execute(
            "INSERT INTO users (name, display) VALUES (?1, ?2)",
            params![user.name.0, user.display],
        )?;
        connection.execute(
            "INSERT INTO grants (user, unit, role, granted_at) VALUES (?1, ?2, ?3, 0)",
            params![user.name.0, user.unit.0, user.role.name()],
        )?;
    }
    connection.execute(
        "INSERT INTO meta (key, value) VALUES ('district_version', ?1)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [integer(district.version.max(1))],
    )?;
    Ok(())
}

/// Ends the grant that a user holds and gives another; `false` when there is no such user or unit.
pub(super) fn move_user(
    connection: &Connection,
    user: &UserName,
    unit: &UnitCode,
    role: Role,
    at: i64,
) -> Result<bool, StoreError> {
    let known: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM users, units WHERE users.name = ?1 AND units.code = ?2)",
        [&user.0, &unit.0],
        |row| row.get(0),
    )?;
    if !known {
        return Ok(false);
    }
    connection.execute(
        "UPDATE grants SET ended_at = ?2 WHERE user = ?1 AND ended_at IS NULL",
        params![user.0, at],
    )?;
    connection.execute(
        "INSERT INTO grants (user, unit, role, granted_at) VALUES (?1, ?2, ?3, ?4)",
        params![user.0, unit.0, role.name(), at],
    )?;
    // Servers that run beside this read the district anew when its version is another.
    connection.execute(
        "UPDATE meta SET value = value + 1 WHERE key = 'district_version'",
        [],
    )?;
    Ok(true)
}
