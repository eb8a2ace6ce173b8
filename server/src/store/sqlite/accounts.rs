//! Devices, their tokens, and one-time codes. Of secrets only hashes are here.

use kiennghi_shared::id::{UnitCode, UserName};
use rusqlite::{Connection, OptionalExtension, ToSql, params};

use super::{alerts, audit, credentials};
use crate::store::{
    Action, AuditEvent, By, DeviceId, DeviceRow, NewCode, Redeeming, SecretHash, SignedIn, Stamp,
    StoreError,
};

pub(super) fn signed_in(
    connection: &Connection,
    token: &SecretHash,
) -> Result<Option<SignedIn>, StoreError> {
    let mut session = None;
    let mut found = device(connection, "token_hash", &token.0)?;
    if found.is_none()
        && let Some((id, of_browser)) = credentials::session(connection, token)?
    {
        session = Some(of_browser);
        found = device(connection, "id", &id.0)?;
    }
    let Some(mut found) = found else {
        return Ok(None);
    };
    found.session = session;
    found.earlier = match found.session {
        // Signing out forgets which browser it was; what it has not sent is still the user's to send.
        Some(_) => browsers(connection, &found.user)?,
        None => earlier(connection, found.device)?,
    };
    Ok(Some(found))
}

/// A user's browsers that were not revoked.
fn browsers(connection: &Connection, user: &UserName) -> Result<Vec<DeviceId>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM devices WHERE user = ?1 AND is_browser AND revoked_at IS NULL",
    )?;
    let browsers = statement.query_map([&user.0], |row| row.get(0).map(DeviceId))?;
    Ok(browsers.collect::<Result<_, _>>()?)
}

/// The device of which a column has this value.
fn device(
    connection: &Connection,
    column: &str,
    value: &dyn ToSql,
) -> Result<Option<SignedIn>, StoreError> {
    let found = connection
        .prepare_cached(&format!(
            "SELECT id, user, last_seen_at, revoked_at IS NOT NULL,
                    (SELECT value FROM meta WHERE key = 'district_version')
             FROM devices WHERE {column} = ?1"
        ))?
        .query_row([value], |row| {
            Ok(SignedIn {
                device: DeviceId(row.get(0)?),
                earlier: Vec::new(),
                user: UserName(row.get(1)?),
                session: None,
                last_seen_at: row.get(2)?,
                revoked: row.get(3)?,
                district_version: row.get::<_, Option<i64>>(4)?.unwrap_or(0).unsigned_abs(),
            })
        })
        .optional()?;
    Ok(found)
}

/// The devices that a device continues, the latest first.
pub(super) fn earlier(
    connection: &Connection,
    device: DeviceId,
) -> Result<Vec<DeviceId>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT continues FROM devices WHERE id = ?1")?;
    let mut earlier = Vec::new();
    let mut device = device.0;
    // Each is older than the one that continues it, so this comes to its end.
    while let Some(continued) = statement
        .query_row([device], |row| row.get::<_, Option<i64>>(0))
        .optional()?
        .flatten()
        .filter(|continued| *continued < device)
    {
        earlier.push(DeviceId(continued));
        device = continued;
    }
    Ok(earlier)
}

pub(super) fn device_seen(
    connection: &Connection,
    device: DeviceId,
    at: i64,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE devices SET last_seen_at = ?2 WHERE id = ?1")?
        .execute([device.0, at])?;
    Ok(())
}

pub(super) fn add_device(
    connection: &Connection,
    user: &UserName,
    name: &str,
    token: Option<SecretHash>,
    at: i64,
) -> Result<DeviceId, StoreError> {
    connection.execute(
        "INSERT INTO devices (user, name, token_hash, created_at) VALUES (?1, ?2, ?3, ?4)",
        params![user.0, name, token.map(|token| token.0), at],
    )?;
    Ok(DeviceId(connection.last_insert_rowid()))
}

/// Adds the browser of somebody who signs in.
pub(super) fn add_browser(
    connection: &Connection,
    user: &UserName,
    name: &str,
    at: i64,
) -> Result<DeviceId, StoreError> {
    connection.execute(
        "INSERT INTO devices (user, name, created_at, is_browser) VALUES (?1, ?2, ?3, 1)",
        params![user.0, name, at],
    )?;
    Ok(DeviceId(connection.last_insert_rowid()))
}

