//! What a person writes: documents to be made or changed, petitioners that wait, half-written forms.

use kiennghi_shared::code::Code;
use kiennghi_shared::id::{ChangeHash, DocumentId, UnitCode};
use kiennghi_shared::order::decode_in_order;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use minicbor::Encode;
use minicbor::bytes::ByteVec;

/// A wish to make or change a document.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
pub struct Save {
    /// The document; none to make a new one. One that is neither held here nor, as far as can be told, at the
    /// server is made anew under this id, where [`Save::heads`] is empty and the unit is named.
    #[n(0)]
    pub id: Option<DocumentId>,
    /// Its kind.
    #[n(1)]
    pub kind: Kind,
    /// Its unit; counts for a new one only.
    #[n(2)]
    pub unit: UnitCode,
    /// The fields to set. For a new document the worker adds recorder, time and code, where its kind has them.
    #[n(3)]
    pub edits: Vec<Edit>,
    /// The draft that this makes good.
    #[n(4)]
    pub draft: Option<String>,
    /// The version that the person was looking at: [`Detail::heads`](crate::Detail::heads). Empty for a new document, and for what
    /// shall stand whatever others wrote.
    #[n(5)]
    pub heads: Vec<ChangeHash>,
    /// The refused work that this sends again: it leaves the list in the same step.
    #[n(6)]
    pub again: Option<u64>,
    /// Who stands behind the petition, where that is told: a [`kiennghi_shared::petitioner::Person`] as it is
    /// sent, which the worker does not look into.
    #[n(7)]
    pub person: Option<ByteVec>,
    /// Whether this is known to be a new document, so that the server need not be asked for it.
    #[n(8)]
    pub fresh: bool,
}

impl Save {
    /// Sets one field of a document that exists, over whatever stands there.
    #[must_use]
    pub fn field(id: DocumentId, kind: Kind, edit: Edit) -> Self {
        Self {
            id: Some(id),
            kind,
            unit: UnitCode(String::new()),
            edits: vec![edit],
            draft: None,
            heads: Vec::new(),
            again: None,
            person: None,
            fresh: false,
        }
    }
}

/// A petitioner on this device, which the office has not taken in yet.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
pub struct WaitingPetitioner {
    /// Its id.
    #[n(0)]
    pub id: DocumentId,
    /// The unit of the petition.
    #[n(1)]
    pub unit: UnitCode,
    /// The petition.
    #[n(2)]
    pub petition: DocumentId,
    /// The version at the office that it follows; 0 for none.
    #[n(3)]
    pub follows: u64,
    /// The person: [`Save::person`].
    #[n(4)]
    pub person: ByteVec,
    /// When it was typed in, by the phone's clock.
    #[n(5)]
    pub noted_at: i64,
    /// Why the office did not take it in, if it said so.
    #[n(6)]
    pub refused: Option<Code>,
}

/// A half-written form.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
pub struct Draft {
    /// Its name: one a form.
    #[n(0)]
    pub key: String,
    /// The page it belongs to, as a path.
    #[n(1)]
    pub route: String,
    /// What was typed, by field.
    #[n(2)]
    pub fields: Vec<Edit>,
    /// When, by the phone's clock; set by the worker.
    #[n(3)]
    pub kept_at: i64,
    /// The version of the document that the person was looking at. Empty for a new document.
    #[n(4)]
    pub heads: Vec<ChangeHash>,
    /// What the ids of new documents are made of, so that a form that is opened again writes the same ones; none where
    /// the worker makes the id.
    #[n(5)]
    pub id: Option<DocumentId>,
}

/// The name of the draft in which refused work is edited to be sent again.
#[must_use]
pub fn again_key(order: u64) -> String {
    format!("again-{order}")
}

decode_in_order! {
    Save { id, kind, unit, edits, draft, heads, again, person, fresh }
    WaitingPetitioner { id, unit, petition, follows, person, noted_at, refused }
    Draft { key, route, fields, kept_at, heads, id }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A draft as it was kept before it had an id.
    #[derive(Encode)]
    struct Before(
        #[n(0)] String,
        #[n(1)] String,
        #[n(2)] Vec<Edit>,
        #[n(3)] i64,
        #[n(4)] Vec<ChangeHash>,
    );

    #[test]
    fn a_draft_of_before_opens_without_an_id() {
        let fields = || vec![Edit::new("content", "Đã khảo sát")];
        let texts = || ("answer".to_owned(), "/desk/answer".to_owned());
        let (key, route) = texts();
        let before = Before(key, route, fields(), 7, Vec::new());
        let bytes = minicbor::to_vec(before).expect("encodes");
        let (key, route) = texts();
        let mut draft = Draft {
            key,
            route,
            fields: fields(),
            kept_at: 7,
            heads: Vec::new(),
            id: None,
        };
        assert_eq!(
            minicbor::decode::<Draft>(&bytes).ok().as_ref(),
            Some(&draft)
        );
        draft.id = Some(DocumentId([7; 16]));
        let bytes = minicbor::to_vec(&draft).expect("encodes");
        assert_eq!(minicbor::decode::<Draft>(&bytes).ok(), Some(draft));
    }
}
