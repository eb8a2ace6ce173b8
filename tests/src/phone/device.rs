//! What every phone of the tests is inside: a session and its shelf, with nothing of a network.
//! The command-line phone puts a connection before it, the simulator a network of its own.
//!
//! Time and new actors are passed in.

use std::collections::HashMap;

use kiennghi_shared::id::{ActorId, ChangeHash, DocumentId, UserName};
use kiennghi_shared::limits::OFFERED_DOCUMENTS_MAX;
use kiennghi_shared::record::Edit;
use kiennghi_shared::session::{Attempt, Base, Session, StoredDocument, Writes};
use kiennghi_shared::wire::{Acks, DocumentHeader, Held, Hold, Reply, Welcome};

use super::error::PhoneError;
use super::report::Receipt;
use super::shelf::{Kept, Shelf};

/// The moment of a step: the phone's clock, and where an actor that was never used before is to be
/// had.
pub struct Moment<'a> {
    /// Milliseconds since 1970.
    pub now_ms: i64,
    /// Makes an actor.
    pub fresh: &'a mut (dyn FnMut() -> ActorId + Send),
}

/// A session and its shelf.
#[derive(Debug)]
pub struct Device<S> {
    session: Session,
    shelf: S,
    receipts: Vec<Receipt>,
}

impl<S: Shelf> Device<S> {
    /// Opens what a shelf keeps, with an actor that was never used before.
    ///
    /// # Errors
    /// When the shelf cannot be read.
    pub fn open(user: UserName, actor: ActorId, mut shelf: S) -> Result<Self, PhoneError> {
        let Kept { progress, outbox } = shelf.kept()?;
        Ok(Self {
            session: Session::open(user, actor, progress, outbox),
            shelf,
            receipts: Vec::new(),
        })
    }

    /// The session: outbox, progress and delivery.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The shelf.
    #[must_use]
    pub fn shelf(&self) -> &S {
        &self.shelf
    }

    /// The shelf alone.
    #[must_use]
    pub fn into_shelf(self) -> S {
        self.shelf
    }

    /// The shelf, to be changed behind the session's back.
    pub fn shelf_mut(&mut self) -> &mut S {
        &mut self.shelf
    }

    /// Every verdict that ever reached this device, also in replies that were cut off later.
    #[must_use]
    pub fn receipts(&self) -> &[Receipt] {
        &self.receipts
    }

    /// Stores a step and then lets the session move on; one that failed may be stored or not, and
    /// the session is opened anew on what is.
    ///
    /// # Errors
    /// When the shelf cannot store.
    pub fn store(&mut self, writes: &Writes, moment: &mut Moment<'_>) -> Result<(), PhoneError> {
        if let Err(error) = self.shelf.store(writes) {
            let actor = (moment.fresh)();
            match self.shelf.kept() {
                Ok(Kept { progress, outbox }) => {
                    let user = self.session.user().clone();
                    self.session = Session::open(user, actor, progress, outbox);
                }
                Err(_) => self.session.abandon(writes, actor),
            }
            return Err(error.into());
        }
        self.session.committed(writes);
        Ok(())
    }

    /// Makes or changes a document; gives the change's hash, or nothing when nothing was
    /// different. `base` is the version that was looked at, where that may not be the stored one.
    ///
    /// # Errors
    /// When a value does not fit or the shelf cannot store.
    pub fn write(
        &mut self,
        header: &DocumentHeader,
        base: Option<&Base>,
        edits: &[Edit],
        moment: &mut Moment<'_>,
    ) -> Result<Option<ChangeHash>, PhoneError> {
        let stored = self.shelf.document(header.id)?;
        let writes = self
            .session
            .edit(header, stored.as_ref(), base, edits, moment.now_ms)?;
        let Some(writes) = writes else {
            return Ok(None);
        };
        let hash = writes.outbox_add.first().map(|(_, outgoing)| outgoing.hash);
        self.store(&writes, moment)?;
        Ok(hash)
    }

    /// Makes the next request.
    ///
    /// # Errors
    /// When the shelf cannot be read.
    pub fn request(&mut self, hold: Hold, now_ms: i64) -> Result<Attempt, PhoneError> {
        let offer = self.offer()?;
        Ok(self.session.request(hold, offer, now_ms))
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

    /// Says that the request came to nothing.
    pub fn give_up(&mut self) {
        self.session.give_up();
    }

    /// Takes what came of a reply: first the verdicts, then chunk by chunk. `whole` says whether
    /// the body came to its end.
    ///
    /// # Errors
    /// When not even the verdicts came, the bytes are no reply, or the shelf cannot store; what was
    /// taken until then is kept.
    pub fn take(
        &mut self,
        attempt: &Attempt,
        body: &[u8],
        whole: bool,
        moment: &mut Moment<'_>,
    ) -> Result<Reply, PhoneError> {
        let reply = match Reply::decode(body) {
            Ok(reply) => reply,
            Err(_) if !whole => return Err(PhoneError::CutOff),
            Err(error) => return Err(error.into()),
        };
        match &reply.acks {
            Some(acks) => self.take_acks(attempt, &reply.welcome, acks, moment)?,
            // Nothing may be taken before the verdicts on what was pushed.
            None if !attempt.orders.is_empty() => return Err(PhoneError::CutOff),
            None => {}
        }
        let wanted = self.stored_of(reply.want.clone().unwrap_or_default())?;
        let writes = self
            .session
            .take_want(attempt, &reply, &wanted, moment.now_ms)?;
        self.store(&writes, moment)?;
        for chunk in &reply.chunks {
            let stored = self.stored_of(Session::documents_of_chunk(chunk))?;
            let held = match &chunk.scope {
                Some(_) => self.headers()?,
                None => Vec::new(),
            };
            let writes = self.session.take_chunk(chunk, &stored, &held);
            self.store(&writes, moment)?;
        }
        Ok(reply)
    }

    /// Takes the verdicts of a reply.
    ///
    /// # Errors
    /// When they belong to another request, or the shelf cannot store.
    pub fn take_acks(
        &mut self,
        attempt: &Attempt,
        welcome: &Welcome,
        acks: &Acks,
        moment: &mut Moment<'_>,
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
        let writes = self
            .session
            .take_acks(attempt, welcome, acks, &stored, moment.now_ms)?;
        self.receipts.extend(receipts);
        self.store(&writes, moment)
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

    /// Ends a round whose reply came whole; `false` when there is more to push or to pull.
    ///
    /// # Errors
    /// When the reply did not come whole, or the shelf cannot store.
    pub fn finish(
        &mut self,
        attempt: &Attempt,
        reply: &Reply,
        moment: &mut Moment<'_>,
    ) -> Result<bool, PhoneError> {
        if !reply.complete {
            return Err(PhoneError::CutOff);
        }
        let finish = self.session.finish(reply, moment.now_ms);
        self.store(&finish, moment)?;
        Ok(!self.session.goes_on(attempt, reply))
    }
}
