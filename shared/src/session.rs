//! The phone's side of sync as a state machine without IO: the browser, the command-line phone
//! and the simulator all drive this one.
//!
//! Every step that changes something gives [`Writes`]. The driver stores them in one durable
//! transaction and then hands them back to [`Session::committed`]; until then the session has not
//! moved. If storing fails nobody can know what reached the disk: the driver opens the session anew
//! on what is stored, and where not even that can be read it calls [`Session::abandon`]; both take a
//! fresh actor.
//!
//! One step at a time: the driver keeps edits and replies from overlapping, but not edits and the
//! network, so people go on writing while a request is under way.

mod kept;
mod offer;
mod pull;
mod push;

use std::collections::{BTreeMap, HashSet};

use minicbor::{Decode, Encode};

pub use self::kept::{
    Base, BroughtBack, DocumentWrite, Offering, Outgoing, Progress, RefusedWork, StoredDocument,
    Writes,
};
use crate::document::{Document, DocumentError, EditError};
use crate::id::{ActorId, ChangeHash, DocumentId, UserName};
use crate::record::Edit;
use crate::wire::{DocumentHeader, Reply, Request};

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

    /// The documents with changes that the server has not acknowledged.
    #[must_use]
    pub fn unsent(&self) -> HashSet<DocumentId> {
        self.outbox.values().map(|o| o.header.id).collect()
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
            brought_back: None,
        };
        writes.enqueue(outgoing);
        // Others may have made one of the same id, before anything that this device is still to hear of.
        if stored.is_none() && header.id.is_following() {
            writes.wish(header.id);
        }
        let seal = stored.and_then(|stored| stored.seal.clone());
        writes
            .documents
            .push(DocumentWrite::of(header, &document, seal));
        Ok(Some(writes))
    }

    /// Whether another request should go at once, after all of this reply was taken.
    #[must_use]
    pub fn goes_on(&self, attempt: &Attempt, reply: &Reply) -> bool {
        let hello = &attempt.request.hello;
        let mut cursors = reply.chunks.iter().rev().filter_map(|c| c.cursor.as_ref());
        let more = cursors.next().is_some_and(|cursor| cursor.more);
        let wanted = &self.progress.wanted;
        let unasked = wanted.iter().any(|id| !hello.fetch.contains(id));
        // A push of which nothing left the outbox would go the same way again.
        let left = |order| !self.outbox.contains_key(order);
        let moved = attempt.orders.is_empty() || attempt.orders.iter().any(left);
        // A server that asks for offers gives nothing yet: also the last offer is followed by a pull.
        more || unasked || reply.welcome.offer || !self.outbox.is_empty() && moved
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
        if writes.actor_spent {
            self.actor = self.actor.successor();
        }
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
#[cfg(test)]
mod tests_epoch;
