//! What a session keeps between two starts, and what its steps ask to be stored.

use minicbor::{Decode, Encode};

use crate::code::Code;
use crate::document::{Document, DocumentError};
use crate::id::{ActorId, ChangeHash, DocumentId, Epoch};
use crate::order::decode_in_order;
use crate::record::{Edit, Record};
use crate::scope::Scope;
use crate::wire::{DocumentHeader, Held, Seal};

/// What a session keeps between two starts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
pub struct Progress {
    /// What the server gave last.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub cursor: Option<Vec<u8>>,
    /// The epoch that was last offered all that this phone holds.
    #[n(1)]
    pub epoch: Option<Epoch>,
    /// The version of the profile that is kept.
    #[n(2)]
    pub grant: u64,
    /// When the last sync came to its end, by the phone's clock.
    #[n(3)]
    pub synced_at: Option<i64>,
    /// The order number of the next change in the outbox.
    #[n(4)]
    pub next_order: u64,
    /// Documents to fetch whole with the next request.
    #[n(5)]
    pub wanted: Vec<DocumentId>,
    /// All that may be held; none before the server said so.
    #[n(6)]
    pub scope: Option<Scope>,
    /// How far all that is held was offered to a server of a new epoch.
    #[n(7)]
    pub offering: Option<Offering>,
    /// The server's last receipt.
    #[cbor(n(8), with = "minicbor::bytes")]
    pub receipt: Option<Vec<u8>>,
    /// How many documents of the first load are still to come.
    #[n(9)]
    pub left: Option<u64>,
}

/// How far all that a phone holds was offered to a server of a new epoch.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Offering {
    /// The server's epoch.
    #[n(0)]
    pub epoch: Epoch,
    /// The last document that was offered, in the order of their ids.
    #[n(1)]
    pub after: Option<DocumentId>,
    /// Whether all were offered.
    #[n(2)]
    pub done: bool,
}

/// A change that the server has not acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Outgoing {
    /// Its document.
    #[n(0)]
    pub header: DocumentHeader,
    /// Its name.
    #[n(1)]
    pub hash: ChangeHash,
    /// The change chunk, not compressed.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub bytes: Vec<u8>,
    /// When it was made, by the phone's clock.
    #[n(3)]
    pub made_at: i64,
    /// Set on what is brought back to a server that had it once.
    #[n(4)]
    pub brought_back: Option<BroughtBack>,
}

/// Marks a change that is no new work of this phone: the server had it and lacks it now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
pub struct BroughtBack {
    /// The server's word that it had it.
    #[n(0)]
    pub seal: Option<Seal>,
}

/// A document as the phone stores it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct StoredDocument {
    /// Which, of what kind, in what unit.
    #[n(0)]
    pub header: DocumentHeader,
    /// The automerge document.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub saved: Vec<u8>,
    /// Its newest changes.
    #[n(2)]
    pub heads: Option<Vec<ChangeHash>>,
    /// The server's word for what it had of it.
    #[n(3)]
    pub seal: Option<Seal>,
}

impl StoredDocument {
    /// What an offer says of it.
    ///
    /// # Errors
    /// When the document cannot be read.
    pub fn held(&self) -> Result<Held, DocumentError> {
        Ok(match &self.heads {
            Some(heads) => Held::new(self.header.id, heads),
            None => Held::new(self.header.id, &Document::load(&self.saved)?.heads()),
        })
    }
}

/// Work that the server refused: kept where a person can read, copy and send it again.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
pub struct RefusedWork {
    /// The document it was meant for.
    #[n(0)]
    pub header: DocumentHeader,
    /// Why.
    #[n(1)]
    pub code: Code,
    /// The fields as they stood on the phone.
    #[n(2)]
    pub fields: Vec<Edit>,
    /// When the refusal came, by the phone's clock.
    #[n(3)]
    pub refused_at: i64,
}

decode_in_order! { RefusedWork { header, code, fields, refused_at } }

/// The version that a person was looking at while editing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// Its newest changes.
    pub heads: Vec<ChangeHash>,
    /// An actor that was never used before, for the case that there is a newer version by now.
    pub fresh: ActorId,
}

/// A document to store or to remove.
#[derive(Debug, Clone)]
pub struct DocumentWrite {
    /// Which.
    pub id: DocumentId,
    /// Its bytes and fields; none to remove it.
    pub stored: Option<(StoredDocument, Record)>,
}

impl DocumentWrite {
    pub(super) fn of(header: &DocumentHeader, document: &Document, seal: Option<Seal>) -> Self {
        let stored = StoredDocument {
            header: header.clone(),
            saved: document.save(),
            heads: Some(document.heads()),
            seal,
        };
        Self {
            id: header.id,
            stored: Some((stored, document.record(header.kind))),
        }
    }

    pub(super) fn removal(id: DocumentId) -> Self {
        Self { id, stored: None }
    }
}

/// What one step changes, to be stored in one durable transaction.
#[derive(Debug, Clone, Default)]
pub struct Writes {
    /// Documents.
    pub documents: Vec<DocumentWrite>,
    /// Changes to add to the outbox, by order number.
    pub outbox_add: Vec<(u64, Outgoing)>,
    /// Order numbers to remove from the outbox.
    pub outbox_remove: Vec<u64>,
    /// Refused work to add to the list, by order number.
    pub refused_add: Vec<(u64, RefusedWork)>,
    /// The session's new progress.
    pub progress: Progress,
    /// Whether work of the session's actor was dropped, whose numbers it must not use again.
    pub actor_spent: bool,
}

impl Writes {
    pub(super) fn enqueue(&mut self, outgoing: Outgoing) {
        let order = self.next_order();
        self.outbox_add.push((order, outgoing));
    }

    /// Asks for a document as a whole with the next request.
    pub(super) fn wish(&mut self, id: DocumentId) {
        if !self.progress.wanted.contains(&id) {
            self.progress.wanted.push(id);
        }
    }

    pub(super) fn set_aside(&mut self, work: RefusedWork) {
        let order = self.next_order();
        self.refused_add.push((order, work));
    }

    fn next_order(&mut self) -> u64 {
        self.progress.next_order += 1;
        self.progress.next_order - 1
    }
}
