//! Pushing: from the outbox into a request, and what the verdicts entail.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Attempt, DocumentWrite, RefusedWork, Session, SessionError, StoredDocument, Writes};
use crate::code::Code;
use crate::document::Document;
use crate::id::{ChangeHash, DocumentId};
use crate::limits::{ASKED_DOCUMENTS_MAX, PROTOCOL, PUSH_BYTES_TARGET, REQUEST_CHANGES_MAX};
use crate::wire::{
    Acks, DocumentChanges, DocumentHeader, Held, Hello, Hold, Request, Verdict, Welcome,
    push_digest,
};

impl Session {
    /// Makes the next request: what is in the outbox, as far as one request takes, and the pull.
    /// `offer` are the documents after [`Session::offers_after`].
    #[must_use]
    pub fn request(&mut self, hold: Hold, offer: Vec<Held>, now_ms: i64) -> Attempt {
        let mut push: Vec<DocumentChanges> = Vec::new();
        let mut places: HashMap<DocumentId, usize> = HashMap::new();
        let mut chosen: Vec<Vec<(u64, ChangeHash)>> = Vec::new();
        for order in self.next_orders() {
            let outgoing = &self.outbox[&order];
            let place = *places.entry(outgoing.header.id).or_insert_with(|| {
                push.push(DocumentChanges::of(outgoing.header.clone()));
                chosen.push(Vec::new());
                push.len() - 1
            });
            if let Some(back) = &outgoing.brought_back {
                push[place].seal.clone_from(&back.seal);
            }
            push[place].changes.push(outgoing.bytes.clone());
            chosen[place].push((order, outgoing.hash));
        }
        let (orders, hashes): (Vec<u64>, Vec<ChangeHash>) = chosen.into_iter().flatten().unzip();
        self.under_way = orders.iter().copied().collect();
        let wanted = self.progress.wanted.iter().take(ASKED_DOCUMENTS_MAX);
        let hello = Hello {
            protocol: PROTOCOL,
            cursor: self.progress.cursor.clone(),
            hold,
            fetch: wanted.copied().collect(),
            clock: now_ms,
            epoch: self.progress.epoch,
        };
        Attempt {
            request: Request { hello, offer, push },
            orders,
            hashes,
        }
    }

