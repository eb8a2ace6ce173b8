//! Looking for texts that may say the same as another one.

use kiennghi_shared::id::{DocumentId, UnitCode};

use super::CaseRow;
use crate::similarity::Commonness;

/// What candidates are looked for.
#[derive(Debug)]
pub struct Alike<'a> {
    /// Folded words, as [`Text::search_words`](crate::similarity::Text::search_words) gives them.
    pub words: &'a [String],
    /// In these units.
    pub units: &'a [UnitCode],
    /// A document that is no candidate.
    pub except: Option<DocumentId>,
    /// Candidates at most.
    pub limit: usize,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidates<Row> {
    /// How common the words are, in all units.
    pub commonness: Commonness,
    /// Those that share the most, and the rarest, of the words for their length first; the newer one of two.
    pub rows: Vec<Row>,
}

/// A case among candidates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseAlike {
    /// The case.
    pub row: CaseRow,
    /// The village that raised it; empty where several did.
    pub village: String,
}
