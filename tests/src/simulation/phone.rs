//! A simulated phone: the real session on a shelf that can fail, with a clock of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Result, bail};
use kiennghi_disk::Random;
use kiennghi_server::store::DeviceId;
use kiennghi_shared::id::{ActorId, ChangeHash, DocumentId, UserName};
use kiennghi_shared::session::{Attempt, RefusedWork, StoredDocument, Writes};
use kiennghi_shared::wire::{DocumentHeader, Hold, Reply};

use super::district::USERS;
use super::ledger::Pushed;
use super::people::{Grant, People};
use crate::phone::{Account, Device, Kept, MemoryShelf, Moment, PhoneError, Shelf};

/// A shelf in memory whose next step can fail.
#[derive(Debug, Clone, Default)]
pub(super) struct FaultyShelf {
    memory: MemoryShelf,
    pub(super) fault: Option<ShelfFault>,
}

/// How a step fails. The phone hears the same error both times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShelfFault {
    /// Nothing of it is kept.
    Lost,
    /// All of it is kept.
    Kept,
}

impl Shelf for FaultyShelf {
    fn account(&self) -> Result<Option<Account>> {
        self.memory.account()
    }

    fn set_account(&mut self, account: &Account) -> Result<()> {
        self.memory.set_account(account)
    }

    fn kept(&mut self) -> Result<Kept> {
        self.memory.kept()
    }

    fn document(&self, id: DocumentId) -> Result<Option<StoredDocument>> {
        self.memory.document(id)
    }

    fn ids(&self) -> Result<Vec<DocumentId>> {
        self.memory.ids()
    }

    fn refused(&self) -> Result<Vec<RefusedWork>> {
        self.memory.refused()
    }

    fn store(&mut self, writes: &Writes) -> Result<()> {
        match self.fault.take() {
            None => self.memory.store(writes),
            Some(ShelfFault::Lost) => bail!("the shelf failed"),
            Some(ShelfFault::Kept) => {
                self.memory.store(writes)?;
                bail!("the shelf failed afterwards")
            }
        }
    }
}

/// A request on its way, and what it carried.
#[derive(Debug)]
pub(super) struct UnderWay {
    /// Which connection: replies on others come to nobody.
    pub(super) connection: u64,
    pub(super) attempt: Attempt,
    /// The step at which the phone gives it up.
    pub(super) until: u64,
}

/// Whose a phone is, and how it was set up.
#[derive(Debug, Clone)]
pub(super) struct Owner {
    /// The user's place in [`USERS`].
    pub(super) user: usize,
    pub(super) device: DeviceId,
    /// What the user was granted when the phone was enrolled.
    pub(super) grant: Grant,
    /// Whether it holds only what its user opened or wrote, as an office's browser does.
    pub(super) asks: bool,
    /// How far its clock is off.
    pub(super) skew_ms: i64,
}

impl Owner {
    /// A user with a phone that holds all it may see and has the right time.
    pub(super) fn new(user: usize, device: DeviceId, grant: Grant) -> Self {
        Self {
            user,
            device,
            grant,
            asks: false,
            skew_ms: 0,
        }
    }
}

/// A phone.
#[derive(Debug)]
pub(super) struct SimulatedPhone {
    pub(super) owner: Owner,
    pub(super) device: Device<FaultyShelf>,
    pub(super) under_way: Option<UnderWay>,
    /// Versions that its user looked at some time ago.
    pub(super) looks: BTreeMap<DocumentId, Vec<ChangeHash>>,
    /// Documents that its user opened or wrote.
    pub(super) opened: BTreeSet<DocumentId>,
    /// Those of them that it held or waited for when the faults stopped.
    pub(super) due: BTreeSet<DocumentId>,
    /// Verdicts that were looked at.
    pub(super) receipts_taken: usize,
}

impl SimulatedPhone {
    /// Opens a phone on what its shelf keeps.
    pub(super) fn open(
        owner: Owner,
        shelf: FaultyShelf,
        random: &mut Random,
    ) -> Result<Self, PhoneError> {
        let name = UserName::from(USERS[owner.user].0);
        Ok(Self {
            owner,
            device: Device::open(name, ActorId(random.array()), shelf)?,
            under_way: None,
            looks: BTreeMap::new(),
            opened: BTreeSet::new(),
            due: BTreeSet::new(),
            receipts_taken: 0,
        })
    }

