//! [`Petitioners`] on SQLite: sealed rows here, their keys in a database of their own.

use ed25519_dalek::Signer;
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::petitioner::{ErasureReceipt, Person, Sending};
use rusqlite::{Connection, params};

use super::changes::document_id;
use super::ingest::integer;
use super::{SqliteStore, audit, connection};
use crate::store::{
    Action, AuditEvent, Erasure, PetitionerRow, Petitioners, Put, Stamp, StoreError,
};

impl Petitioners for SqliteStore {
    fn put_petitioner(
        &self,
        id: DocumentId,
        sending: &Sending,
        stamp: &Stamp,
    ) -> Result<Put, StoreError> {
        let found = self.petitioner(id)?;
        if let Some(row) = &found {
            if row.erased_at.is_some() {
                return Ok(Put::Erased);
            }
            if (&row.unit, row.petition) != (&sending.unit, sending.petition) {
                return Ok(Put::Foreign);
            }
        }
        let before = found.map_or(0, |row| row.version);
        if before != sending.follows {
            // What is sent again after its answer was lost is stored already.
            let same = self
                .unseal(id)?
                .is_some_and(|(_, person)| person == sending.person);
            return Ok(if same {
                Put::Stored(before)
            } else {
                Put::Changed(before)
            });
        }
        let plain = minicbor::to_vec(&sending.person)
            .map_err(|error| StoreError::Database(error.to_string()))?;
        let version = before + 1;
        let Some(sealed) = self.keys.seal(id, version, &plain)? else {
            return Ok(Put::Erased);
        };
        let (unit, petition, stamp) = (sending.unit.clone(), sending.petition, stamp.clone());
        let stored = self.writer.write(move |connection| {
            let row = Sealed {
                id,
                unit: &unit,
                petition,
                version,
                bytes: &sealed,
            };
            write(connection, &row, &stamp)
        })?;
        if stored {
            Ok(Put::Stored(version))
        } else {
            // Somebody was quicker: the next try is judged against that.
            Err(StoreError::Stale)
        }
    }

    fn petitioner(&self, id: DocumentId) -> Result<Option<PetitionerRow>, StoreError> {
        let found = self.readers.view(|view| read(view, id))?;
        Ok(found.map(|(row, _)| row))
    }

    fn read_petitioner(
        &self,
        id: DocumentId,
        stamp: &Stamp,
    ) -> Result<Option<(PetitionerRow, Person)>, StoreError> {
        let Some((row, person)) = self.unseal(id)? else {
            return Ok(None);
        };
        let event = AuditEvent::new(Action::ReadPetitioner, id)
            .in_unit(&row.unit)
            .with(row.petition.to_string());
        let stamp = stamp.clone();
        self.writer
            .write(move |connection| audit::add(connection, &stamp, &event))?;
        Ok(Some((row, person)))
    }

    fn erase_petitioner(
        &self,
        row: &PetitionerRow,
        reason: &str,
        stamp: &Stamp,
    ) -> Result<Erasure, StoreError> {
        // The key first: whatever happens in between, nothing opens any more, and erasing again ends it.
        let erasure = Erasure {
            petitioner: row.id,
            at: row.erased_at.unwrap_or(stamp.at),
        };
        let erasure = self.keys.erase_one(erasure)?;
        let (row, reason, stamp) = (row.clone(), reason.to_owned(), stamp.clone());
        self.writer
            .write(move |connection| erase(connection, &row, erasure.at, &reason, &stamp))?;
        if let Err(error) = connection::empty_log(&self.options) {
            tracing::warn!(%error, "what was erased stays sealed in the log until it is emptied");
        }
        Ok(erasure)
    }

    fn petitioner_erasures(&self) -> Result<Vec<Erasure>, StoreError> {
        self.keys.erasures()
    }

    fn sign_erasure(&self, erasure: &Erasure) -> [u8; 64] {
        let signed = ErasureReceipt::signed_bytes(&erasure.petitioner, erasure.at);
        self.present.key().sign(&signed).to_bytes()
    }
}

