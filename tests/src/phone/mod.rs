//! A phone without a screen: `shared::session` with a store and a connection to the server.
//!
//! Everything that decides what is sent, kept or given up is in the session, as in the browser;
//! this is only the driver: it stores what the session says, and moves bytes.

mod account;
mod ahead;
mod body;
mod client;
mod device;
mod error;
mod input;
mod meter;
mod report;
mod shelf;
mod sync;
mod work;

use std::path::Path;
use std::time::Duration;

use kiennghi_shared::id::{DocumentId, UserName};
use kiennghi_shared::session::{RefusedWork, Session, StoredDocument, Writes};

pub use account::Account;
pub use ahead::Ahead;
pub use client::{Client, Packed, Replied};
pub use device::{Device, Moment};
pub use error::PhoneError;
pub use input::{InputError, NewPetition, PetitionEdit, read_edits, read_petitions};
pub use meter::Meter;
pub use report::{Listed, Receipt, SyncFailure, SyncReport};
pub use shelf::{FileShelf, Kept, MemoryShelf, Shelf};
pub use work::MeetingDetails;

use crate::random::fresh_actor;

/// A device of one user.
pub struct Phone {
    device: Device<Box<dyn Shelf>>,
    account: Account,
    meter: Meter,
    patience: Duration,
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Phone({})", self.account.profile.user)
    }
}

impl Phone {
    /// Trades a one-time code for a token and opens a phone that keeps everything in memory.
    ///
    /// # Errors
    /// When the server cannot be reached or does not take the code.
    pub async fn enrol(url: &str, code: &str) -> Result<Self, PhoneError> {
        Self::enrol_on(Box::new(MemoryShelf::default()), url, code).await
    }

    /// Trades a one-time code for a token and opens a phone on this shelf.
    ///
    /// # Errors
    /// When the server cannot be reached, does not take the code, or the shelf cannot store.
    pub async fn enrol_on(
        shelf: Box<dyn Shelf>,
        url: &str,
        code: &str,
    ) -> Result<Self, PhoneError> {
        let account = Account::enrol(url, code).await?;
        Self::signed_in(shelf, &account)
    }

    /// Trades a one-time code for another token, showing the one of before, and goes on with what the
    /// phone holds. The code must be the same user's.
    ///
    /// # Errors
    /// When the server cannot be reached, does not take the code, or the shelf cannot store.
    pub async fn enrol_again(self, code: &str) -> Result<Self, PhoneError> {
        let account = self.account.enrol_again(code).await?;
        Self::signed_in(self.device.into_shelf(), &account)
    }

    fn signed_in(mut shelf: Box<dyn Shelf>, account: &Account) -> Result<Self, PhoneError> {
        shelf.set_account(account)?;
        let mut phone = Self::open(shelf)?;
        let writes = phone.session().note_grant(account.profile.grant);
        phone.store(&writes)?;
        Ok(phone)
    }

    /// Opens the phone that a shelf keeps, with a fresh actor.
    ///
    /// # Errors
    /// When the shelf cannot be read or was never enrolled.
    pub fn open(shelf: Box<dyn Shelf>) -> Result<Self, PhoneError> {
        let account = shelf.account()?.ok_or(PhoneError::NotEnrolled)?;
        let user = account.profile.user.clone();
        Ok(Self {
            device: Device::open(user, fresh_actor(), shelf)?,
            account,
            meter: Meter::default(),
            patience: client::PATIENCE,
        })
    }

    /// The same device with nothing on it: its token and profile, and an empty memory.
    ///
    /// # Errors
    /// Never: memory takes all.
    pub fn emptied(&self) -> Result<Self, PhoneError> {
        Self::signed_in(Box::new(MemoryShelf::default()), &self.account)
    }

    /// Opens the phone in a folder.
    ///
    /// # Errors
    /// When the folder cannot be read or was never enrolled.
    pub fn open_dir(state: &Path) -> Result<Self, PhoneError> {
        Self::open(Box::new(FileShelf::open(state)?))
    }

    /// The user.
    #[must_use]
    pub fn user(&self) -> &UserName {
        self.session().user()
    }

    /// The server's address, token and profile.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Says where the server is from now on.
    ///
    /// # Errors
    /// When the shelf cannot store it.
    pub fn set_url(&mut self, url: &str) -> Result<(), PhoneError> {
        self.account.url = url.to_owned();
        self.device.shelf_mut().set_account(&self.account)?;
        Ok(())
    }

    /// Says how long a request may take before the phone gives it up.
    pub fn set_patience(&mut self, patience: Duration) {
        self.patience = patience;
    }

    /// The session: outbox, progress and delivery.
    #[must_use]
    pub fn session(&self) -> &Session {
        self.device.session()
    }

    /// The bytes and requests of all its connections so far.
    #[must_use]
    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Every verdict that ever reached this phone, also in replies that were cut off later.
    #[must_use]
    pub fn receipts(&self) -> &[Receipt] {
        self.device.receipts()
    }

    /// A document as it is stored.
    ///
    /// # Errors
    /// When the shelf cannot be read.
    pub fn stored(&self, id: DocumentId) -> Result<Option<StoredDocument>, PhoneError> {
        Ok(self.device.shelf().document(id)?)
    }

    /// The ids of all documents.
    ///
    /// # Errors
    /// When the shelf cannot be read.
    pub fn ids(&self) -> Result<Vec<DocumentId>, PhoneError> {
        Ok(self.device.shelf().ids()?)
    }

    /// The work that the server refused.
    ///
    /// # Errors
    /// When the shelf cannot be read.
    pub fn refused(&self) -> Result<Vec<RefusedWork>, PhoneError> {
        Ok(self.device.shelf().refused()?)
    }

    /// Stores a step and then lets the session move on.
    fn store(&mut self, writes: &Writes) -> Result<(), PhoneError> {
        let now_ms = now_ms();
        let fresh = &mut fresh_actor;
        self.device.store(writes, &mut Moment { now_ms, fresh })
    }
}

/// The phone's clock: milliseconds since 1970.
#[must_use]
pub fn now_ms() -> i64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_millis() as i64)
}
