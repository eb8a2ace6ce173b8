//! What a store gives of what is to be told in villages.

use kiennghi_shared::casefile::Voice;
use kiennghi_shared::id::{DocumentId, UnitCode};

use super::{CaseRow, PaperRow};

/// What is wanted of what is to be told.
#[derive(Debug)]
pub struct ResultsWanted<'a> {
    /// In these units.
    pub units: &'a [UnitCode],
    /// Only what changed after these versions of the units, in their order; all of it when there are none.
    pub since: Option<&'a [u64]>,
    /// Cases that were closed before this day are left out, `yyyy-mm-dd`.
    pub closed_from: &'a str,
    /// The same day as it was when the versions were given.
    pub was_closed_from: &'a str,
    /// Cases at most, the newest.
    pub limit: u64,
}

/// What is to be told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredResults {
    /// The cases, the newest first.
    pub cases: Vec<ToldCase>,
    /// Cases of which nothing is to be told any more.
    pub gone: Vec<DocumentId>,
    /// The units' versions, in their order.
    pub versions: Vec<u64>,
    /// Whether this is all of it; otherwise what changed.
    pub is_whole: bool,
}

/// A case of which something is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldCase {
    /// The case.
    pub row: CaseRow,
    /// Its petitions of the units, the oldest first.
    pub voices: Vec<(DocumentId, Voice)>,
    /// The answer that counts.
    pub answer: Option<PaperRow>,
}