pub(super) fn revoke_device(
    connection: &Connection,
    device: DeviceId,
    stamp: &Stamp,
) -> Result<bool, StoreError> {
    let revoked: Option<(String, String)> = connection
        .query_row(
            "UPDATE devices SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL
             RETURNING user, name",
            [device.0, stamp.at],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((user, name)) = revoked else {
        return Ok(false);
    };
    alerts::drop_of_device(connection, device)?;
    let user = UserName(user);
    let event = AuditEvent::new(Action::RevokeDevice, device.0).with(format!("{user}: {name}"));
    audit::add(connection, stamp, &concerning(connection, event, &user)?)?;
    Ok(true)
}

/// With the first unit that a user has a role in.
pub(super) fn concerning(
    connection: &Connection,
    event: AuditEvent,
    user: &UserName,
) -> Result<AuditEvent, StoreError> {
    let unit: Option<String> = connection
        .prepare_cached(
            "SELECT unit FROM grants WHERE user = ?1 AND ended_at IS NULL ORDER BY id LIMIT 1",
        )?
        .query_row([&user.0], |row| row.get(0))
        .optional()?;
    Ok(match unit {
        Some(unit) => event.in_unit(&UnitCode(unit)),
        None => event,
    })
}

pub(super) fn devices(connection: &Connection) -> Result<Vec<DeviceRow>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT id, user, name, created_at, last_seen_at, revoked_at, is_browser, approver
         FROM devices ORDER BY id",
    )?;
    let devices = statement.query_map([], |row| {
        Ok(DeviceRow {
            id: DeviceId(row.get(0)?),
            user: UserName(row.get(1)?),
            name: row.get(2)?,
            is_browser: row.get(6)?,
            approver: row.get::<_, Option<String>>(7)?.map(UserName),
            created_at: row.get(3)?,
            last_seen_at: row.get(4)?,
            revoked_at: row.get(5)?,
        })
    })?;
    Ok(devices.collect::<Result<_, _>>()?)
}

pub(super) fn add_code(
    connection: &Connection,
    new: &NewCode,
    stamp: &Stamp,
) -> Result<bool, StoreError> {
    let approver = match &stamp.by {
        By::User(user, _) => Some(&user.0),
        By::Server | By::Command => None,
    };
    // Selecting the user instead of naming it makes an unknown one add nothing.
    let added = connection.execute(
        "INSERT INTO enrolment_codes (code_hash, user, expires_at, approver)
         SELECT ?1, name, ?3, ?4 FROM users WHERE name = ?2 AND disabled_at IS NULL",
        params![new.code.0, new.user.0, new.expires_at, approver],
    )?;
    if added == 1 {
        let event = AuditEvent::new(Action::IssueCode, &new.user);
        audit::add(
            connection,
            stamp,
            &concerning(connection, event, &new.user)?,
        )?;
    }
    Ok(added == 1)
}

/// Whom a one-time code is for that is neither used nor expired.
pub(super) fn code_owner(
    connection: &Connection,
    code: &SecretHash,
    at: i64,
) -> Result<Option<UserName>, StoreError> {
    let owner = connection
        .prepare_cached(
            "SELECT user FROM enrolment_codes
             WHERE code_hash = ?1 AND used_at IS NULL AND expires_at > ?2",
        )?
        .query_row(params![code.0, at], |row| row.get(0).map(UserName))
        .optional()?;
    Ok(owner)
}

/// Uses up a one-time code; whom it was for, and who approved it. `None` when it is unknown, used or
/// expired.
pub(super) fn use_code(
    connection: &Connection,
    code: &SecretHash,
    at: i64,
) -> Result<Option<(UserName, Option<String>)>, StoreError> {
    let used = connection
        .query_row(
            "UPDATE enrolment_codes SET used_at = ?2
             WHERE code_hash = ?1 AND used_at IS NULL AND expires_at > ?2
               AND user IN (SELECT name FROM users WHERE disabled_at IS NULL)
             RETURNING user, approver",
            params![code.0, at],
            |row| Ok((UserName(row.get(0)?), row.get(1)?)),
        )
        .optional()?;
    Ok(used)
}

pub(super) fn redeem_code(
    connection: &Connection,
    redeeming: &Redeeming,
) -> Result<Option<UserName>, StoreError> {
    let used = use_code(connection, &redeeming.code, redeeming.at)?;
    let Some((user, approver)) = used else {
        return Ok(None);
    };
    let (name, token) = (&redeeming.device, Some(redeeming.token));
    let added = add_device(connection, &user, name, token, redeeming.at)?;
    connection.execute(
        "UPDATE devices SET approver = ?2 WHERE id = ?1",
        params![added.0, approver],
    )?;
    if let Some(continued) = redeeming.continues {
        // Another user's device, or one that was revoked, hands nothing on.
        connection.execute(
            "UPDATE devices SET continues = (SELECT id FROM devices
                 WHERE token_hash = ?2 AND user = ?3 AND revoked_at IS NULL)
             WHERE id = ?1",
            params![added.0, continued.0, user.0],
        )?;
    }
    let event = AuditEvent::new(Action::EnrolDevice, added.0).with(name.as_str());
    let stamp = Stamp::device(&user, added, redeeming.at);
    audit::add(connection, &stamp, &concerning(connection, event, &user)?)?;
    Ok(Some(user))
}
