//! Cards that an earlier version of the app stored in another form: made again from the documents.

use kiennghi_shared::document::Document;
use kiennghi_shared::fields::Fields;
use kiennghi_shared::session::StoredDocument;

use super::{Local, encode};
use crate::cards::{Card, Cards};
use crate::database::{Key, StorageError, Store};

/// Documents in memory at a time.
const AT_ONCE: usize = 50;

fn card_of(stored: &StoredDocument) -> Card {
    let header = &stored.header;
    match Document::load(&stored.saved) {
        Ok(document) => Card::new(header, &document.record(header.kind)),
        // Shown without words rather than not at all.
        Err(_) => Card {
            header: header.clone(),
            fields: Fields::default(),
            conflicts: 0,
        },
    }
}

impl Local {
    /// Makes the cards of these documents, and stores them bit by bit, so that the app may be ended meanwhile.
    /// A document that this version of the app cannot read at all stays as it is, and is not shown.
    pub(super) async fn remake(&self, keys: &[Key], cards: &mut Cards) -> Result<(), StorageError> {
        for keys in keys.chunks(AT_ONCE) {
            let values = self.database.get_many(Store::Documents, keys).await?;
            let mut puts = Vec::new();
            for (key, bytes) in keys.iter().zip(values) {
                let stored = bytes.and_then(|bytes| minicbor::decode(&bytes).ok());
                if let Some(stored) = stored {
                    let card = card_of(&stored);
                    puts.push((Store::Cards, key.clone(), Some(encode(&card))));
                    cards.put(card);
                }
            }
            // What is not stored is made again at the next start.
            let _ = self.database.write(&puts).await;
        }
        Ok(())
    }
}
