//! A shelf that is gone with its phone.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::session::{Outgoing, Progress, RefusedWork, StoredDocument, Writes};

use super::{Kept, Shelf};
use crate::phone::account::Account;

/// A shelf in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryShelf {
    account: Option<Account>,
    progress: Progress,
    documents: HashMap<DocumentId, StoredDocument>,
    outbox: BTreeMap<u64, Outgoing>,
    refused: BTreeMap<u64, RefusedWork>,
}

impl Shelf for MemoryShelf {
    fn account(&self) -> Result<Option<Account>> {
        Ok(self.account.clone())
    }

    fn set_account(&mut self, account: &Account) -> Result<()> {
        self.account = Some(account.clone());
        Ok(())
    }

    fn kept(&mut self) -> Result<Kept> {
        Ok(Kept {
            progress: self.progress.clone(),
            outbox: self.outbox.clone().into_iter().collect(),
        })
    }

    fn document(&self, id: DocumentId) -> Result<Option<StoredDocument>> {
        Ok(self.documents.get(&id).cloned())
    }

    fn ids(&self) -> Result<Vec<DocumentId>> {
        let mut ids: Vec<_> = self.documents.keys().copied().collect();
        ids.sort_unstable();
        Ok(ids)
    }

    fn refused(&self) -> Result<Vec<RefusedWork>> {
        Ok(self.refused.values().cloned().collect())
    }

    fn store(&mut self, writes: &Writes) -> Result<()> {
        for write in &writes.documents {
            match &write.stored {
                Some((stored, _)) => self.documents.insert(write.id, stored.clone()),
                None => self.documents.remove(&write.id),
            };
        }
        for order in &writes.outbox_remove {
            self.outbox.remove(order);
        }
        self.outbox.extend(writes.outbox_add.iter().cloned());
        self.refused.extend(writes.refused_add.iter().cloned());
        self.progress = writes.progress.clone();
        Ok(())
    }
}
