//! Pulling: taking what the server sent, chunk by chunk.

use std::collections::{HashMap, HashSet};

use super::{DocumentWrite, Session, StoredDocument, Writes};
use crate::document::{Document, DocumentError};
use crate::id::{ActorId, ChangeHash, DocumentId};
use crate::wire::{Chunk, DocumentChanges, DocumentHeader, Reply, Seal};

impl Session {
    /// The documents whose stored form [`Session::take_chunk`] needs.
    #[must_use]
    pub fn documents_of_chunk(chunk: &Chunk) -> Vec<DocumentId> {
        chunk
            .documents
            .iter()
            .map(|document| document.header.id)
            .collect()
    }

    /// Takes what the server sent up to one cursor. A document that cannot be read or merged is
    /// fetched whole with the next request; what is stored of it stays. When the chunk says anew
    /// what may be seen, `held` are the headers of all documents that are stored: those beyond it
    /// go, as soon as their work has arrived. Those that stayed for that, and may be seen again by
    /// now, are fetched whole: the cursor went past what others did to them.
    #[must_use]
    pub fn take_chunk(
        &self,
        chunk: &Chunk,
        stored: &HashMap<DocumentId, StoredDocument>,
        held: &[DocumentHeader],
    ) -> Writes {
        let mut writes = self.writes();
        let mut returned = Vec::new();
        if let Some(scope) = &chunk.scope {
            let beyond = |header: &&DocumentHeader| !scope.reads(header.kind, &header.unit);
            let purged = held.iter().filter(beyond).map(|header| header.id);
            self.purge(purged, &mut writes);
            if let Some(before) = &self.progress.scope {
                let reads = |header: &&DocumentHeader| {
                    let (kind, unit) = (header.kind, &header.unit);
                    scope.reads(kind, unit) && !before.reads(kind, unit)
                };
                returned.extend(held.iter().filter(reads).map(|header| header.id));
            }
            writes.progress.scope = Some(scope.clone());
        }
        // One that was asked for by name may come whole, and then again with what is new.
        let named: HashSet<DocumentId> = self.progress.wanted.iter().copied().collect();
        let mut merged: HashMap<DocumentId, StoredDocument> = HashMap::new();
        for incoming in &chunk.documents {
            let id = incoming.header.id;
            match self.merge(incoming, merged.get(&id).or(stored.get(&id))) {
                Ok(write) => {
                    writes.progress.wanted.retain(|wanted| *wanted != id);
                    let so_far = write.stored.as_ref().filter(|_| named.contains(&id));
                    merged.extend(so_far.map(|(document, _)| (id, document.clone())));
                    writes.documents.push(write);
                }
                Err(_) => writes.wish(id),
            }
        }
        for id in returned {
            writes.wish(id);
        }
        self.purge(chunk.leave.iter().copied(), &mut writes);
        writes
            .progress
            .wanted
            .retain(|id| !chunk.leave.contains(id));
        if let Some(cursor) = &chunk.cursor {
            writes.progress.cursor = Some(cursor.cursor.clone());
            writes.progress.left = (cursor.left > 0).then_some(cursor.left);
        }
        writes
    }

    /// Removes documents without unsent work. Those with some stay until it has arrived or was
    /// refused.
    fn purge(&self, ids: impl Iterator<Item = DocumentId>, writes: &mut Writes) {
        let unsent = self.unsent();
        let gone = ids.filter(|id| !unsent.contains(id));
        writes.documents.extend(gone.map(DocumentWrite::removal));
    }

    fn merge(
        &self,
        incoming: &DocumentChanges,
        stored: Option<&StoredDocument>,
    ) -> Result<DocumentWrite, DocumentError> {
        let mut document = match (&incoming.snapshot, stored) {
            (Some(snapshot), _) => Document::load(snapshot)?,
            (None, Some(stored)) => Document::load(&stored.saved)?,
            (None, None) => Document::new(ActorId([0; 16])),
        };
        if let (Some(_), Some(stored)) = (&incoming.snapshot, stored) {
            let held = Document::load(&stored.saved)?.raw_changes();
            document.apply(held.iter().map(Vec::as_slice))?;
        }
        document.apply(incoming.changes.iter().map(Vec::as_slice))?;
        let seal = match &incoming.seal {
            Some(seal) => Some(Seal {
                tag: seal.tag,
                heads: self.heads_at_server(&document, incoming.header.id),
            }),
            None => stored.and_then(|stored| stored.seal.clone()),
        };
        Ok(DocumentWrite::of(&incoming.header, &document, seal))
    }

    /// The newest changes of a document beside those that were not sent yet: what the server has.
    fn heads_at_server(&self, document: &Document, id: DocumentId) -> Vec<ChangeHash> {
        let waiting = self.outbox.values().filter(|o| o.header.id == id);
        let unsent: HashSet<_> = waiting.map(|outgoing| outgoing.hash).collect();
        document.heads_beside(&unsent)
    }

    /// Ends a round of sync whose reply came whole.
    #[must_use]
    pub fn finish(&self, reply: &Reply, now_ms: i64) -> Writes {
        let mut writes = self.writes();
        if let Some(receipt) = &reply.receipt {
            writes.progress.receipt = Some(receipt.clone());
        }
        if self.follow_epoch(&reply.welcome, &mut writes) {
            writes.progress.synced_at = Some(now_ms);
        }
        writes
    }

    /// Asks for a document as a whole with the next request.
    #[must_use]
    pub fn want(&self, id: DocumentId) -> Writes {
        let mut writes = self.writes();
        writes.wish(id);
        writes
    }
}
