//! Petitioners that wait on this device: kept until the office has taken them in, and no longer.

use kiennghi_messages::WaitingPetitioner;
use kiennghi_shared::code::Code;
use kiennghi_shared::id::DocumentId;

use super::{Local, document_key, encode};
use crate::database::{Put, StorageError, Store};

/// What stores one.
pub(super) fn put(waiting: &WaitingPetitioner) -> Put {
    let bytes = Some(encode(waiting));
    (Store::Petitioners, document_key(waiting.id), bytes)
}

impl Local {
    /// Those that are to be sent: that were not refused, nor their petitions.
    pub(crate) fn unsent_petitioners(&self) -> impl Iterator<Item = &WaitingPetitioner> {
        let all = self.petitioners.iter();
        all.filter(|waiting| {
            let petition = waiting.petition;
            let mut refused = self.refused.values();
            let refused =
                refused.any(|work| work.header.id == petition && work.code != Code::Review);
            waiting.refused.is_none() && !refused
        })
    }

    /// Those that the office did not take in.
    pub(crate) fn refused_petitioners(&self) -> impl Iterator<Item = &WaitingPetitioner> {
        let all = self.petitioners.iter();
        all.filter(|waiting| waiting.refused.is_some())
    }

    /// The one of a petition.
    pub(crate) fn petitioner_of(&self, petition: DocumentId) -> Option<&WaitingPetitioner> {
        let mut all = self.petitioners.iter();
        all.find(|waiting| waiting.petition == petition)
    }

    /// Takes in what the office said to one: it goes, or stays with the reason why it was refused. What was
    /// typed meanwhile follows it.
    pub(crate) async fn petitioner_answered(
        &mut self,
        sent: &WaitingPetitioner,
        refused: Option<Code>,
    ) -> Result<(), StorageError> {
        let mut all = self.petitioners.iter();
        let Some(at) = all.position(|waiting| waiting.id == sent.id) else {
            return Ok(());
        };
        let mut waiting = self.petitioners[at].clone();
        if refused.is_none() && waiting == *sent {
            return self.drop_petitioner(sent.id).await;
        }
        match refused {
            None => waiting.follows += 1,
            Some(_) => waiting.refused = refused,
        }
        self.database.write(&[put(&waiting)]).await?;
        self.petitioners[at] = waiting;
        Ok(())
    }

    /// Throws one away.
    pub(crate) async fn drop_petitioner(&mut self, id: DocumentId) -> Result<(), StorageError> {
        self.database
            .write(&[(Store::Petitioners, document_key(id), None)])
            .await?;
        self.petitioners.retain(|waiting| waiting.id != id);
        Ok(())
    }
}
