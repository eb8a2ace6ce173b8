//! Documents as the worker shows them: in lists and as a whole.

use kiennghi_shared::fields::Fields;
use kiennghi_shared::id::ChangeHash;
use kiennghi_shared::order::decode_in_order;
use kiennghi_shared::record::{Conflict, Edit, HistoryEntry};
use kiennghi_shared::session::{Delivery, RefusedWork};
use kiennghi_shared::wire::DocumentHeader;
use minicbor::Encode;
use minicbor::bytes::ByteVec;

use crate::WaitingPetitioner;

/// A document in a list.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
pub struct Row {
    /// Which it is.
    #[n(0)]
    pub header: DocumentHeader,
    /// Its fields.
    #[n(1)]
    pub fields: Fields,
    /// Where it stands.
    #[n(2)]
    pub delivery: Delivery,
    /// How many fields were changed twice at once.
    #[n(3)]
    pub conflicts: u32,
}

/// A meeting in a list.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
pub struct MeetingRow {
    /// The meeting.
    #[n(0)]
    pub row: Row,
    /// How many petitions were raised at it.
    #[n(1)]
    pub petitions: u32,
    /// How many of those the office has received.
    #[n(2)]
    pub received: u32,
}

/// Some of the petitions that were looked for.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
pub struct PetitionPage {
    /// How many there are in all.
    #[n(0)]
    pub total: u32,
    /// Those of this page.
    #[n(1)]
    pub rows: Vec<Row>,
}

/// A document as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
pub struct Detail {
    /// Which it is.
    #[n(0)]
    pub header: DocumentHeader,
    /// The unit's name, when known.
    #[n(1)]
    pub unit_name: String,
    /// Its fields.
    #[n(2)]
    pub fields: Fields,
    /// The fields of the meeting of a petition, when it is known here.
    #[n(3)]
    pub meeting: Option<Fields>,
    /// Fields changed twice at once.
    #[n(4)]
    pub conflicts: Vec<Conflict>,
    /// Who changed what, and when.
    #[n(5)]
    pub history: Vec<HistoryEntry>,
    /// Where it stands; at the server everything is received.
    #[n(6)]
    pub delivery: Delivery,
    /// Which version this is; empty when it came from the server and is not held here.
    #[n(7)]
    pub heads: Vec<ChangeHash>,
    /// Who stands behind a petition, while that waits on this device.
    #[n(8)]
    pub petitioner: Option<WaitingPetitioner>,
}

/// Refused work in the list.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
pub struct RefusedRow {
    /// Its number in the list.
    #[n(0)]
    pub order: u64,
    /// The work.
    #[n(1)]
    pub work: RefusedWork,
    /// Whether the document is held here without the work: it was an edit, not a new document.
    #[n(2)]
    pub is_edit: bool,
    /// The fields of the meeting of a petition, when it is known here.
    #[n(3)]
    pub meeting: Option<Fields>,
    /// A petition's petitioner, while that waits on this device.
    #[n(4)]
    pub petitioner: Option<WaitingPetitioner>,
}

/// A document of which the office has not received all.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
pub struct Unsent {
    /// Which it is.
    #[n(0)]
    pub header: DocumentHeader,
    /// Its fields, for people.
    #[n(1)]
    pub fields: Vec<Edit>,
    /// The changes that wait, for machines.
    #[n(2)]
    pub changes: Vec<ByteVec>,
}

decode_in_order! {
    Row { header, fields, delivery, conflicts }
    MeetingRow { row, petitions, received }
    PetitionPage { total, rows }
    Detail { header, unit_name, fields, meeting, conflicts, history, delivery, heads, petitioner }
    RefusedRow { order, work, is_edit, meeting, petitioner }
    Unsent { header, fields, changes }
}
