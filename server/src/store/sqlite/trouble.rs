//! What went wrong with the database or the disk below it, for all connections together. A disk
//! that fails is tried again; a database found damaged is touched no more by this process, for
//! what is read from it may be anything, and what is written may make it worse.

use std::sync::{Mutex, OnceLock, PoisonError};

use rusqlite::ErrorCode;

use crate::store::StoreError;

/// The trouble of one store.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    corrupt: OnceLock<StoreError>,
    /// The last failure of the disk, until something shows that it works again.
    recent: Mutex<Option<StoreError>>,
}

impl Trouble {
    /// Refuses work on a database that was found damaged.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        self.corrupt
            .get()
            .map_or(Ok(()), |error| Err(error.clone()))
    }

    /// Remembers what is not the asker's fault.
    pub(super) fn note(&self, error: &StoreError) {
        match error {
            StoreError::Busy | StoreError::Stale => {}
            StoreError::Corrupt(_) => {
                if self.corrupt.set(error.clone()).is_ok() {
                    tracing::error!(%error, "nothing is read or written until a restart");
                }
            }
            StoreError::Unavailable(_) | StoreError::Damaged(_) | StoreError::Database(_) => {
                *self.lock() = Some(error.clone());
            }
        }
    }

    /// Whether something failed since the disk was last seen working.
    pub(super) fn is_recent(&self) -> bool {
        self.lock().is_some()
    }

    /// The disk was seen working.
    pub(super) fn clear(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<StoreError>> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        // SQLite's own text can name a path or a value; the kind of error is enough.
        let number = error
            .sqlite_error()
            .map_or(0, |failure| failure.extended_code);
        let unavailable = |why: &str| StoreError::Unavailable(format!("{why} (SQLite {number})"));
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
            Some(ErrorCode::DiskFull) => unavailable("the disk is full"),
            Some(ErrorCode::SystemIoFailure) => unavailable("the disk fails"),
            Some(ErrorCode::CannotOpen) => unavailable("the database cannot be opened"),
            Some(ErrorCode::ReadOnly) => unavailable("the database may not be written"),
            Some(ErrorCode::PermissionDenied) => unavailable("access is denied"),
            Some(ErrorCode::OutOfMemory) => unavailable("there is no memory left"),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                StoreError::Corrupt(format!("SQLite {number}"))
            }
            Some(ErrorCode::ConstraintViolation) => StoreError::Stale,
            _ => StoreError::Database(error.to_string()),
        }
    }
}
