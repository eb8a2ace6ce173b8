//! Petitions and earlier cases that may say the same as a petition, as the server suggests them at the office's desk.

use minicbor::Encode;
use serde::Serialize;

use crate::desk::CaseRow;
use crate::office::PetitionRow;
use crate::order::decode_in_order;

/// What may say the same as a petition.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct SimilarList {
    /// Petitions, the likeliest first.
    #[n(0)]
    pub petitions: Vec<SimilarPetition>,
    /// Cases other than its own: those that were answered first, of both the likeliest.
    #[n(1)]
    pub cases: Vec<SimilarCase>,
}

/// A case that may be about the same, and why. Its outcome and the day of its answer are in its standing.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct SimilarCase {
    /// The case.
    #[n(0)]
    pub row: CaseRow,
    /// How likely, of a hundred; for putting in order, no probability.
    #[n(1)]
    pub score: u8,
    /// The phrases of its wording that the petition has too: those that say most first, then places.
    #[n(2)]
    pub shared: Vec<String>,
}

/// A petition that may say the same, and why.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct SimilarPetition {
    /// The petition.
    #[n(0)]
    pub row: PetitionRow,
    /// How likely, of a hundred; for putting in order, no probability.
    #[n(1)]
    pub score: u8,
    /// The phrases that both have, as they are written in this one: those that say most first, then places.
    #[n(2)]
    pub shared: Vec<String>,
}

decode_in_order! {
    SimilarList { petitions, cases }
    SimilarPetition { row, score, shared }
    SimilarCase { row, score, shared }
}
