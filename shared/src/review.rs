//! What the office is shown of work that waits for its decision: of people who were moved, and of
//! devices that were revoked. As the server answers, and as the worker hands it to the page.

use minicbor::{Decode, Encode};

use crate::id::{DocumentId, UnitCode, UserName};
use crate::record::Edit;
use crate::schema::Kind;

/// One page of the reviews that are open, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
pub struct ReviewList {
    /// How many are open on all pages.
    #[n(0)]
    pub total: u64,
    /// Those of this page.
    #[n(1)]
    pub reviews: Vec<Review>,
}

/// Why work was not stored at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Reason {
    /// The user held a grant there once, and holds another now.
    #[n(1)]
    Moved = 1,
    /// The device was revoked.
    #[n(2)]
    Revoked = 2,
}

impl Reason {
    /// The reason with this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Reason> {
        let all = [Reason::Moved, Reason::Revoked];
        all.into_iter().find(|reason| *reason as u8 == number)
    }
}

/// Work that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Review {
    /// Its number.
    #[n(0)]
    pub id: u64,
    /// The user who sent it.
    #[n(1)]
    pub user: UserName,
    /// The user's name to show.
    #[n(2)]
    pub display: String,
    /// Why it was not stored at once.
    #[n(3)]
    pub reason: Reason,
    /// When it came, milliseconds since 1970.
    #[n(4)]
    pub received_at: i64,
    /// The document it is for.
    #[n(5)]
    pub document: DocumentId,
    /// The document's kind.
    #[n(6)]
    pub kind: Kind,
    /// The document's unit.
    #[n(7)]
    pub unit: UnitCode,
    /// The unit's name.
    #[n(8)]
    pub unit_name: String,
    /// The fields as they would stand, in the order of the form.
    #[n(9)]
    pub fields: Vec<Edit>,
    /// The fields as they stand now; none for a document that is not stored.
    #[n(10)]
    pub present: Option<Vec<Edit>>,
}
