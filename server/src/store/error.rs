//! Why a store did not do what it was asked.

use kiennghi_shared::code::Code;

/// Why a store did not do what it was asked. Nothing was stored, as far as can be known: where
/// the disk failed at the commit itself, what was asked may be found stored after all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The writer's queue is full, or another process holds the database.
    #[error("too many writers at once")]
    Busy,
    /// The state that the request was judged against is no longer the stored one.
    #[error("the stored state has changed meanwhile")]
    Stale,
    /// The disk is full, fails, or may not be written; it is tried again with every request.
    #[error("storage does not work: {0}")]
    Unavailable(String),
    /// The database's own structure is damaged: nothing more is read from it or written to it
    /// until it is opened anew.
    #[error("the database is damaged: {0}")]
    Corrupt(String),
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
            StoreError::Unavailable(_) | StoreError::Corrupt(_) | StoreError::Damaged(_) => {
                Code::Unavailable
            }
            StoreError::Database(_) => Code::Internal,
        }
    }

    /// What an operator is told at the door: a sentence without paths, SQL or stored values.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            StoreError::Busy => "Too many writes are waiting.".to_owned(),
            StoreError::Stale => "The stored state has changed meanwhile.".to_owned(),
            StoreError::Unavailable(why) => format!("Storage does not work: {why}."),
            StoreError::Corrupt(_) => "The database is damaged: stop the server, run `kiennghi \
                 verify`, restore a backup, and start it again."
                .to_owned(),
            StoreError::Damaged(_) => {
                "Some stored data is damaged: run `kiennghi verify`.".to_owned()
            }
            StoreError::Database(_) => {
                "The database gave an error that the log tells of.".to_owned()
            }
        }
    }
}

impl From<StoreError> for Code {
    /// The code that a client is told; what only an operator can mend is logged.
    fn from(error: StoreError) -> Code {
        match &error {
            StoreError::Busy | StoreError::Stale => {}
            StoreError::Unavailable(_)
            | StoreError::Corrupt(_)
            | StoreError::Damaged(_)
            | StoreError::Database(_) => tracing::error!(%error, "the store failed"),
        }
        error.code()
    }
}
