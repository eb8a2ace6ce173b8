//! Why a store did not do what it was asked.

use kiennghi_shared::code::Code;

/// Why a store did not do what it was asked. Nothing was stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The writer's queue is full, or another process holds the database.
    #[error("too many writers at once")]
    Busy,
    /// The state that the request was judged against is no longer the stored one.
    #[error("the stored state has changed meanwhile")]
    Stale,
    /// The disk is full, fails, or may not be written.
    #[error("storage does not work: {0}")]
    Unavailable(String),
    /// What is stored cannot be read as what it should be.
    #[error("stored data is damaged: {0}")]
    Damaged(String),
    /// Any other error of the database.
    #[error("database: {0}")]
    Database(String),
}

impl StoreError {
    /// The code that a client is told.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            StoreError::Busy | StoreError::Stale => Code::Busy,
            StoreError::Unavailable(_) => Code::Unavailable,
            StoreError::Damaged(_) | StoreError::Database(_) => Code::Internal,
        }
    }
}
