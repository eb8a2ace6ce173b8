//! Devices, their tokens, and one-time codes. Of secrets only hashes are here.

use kiennghi_shared::id::UserName;
use rusqlite::{Connection, OptionalExtension, params};

use crate::store::{DeviceId, DeviceRow, SecretHash, SignedIn, StoreError};

pub(super) fn signed_in(
    connection: &Connection,
    token: &SecretHash,
) -> Result<Option<SignedIn>, StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT id, user, last_seen_at, revoked_at IS NOT NULL,
                    (SELECT value FROM meta WHERE key = 'district_version')
             FROM devices WHERE token_hash = ?1",
        )?
        .query_row([token.0], |row| {
            Ok(SignedIn {
                device: DeviceId(row.get(0)?),
                earlier: Vec::new(),
                user: UserName(row.get(1)?),
                last_seen_at: row.get(2)?,
                revoked: row.get(3)?,
                district_version: row.get::<_, Option<i64>>(4)?.unwrap_or(0).unsigned_abs(),
            })
        })
        .optional()?;
    let Some(mut found) = found else {
        return Ok(None);
    };
    found.earlier = earlier(connection, found.device)?;
    Ok(Some(found))
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

pub(super) fn revoke_device(
    connection: &Connection,
    device: DeviceId,
    at: i64,
) -> Result<bool, StoreError> {
    let revoked = connection.execute(
        "UPDATE devices SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL",
        [device.0, at],
    )?;
    Ok(revoked == 1)
}

pub(super) fn devices(connection: &Connection) -> Result<Vec<DeviceRow>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT id, user, name, created_at, last_seen_at, revoked_at FROM devices ORDER BY id",
    )?;
    let devices = statement.query_map([], |row| {
        Ok(DeviceRow {
            id: DeviceId(row.get(0)?),
            user: UserName(row.get(1)?),
            name: row.get(2)?,
            created_at: row.get(3)?,
            last_seen_at: row.get(4)?,
            revoked_at: row.get(5)?,
        })
    })?;
    Ok(devices.collect::<Result<_, _>>()?)
}

pub(super) fn add_code(
    connection: &Connection,
    user: &UserName,
    code: SecretHash,
    expires_at: i64,
) -> Result<bool, StoreError> {
    // Selecting the user instead of naming it makes an unknown one add nothing.
    let added = connection.execute(
        "INSERT INTO enrolment_codes (code_hash, user, expires_at)
         SELECT ?1, name, ?3 FROM users WHERE name = ?2",
        params![code.0, user.0, expires_at],
    )?;
    Ok(added == 1)
}

pub(super) fn redeem_code(
    connection: &Connection,
    code: SecretHash,
    device: &str,
    token: SecretHash,
    continues: Option<SecretHash>,
    at: i64,
) -> Result<Option<UserName>, StoreError> {
    let user: Option<String> = connection
        .query_row(
            "UPDATE enrolment_codes SET used_at = ?2
             WHERE code_hash = ?1 AND used_at IS NULL AND expires_at > ?2
             RETURNING user",
            params![code.0, at],
            |row| row.get(0),
        )
        .optional()?;
    let Some(user) = user.map(UserName) else {
        return Ok(None);
    };
    let added = add_device(connection, &user, device, Some(token), at)?;
    if let Some(continued) = continues {
        // Another user's device, or one that was revoked, hands nothing on.
        connection.execute(
            "UPDATE devices SET continues = (SELECT id FROM devices
                 WHERE token_hash = ?2 AND user = ?3 AND revoked_at IS NULL)
             WHERE id = ?1",
            params![added.0, continued.0, user.0],
        )?;
    }
    Ok(Some(user))
}