    /// The order numbers that the next request takes: as many as fit. What is brought back of one
    /// document goes in one request, since its seal stands for all of it.
    fn next_orders(&self) -> Vec<u64> {
        let mut orders = Vec::new();
        let mut bytes = 0;
        let mut cut_in = None;
        for (order, outgoing) in &self.outbox {
            bytes += outgoing.bytes.len();
            if orders.len() == REQUEST_CHANGES_MAX
                || bytes > PUSH_BYTES_TARGET && !orders.is_empty()
            {
                let parted = outgoing.brought_back.as_ref();
                cut_in = parted.map(|_| outgoing.header.id);
                break;
            }
            orders.push(*order);
        }
        if let Some(parted) = cut_in {
            let others = |order: &u64| self.outbox[order].header.id != parted;
            let whole = orders.iter().rposition(others).map_or(0, |last| last + 1);
            if whole > 0 {
                orders.truncate(whole);
            }
        }
        orders
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
    /// a document whose ancestors the server lacks is brought back as a whole, also where a part of its
    /// work waits for the office already. A phone that knows no
    /// epoch yet takes note of this one in the same step: should the reply break off here and a
    /// backup be restored, it has something to offer.
    ///
    /// # Errors
    /// When the verdicts belong to another request, or a stored document cannot be read.
    pub fn take_acks(
        &self,
        attempt: &Attempt,
        welcome: &Welcome,
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
        if !welcome.offer {
            writes.progress.epoch.get_or_insert(welcome.epoch);
        }
        let mut refused: BTreeMap<DocumentId, Code> = BTreeMap::new();
        let mut missing: HashSet<DocumentId> = HashSet::new();
        let mut lacking: HashSet<DocumentId> = HashSet::new();
        let mut beyond: HashSet<DocumentId> = HashSet::new();
        let tried: HashSet<DocumentId> = attempt
            .orders
            .iter()
            .filter_map(|order| self.outbox.get(order))
            .filter(|outgoing| outgoing.brought_back.is_some())
            .map(|outgoing| outgoing.header.id)
            .collect();
        for (order, verdict) in attempt.orders.iter().zip(&acks.verdicts) {
            let Some(outgoing) = self.outbox.get(order) else {
                continue;
            };
            let id = outgoing.header.id;
            match verdict {
                Verdict::Ok | Verdict::Duplicate => {
                    writes.outbox_remove.push(*order);
                    if !self.may_hold(&outgoing.header) {
                        beyond.insert(id);
                    }
                }
                Verdict::Refused(code) => {
                    refused.entry(id).or_insert(*code);
                }
                Verdict::Missing(_) => {
                    lacking.insert(id);
                    // What went with all its ancestors and still lacks some waits: it is not lost here.
                    if !tried.contains(&id) {
                        missing.insert(id);
                    }
                }
            }
        }
        // What waits for the office is to wait there whole: it is sent again with what was missing, or
        // once somebody else has brought that back.
        refused.retain(|id, code| *code != Code::Review || !lacking.contains(id));
        for (id, code) in &refused {
            if let Some(stored) = stored.get(id) {
                self.take_refusal(attempt, stored, *code, now_ms, &mut writes)?;
            }
        }
        for id in missing.into_iter().filter(|id| !refused.contains_key(id)) {
            if let Some(stored) = stored.get(&id) {
                self.bring_back(stored, now_ms, &mut writes)?;
            }
        }
        for id in beyond {
            self.purge_arrived(id, &mut writes);
        }
        Ok(writes)
    }

    /// Moves a document's refused work to the refused list and rebuilds it without that work.
    fn take_refusal(
        &self,
        attempt: &Attempt,
        stored: &StoredDocument,
        code: Code,
        now_ms: i64,
        writes: &mut Writes,
    ) -> Result<(), SessionError> {
        let header = &stored.header;
        let document = Document::load(&stored.saved)?;
        let mut dropped = HashSet::new();
        let (mut own, mut all_sent) = (false, true);
        for (order, outgoing) in self.outbox.iter().filter(|(_, o)| o.header.id == header.id) {
            if !writes.outbox_remove.contains(order) {
                if outgoing.brought_back.is_none() {
                    own = true;
                    all_sent &= attempt.orders.contains(order);
                }
                dropped.insert(outgoing.hash);
                writes.outbox_remove.push(*order);
                writes.actor_spent = true;
            }
        }
        if own {
            // What was written meanwhile did not go to the office: a person must see to it.
            let code = match code {
                Code::Review if !all_sent => Code::Forbidden,
                code => code,
            };
            writes.set_aside(RefusedWork {
                header: header.clone(),
                code,
                fields: document.record(header.kind).values(),
                refused_at: now_ms,
            });
        }
        let kept = document.changes_beside(&dropped);
        let rest = (!kept.is_empty() && self.may_hold(header) && code != Code::Gone)
            .then(|| Document::from_changes(kept.iter().map(Vec::as_slice)));
        let write = match rest {
            None => DocumentWrite::removal(header.id),
            Some(Ok(rest)) => DocumentWrite::of(header, &rest, stored.seal.clone()),
            // The rest rests on what was dropped: the server knows what stands.
            Some(Err(_)) => {
                writes.wish(header.id);
                DocumentWrite::removal(header.id)
            }
        };
        writes.documents.push(write);
        Ok(())
    }

    /// Whether a document is the user's to hold, as far as that is known.
    fn may_hold(&self, header: &DocumentHeader) -> bool {
        let scope = self.progress.scope.as_ref();
        scope.is_none_or(|scope| scope.reads(header.kind, &header.unit))
    }

    /// Removes a document that is no longer the user's to hold, once all of its work has arrived.
    fn purge_arrived(&self, id: DocumentId, writes: &mut Writes) {
        let mut waiting = self.outbox.iter().filter(|(_, o)| o.header.id == id);
        if waiting.all(|(order, _)| writes.outbox_remove.contains(order)) {
            writes.documents.push(DocumentWrite::removal(id));
        }
    }
}
