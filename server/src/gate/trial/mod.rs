//! Step 4: the trial. Changes are applied to a copy of their document, which is saved, loaded
//! back, compared, and checked against its kind's schema.
//!
//! Batches go in and outcomes come out, all as plain data. A server has its trials made by [`Pool`]
//! in worker processes that may do nothing else, because no validator is perfect and automerge can
//! take its whole process down. [`InProcess`] is for documents that this program made itself.

mod in_process;
mod message;
mod pool;
mod split;
pub mod worker;

use kiennghi_shared::id::ChangeHash;
use kiennghi_shared::record::Record;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::Verdict;
use minicbor::bytes::ByteSlice;
use minicbor::{Decode, Encode};

pub use self::in_process::InProcess;
pub use self::pool::Pool;

/// Tries changes before they are stored.
pub trait Trial: Send + Sync + std::fmt::Debug {
    /// Tries the changes of some documents, each document by itself: an outcome for each batch.
    ///
    /// # Errors
    /// When no trial could be made, whatever the changes are like.
    fn run(&self, batches: &[TrialBatch<'_>]) -> Result<Vec<Outcome>, TrialError>;

    /// Whether trials can be made, tried out when the last one could not.
    ///
    /// # Errors
    /// What keeps them from being made.
    fn health(&self) -> Result<(), TrialError>;
}

/// Why no trial could be made. It says nothing about the changes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("changes cannot be tried: {0}")]
pub struct TrialError(pub String);

/// The changes of one document, and what it is without them.
#[derive(Debug, Clone, Encode, Decode)]
pub struct TrialBatch<'a> {
    /// The document's kind.
    #[n(0)]
    pub kind: Kind,
    /// The stored changes; not looked at when there is a snapshot.
    #[b(1)]
    pub base: Vec<&'a ByteSlice>,
    /// The stored changes as one document, where that is at hand.
    #[cbor(b(2), with = "minicbor::bytes")]
    pub snapshot: Option<&'a [u8]>,
    /// The changes to try, each after those it depends on.
    #[b(3)]
    pub changes: Vec<TrialChange<'a>>,
}

/// A change to try.
#[derive(Debug, Clone, Encode, Decode)]
pub struct TrialChange<'a> {
    /// Its name.
    #[n(0)]
    pub hash: ChangeHash,
    /// The changes it was made on top of.
    #[n(1)]
    pub deps: Vec<ChangeHash>,
    /// The change chunk, not compressed.
    #[cbor(b(2), with = "minicbor::bytes")]
    pub bytes: &'a [u8],
}

/// What came out of a trial.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Outcome {
    /// A verdict for each change.
    #[n(0)]
    pub verdicts: Vec<Verdict>,
    /// The document with the changes whose verdict is [`Verdict::Ok`]; none when there are none.
    #[n(1)]
    pub tried: Option<Tried>,
    /// Whether the document as it is stored could not be loaded: the verdicts say nothing then.
    #[n(2)]
    pub damaged: bool,
}

/// A document that was saved and loaded back unharmed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Tried {
    /// The whole document.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub snapshot: Vec<u8>,
    /// Its heads.
    #[n(1)]
    pub heads: Vec<ChangeHash>,
    /// Its fields.
    #[cbor(n(2), with = "message::record")]
    pub record: Record,
}
