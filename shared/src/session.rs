//! The phone's side of sync as a state machine without IO: the browser, the command-line phone
//! and the simulator all drive this one.
//!
//! Every step that changes something gives [`Writes`]. The driver stores them in one durable
//! transaction and then hands them back to [`Session::committed`]; until then the session has not
//! moved. If storing fails it calls [`Session::abandon`], which takes a fresh actor, since nobody
//! can know whether the lost change reached the disk.
//!
//! One step at a time: the driver keeps edits and replies from overlapping, but not edits and the
//! network, so people go on writing while a request is under way.

use std::collections::{BTreeMap, HashMap, HashSet};

use minicbor::{Decode, Encode};

use crate::code::Code;
use crate::document::{Document, DocumentError, EditError};
use crate::id::{ActorId, ChangeHash, DocumentId, Epoch, UserName};
use crate::limits::{ASKED_DOCUMENTS_MAX, PROTOCOL, PUSH_BYTES_TARGET, REQUEST_CHANGES_MAX};
use crate::record::{Edit, Record};
use crate::wire::{
    Acks, Chunk, DocumentChanges, DocumentHeader, Hello, Hold, Reply, Request, Verdict, push_digest,
};

/// What a session keeps between two starts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
pub struct Progress {
    /// What the server gave last.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub cursor: Option<Vec<u8>>,
    /// The server's epoch.
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
}

/// Work that the server refused: kept where a person can read, copy and send it again.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
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
}

/// Where a document stands, derived from the outbox alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Delivery {
    /// Đã lưu trên máy.
    #[n(0)]
    Saved,
    /// Đang gửi.
    #[n(1)]
    Sending,
    /// Cơ quan đã nhận.
    #[n(2)]
    Received,
}

/// A request that was made, and what it carried.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The request.
    pub request: Request,
    /// The order numbers of its changes, in the order of its verdicts.
    pub orders: Vec<u64>,
    hashes: Vec<ChangeHash>,
}

/// Why a step was not possible.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// An edit does not fit.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// A stored document cannot be read.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The reply's verdicts belong to another request.
    #[error("verdicts of another request")]
    ForeignAcks,
}

/// A user's session on one device.
#[derive(Debug)]
pub struct Session {
    user: UserName,
    actor: ActorId,
    progress: Progress,
    outbox: BTreeMap<u64, Outgoing>,
    under_way: HashSet<u64>,
}

impl Session {
    /// Opens a session with what the store kept, and an actor that was never used before.
    #[must_use]
    pub fn open(
        user: UserName,
        actor: ActorId,
        progress: Progress,
        outbox: impl IntoIterator<Item = (u64, Outgoing)>,
    ) -> Self {
        let outbox = outbox.into_iter().collect();
        Self {
            user,
            actor,
            progress,
            outbox,
            under_way: HashSet::new(),
        }
    }

    /// The user whose name the changes carry.
    #[must_use]
    pub fn user(&self) -> &UserName {
        &self.user
    }

    /// What is kept between two starts.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The changes that the server has not acknowledged, by order number.
    #[must_use]
    pub fn outbox(&self) -> &BTreeMap<u64, Outgoing> {
        &self.outbox
    }

    /// Where a document stands.
    #[must_use]
    pub fn delivery(&self, id: DocumentId) -> Delivery {
        let mut delivery = Delivery::Received;
        for (order, outgoing) in &self.outbox {
            if outgoing.header.id == id {
                if !self.under_way.contains(order) {
                    return Delivery::Saved;
                }
                delivery = Delivery::Sending;
            }
        }
        delivery
    }

