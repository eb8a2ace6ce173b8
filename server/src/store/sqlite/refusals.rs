//! What the gate refused: news of it for a while, and evidence for good.

use kiennghi_shared::code::Code;
use kiennghi_shared::id::ChangeHash;
use rusqlite::{Connection, params};

use super::changes::document_id;
use crate::store::{DeviceId, Refusal, RefusedRow, StoreError};

/// Refusals kept for each device, and as many more whose bytes are evidence.
const REFUSALS_MAX: i64 = 200;

pub(super) fn store(
    connection: &Connection,
    device: DeviceId,
    at: i64,
    refusals: &[Refusal],
) -> Result<(), StoreError> {
    if refusals.is_empty() {
        return Ok(());
    }
    let mut insert = connection.prepare_cached(
        "INSERT INTO refusals (device, document, hash, code, at, bytes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (device, hash) DO NOTHING",
    )?;
    for Refusal {
        document,
        hash,
        code,
        bytes,
    } in refusals
    {
        insert.execute(params![
            device.0,
            document.as_bytes(),
            hash.as_bytes(),
            *code as i64,
            at,
            bytes,
        ])?;
    }
    // The newest of what is mere news; of evidence the first, which no later noise can push out.
    connection
        .prepare_cached(
            "DELETE FROM refusals WHERE device = ?1 AND bytes IS NULL AND id <=
                 (SELECT id FROM refusals WHERE device = ?1 AND bytes IS NULL
                  ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute([device.0, REFUSALS_MAX])?;
    connection
        .prepare_cached(
            "DELETE FROM refusals WHERE device = ?1 AND bytes IS NOT NULL AND id >=
                 (SELECT id FROM refusals WHERE device = ?1 AND bytes IS NOT NULL
                  ORDER BY id LIMIT 1 OFFSET ?2)",
        )?
        .execute([device.0, REFUSALS_MAX])?;
    Ok(())
}

/// What was refused and is kept, the oldest first.
pub(super) fn kept(connection: &Connection) -> Result<Vec<RefusedRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT device, document, hash, code, at, bytes FROM refusals ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    let mut refused = Vec::new();
    while let Some(row) = rows.next()? {
        let code: i64 = row.get(3)?;
        let known = Code::ALL.iter().find(|known| **known as i64 == code);
        refused.push(RefusedRow {
            device: DeviceId(row.get(0)?),
            at: row.get(4)?,
            refusal: Refusal {
                document: document_id(&row.get::<_, Vec<u8>>(1)?)?,
                hash: ChangeHash(row.get(2)?),
                code: *known.ok_or_else(|| StoreError::Damaged(format!("code {code}")))?,
                bytes: row.get(5)?,
            },
        });
    }
    Ok(refused)
}
