//! Bringing back: a server that was restored from a backup, or lost what it had, asks its phones to
//! offer all that they hold before it gives them anything. They say what they have, it says what it
//! lacks, and that goes through the outbox, ancestors first, each document under the server's own seal.

use std::collections::{HashMap, HashSet};

use super::{
    Attempt, BroughtBack, Offering, Outgoing, Session, SessionError, StoredDocument, Writes,
};
use crate::document::Document;
use crate::id::DocumentId;
use crate::limits::OFFERED_DOCUMENTS_MAX;
use crate::wire::{Reply, Welcome};

impl Session {
    /// Whether documents are to be offered with the next request, and which: the first
    /// [`OFFERED_DOCUMENTS_MAX`] in the order of their ids after the one given here. An empty
    /// offer says that there are no more.
    #[must_use]
    pub fn offers_after(&self) -> Option<Option<DocumentId>> {
        let offering = self.progress.offering.as_ref()?;
        (!offering.done).then_some(offering.after)
    }

    /// Takes which of the offered documents the server lacks something of; `stored` are those.
    ///
    /// # Errors
    /// When a stored document cannot be read.
    pub fn take_want(
        &self,
        attempt: &Attempt,
        reply: &Reply,
        stored: &HashMap<DocumentId, StoredDocument>,
        now_ms: i64,
    ) -> Result<Writes, SessionError> {
        let mut writes = self.writes();
        let here =
            |offering: &&mut Offering| !offering.done && offering.epoch == reply.welcome.epoch;
        let Some(offering) = writes.progress.offering.as_mut().filter(here) else {
            return Ok(writes);
        };
        let offer = &attempt.request.offer;
        if reply.want.is_none() && !offer.is_empty() {
            // It broke off before the server said so: the same is offered again.
            return Ok(writes);
        }
        offering.after = offer.last().map(|held| held.id).or(offering.after);
        offering.done = offer.len() < OFFERED_DOCUMENTS_MAX;
        for stored in reply.want.iter().flatten().filter_map(|id| stored.get(id)) {
            self.bring_back(stored, now_ms, &mut writes)?;
        }
        Ok(writes)
    }

    /// Puts all of a document into the outbox, ancestors first. What was not sent before stays
    /// the phone's own work; the rest is brought back.
    pub(super) fn bring_back(
        &self,
        stored: &StoredDocument,
        now_ms: i64,
        writes: &mut Writes,
    ) -> Result<(), SessionError> {
        let header = &stored.header;
        let mut unsent = HashSet::new();
        for (order, outgoing) in self.outbox.iter().filter(|(_, o)| o.header.id == header.id) {
            if outgoing.brought_back.is_none() {
                unsent.insert(outgoing.hash);
            }
            writes.outbox_remove.push(*order);
        }
        for (hash, bytes) in Document::load(&stored.saved)?.named_changes() {
            writes.enqueue(Outgoing {
                header: header.clone(),
                hash,
                bytes,
                made_at: now_ms,
                brought_back: (!unsent.contains(&hash)).then(|| BroughtBack {
                    seal: stored.seal.clone(),
                }),
            });
        }
        Ok(())
    }

    /// Notes the server's epoch: begins to offer to a new one, and ends it when all that it lacked
    /// was brought. Whether this round of sync was one in which the server gave what it has.
    pub(super) fn follow_epoch(&self, welcome: &Welcome, writes: &mut Writes) -> bool {
        let bringing = self.outbox.values().any(|o| o.brought_back.is_some());
        match &self.progress.offering {
            Some(offering) if offering.epoch == welcome.epoch => {
                if offering.done && !bringing {
                    writes.progress.epoch = Some(welcome.epoch);
                    writes.progress.offering = None;
                }
                false
            }
            _ if welcome.offer => {
                writes.progress.offering = Some(Offering {
                    epoch: welcome.epoch,
                    after: None,
                    done: false,
                });
                false
            }
            _ => {
                writes.progress.offering = None;
                writes.progress.epoch = Some(welcome.epoch);
                true
            }
        }
    }
}
