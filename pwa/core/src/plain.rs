//! What versions of the app before the lock kept in the clear: read once, sealed, and then erased.
//!
//! What was not sealed is never erased here: one of those versions may have come back for a while, and
//! have written again.

use web_sys::IdbTransactionMode;

use crate::database::{Put, StorageError, Store, erase as erase_database, existing, read_all};

const NAME: &str = "kiennghi";

/// Everything that is there; nothing when there is no such database.
pub(crate) async fn read() -> Result<Vec<Put>, StorageError> {
    let mut puts = Vec::new();
    let Some(database) = existing(NAME).await? else {
        return Ok(puts);
    };
    let names = database.object_store_names();
    for store in Store::SEALED {
        if !names.contains(store.name()) {
            continue;
        }
        let mode = IdbTransactionMode::Readonly;
        let transaction = database.transaction_with_str_and_mode(store.name(), mode)?;
        let values = read_all(&transaction.object_store(store.name())?).await?;
        puts.extend(
            values
                .into_iter()
                .map(|(key, value)| (store, key, Some(value.to_vec()))),
        );
    }
    database.close();
    Ok(puts)
}

/// Erases it. Browsers then rewrite the files in which it stood, as they do not for single values.
pub(crate) async fn erase() -> Result<(), StorageError> {
    erase_database(NAME).await
}
