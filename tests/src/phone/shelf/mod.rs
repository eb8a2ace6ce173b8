//! Where a phone keeps its documents, outbox and progress.

mod file;
mod memory;

use anyhow::Result;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::session::{Outgoing, Progress, RefusedWork, StoredDocument, Writes};

pub use file::FileShelf;
pub use memory::MemoryShelf;

use super::account::Account;

/// What a session is opened with.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// Cursor, epoch and the rest.
    pub progress: Progress,
    /// Changes that the server has not acknowledged, by order number.
    pub outbox: Vec<(u64, Outgoing)>,
}

/// A phone's store.
pub trait Shelf: Send + Sync {
    /// The account, when the phone was enrolled.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn account(&self) -> Result<Option<Account>>;

    /// Keeps the account.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn set_account(&mut self, account: &Account) -> Result<()>;

    /// What a session is opened with.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn kept(&mut self) -> Result<Kept>;

    /// One document.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn document(&self, id: DocumentId) -> Result<Option<StoredDocument>>;

    /// The ids of all documents, in their order.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn ids(&self) -> Result<Vec<DocumentId>>;

    /// All refused work, the oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn refused(&self) -> Result<Vec<RefusedWork>>;

    /// Stores a step whole, durably, or not at all.
    ///
    /// # Errors
    /// When it cannot; nobody knows then whether it is stored.
    fn store(&mut self, writes: &Writes) -> Result<()>;
}

impl<S: Shelf + ?Sized> Shelf for Box<S> {
    fn account(&self) -> Result<Option<Account>> {
        (**self).account()
    }

    fn set_account(&mut self, account: &Account) -> Result<()> {
        (**self).set_account(account)
    }

    fn kept(&mut self) -> Result<Kept> {
        (**self).kept()
    }

    fn document(&self, id: DocumentId) -> Result<Option<StoredDocument>> {
        (**self).document(id)
    }

    fn ids(&self) -> Result<Vec<DocumentId>> {
        (**self).ids()
    }

    fn refused(&self) -> Result<Vec<RefusedWork>> {
        (**self).refused()
    }

    fn store(&mut self, writes: &Writes) -> Result<()> {
        (**self).store(writes)
    }
}
