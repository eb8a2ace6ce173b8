//! What the server has to tell about the user's units, as it was encoded there, with its version.

use super::{Local, decode, encode, name};
use crate::database::{Put, StorageError, Store};

const RESULTS: &str = "results";
const VERSION: &str = "results_version";

/// What takes them away.
pub(super) fn drop_puts() -> [Put; 2] {
    [RESULTS, VERSION].map(|key| (Store::Meta, name(key), None))
}

impl Local {
    async fn meta(&self, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
        let mut values = self.database.get_many(Store::Meta, &[name(key)]).await?;
        Ok(values.pop().flatten())
    }

    /// What is kept of it; no bytes when there is nothing.
    pub(crate) async fn results(&self) -> Result<Vec<u8>, StorageError> {
        Ok(self.meta(RESULTS).await?.unwrap_or_default())
    }

    /// The version of what is kept.
    pub(crate) async fn results_version(&self) -> Result<Option<u64>, StorageError> {
        let version = self.meta(VERSION).await?;
        version.map(|version| decode(&version)).transpose()
    }

    /// Keeps nothing of it any more.
    pub(crate) async fn drop_results(&self) -> Result<(), StorageError> {
        self.database.write(&drop_puts()).await
    }

    /// Keeps what the server told.
    pub(crate) async fn put_results(
        &self,
        version: u64,
        results: Vec<u8>,
    ) -> Result<(), StorageError> {
        let puts = [
            (Store::Meta, name(RESULTS), Some(results)),
            (Store::Meta, name(VERSION), Some(encode(&version))),
        ];
        self.database.write(&puts).await
    }
}
