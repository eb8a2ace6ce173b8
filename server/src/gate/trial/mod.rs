//! Step 4: the trial. The document as it would be with the changes is packed here and loaded by
//! automerge elsewhere, which makes each change anew from it and compares the hashes; what it then
//! reads is checked against the kind's schema.
//!
//! Packed documents go in and findings come out, all as plain data. A server has its trials made by
//! [`Pool`] in worker processes that may do nothing else, because no validator is perfect and
//! automerge can take its whole process down. [`InProcess`] is for documents that this program made
//! itself. Which change is to blame where a trial fails is found by [`search`].

mod message;
mod pool;
pub(super) mod search;
pub mod worker;

use std::panic::{AssertUnwindSafe, catch_unwind};

use kiennghi_shared::code::Code;
use kiennghi_shared::document::Document;
use kiennghi_shared::record::Record;
use kiennghi_shared::schema::Kind;
use minicbor::{Decode, Encode};

pub use self::pool::Pool;

/// Loads packed documents, and says what is in them.
pub trait Trial: Send + Sync + std::fmt::Debug {
    /// Loads documents in one go.
    ///
    /// # Errors
    /// When no trial could be made, whatever the documents are like.
    fn run(&self, documents: &[Specimen<'_>]) -> Result<Answer, TrialError>;

    /// Whether trials can be made, tried out when the last one could not.
    ///
    /// # Errors
    /// What keeps them from being made.
    fn health(&self) -> Result<(), TrialError>;
}

/// Why no trial could be made. It says nothing about the documents.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("changes cannot be tried: {0}")]
pub struct TrialError(pub String);

/// A packed document to load.
#[derive(Debug, Clone, Copy, Encode, Decode)]
pub struct Specimen<'a> {
    /// Its kind.
    #[n(0)]
    pub kind: Kind,
    /// The document chunk, not compressed.
    #[cbor(b(1), with = "minicbor::bytes")]
    pub bytes: &'a [u8],
}

/// What came of loading some documents in one go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A finding for each.
    Found(Vec<Finding>),
    /// At least one of them ended the process that loaded them.
    Killed,
}

/// What came of loading one document.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Finding {
    /// It holds the very changes that were packed, and fits its kind.
    #[n(0)]
    Fits(#[cbor(n(0), with = "message::record")] Record),
    /// It does not.
    #[n(1)]
    Unfit(#[n(0)] Code),
}

impl Specimen<'_> {
    /// Loads it here. A panic is caught, and nothing else.
    fn load(&self) -> Finding {
        let load = || {
            let document = Document::load(self.bytes).map_err(|_| Code::TrialFailed)?;
            let (record, fits) = document.read(self.kind);
            fits.map_err(|_| Code::SchemaMismatch)?;
            Ok(record)
        };
        match catch_unwind(AssertUnwindSafe(load)).unwrap_or(Err(Code::TrialFailed)) {
            Ok(record) => Finding::Fits(record),
            Err(code) => Finding::Unfit(code),
        }
    }
}

/// Loads documents in this process: those that this program made itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct InProcess;

impl Trial for InProcess {
    fn run(&self, documents: &[Specimen<'_>]) -> Result<Answer, TrialError> {
        Ok(Answer::Found(
            documents.iter().map(Specimen::load).collect(),
        ))
    }

    fn health(&self) -> Result<(), TrialError> {
        Ok(())
    }
}
