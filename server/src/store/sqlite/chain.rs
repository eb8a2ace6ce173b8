//! The hash chain over everything that got a sequence number. A link is
//!
//! ```text
//! SHA-256(the link before ‖ kind of entry ‖ seq ‖ the entry's own fields)
//! ```
//!
//! with numbers as eight bytes, the highest first, and 32 zero bytes before the first link.
//!
//! | entry | kind, 1 byte | fields |
//! |---|---|---|
//! | change | 1 | document (16), change hash (32), device (8), received at (8), user (the rest) |
//! | tombstone | 2 | document (16), document kind (1), at (8), length of unit (8), unit, why (the rest) |
//!
//! A change's bytes are covered by its hash, so that a change whose bytes were erased keeps its
//! link.

use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use super::ingest::integer;
use crate::store::StoreError;

/// The hash that stands for everything up to a sequence number.
pub(super) type Link = [u8; 32];

/// What stands before the first link.
pub(super) const ORIGIN: Link = [0; 32];

/// What gets a sequence number.
#[derive(Debug)]
pub(super) enum Entry<'a> {
    /// A row of `changes`.
    Change {
        document: &'a [u8],
        hash: &'a [u8],
        device: i64,
        received_at: i64,
        user: &'a str,
    },
    /// A row of `tombstones`.
    Tombstone {
        document: &'a [u8],
        kind: u8,
        at: i64,
        unit: &'a str,
        why: &'a str,
    },
}

/// The end of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chain {
    /// The last sequence number; 0 when there is none.
    pub(super) seq: u64,
    /// Its link.
    pub(super) link: Link,
}

impl Chain {
    /// A chain without entries.
    pub(super) const EMPTY: Chain = Chain {
        seq: 0,
        link: ORIGIN,
    };

    /// Where the stored chain ends.
    pub(super) fn end(connection: &Connection) -> Result<Self, StoreError> {
        let end = connection
            .prepare_cached("SELECT seq, link FROM chain ORDER BY seq DESC LIMIT 1")?
            .query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))
            .optional()?;
        Ok(end.map_or(Self::EMPTY, |(seq, link)| Chain {
            seq: seq.unsigned_abs(),
            link,
        }))
    }

    /// Gives the entry the next sequence number, stores its link and returns the number.
    pub(super) fn append(
        &mut self,
        connection: &Connection,
        entry: &Entry<'_>,
    ) -> Result<u64, StoreError> {
        self.advance(entry);
        connection
            .prepare_cached("INSERT INTO chain (seq, link) VALUES (?1, ?2)")?
            .execute(params![integer(self.seq), self.link])?;
        Ok(self.seq)
    }

    /// Steps to the next sequence number, that of the entry.
    pub(super) fn advance(&mut self, entry: &Entry<'_>) {
        self.seq += 1;
        let mut hasher = Sha256::new();
        hasher.update(self.link);
        entry.digest(self.seq, &mut hasher);
        self.link = hasher.finalize().into();
    }
}

impl Entry<'_> {
    fn digest(&self, seq: u64, hasher: &mut Sha256) {
        match self {
            Entry::Change {
                document,
                hash,
                device,
                received_at,
                user,
            } => {
                hasher.update([1]);
                hasher.update(seq.to_be_bytes());
                hasher.update(document);
                hasher.update(hash);
                hasher.update(device.to_be_bytes());
                hasher.update(received_at.to_be_bytes());
                hasher.update(user);
            }
            Entry::Tombstone {
                document,
                kind,
                at,
                unit,
                why,
            } => {
                hasher.update([2]);
                hasher.update(seq.to_be_bytes());
                hasher.update(document);
                hasher.update([*kind]);
                hasher.update(at.to_be_bytes());
                hasher.update((unit.len() as u64).to_be_bytes());
                hasher.update(unit);
                hasher.update(why);
            }
        }
    }
}

/// The last sequence number.
pub(super) fn last_seq(connection: &Connection) -> Result<u64, StoreError> {
    let seq: i64 = connection
        .prepare_cached("SELECT coalesce(max(seq), 0) FROM chain")?
        .query_row([], |row| row.get(0))?;
    Ok(seq.unsigned_abs())
}

/// The link of a sequence number; none when it was never given.
pub(super) fn link_at(connection: &Connection, seq: u64) -> Result<Option<Link>, StoreError> {
    if seq == 0 {
        return Ok(Some(ORIGIN));
    }
    let link = connection
        .prepare_cached("SELECT link FROM chain WHERE seq = ?1")?
        .query_row([integer(seq)], |row| row.get(0))
        .optional()?;
    Ok(link)
}

/// The columns of a change's row that its [`Entry`] is made of, in the order of [`change_entry`].
pub(super) const CHANGE_COLUMNS: &str = "documents.id, changes.hash, changes.device,
     changes.received_at, changes.user";

/// Reads the entry of a change from its columns, the first of which is `first`.
pub(super) fn change_entry<'r>(row: &'r Row<'_>, first: usize) -> rusqlite::Result<Entry<'r>> {
    Ok(Entry::Change {
        document: row.get_ref(first)?.as_blob()?,
        hash: row.get_ref(first + 1)?.as_blob()?,
        device: row.get(first + 2)?,
        received_at: row.get(first + 3)?,
        user: row.get_ref(first + 4)?.as_str()?,
    })
}

/// Makes the links of changes that were stored before there was a chain.
pub(super) fn backfill(connection: &Connection) -> rusqlite::Result<()> {
    let mut changes = connection.prepare(&format!(
        "SELECT changes.seq, {CHANGE_COLUMNS} FROM changes
         LEFT JOIN documents ON documents.number = changes.document ORDER BY changes.seq"
    ))?;
    let mut insert = connection.prepare("INSERT INTO chain (seq, link) VALUES (?1, ?2)")?;
    let mut chain = Chain::EMPTY;
    let mut rows = changes.query([])?;
    while let Some(row) = rows.next()? {
        chain.advance(&change_entry(row, 1)?);
        insert.execute(params![row.get::<_, i64>(0)?, chain.link])?;
    }
    Ok(())
}
