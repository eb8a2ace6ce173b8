//! Units, villages, terms, sessions, users and their roles.

use std::collections::HashMap;

use kiennghi_shared::access::{Grant, Role};
use kiennghi_shared::id::{UnitCode, UserName};
use rusqlite::{Connection, OptionalExtension, params};

use super::ground::{Ground, KnownGround};
use super::ingest::integer;
use super::{alerts, audit, deadlines, fields_of_work, later, pieces};
use crate::store::{
    Action, AuditEvent, CouncilSessionRow, District, DistrictChange, DistrictProblem, GrantId,
    GrantRow, Stamp, StoreError, TermRow, UnitRow, UserRow,
};

pub(super) fn version(connection: &Connection) -> Result<u64, StoreError> {
    let version: Option<i64> = connection
        .prepare_cached("SELECT value FROM meta WHERE key = 'district_version'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(version.unwrap_or(0).unsigned_abs())
}

pub(super) fn read(connection: &Connection) -> Result<District, StoreError> {
    Ok(District {
        version: version(connection)?,
        units: units(connection)?,
        terms: terms(connection)?,
        sessions: sessions(connection)?,
        users: users(connection)?,
        grants: grants(connection)?,
        deadlines: deadlines::read(connection)?,
        fields: fields_of_work::read(connection)?,
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
        "SELECT code, name, tier, parent, valid_from, valid_to, successor FROM units ORDER BY position",
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
            successor: row.get::<_, Option<String>>(6)?.map(UnitCode),
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

fn users(connection: &Connection) -> Result<Vec<UserRow>, StoreError> {
    let mut statement =
        connection.prepare("SELECT name, display, disabled_at FROM users ORDER BY name")?;
    let users = statement.query_map([], |row| {
        Ok(UserRow {
            name: UserName(row.get(0)?),
            display: row.get(1)?,
            disabled_at: row.get(2)?,
        })
    })?;
    Ok(users.collect::<Result<_, _>>()?)
}

fn grants(connection: &Connection) -> Result<Vec<GrantRow>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT id, user, role, unit, starts, ends, granted_at, ended_at FROM grants ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    let mut grants = Vec::new();
    while let Some(row) = rows.next()? {
        let role: String = row.get(2)?;
        grants.push(GrantRow {
            id: GrantId(row.get(0)?),
            user: UserName(row.get(1)?),
            grant: Grant {
                role: Role::from_name(&role)
                    .ok_or_else(|| StoreError::Damaged(format!("role {role}")))?,
                unit: UnitCode(row.get(3)?),
            },
            starts: row.get(4)?,
            ends: row.get(5)?,
            granted_at: row.get(6)?,
            ended_at: row.get(7)?,
        });
    }
    Ok(grants)
}

/// Puts a district into an empty store.
pub(super) fn found(
    connection: &Connection,
    district: &District,
    stamp: &Stamp,
) -> Result<(), StoreError> {
    let taken: bool =
        connection.query_row("SELECT EXISTS (SELECT 1 FROM units)", [], |row| row.get(0))?;
    if taken {
        return Err(StoreError::Stale);
    }
    for (position, unit) in district.units.iter().enumerate() {
        put_unit(connection, unit, position as u64)?;
    }
    for term in &district.terms {
        put_term(connection, term)?;
    }
    for session in &district.sessions {
        put_session(connection, session)?;
    }
    for user in &district.users {
        add_user(connection, &user.name, &user.display)?;
    }
    for row in &district.grants {
        put_grant(connection, row)?;
    }
    deadlines::found(connection, &district.deadlines)?;
    fields_of_work::write(connection, &district.fields)?;
    connection.execute(
        "INSERT INTO meta (key, value) VALUES ('district_version', ?1)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [integer(district.version.max(1))],
    )?;
    let counts = format!(
        "{} đơn vị, {} người dùng",
        district.units.len(),
        district.users.len()
    );
    audit::add(
        connection,
        stamp,
        &AuditEvent::new(Action::FoundDistrict, "").with(counts),
    )
}

/// Makes changes, all or none.
pub(super) fn change(
    connection: &Connection,
    ground: &KnownGround,
    changes: &[DistrictChange],
    stamp: &Stamp,
) -> Result<Result<(), DistrictProblem>, StoreError> {
    let mut district = read(connection)?;
    // Judged as a whole before anything is written: what is refused leaves nothing to undo.
    if let Err(problem) = district.make(changes, stamp.at) {
        return Ok(Err(problem));
    }
    let mut is_other_ground = false;
    for change in changes {
        is_other_ground |= later::note(connection, change)?;
        let event = write(connection, &district, change, stamp.at)?;
        audit::add(connection, stamp, &event)?;
    }
    if is_other_ground {
        Ground::has_changed(connection)?;
        pieces::derive_first(connection, ground)?;
    }
    // Servers that run beside this read the district anew when its version is another.
    connection.execute(
        "UPDATE meta SET value = value + 1 WHERE key = 'district_version'",
        [],
    )?;
    Ok(Ok(()))
}

/// Writes one change; `district` is what it becomes.
fn write(
    connection: &Connection,
    district: &District,
    change: &DistrictChange,
    at: i64,
) -> Result<AuditEvent, StoreError> {
    Ok(match change {
        DistrictChange::PutUnit(unit) => {
            let position = district.units.iter().position(|row| row.code == unit.code);
            put_unit(connection, unit, position.unwrap_or_default() as u64)?;
            let successor = unit.successor.as_ref();
            let successor = successor
                .map(|code| format!(" → {code}"))
                .unwrap_or_default();
            AuditEvent::new(Action::PutUnit, &unit.code)
                .in_unit(&unit.code)
                .with(format!("{}{successor}", unit.name))
        }
        DistrictChange::PutTerm(term) => {
            put_term(connection, term)?;
            AuditEvent::new(Action::PutTerm, &term.code).with(&*term.name)
        }
        DistrictChange::PutSession(session) => {
            put_session(connection, session)?;
            AuditEvent::new(Action::PutSession, &session.code).with(&*session.name)
        }
        DistrictChange::AddUser { name, display } => {
            add_user(connection, name, display)?;
            of_user(district, Action::AddUser, name).with(&**display)
        }
        DistrictChange::RenameUser { name, display } => {
            connection.execute(
                "UPDATE users SET display = ?2 WHERE name = ?1",
                [&name.0, display],
            )?;
            of_user(district, Action::RenameUser, name).with(&**display)
        }
        DistrictChange::EnableUser { name, enabled } => {
            let disabled_at = (!enabled).then_some(at);
            connection.execute(
                "UPDATE users SET disabled_at = ?2 WHERE name = ?1",
                params![name.0, disabled_at],
            )?;
            if !enabled {
                alerts::drop_of_user(connection, name)?;
            }
            let action = if *enabled {
                Action::EnableUser
            } else {
                Action::DisableUser
            };
            of_user(district, action, name)
        }
        DistrictChange::Give(new) => {
            let mut given = district.grants.iter().rev();
            let given = given.find(|row| row.user == new.user && row.grant == new.grant);
            let row = given.ok_or(StoreError::Stale)?;
            // One that ran out gives its place up.
            connection.execute(
                "UPDATE grants SET ended_at = ?4
                 WHERE user = ?1 AND role = ?2 AND unit = ?3 AND ended_at IS NULL",
                params![row.user.0, row.grant.role.name(), row.grant.unit.0, at],
            )?;
            put_grant(connection, row)?;
            of_grant(Action::GiveGrant, row)
        }
        DistrictChange::End(id) => {
            connection.execute(
                "UPDATE grants SET ended_at = ?2 WHERE id = ?1",
                params![id.0, at],
            )?;
            let mut ended = district.grants.iter();
            let row = ended.find(|row| row.id == *id).ok_or(StoreError::Stale)?;
            of_grant(Action::EndGrant, row)
        }
        DistrictChange::Deadlines(change) => deadlines::write(connection, change)?,
        DistrictChange::PutField { field, was, .. } => {
            fields_of_work::write(connection, &district.fields)?;
            fields_of_work::event(field, was.as_ref())
        }
    })
}

/// What is told of a user: with the first unit that the user has a role in.
fn of_user(district: &District, action: Action, name: &UserName) -> AuditEvent {
    let event = AuditEvent::new(action, name);
    match district.open_grants(name).next() {
        Some(row) => event.in_unit(&row.grant.unit),
        None => event,
    }
}

/// From which day to which, as people read it; empty where neither is said.
pub(super) fn days(starts: Option<&str>, ends: Option<&str>) -> String {
    let mut words = String::new();
    for (word, day) in [(" từ ", starts), (" đến ", ends)] {
        if let Some(day) = day {
            let mut parts: Vec<&str> = day.split('-').collect();
            parts.reverse();
            words.push_str(word);
            words.push_str(&parts.join("/"));
        }
    }
    words
}

fn of_grant(action: Action, row: &GrantRow) -> AuditEvent {
    let days = days(row.starts.as_deref(), row.ends.as_deref());
    let detail = format!("{}{days}", row.grant.role.title());
    AuditEvent::new(action, &row.user)
        .in_unit(&row.grant.unit)
        .with(detail)
}

fn put_unit(connection: &Connection, unit: &UnitRow, position: u64) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO units (code, name, tier, parent, position, valid_from, valid_to, successor)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (code) DO UPDATE SET name = excluded.name, tier = excluded.tier,
             parent = excluded.parent, position = excluded.position,
             valid_from = excluded.valid_from, valid_to = excluded.valid_to,
             successor = excluded.successor",
        params![
            unit.code.0,
            unit.name,
            unit.tier,
            unit.parent.as_ref().map(|parent| &parent.0),
            integer(position),
            unit.valid_from,
            unit.valid_to,
            unit.successor.as_ref().map(|successor| &successor.0),
        ],
    )?;
    connection.execute("DELETE FROM villages WHERE unit = ?1", [&unit.code.0])?;
    for (position, village) in unit.villages.iter().enumerate() {
        connection.execute(
            "INSERT INTO villages (unit, name, position) VALUES (?1, ?2, ?3)",
            params![unit.code.0, village, integer(position as u64)],
        )?;
    }
    Ok(())
}

fn put_term(connection: &Connection, term: &TermRow) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO terms (code, name, starts, ends) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (code) DO UPDATE
         SET name = excluded.name, starts = excluded.starts, ends = excluded.ends",
        params![term.code, term.name, term.starts, term.ends],
    )?;
    Ok(())
}

fn put_session(connection: &Connection, session: &CouncilSessionRow) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO council_sessions (code, term, name, kind, starts, ends)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (code) DO UPDATE SET term = excluded.term, name = excluded.name,
             kind = excluded.kind, starts = excluded.starts, ends = excluded.ends",
        params![
            session.code,
            session.term,
            session.name,
            session.kind,
            session.starts,
            session.ends
        ],
    )?;
    Ok(())
}

fn add_user(connection: &Connection, name: &UserName, display: &str) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO users (name, display) VALUES (?1, ?2)",
        [&name.0, display],
    )?;
    Ok(())
}

fn put_grant(connection: &Connection, row: &GrantRow) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO grants (id, user, unit, role, starts, ends, granted_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            row.id.0,
            row.user.0,
            row.grant.unit.0,
            row.grant.role.name(),
            row.starts,
            row.ends,
            row.granted_at,
        ],
    )?;
    Ok(())
}
