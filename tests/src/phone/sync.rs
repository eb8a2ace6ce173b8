//! One sync: requests until nothing is left to push or to pull.

use std::collections::HashMap;
use std::time::Instant;

use kiennghi_shared::id::DocumentId;
use kiennghi_shared::limits::OFFERED_DOCUMENTS_MAX;
use kiennghi_shared::session::{Attempt, Session, StoredDocument};
use kiennghi_shared::wire::{Acks, DocumentHeader, Held, Hold, Reply, Verdict};

use super::account::Account;
use super::client::{Client, Replied};
use super::error::PhoneError;
use super::report::{Receipt, SyncFailure, SyncReport};
use super::{Phone, now_ms};

/// Requests after which a sync is taken to run in circles.
const REQUESTS_MAX: u64 = 2_000;

impl Phone {
    /// Pushes and pulls over one connection until the phone is in step.
    ///
    /// # Errors
    /// When the connection or the server fails; what came until then is kept.
    pub async fn sync(&mut self) -> Result<SyncReport, SyncFailure> {
        self.sync_holding(&Hold::Scope).await
    }

    /// Asks for a document as a whole with the next sync.
    ///
    /// # Errors
    /// When the shelf cannot store.
    pub fn want(&mut self, id: DocumentId) -> Result<(), PhoneError> {
        let writes = self.session.want(id);
        self.store(&writes)
    }

    /// Syncs as [`Phone::sync`] does, keeping other documents than the whole scope.
    ///
    /// # Errors
    /// When the connection or the server fails; what came until then is kept.
    pub async fn sync_holding(&mut self, hold: &Hold) -> Result<SyncReport, SyncFailure> {
        let start = Instant::now();
        let before = (self.meter.up(), self.meter.down(), self.meter.requests());
        let mut report = SyncReport::default();
        let ended = self.run(hold, &mut report).await;
        report.bytes_up = self.meter.up() - before.0;
        report.bytes_down = self.meter.down() - before.1;
        report.requests = self.meter.requests() - before.2;
        report.ms = start.elapsed().as_millis() as u64;
        match ended {
            Ok(()) => Ok(report),
            Err(error) => {
                self.session.give_up();
                Err(SyncFailure {
                    so_far: report,
                    error,
                })
            }
        }
    }

    async fn run(&mut self, hold: &Hold, report: &mut SyncReport) -> Result<(), PhoneError> {
        let client = self.account.connect(&self.meter).await?;
        let mut client = client.with_patience(self.patience);
        for _ in 0..REQUESTS_MAX {
            let offer = self.offer()?;
            let attempt = self.session.request(hold.clone(), offer, now_ms());
            report.pushed += attempt.orders.len() as u64;
            let replied = client.sync(&attempt.request.encode()).await?.ok()?;
            let reply = self.take(&attempt, &replied, report)?;
            if !reply.complete || !replied.whole {
                return Err(PhoneError::CutOff);
            }
            let finish = self.session.finish(&reply, now_ms());
            self.store(&finish)?;
            self.keep_profile(&mut client, reply.welcome.grant).await?;
            if !self.session.goes_on(&attempt, &reply) {
                return Ok(());
            }
        }
        Err(PhoneError::Endless(REQUESTS_MAX))
    }

    /// Takes what came of a reply: first the verdicts, then chunk by chunk.
    pub(super) fn take(
        &mut self,
        attempt: &Attempt,
        replied: &Replied,
        report: &mut SyncReport,
    ) -> Result<Reply, PhoneError> {
        let reply = match Reply::decode(&replied.body) {
            Ok(reply) => reply,
            Err(_) if !replied.whole => return Err(PhoneError::CutOff),
            Err(error) => return Err(error.into()),
        };
        match &reply.acks {
            Some(acks) => self.take_acks(attempt, acks, report)?,
            // Nothing may be taken before the verdicts on what was pushed.
            None if !attempt.orders.is_empty() => return Err(PhoneError::CutOff),
            None => {}
        }
        let wanted = self.stored_of(reply.want.clone())?;
        let writes = self.session.take_want(attempt, &reply, &wanted, now_ms())?;
        self.store(&writes)?;
        for chunk in &reply.chunks {
            let stored = self.stored_of(Session::documents_of_chunk(chunk))?;
            let held = match &chunk.scope {
                Some(_) => self.headers()?,
                None => Vec::new(),
            };
            let writes = self.session.take_chunk(chunk, &stored, &held);
            self.store(&writes)?;
            report.pulled += chunk.documents.len() as u64;
        }
        Ok(reply)
    }

    pub(super) fn take_acks(
        &mut self,
        attempt: &Attempt,
        acks: &Acks,
        report: &mut SyncReport,
    ) -> Result<(), PhoneError> {
        let outbox = self.session.outbox();
        let sent = attempt.orders.iter().map(|order| outbox.get(order));
        let receipts: Vec<Receipt> = sent
            .zip(&acks.verdicts)
            .filter_map(|(outgoing, verdict)| {
                outgoing.map(|outgoing| Receipt {
                    document: outgoing.header.id,
                    hash: outgoing.hash,
                    verdict: verdict.clone(),
                })
            })
            .collect();
        let stored = self.stored_of(self.session.documents_of_acks(attempt, acks))?;
        let writes = self.session.take_acks(attempt, acks, &stored, now_ms())?;
        report.acked += receipts.iter().filter(|r| r.verdict.is_stored()).count() as u64;
        report.refused += receipts
            .iter()
            .filter(|receipt| matches!(receipt.verdict, Verdict::Refused(_)))
            .count() as u64;
        self.receipts.extend(receipts);
        self.store(&writes)
    }

    /// What is to be offered to a server that came back from a backup.
    fn offer(&self) -> Result<Vec<Held>, PhoneError> {
        let Some(after) = self.session.offers_after() else {
            return Ok(Vec::new());
        };
        let ids = self.shelf.ids()?.into_iter();
        let next = ids.filter(|id| after.is_none_or(|after| *id > after));
        let mut offer = Vec::new();
        for id in next.take(OFFERED_DOCUMENTS_MAX) {
            // One that cannot be read has nothing to give.
            let stored = self.shelf.document(id)?;
            offer.extend(stored.and_then(|stored| stored.held().ok()));
        }
        Ok(offer)
    }

    fn headers(&self) -> Result<Vec<DocumentHeader>, PhoneError> {
        let mut headers = Vec::new();
        for id in self.shelf.ids()? {
            headers.extend(self.shelf.document(id)?.map(|stored| stored.header));
        }
        Ok(headers)
    }

    fn stored_of(
        &self,
        ids: Vec<DocumentId>,
    ) -> Result<HashMap<DocumentId, StoredDocument>, PhoneError> {
        let mut stored = HashMap::new();
        for id in ids {
            if let Some(document) = self.shelf.document(id)? {
                stored.insert(id, document);
            }
        }
        Ok(stored)
    }

    /// Fetches the profile when the server has a newer one.
    async fn keep_profile(&mut self, client: &mut Client, grant: u64) -> Result<(), PhoneError> {
        if grant == self.session.progress().grant {
            return Ok(());
        }
        self.account.profile = Account::fetch_profile(client).await?;
        self.shelf.set_account(&self.account)?;
        let writes = self.session.note_grant(grant);
        self.store(&writes)
    }
}
