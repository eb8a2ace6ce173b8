//! The store's lives, and the receipts that a phone can hold it to.

use std::sync::{Mutex, PoisonError, RwLock};

use ed25519_dalek::{Signer, SigningKey};
use kiennghi_shared::id::{Epoch, PublicKey, Signature};
use kiennghi_shared::receipt::Receipt;
use rusqlite::{Connection, OptionalExtension, params};

use super::chain::Chain;
use super::ingest::integer;
use crate::store::{EpochRow, StoreError};

/// The epoch of now, and the key that signs for it.
#[derive(Debug)]
pub(super) struct Present {
    epoch: RwLock<Epoch>,
    key: SigningKey,
    /// The last receipt: one signature serves everybody until the next commit.
    receipt: Mutex<Option<Receipt>>,
}

impl Present {
    /// The epoch that a store stands in, and its signing key's seed.
    pub(super) fn new(epoch: Epoch, seed: [u8; 32]) -> Self {
        Self {
            epoch: RwLock::new(epoch),
            key: SigningKey::from_bytes(&seed),
            receipt: Mutex::new(None),
        }
    }

    pub(super) fn epoch(&self) -> Epoch {
        *self.epoch.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// To be called once the epoch is on the disk. Another one may be known here already, which began
    /// after it.
    pub(super) fn set_epoch(&self, instead_of: Epoch, epoch: Epoch) {
        let mut known = self.epoch.write().unwrap_or_else(PoisonError::into_inner);
        if *known == instead_of {
            *known = epoch;
        }
    }

    /// The key that signs.
    pub(super) fn key(&self) -> &SigningKey {
        &self.key
    }

    pub(super) fn public_key(&self) -> PublicKey {
        PublicKey(self.key.verifying_key().to_bytes())
    }

    /// Signs for the end of a chain that is on the disk.
    pub(super) fn receipt(&self, end: Chain) -> Receipt {
        let epoch = self.epoch();
        let mut last = self.receipt.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(receipt) = last.as_ref()
            && (receipt.epoch, receipt.seq, receipt.chain) == (epoch, end.seq, end.link)
        {
            return receipt.clone();
        }
        let signed = Receipt::signed_bytes(&epoch, end.seq, &end.link);
        let receipt = Receipt {
            epoch,
            seq: end.seq,
            chain: end.link,
            signature: Signature(self.key.sign(&signed).to_bytes()),
        };
        *last = Some(receipt.clone());
        receipt
    }
}

/// The public half of the key that this seed makes.
pub(super) fn public_key(seed: [u8; 32]) -> PublicKey {
    PublicKey(SigningKey::from_bytes(&seed).verifying_key().to_bytes())
}

/// The epoch of now; none in a database that is being made.
pub(super) fn latest(connection: &Connection) -> Result<Option<Epoch>, StoreError> {
    let epoch = connection
        .query_row(
            "SELECT epoch FROM epochs ORDER BY number DESC LIMIT 1",
            [],
            |row| row.get(0),
        )
        .optional()?;
    Ok(epoch.map(Epoch))
}

/// All epochs, the oldest first.
pub(super) fn all(connection: &Connection) -> Result<Vec<EpochRow>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT epoch, after_seq, began_at, why FROM epochs ORDER BY number")?;
    let rows = statement.query_map([], |row| {
        Ok(EpochRow {
            epoch: Epoch(row.get(0)?),
            after_seq: row.get::<_, i64>(1)?.unsigned_abs(),
            began_at: row.get(2)?,
            why: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Begins an epoch with a new random value.
pub(super) fn begin(
    connection: &Connection,
    after_seq: u64,
    why: &str,
    at: i64,
) -> Result<Epoch, StoreError> {
    let mut epoch = [0; 8];
    getrandom::fill(&mut epoch).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    connection.execute(
        "INSERT INTO epochs (epoch, after_seq, began_at, why) VALUES (?1, ?2, ?3, ?4)",
        params![epoch, integer(after_seq), at, why],
    )?;
    Ok(Epoch(epoch))
}
