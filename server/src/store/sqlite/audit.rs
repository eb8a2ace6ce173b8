//! The record of who did what, as a hash chain of its own. A link is
//!
//! ```text
//! SHA-256(the link before ‖ seq ‖ at ‖ device ‖ each text with its length before it)
//! ```
//!
//! with numbers and lengths as eight bytes, the highest first, 32 zero bytes before the first link, and
//! the texts in the order via, user, action, subject, unit, detail. Rows are written in the transaction
//! of what they tell. The first row of a day signs the end of the day before.

use ed25519_dalek::{Signer, SigningKey};
use kiennghi_shared::id::{UnitCode, UserName};
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use super::ingest::integer;
use crate::clock::day_of;
use crate::store::{
    Action, AuditEvent, AuditFilter, AuditHead, AuditRow, By, DeviceId, Stamp, StoreError,
};

/// What stands before the first link.
pub(super) const ORIGIN: [u8; 32] = [0; 32];

/// The end of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct End {
    seq: u64,
    at: i64,
    link: [u8; 32],
}

/// Adds a row.
pub(super) fn add(
    connection: &Connection,
    stamp: &Stamp,
    event: &AuditEvent,
) -> Result<(), StoreError> {
    let end = end(connection)?;
    if let Some(end) = end
        && day_of(end.at) != day_of(stamp.at)
    {
        sign(connection, &end)?;
    }
    let seq = end.map_or(1, |end| end.seq + 1);
    let link = link(&end.map_or(ORIGIN, |end| end.link), seq, stamp, event);
    let (via, user, device) = stamp.by.parts();
    connection
        .prepare_cached(
            "INSERT INTO audit (seq, at, via, by_user, by_device, action, subject, unit, detail, link)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            integer(seq),
            stamp.at,
            via,
            user,
            device,
            event.action.name(),
            event.subject,
            unit_text(event),
            event.detail,
            link,
        ])?;
    // Beside the rows, so that the loss of the newest shows as well.
    connection
        .prepare_cached(
            "INSERT INTO meta (key, value) VALUES ('audit_end', ?1)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )?
        .execute([integer(seq)])?;
    Ok(())
}

fn end(connection: &Connection) -> Result<Option<End>, StoreError> {
    let end = connection
        .prepare_cached("SELECT seq, at, link FROM audit ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| {
            Ok(End {
                seq: row.get::<_, i64>(0)?.unsigned_abs(),
                at: row.get(1)?,
                link: row.get(2)?,
            })
        })
        .optional()?;
    Ok(end)
}

/// Signs the end of a day's record.
fn sign(connection: &Connection, end: &End) -> Result<(), StoreError> {
    let seed: [u8; 32] = connection.query_row(
        "SELECT value FROM meta WHERE key = 'receipt_seed'",
        [],
        |row| row.get(0),
    )?;
    let day = day_of(end.at);
    let message = AuditHead::message(&day, end.seq, &end.link);
    let signature = SigningKey::from_bytes(&seed).sign(&message).to_bytes();
    // A clock that was set back ends a day twice: the later end holds.
    connection.execute(
        "INSERT INTO audit_heads (day, seq, link, signature) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (day) DO UPDATE
         SET seq = excluded.seq, link = excluded.link, signature = excluded.signature",
        params![day, integer(end.seq), end.link, signature],
    )?;
    Ok(())
}

/// Signs the end of the record as it is now, for an export.
pub(super) fn sign_now(connection: &Connection) -> Result<(), StoreError> {
    end(connection)?.map_or(Ok(()), |end| sign(connection, &end))
}

fn unit_text(event: &AuditEvent) -> &str {
    event.unit.as_ref().map_or("", |unit| &unit.0)
}

/// A row's link.
pub(super) fn link(before: &[u8; 32], seq: u64, stamp: &Stamp, event: &AuditEvent) -> [u8; 32] {
    let (via, user, device) = stamp.by.parts();
    let mut hasher = Sha256::new();
    hasher.update(before);
    hasher.update(seq.to_be_bytes());
    hasher.update(stamp.at.to_be_bytes());
    hasher.update(device.to_be_bytes());
    let action = event.action.name();
    for text in [
        via,
        user,
        action,
        &event.subject,
        unit_text(event),
        &event.detail,
    ] {
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text);
    }
    hasher.finalize().into()
}

const COLUMNS: &str = "seq, at, via, by_user, by_device, action, subject, unit, detail, link";

fn read(row: &Row<'_>) -> rusqlite::Result<Result<AuditRow, StoreError>> {
    let (via, action): (String, String) = (row.get(2)?, row.get(5)?);
    let device: i64 = row.get(4)?;
    let by = match via.as_str() {
        "server" => Some(By::Server),
        "command" => Some(By::Command),
        "user" => Some(By::User(
            UserName(row.get(3)?),
            (device != 0).then_some(DeviceId(device)),
        )),
        _ => None,
    };
    let seq = row.get::<_, i64>(0)?.unsigned_abs();
    let Some((by, action)) = by.zip(Action::from_name(&action)) else {
        let damage = format!("row {seq} of the record is not understood");
        return Ok(Err(StoreError::Damaged(damage)));
    };
    let unit: String = row.get(7)?;
    Ok(Ok(AuditRow {
        seq,
        stamp: Stamp {
            by,
            at: row.get(1)?,
        },
        event: AuditEvent {
            action,
            subject: row.get(6)?,
            unit: (!unit.is_empty()).then_some(UnitCode(unit)),
            detail: row.get(8)?,
        },
        link: row.get(9)?,
    }))
}

/// One page, the newest first.
pub(super) fn page(
    connection: &Connection,
    filter: &AuditFilter,
) -> Result<Vec<AuditRow>, StoreError> {
    let units = filter.units.as_ref().map(|units| {
        let codes: Vec<&str> = units.iter().map(|unit| unit.0.as_str()).collect();
        serde_json::json!(codes).to_string()
    });
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM audit
         WHERE (?1 IS NULL OR unit IN (SELECT value FROM json_each(?1)))
           AND (?2 IS NULL OR by_user = ?2)
           AND (?3 IS NULL OR action = ?3)
           AND (?4 IS NULL OR seq < ?4)
         ORDER BY seq DESC LIMIT ?5"
    ))?;
    let rows = statement.query_map(
        params![
            units,
            filter.user.as_ref().map(|user| &user.0),
            filter.action.map(Action::name),
            filter.before.map(integer),
            integer(filter.limit),
        ],
        read,
    )?;
    rows.map(|row| row?).collect()
}

/// Shows every row, the oldest first.
pub(super) fn each(
    connection: &Connection,
    mut show: impl FnMut(AuditRow) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM audit ORDER BY seq"))?;
    for row in statement.query_map([], read)? {
        show(row??)?;
    }
    Ok(())
}

/// The signed ends of days, the oldest first.
pub(super) fn heads(connection: &Connection) -> Result<Vec<AuditHead>, StoreError> {
    let mut statement = connection
        .prepare("SELECT day, seq, link, signature FROM audit_heads ORDER BY seq, day")?;
    let heads = statement.query_map([], |row| {
        Ok(AuditHead {
            day: row.get(0)?,
            seq: row.get::<_, i64>(1)?.unsigned_abs(),
            link: row.get(2)?,
            signature: row.get(3)?,
        })
    })?;
    Ok(heads.collect::<Result<_, _>>()?)
}