    /// Makes or changes a document; `None` when nothing was different. `base` is the version that the
    /// person was looking at, where that may not be the stored one.
    ///
    /// # Errors
    /// When an edit does not fit, or the stored document cannot be read.
    pub fn edit(
        &self,
        header: &DocumentHeader,
        stored: Option<&StoredDocument>,
        base: Option<&Base>,
        edits: &[Edit],
        now_ms: i64,
    ) -> Result<Option<Writes>, SessionError> {
        let mut document = match stored {
            Some(stored) => Document::load(&stored.saved)?,
            None => Document::new(self.actor),
        };
        document.set_actor(self.actor);
        let (kind, user) = (header.kind, &self.user);
        let change = match base {
            Some(Base { heads, fresh }) => {
                document.edit_at(heads, *fresh, kind, edits, user, now_ms)?
            }
            None => document.edit(kind, edits, user, now_ms)?,
        };
        let Some(change) = change else {
            return Ok(None);
        };
        let mut writes = self.writes();
        let outgoing = Outgoing {
            header: header.clone(),
            hash: change.hash,
            bytes: change.bytes,
            made_at: now_ms,
        };
        writes
            .outbox_add
            .push((writes.progress.next_order, outgoing));
        writes.progress.next_order += 1;
        writes.documents.push(document_write(header, &document));
        Ok(Some(writes))
    }

    /// Makes the next request: what is in the outbox, as far as one request takes, and the pull.
    #[must_use]
    pub fn request(&mut self, hold: Hold, now_ms: i64) -> Attempt {
        let mut push: Vec<DocumentChanges> = Vec::new();
        let mut places: HashMap<DocumentId, usize> = HashMap::new();
        let mut chosen: Vec<Vec<(u64, ChangeHash)>> = Vec::new();
        let mut bytes = 0;
        for (order, outgoing) in self.outbox.iter().take(REQUEST_CHANGES_MAX) {
            bytes += outgoing.bytes.len();
            if bytes > PUSH_BYTES_TARGET && !push.is_empty() {
                break;
            }
            let place = *places.entry(outgoing.header.id).or_insert_with(|| {
                let header = outgoing.header.clone();
                push.push(DocumentChanges {
                    header,
                    snapshot: None,
                    changes: Vec::new(),
                });
                chosen.push(Vec::new());
                push.len() - 1
            });
            push[place].changes.push(outgoing.bytes.clone());
            chosen[place].push((*order, outgoing.hash));
        }
        let (orders, hashes): (Vec<u64>, Vec<ChangeHash>) = chosen.into_iter().flatten().unzip();
        self.under_way = orders.iter().copied().collect();
        let hello = Hello {
            protocol: PROTOCOL,
            cursor: self.progress.cursor.clone(),
            hold,
            fetch: self
                .progress
                .wanted
                .iter()
                .take(ASKED_DOCUMENTS_MAX)
                .copied()
                .collect(),
            clock: now_ms,
        };
        Attempt {
            request: Request { hello, push },
            orders,
            hashes,
        }
    }

    /// Says that the request came to nothing: what it carried waits again.
    pub fn give_up(&mut self) {
        self.under_way.clear();
    }

