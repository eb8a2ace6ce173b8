//! What people prove with who they are at a desk: passwords, passkeys, recovery codes, and the sessions
//! that follow. Of secrets only hashes are here.

use kiennghi_shared::id::UserName;
use rusqlite::{Connection, OptionalExtension, params};

use super::accounts::{add_browser, concerning};
use super::{alerts, audit};
use crate::store::{
    Action, AuditEvent, BrowserSession, By, DeviceId, NewPasskey, NewSession, PasskeyRow,
    SecretHash, Stamp, StoreError,
};

/// The session of this token, and its browser.
pub(super) fn session(
    connection: &Connection,
    token: &SecretHash,
) -> Result<Option<(DeviceId, BrowserSession)>, StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT device, begun_at, seen_at, ended_at FROM browser_sessions WHERE token_hash = ?1",
        )?
        .query_row([token.0], |row| {
            let session = BrowserSession {
                begun_at: row.get(1)?,
                seen_at: row.get(2)?,
                ended_at: row.get(3)?,
            };
            Ok((DeviceId(row.get(0)?), session))
        })
        .optional()?;
    Ok(found)
}

pub(super) fn session_seen(
    connection: &Connection,
    token: &SecretHash,
    at: i64,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE browser_sessions SET seen_at = ?2 WHERE token_hash = ?1")?
        .execute(params![token.0, at])?;
    Ok(())
}

/// Records something that a user did or that was done to the user.
pub(super) fn note(
    connection: &Connection,
    action: Action,
    user: &UserName,
    detail: &str,
    stamp: &Stamp,
) -> Result<(), StoreError> {
    let event = AuditEvent::new(action, user).with(detail);
    audit::add(connection, stamp, &concerning(connection, event, user)?)
}

pub(super) fn begin_session(
    connection: &Connection,
    user: &UserName,
    session: &NewSession,
) -> Result<DeviceId, StoreError> {
    let (before, at) = (session.before.map(|before| before.0), session.at);
    let known: Option<i64> = connection
        .query_row(
            "SELECT devices.id FROM browser_sessions JOIN devices ON devices.id = device
             WHERE browser_sessions.token_hash = ?1 AND user = ?2 AND revoked_at IS NULL",
            params![before, user.0],
            |row| row.get(0),
        )
        .optional()?;
    let device = match known {
        Some(device) => DeviceId(device),
        None => add_browser(connection, user, &session.browser, at)?,
    };
    // The old session of this browser is over, whoever began it.
    connection.execute(
        "UPDATE browser_sessions SET ended_at = ?2 WHERE token_hash = ?1 AND ended_at IS NULL",
        params![before, at],
    )?;
    connection.execute(
        "INSERT INTO browser_sessions (token_hash, device, begun_at, seen_at) VALUES (?1, ?2, ?3, ?3)",
        params![session.token.0, device.0, at],
    )?;
    let stamp = Stamp::device(user, device, at);
    note(connection, Action::SignIn, user, &session.how, &stamp)?;
    Ok(device)
}

pub(super) fn end_sessions(
    connection: &Connection,
    user: &UserName,
    token: &SecretHash,
    all_others: bool,
    stamp: &Stamp,
) -> Result<u64, StoreError> {
    let which = if all_others { "<>" } else { "=" };
    let ended = connection.execute(
        &format!(
            "UPDATE browser_sessions SET ended_at = ?3 WHERE ended_at IS NULL
             AND device IN (SELECT id FROM devices WHERE user = ?1) AND token_hash {which} ?2"
        ),
        params![user.0, token.0, stamp.at],
    )?;
    if all_others {
        alerts::drop_of_other_browsers(connection, user, token)?;
    }
    if ended > 0 {
        let detail = format!("{ended} phiên");
        note(connection, Action::SignOut, user, &detail, stamp)?;
    }
    Ok(ended as u64)
}

/// Sets a password and begins a session of somebody who proved by a code who that is. A thief may have been
/// in there: other sessions end, and passkeys are gone.
pub(super) fn start_anew(
    connection: &Connection,
    user: &UserName,
    hash: &str,
    session: &NewSession,
) -> Result<(), StoreError> {
    let device = begin_session(connection, user, session)?;
    let stamp = Stamp::device(user, device, session.at);
    set_password(connection, user, hash, &stamp)?;
    end_sessions(connection, user, &session.token, true, &stamp)?;
    for row in passkeys(connection, user)? {
        remove_passkey(connection, user, &row.passkey.id, &stamp)?;
    }
    Ok(())
}

pub(super) fn password(
    connection: &Connection,
    user: &UserName,
) -> Result<Option<String>, StoreError> {
    let hash = connection
        .prepare_cached("SELECT hash FROM passwords WHERE user = ?1")?
        .query_row([&user.0], |row| row.get(0))
        .optional()?;
    Ok(hash)
}