    /// The same phone after its program was killed and started again.
    pub(super) fn reopened(&self, random: &mut Random) -> Result<Self, PhoneError> {
        let mut shelf = self.device.shelf().clone();
        shelf.fault = None;
        let opened = self.opened.clone();
        let reopened = Self::open(self.owner.clone(), shelf, random)?;
        Ok(Self { opened, ..reopened })
    }

    pub(super) fn user(&self) -> usize {
        self.owner.user
    }

    pub(super) fn device_id(&self) -> DeviceId {
        self.owner.device
    }

    /// What its user is granted, as far as the phone knows.
    pub(super) fn grant(&self, people: &People) -> Grant {
        let scope = self.device.session().progress().scope.as_ref();
        let believed = scope.and_then(|scope| people.believed(self.user(), scope));
        believed.unwrap_or(self.owner.grant)
    }

    /// Whether its user may see a document, as far as the phone knows.
    fn sees(&self, header: &DocumentHeader) -> bool {
        match &self.device.session().progress().scope {
            Some(scope) => scope.reads(header.kind, &header.unit),
            None => self.owner.grant.reads(header),
        }
    }

    /// What it holds of what its user may see, as far as the phone knows: the rest goes with its work.
    pub(super) fn held_within(&self) -> Result<BTreeSet<DocumentId>> {
        let shelf = self.device.shelf();
        let mut held = BTreeSet::new();
        for id in shelf.ids()? {
            let stored = shelf.document(id)?;
            if stored.is_some_and(|stored| self.sees(&stored.header)) {
                held.insert(id);
            }
        }
        Ok(held)
    }

    /// Makes the next request.
    pub(super) fn request(&mut self, now_ms: i64) -> Result<(Attempt, Arc<[Pushed]>), PhoneError> {
        let hold = if self.owner.asks {
            Hold::Asked(self.device.shelf().ids()?)
        } else {
            Hold::Scope
        };
        let attempt = self.device.request(hold, now_ms + self.owner.skew_ms)?;
        let outbox = self.device.session().outbox();
        let pushed = attempt.orders.iter().filter_map(|order| outbox.get(order));
        let pushed = pushed.map(Pushed::of).collect();
        Ok((attempt, pushed))
    }

    /// Takes a reply; whether the round is done.
    pub(super) fn take(
        &mut self,
        attempt: &Attempt,
        (body, whole): (&[u8], bool),
        now_ms: i64,
        random: &mut Random,
    ) -> Result<(Reply, bool), PhoneError> {
        self.act(now_ms, random, |device, moment| {
            let reply = device.take(attempt, body, whole, moment)?;
            let done = device.finish(attempt, &reply, moment)?;
            Ok((reply, done))
        })
    }

    /// Work of its own that waits to be sent.
    pub(super) fn unsent(&self) -> BTreeMap<ChangeHash, DocumentId> {
        let outbox = self.device.session().outbox().values();
        let own = outbox.filter(|outgoing| outgoing.brought_back.is_none());
        own.map(|o| (o.hash, o.header.id)).collect()
    }

    /// The work of its own that left with a refusal since `before` was unsent.
    ///
    /// # Errors
    /// When some of it is not where a person can read it.
    pub(super) fn refused_since(
        &mut self,
        mut before: BTreeMap<ChangeHash, DocumentId>,
    ) -> Result<Vec<ChangeHash>, String> {
        let first = std::mem::replace(&mut self.receipts_taken, self.device.receipts().len());
        for receipt in &self.device.receipts()[first..] {
            if receipt.verdict.is_stored() {
                before.remove(&receipt.hash);
            }
        }
        for hash in self.unsent().keys() {
            before.remove(hash);
        }
        if before.is_empty() {
            return Ok(Vec::new());
        }
        let listed = self.device.shelf().refused();
        let listed = listed.map_err(|error| error.to_string())?;
        for (hash, id) in &before {
            if !listed.iter().any(|work| work.header.id == *id) {
                return Err(format!("refused and not readable: {hash}"));
            }
        }
        Ok(before.into_keys().collect())
    }

    /// Does something with the device at this phone's moment.
    pub(super) fn act<T>(
        &mut self,
        now_ms: i64,
        random: &mut Random,
        act: impl FnOnce(&mut Device<FaultyShelf>, &mut Moment<'_>) -> T,
    ) -> T {
        let mut fresh = || ActorId(random.array());
        let mut moment = Moment {
            now_ms: now_ms + self.owner.skew_ms,
            fresh: &mut fresh,
        };
        act(&mut self.device, &mut moment)
    }
}