    /// The documents whose stored form [`Session::take_acks`] needs.
    #[must_use]
    pub fn documents_of_acks(&self, attempt: &Attempt, acks: &Acks) -> Vec<DocumentId> {
        let mut ids: Vec<_> = attempt
            .orders
            .iter()
            .zip(&acks.verdicts)
            .filter(|(_, verdict)| !verdict.is_stored())
            .filter_map(|(order, _)| self.outbox.get(order))
            .map(|outgoing| outgoing.header.id)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Takes the verdicts: stored changes leave the outbox; a document with a refused change is
    /// rebuilt without what was not stored, and its fields as they stood go to the refused list;
    /// a document whose ancestors the server lacks is offered again as a whole.
    ///
    /// # Errors
    /// When the verdicts belong to another request, or a stored document cannot be read.
    pub fn take_acks(
        &self,
        attempt: &Attempt,
        acks: &Acks,
        stored: &HashMap<DocumentId, StoredDocument>,
        now_ms: i64,
    ) -> Result<Writes, SessionError> {
        if acks.digest != push_digest(attempt.hashes.iter().copied())
            || acks.verdicts.len() != attempt.orders.len()
        {
            return Err(SessionError::ForeignAcks);
        }
        let mut writes = self.writes();
        let mut refused: BTreeMap<DocumentId, Code> = BTreeMap::new();
        let mut missing: HashSet<DocumentId> = HashSet::new();
        for (order, verdict) in attempt.orders.iter().zip(&acks.verdicts) {
            let Some(outgoing) = self.outbox.get(order) else {
                continue;
            };
            match verdict {
                Verdict::Ok | Verdict::Duplicate => writes.outbox_remove.push(*order),
                Verdict::Refused(code) => {
                    refused.entry(outgoing.header.id).or_insert(*code);
                }
                Verdict::Missing(_) => {
                    missing.insert(outgoing.header.id);
                }
            }
        }
        for (id, code) in &refused {
            if let Some(stored) = stored.get(id) {
                self.set_aside(stored, *code, now_ms, &mut writes)?;
            }
        }
        for id in missing.into_iter().filter(|id| !refused.contains_key(id)) {
            if let Some(stored) = stored.get(&id) {
                self.offer_again(stored, now_ms, &mut writes)?;
            }
        }
        Ok(writes)
    }

    /// Moves a document's refused work to the refused list and rebuilds it without that work.
    fn set_aside(
        &self,
        stored: &StoredDocument,
        code: Code,
        now_ms: i64,
        writes: &mut Writes,
    ) -> Result<(), SessionError> {
        let header = &stored.header;
        let document = Document::load(&stored.saved)?;
        let record = document.record(header.kind);
        let value = |key: &&'static str| record.value(key).cloned().map(|v| Edit::new(key, v));
        let fields = record.fields.keys().filter_map(value).collect();
        let work = RefusedWork {
            header: header.clone(),
            code,
            fields,
            refused_at: now_ms,
        };
        writes.refused_add.push((writes.progress.next_order, work));
        writes.progress.next_order += 1;

        let mut dropped = HashSet::new();
        for (order, outgoing) in self.outbox.iter().filter(|(_, o)| o.header.id == header.id) {
            if !writes.outbox_remove.contains(order) {
                dropped.insert(outgoing.bytes.clone());
                writes.outbox_remove.push(*order);
            }
        }
        let kept: Vec<_> = document
            .raw_changes()
            .into_iter()
            .filter(|raw| !dropped.contains(raw))
            .collect();
        if kept.is_empty() {
            writes.documents.push(DocumentWrite {
                id: header.id,
                stored: None,
            });
        } else {
            let rebuilt = Document::from_changes(kept.iter().map(Vec::as_slice))?;
            writes.documents.push(document_write(header, &rebuilt));
        }
        Ok(())
    }

    /// Puts the user's own changes of a document into the outbox anew, ancestors first. What others
    /// wrote is theirs to send: the server takes it from nobody else.
    fn offer_again(
        &self,
        stored: &StoredDocument,
        now_ms: i64,
        writes: &mut Writes,
    ) -> Result<(), SessionError> {
        let waiting = self
            .outbox
            .iter()
            .filter(|(_, o)| o.header.id == stored.header.id);
        let removed: Vec<u64> = waiting.map(|(order, _)| *order).collect();
        writes.outbox_remove.extend(removed);
        for (hash, raw) in Document::load(&stored.saved)?.changes_by(&self.user) {
            let outgoing = Outgoing {
                header: stored.header.clone(),
                hash,
                bytes: raw,
                made_at: now_ms,
            };
            writes
                .outbox_add
                .push((writes.progress.next_order, outgoing));
            writes.progress.next_order += 1;
        }
        Ok(())
    }

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
    /// fetched whole with the next request; what is stored of it stays.
    #[must_use]
    pub fn take_chunk(
        &self,
        chunk: &Chunk,
        stored: &HashMap<DocumentId, StoredDocument>,
    ) -> Writes {
        let mut writes = self.writes();
        for incoming in &chunk.documents {
            let id = incoming.header.id;
            match merge(incoming, stored.get(&id)) {
                Ok(document) => {
                    writes.progress.wanted.retain(|wanted| *wanted != id);
                    writes
                        .documents
                        .push(document_write(&incoming.header, &document));
                }
                Err(_) if writes.progress.wanted.contains(&id) => {}
                Err(_) => writes.progress.wanted.push(id),
            }
        }
        for id in &chunk.leave {
            if !self
                .outbox
                .values()
                .any(|outgoing| outgoing.header.id == *id)
            {
                writes.documents.push(DocumentWrite {
                    id: *id,
                    stored: None,
                });
            }
        }
        if let Some(cursor) = &chunk.cursor {
            writes.progress.cursor = Some(cursor.cursor.clone());
        }
        writes
    }

    /// Ends a round of sync whose reply came whole. Documents asked for by name that the server did
    /// not send are asked for no longer; those that came and could not be merged are asked for again.
    #[must_use]
    pub fn finish(&self, attempt: &Attempt, reply: &Reply, now_ms: i64) -> Writes {
        let mut writes = self.writes();
        let asked = &attempt.request.hello.fetch;
        let documents = reply.chunks.iter().flat_map(|chunk| &chunk.documents);
        let came: HashSet<_> = documents.map(|document| document.header.id).collect();
        writes
            .progress
            .wanted
            .retain(|id| !asked.contains(id) || came.contains(id));
        writes.progress.epoch = Some(reply.welcome.epoch);
        writes.progress.synced_at = Some(now_ms);
        writes
    }

    /// Asks for a document as a whole with the next request.
    #[must_use]
    pub fn want(&self, id: DocumentId) -> Writes {
        let mut writes = self.writes();
        if !writes.progress.wanted.contains(&id) {
            writes.progress.wanted.push(id);
        }
        writes
    }

    /// Notes that the profile of this version is now kept.
    #[must_use]
    pub fn note_grant(&self, grant: u64) -> Writes {
        let mut writes = self.writes();
        writes.progress.grant = grant;
        writes
    }

    /// Moves on after the writes are stored.
    pub fn committed(&mut self, writes: &Writes) {
        self.progress = writes.progress.clone();
        for order in &writes.outbox_remove {
            self.outbox.remove(order);
            self.under_way.remove(order);
        }
        self.outbox.extend(writes.outbox_add.iter().cloned());
    }

    /// Says that writes could not be stored: nothing moved. They may have reached the disk all the
    /// same, so from now on another actor writes, and their order numbers are not used again.
    pub fn abandon(&mut self, writes: &Writes, fresh: ActorId) {
        self.actor = fresh;
        self.progress.next_order = writes.progress.next_order;
    }

    fn writes(&self) -> Writes {
        Writes {
            progress: self.progress.clone(),
            ..Writes::default()
        }
    }
}

fn document_write(header: &DocumentHeader, document: &Document) -> DocumentWrite {
    let stored = StoredDocument {
        header: header.clone(),
        saved: document.save(),
    };
    DocumentWrite {
        id: header.id,
        stored: Some((stored, document.record(header.kind))),
    }
}

fn merge(
    incoming: &DocumentChanges,
    stored: Option<&StoredDocument>,
) -> Result<Document, DocumentError> {
    let Some(snapshot) = &incoming.snapshot else {
        let mut document = match stored {
            Some(stored) => Document::load(&stored.saved)?,
            None => Document::new(ActorId([0; 16])),
        };
        document.apply(incoming.changes.iter().map(Vec::as_slice))?;
        return Ok(document);
    };
    let mut document = Document::load(snapshot)?;
    if let Some(stored) = stored {
        let held = Document::load(&stored.saved)?.raw_changes();
        document.apply(held.iter().map(Vec::as_slice))?;
    }
    document.apply(incoming.changes.iter().map(Vec::as_slice))?;
    Ok(document)
}

/// How long to wait before the next try, in milliseconds: doubling from two seconds to five
/// minutes, each time a random part of it, so that phones that failed together do not return
/// together.
#[must_use]
pub fn retry_after_ms(failures: u32, random: u32) -> u64 {
    let ceiling = (2_000u64 << failures.min(8)).min(300_000);
    ceiling / 2 + u64::from(random) % (ceiling / 2)
}

#[cfg(test)]
mod tests;
