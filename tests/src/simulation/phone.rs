//! A simulated phone: the real session on a shelf that can fail, with a clock of its own.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use kiennghi_disk::Random;
use kiennghi_server::store::DeviceId;
use kiennghi_shared::id::{ActorId, ChangeHash, DocumentId, UserName};
use kiennghi_shared::session::{Attempt, RefusedWork, StoredDocument, Writes};

use super::district::USERS;
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

/// A phone.
#[derive(Debug)]
pub(super) struct SimulatedPhone {
    /// Its user's place in [`USERS`].
    pub(super) user: usize,
    pub(super) number: DeviceId,
    pub(super) device: Device<FaultyShelf>,
    pub(super) under_way: Option<UnderWay>,
    /// How far its clock is off.
    pub(super) skew_ms: i64,
    /// Versions that its user looked at some time ago.
    pub(super) looks: BTreeMap<DocumentId, Vec<ChangeHash>>,
    /// Receipts that the ledger has.
    pub(super) receipts_taken: usize,
}

impl SimulatedPhone {
    /// Opens a phone on what its shelf keeps.
    pub(super) fn open(
        user: usize,
        number: DeviceId,
        shelf: FaultyShelf,
        skew_ms: i64,
        random: &mut Random,
    ) -> Result<Self, PhoneError> {
        Ok(Self {
            user,
            number,
            device: Device::open(user_name(user), ActorId(random.array()), shelf)?,
            under_way: None,
            skew_ms,
            looks: BTreeMap::new(),
            receipts_taken: 0,
        })
    }

    /// The same phone after its program was killed and started again.
    pub(super) fn reopened(&self, random: &mut Random) -> Result<Self, PhoneError> {
        let mut shelf = self.device.shelf().clone();
        shelf.fault = None;
        Self::open(self.user, self.number, shelf, self.skew_ms, random)
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
            now_ms: now_ms + self.skew_ms,
            fresh: &mut fresh,
        };
        act(&mut self.device, &mut moment)
    }
}

/// The name of a user in [`USERS`].
pub(super) fn user_name(user: usize) -> UserName {
    UserName::from(USERS[user].0)
}
