//! What a store keeps of petitioners: sealed records that can be erased for good.

use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::petitioner::{Person, Sending};

use super::{Stamp, StoreError};

/// What became of a petitioner that was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It is stored, as this version; or was before, just so.
    Stored(u64),
    /// It was erased: nothing is stored for it any more.
    Erased,
    /// Somebody else changed it meanwhile; this is the version now.
    Changed(u64),
    /// It belongs to another petition or unit.
    Foreign,
}

/// A petitioner without the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PetitionerRow {
    /// Its id.
    pub id: DocumentId,
    /// The unit of the petition.
    pub unit: UnitCode,
    /// The petition.
    pub petition: DocumentId,
    /// Which version it is, from 1; 0 before one was handed in.
    pub version: u64,
    /// When it was erased, milliseconds since 1970.
    pub erased_at: Option<i64>,
}

/// That a petitioner was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Erasure {
    /// The petitioner.
    pub petitioner: DocumentId,
    /// When, milliseconds since 1970.
    pub at: i64,
}

/// The part of a store that keeps petitioners. Reading one is recorded before it is shown.
///
/// Every method fails when the store or the keys cannot be read or written.
#[expect(clippy::missing_errors_doc, reason = "said once for all of them")]
pub trait Petitioners {
    /// Seals and stores a petitioner.
    fn put_petitioner(
        &self,
        id: DocumentId,
        sending: &Sending,
        stamp: &Stamp,
    ) -> Result<Put, StoreError>;

    /// A petitioner without the person.
    fn petitioner(&self, id: DocumentId) -> Result<Option<PetitionerRow>, StoreError>;

    /// Records that somebody reads a petitioner, and opens it; `None` when there is nothing to read.
    fn read_petitioner(
        &self,
        id: DocumentId,
        stamp: &Stamp,
    ) -> Result<Option<(PetitionerRow, Person)>, StoreError>;

    /// Erases a petitioner, also one that was never handed in: the key and the sealed bytes go, from the
    /// log too. Of one who was erased before it says when that was.
    fn erase_petitioner(
        &self,
        row: &PetitionerRow,
        reason: &str,
        stamp: &Stamp,
    ) -> Result<Erasure, StoreError>;

    /// All that were erased, also in a database that this one replaced.
    fn petitioner_erasures(&self) -> Result<Vec<Erasure>, StoreError>;

    /// The server's signature of an erasure.
    fn sign_erasure(&self, erasure: &Erasure) -> [u8; 64];
}