pub(super) fn set_password(
    connection: &Connection,
    user: &UserName,
    hash: &str,
    stamp: &Stamp,
) -> Result<bool, StoreError> {
    let set = connection.execute(
        "INSERT INTO passwords (user, hash, set_at) SELECT name, ?2, ?3 FROM users WHERE name = ?1
         ON CONFLICT (user) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at",
        params![user.0, hash, stamp.at],
    )?;
    if set == 1 {
        note(connection, Action::SetPassword, user, "", stamp)?;
    }
    Ok(set == 1)
}

pub(super) fn passkeys(
    connection: &Connection,
    user: &UserName,
) -> Result<Vec<PasskeyRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, name, credential, added_at, last_used_at FROM passkeys WHERE user = ?1
         ORDER BY added_at, id",
    )?;
    let rows = statement.query_map([&user.0], |row| {
        Ok(PasskeyRow {
            passkey: NewPasskey {
                id: row.get(0)?,
                name: row.get(1)?,
                credential: row.get(2)?,
            },
            added_at: row.get(3)?,
            last_used_at: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn add_passkey(
    connection: &Connection,
    user: &UserName,
    passkey: &NewPasskey,
    stamp: &Stamp,
) -> Result<bool, StoreError> {
    let added = connection.execute(
        "INSERT INTO passkeys (id, user, name, credential, added_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO NOTHING",
        params![
            passkey.id,
            user.0,
            passkey.name,
            passkey.credential,
            stamp.at
        ],
    )?;
    if added == 1 {
        note(connection, Action::AddPasskey, user, &passkey.name, stamp)?;
    }
    Ok(added == 1)
}

pub(super) fn passkey_used(
    connection: &Connection,
    id: &[u8],
    credential: &str,
    at: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE passkeys SET credential = ?2, last_used_at = ?3 WHERE id = ?1",
        params![id, credential, at],
    )?;
    Ok(())
}

pub(super) fn remove_passkey(
    connection: &Connection,
    user: &UserName,
    id: &[u8],
    stamp: &Stamp,
) -> Result<bool, StoreError> {
    let removed: Option<String> = connection
        .query_row(
            "DELETE FROM passkeys WHERE id = ?1 AND user = ?2 RETURNING name",
            params![id, user.0],
            |row| row.get(0),
        )
        .optional()?;
    if let Some(name) = &removed {
        note(connection, Action::RemovePasskey, user, name, stamp)?;
    }
    Ok(removed.is_some())
}

pub(super) fn set_recovery_codes(
    connection: &Connection,
    user: &UserName,
    codes: &[SecretHash],
    stamp: &Stamp,
) -> Result<(), StoreError> {
    remove_recovery_codes(connection, user)?;
    for code in codes {
        connection.execute(
            "INSERT INTO recovery_codes (code_hash, user, made_at) VALUES (?1, ?2, ?3)",
            params![code.0, user.0, stamp.at],
        )?;
    }
    note(connection, Action::MakeRecoveryCodes, user, "", stamp)
}

/// Removes those that were not used.
pub(super) fn remove_recovery_codes(
    connection: &Connection,
    user: &UserName,
) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM recovery_codes WHERE user = ?1 AND used_at IS NULL",
        [&user.0],
    )?;
    Ok(())
}

pub(super) fn recovery_code_owner(
    connection: &Connection,
    code: &SecretHash,
) -> Result<Option<UserName>, StoreError> {
    let owner = connection
        .prepare_cached("SELECT user FROM recovery_codes WHERE code_hash = ?1 AND used_at IS NULL")?
        .query_row([code.0], |row| row.get(0).map(UserName))
        .optional()?;
    Ok(owner)
}

pub(super) fn use_recovery_code(
    connection: &Connection,
    user: &UserName,
    code: &SecretHash,
    at: i64,
) -> Result<bool, StoreError> {
    let used = connection.execute(
        "UPDATE recovery_codes SET used_at = ?3 WHERE code_hash = ?1 AND user = ?2 AND used_at IS NULL",
        params![code.0, user.0, at],
    )?;
    if used == 1 {
        let stamp = Stamp {
            by: By::User(user.clone(), None),
            at,
        };
        note(connection, Action::UseRecoveryCode, user, "", &stamp)?;
    }
    Ok(used == 1)
}

pub(super) fn recovery_codes_left(
    connection: &Connection,
    user: &UserName,
) -> Result<u64, StoreError> {
    let left: i64 = connection.query_row(
        "SELECT count(*) FROM recovery_codes WHERE user = ?1 AND used_at IS NULL",
        [&user.0],
        |row| row.get(0),
    )?;
    Ok(left.unsigned_abs())
}
