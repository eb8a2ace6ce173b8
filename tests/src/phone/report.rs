//! What the phone tells of itself.

use std::collections::BTreeMap;

use kiennghi_shared::id::{ChangeHash, DocumentId, UnitCode};
use kiennghi_shared::record::{Conflict, Value};
use kiennghi_shared::wire::Verdict;
use serde::Serialize;

use super::error::PhoneError;

/// What one sync did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SyncReport {
    /// Changes sent, those sent twice counted twice.
    pub pushed: u64,
    /// Changes that the server says are on its disk.
    pub acked: u64,
    /// Changes that the server refused.
    pub refused: u64,
    /// Documents that came, whole or in part.
    pub pulled: u64,
    /// Bytes sent, headers included.
    pub bytes_up: u64,
    /// Bytes received, headers included.
    pub bytes_down: u64,
    /// Requests made.
    pub requests: u64,
    /// How long it took.
    pub ms: u64,
}

impl SyncReport {
    /// Counts verdicts that have come.
    pub(super) fn count(&mut self, receipts: &[Receipt]) {
        let stored = receipts.iter().filter(|r| r.verdict.is_stored());
        self.acked += stored.count() as u64;
        let refused = |receipt: &&Receipt| matches!(receipt.verdict, Verdict::Refused(_));
        self.refused += receipts.iter().filter(refused).count() as u64;
    }
}

/// A sync that did not come to its end, and what it did until then.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct SyncFailure {
    /// What it did.
    pub so_far: SyncReport,
    /// Why it ended.
    #[source]
    pub error: PhoneError,
}

/// One verdict that reached the phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The change's document.
    pub document: DocumentId,
    /// The change.
    pub hash: ChangeHash,
    /// What became of it.
    pub verdict: Verdict,
}

/// A petition as `list --json` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// The document.
    pub id: DocumentId,
    /// Its unit.
    pub unit: UnitCode,
    /// `saved` (on the phone alone), `sending` or `received` (by the server).
    pub delivery: &'static str,
    /// Fields that hold two values, with both.
    pub conflicts: Vec<Conflict>,
    /// The value shown for each field that has one.
    pub fields: BTreeMap<String, Value>,
}
