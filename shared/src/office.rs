//! What the office is shown of the district's documents, as the server answers: JSON for whoever asks
//! plainly, CBOR for the app, whose worker hands it on to the page as it came.

use minicbor::Encode;
use serde::Serialize;

use crate::fields::Fields;
use crate::id::{ChangeHash, DocumentId, UnitCode, UserName};
use crate::order::decode_in_order;
use crate::record::{Conflict, HistoryEntry, Meeting, Petition};
use crate::schema::Kind;

/// The media type of answers in CBOR.
pub const MEDIA_TYPE: &str = "application/cbor";

/// One page of petitions.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct PetitionList {
    /// How many there are on all pages.
    #[n(0)]
    pub total: u64,
    /// Those of this page.
    #[n(1)]
    pub petitions: Vec<PetitionRow>,
    /// How many voters raised those of all pages.
    #[n(2)]
    pub voters: u64,
}

/// A petition in a table.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct PetitionRow {
    /// The document.
    #[n(0)]
    pub id: DocumentId,
    /// Its unit.
    #[n(1)]
    pub unit: UnitCode,
    /// The unit's name.
    #[n(2)]
    pub unit_name: String,
    /// How many fields hold more than one value.
    #[n(3)]
    pub conflicts: u64,
    /// When its last change was stored, milliseconds since 1970.
    #[n(4)]
    pub updated_at: i64,
    /// Its fields; to those who read reports alone without words, places and names.
    #[n(5)]
    pub petition: Petition,
    /// The case that carries it.
    #[n(6)]
    pub case: Option<DocumentId>,
    /// While no case carries it, the version of what said where it is; none where nothing ever did. Who puts it into a case
    /// writes on top of it, so that whoever did so meanwhile is not passed over.
    #[n(7)]
    pub heads: Vec<ChangeHash>,
}

/// How many petitions there are.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct PetitionCounts {
    /// Altogether.
    #[n(0)]
    pub total: u64,
    /// By unit.
    #[n(1)]
    pub by_unit: Vec<UnitCount>,
    /// By field of work, the greatest first.
    #[n(2)]
    pub by_field: Vec<FieldCount>,
    /// Denunciations (tố cáo) that were handed over on paper at meetings of the units.
    #[n(3)]
    pub denunciations: u64,
}

/// How many petitions a unit has.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct UnitCount {
    /// The unit.
    #[n(0)]
    pub unit: UnitCode,
    /// Its name.
    #[n(1)]
    pub name: String,
    /// How many.
    #[n(2)]
    pub count: u64,
}

/// How many petitions a field of work has.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct FieldCount {
    /// The field of work's code; empty where none was given.
    #[n(0)]
    pub field: String,
    /// How many.
    #[n(1)]
    pub count: u64,
}

/// One document as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct DocumentView {
    /// The document.
    #[n(0)]
    pub id: DocumentId,
    /// Its kind.
    #[n(1)]
    pub kind: Kind,
    /// Its unit.
    #[n(2)]
    pub unit: UnitCode,
    /// The unit's name.
    #[n(3)]
    pub unit_name: String,
    /// The user who made it.
    #[n(4)]
    pub author: UserName,
    /// Its fields, of a petition.
    #[n(5)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub petition: Option<Petition>,
    /// Its fields, of a meeting.
    #[n(6)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meeting: Option<Meeting>,
    /// The meeting that a petition was raised at.
    #[n(7)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<Parent>,
    /// Fields that hold more than one value.
    #[n(8)]
    pub conflicts: Vec<Conflict>,
    /// Who changed what, and when.
    #[n(9)]
    pub history: Vec<HistoryEntry>,
    /// Its fields, of whatever kind.
    #[n(10)]
    pub fields: Fields,
}

/// The meeting that a petition was raised at.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize)]
pub struct Parent {
    /// The document.
    #[n(0)]
    pub id: DocumentId,
    /// Its fields.
    #[n(1)]
    pub meeting: Meeting,
    /// The same, for the app.
    #[n(2)]
    #[serde(skip)]
    pub fields: Fields,
}

decode_in_order! {
    PetitionList { total, petitions, voters }
    PetitionRow { id, unit, unit_name, conflicts, updated_at, petition; case, heads }
    PetitionCounts { total, by_unit, by_field; denunciations }
    DocumentView { id, kind, unit, unit_name, author, petition, meeting, parent, conflicts, history; fields }
    Parent { id, meeting; fields }
    UnitCount { unit, name, count }
    FieldCount { field, count }
}