impl SqliteStore {
    fn unseal(&self, id: DocumentId) -> Result<Option<(PetitionerRow, Person)>, StoreError> {
        let found = self.readers.view(|view| read(view, id))?;
        let Some((row, sealed)) = found.filter(|(row, _)| row.erased_at.is_none()) else {
            return Ok(None);
        };
        let Some(plain) = self.keys.open(id, row.version, &sealed)? else {
            return Ok(None);
        };
        let person = minicbor::decode(&plain)
            .map_err(|_| StoreError::Damaged(format!("petitioner {id} is not understood")))?;
        Ok(Some((row, person)))
    }
}

struct Sealed<'a> {
    id: DocumentId,
    unit: &'a UnitCode,
    petition: DocumentId,
    version: u64,
    bytes: &'a [u8],
}

/// Writes a version; `false` when it does not follow the stored one.
fn write(connection: &Connection, row: &Sealed<'_>, stamp: &Stamp) -> Result<bool, StoreError> {
    let written = connection.execute(
        "INSERT INTO petitioners (id, unit, petition, version, sealed, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id) DO UPDATE
         SET version = excluded.version, sealed = excluded.sealed, updated_at = excluded.updated_at
         WHERE version = excluded.version - 1 AND erased_at IS NULL",
        params![
            row.id.as_bytes(),
            row.unit.0,
            row.petition.as_bytes(),
            integer(row.version),
            row.bytes,
            stamp.at,
        ],
    )?;
    if written == 1 {
        let event = AuditEvent::new(Action::WritePetitioner, row.id)
            .in_unit(row.unit)
            .with(row.petition.to_string());
        audit::add(connection, stamp, &event)?;
    }
    Ok(written == 1)
}

fn read(
    connection: &Connection,
    id: DocumentId,
) -> Result<Option<(PetitionerRow, Vec<u8>)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT unit, petition, version, sealed, erased_at FROM petitioners WHERE id = ?1",
    )?;
    let mut rows = statement.query([id.as_bytes()])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let petitioner = PetitionerRow {
        id,
        unit: UnitCode(row.get(0)?),
        petition: document_id(&row.get::<_, Vec<u8>>(1)?)?,
        version: row.get::<_, i64>(2)?.unsigned_abs(),
        erased_at: row.get(4)?,
    };
    Ok(Some((petitioner, row.get(3)?)))
}

fn erase(
    connection: &Connection,
    row: &PetitionerRow,
    at: i64,
    reason: &str,
    stamp: &Stamp,
) -> Result<(), StoreError> {
    let erased = connection.execute(
        "INSERT INTO petitioners (id, unit, petition, version, sealed, updated_at, erased_at)
         VALUES (?1, ?2, ?3, ?4, x'', ?5, ?5)
         ON CONFLICT (id) DO UPDATE SET sealed = x'', erased_at = ?5 WHERE erased_at IS NULL",
        params![
            row.id.as_bytes(),
            row.unit.0,
            row.petition.as_bytes(),
            integer(row.version),
            at,
        ],
    )?;
    if erased == 1 {
        let event = AuditEvent::new(Action::ErasePetitioner, row.id)
            .in_unit(&row.unit)
            .with(reason);
        audit::add(connection, stamp, &event)?;
    }
    Ok(())
}

/// All whose rows were emptied.
pub(super) fn erasures(connection: &Connection) -> Result<Vec<Erasure>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT id, erased_at FROM petitioners WHERE erased_at IS NOT NULL ORDER BY erased_at",
    )?;
    let erasures = statement.query_map([], |row| {
        Ok(Erasure {
            petitioner: DocumentId(row.get(0)?),
            at: row.get(1)?,
        })
    })?;
    Ok(erasures.collect::<Result<_, _>>()?)
}

/// Takes out of a restored database whom others know to be erased.
pub(super) fn erase_again(connection: &Connection, known: &[Erasure]) -> Result<(), StoreError> {
    for erasure in known {
        connection.execute(
            "UPDATE petitioners SET sealed = x'', erased_at = ?2 WHERE id = ?1 AND erased_at IS NULL",
            params![erasure.petitioner.as_bytes(), erasure.at],
        )?;
    }
    Ok(())
}
