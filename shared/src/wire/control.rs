//! The control messages: CBOR arrays whose items stand in the order of their numbers.

use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};

use super::frame::WireError;
use crate::code::Code;
use crate::id::{ChangeHash, DocumentId, Epoch, UnitCode};
use crate::limits::{CHANGE_DEPS_MAX, PROTOCOL};
use crate::order::decode_in_order;
use crate::schema::Kind;

/// Which documents the caller keeps.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Hold {
    /// All that it may see.
    #[n(0)]
    Scope,
    /// Only these.
    #[n(1)]
    Asked(#[n(0)] Vec<DocumentId>),
}

/// Opens a request.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Hello {
    /// Protocol version, [`PROTOCOL`](crate::limits::PROTOCOL).
    #[n(0)]
    pub protocol: u16,
    /// The cursor of the last reply; none on a new phone.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub cursor: Option<Vec<u8>>,
    /// Which documents the caller keeps.
    #[n(2)]
    pub hold: Hold,
    /// Documents wanted whole, whatever the cursor says.
    #[n(3)]
    pub fetch: Vec<DocumentId>,
    /// The caller's clock, milliseconds since 1970: a claim.
    #[n(4)]
    pub clock: i64,
    /// The epoch of the server that was last offered all that the caller holds; none on a new phone.
    #[n(5)]
    pub epoch: Option<Epoch>,
}

impl Hello {
    /// The greeting of a caller that has nothing yet.
    #[must_use]
    pub fn new(hold: Hold, clock: i64) -> Self {
        Self {
            protocol: PROTOCOL,
            cursor: None,
            hold,
            fetch: Vec::new(),
            clock,
            epoch: None,
        }
    }
}

/// Names the document that the following frames belong to.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
pub struct DocumentHeader {
    /// The document.
    #[n(0)]
    pub id: DocumentId,
    /// Its kind.
    #[n(1)]
    pub kind: Kind,
    /// Its unit.
    #[n(2)]
    pub unit: UnitCode,
}

decode_in_order! {
    DocumentHeader { id, kind, unit }
}

/// Opens a reply.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Welcome {
    /// The server's epoch.
    #[n(0)]
    pub epoch: Epoch,
    /// The server's clock, milliseconds since 1970.
    #[n(1)]
    pub clock: i64,
    /// The version of the caller's profile: fetch it anew when it changed.
    #[n(2)]
    pub grant: u64,
    /// Asks the caller to offer all that it holds, before it is given anything: the server came back
    /// from a backup, or has lost what it had.
    #[n(3)]
    pub offer: bool,
    /// The version of what there is to tell voters in the caller's units: fetch it anew when it changed. None
    /// where there is nothing to tell.
    #[n(4)]
    pub results: Option<u64>,
}

/// A document that a caller holds.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Held {
    /// The document.
    #[n(0)]
    pub id: DocumentId,
    /// The first eight bytes of each of its newest changes, one after the other.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub heads: Vec<u8>,
}

impl Held {
    /// Names a document with these newest changes.
    #[must_use]
    pub fn new(id: DocumentId, heads: &[ChangeHash]) -> Self {
        let heads = heads.iter().flat_map(|hash| hash.0[..8].to_vec()).collect();
        Self { id, heads }
    }
}

/// Which of the offered documents the server lacks something of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
pub struct Want {
    /// The documents.
    #[n(0)]
    pub documents: Vec<DocumentId>,
}

/// The server's word that it held a document up to these changes. Whoever shows it brings back what
/// the server has lost, whoever wrote it. On the wire: the tag, then 32 bytes a head; a reply leaves
/// the heads out, since they are those of the document that it brings.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Seal {
    /// A code that only the server can make.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub tag: [u8; 16],
    /// The newest changes at that time, in the order of their bytes.
    #[n(1)]
    pub heads: Vec<ChangeHash>,
}

impl Seal {
    /// The frame's payload.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let heads = self.heads.iter().flat_map(|hash| hash.0);
        self.tag.into_iter().chain(heads).collect()
    }

    /// Reads a frame's payload.
    ///
    /// # Errors
    /// When the length is no seal's, or there are more heads than a change may depend on.
    pub fn decode(payload: &[u8]) -> Result<Self, WireError> {
        let malformed = WireError::Malformed("seal");
        let (tag, heads) = payload.split_first_chunk().ok_or(malformed.clone())?;
        let (heads, []) = heads.as_chunks() else {
            return Err(malformed);
        };
        if heads.len() > CHANGE_DEPS_MAX {
            return Err(WireError::TooLarge("seal"));
        }
        let heads = heads.iter().copied().map(ChangeHash).collect();
        Ok(Self { tag: *tag, heads })
    }
}

/// What became of one change.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Verdict {
    /// Stored, on disk.
    #[n(0)]
    Ok,
    /// Stored before, on disk.
    #[n(1)]
    Duplicate,
    /// These changes it depends on are not here: send them along.
    #[n(2)]
    Missing(#[n(0)] Vec<ChangeHash>),
    /// Refused for good.
    #[n(3)]
    Refused(#[n(0)] Code),
}

impl Verdict {
    /// Whether the change is stored on the server's disk.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        matches!(self, Verdict::Ok | Verdict::Duplicate)
    }
}

/// The verdicts, in the order of the request's changes.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Acks {
    /// First eight bytes of the SHA-256 over the request's change hashes in order: says that the
    /// verdicts belong to this very request.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub digest: Vec<u8>,
    /// One verdict a change.
    #[n(1)]
    pub verdicts: Vec<Verdict>,
}

/// The digest that ties verdicts to a request: see [`Acks::digest`].
#[must_use]
pub fn push_digest(hashes: impl IntoIterator<Item = ChangeHash>) -> [u8; 8] {
    let mut sha = Sha256::new();
    hashes.into_iter().for_each(|hash| sha.update(hash.0));
    let mut digest = [0; 8];
    digest.copy_from_slice(&sha.finalize()[..8]);
    digest
}

/// Documents to purge: they are gone, or were asked for by name and are not the caller's to have.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Leave {
    /// The documents.
    #[n(0)]
    pub documents: Vec<DocumentId>,
}

/// Closes a chunk: all before it belongs to this cursor.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct CursorFrame {
    /// What to send next time.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub cursor: Vec<u8>,
    /// Whether there is more to fetch at once.
    #[n(1)]
    pub more: bool,
    /// How many documents of a first load are still to come.
    #[n(2)]
    pub left: u64,
}
