//! What tables and search show of a document: pure, from the document's record alone, so that the
//! projections of a live server and rebuilt ones are equal.

use kiennghi_shared::record::{Meeting, Petition, Record};
use kiennghi_shared::schema::Kind;
use kiennghi_shared::text;

/// What is shown of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Projection {
    /// Of a meeting.
    Meeting {
        /// Its fields.
        meeting: Box<Meeting>,
        /// How many fields hold more than one value.
        conflicts: u64,
    },
    /// Of a petition.
    Petition {
        /// Its fields.
        petition: Box<Petition>,
        /// How many fields hold more than one value.
        conflicts: u64,
        /// What is searched, as [`text::indexed`] gives it.
        words: String,
    },
}

impl Projection {
    /// What is shown of a record.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        let conflicts = record.conflicts().len() as u64;
        match record.kind {
            Kind::Meeting => Projection::Meeting {
                meeting: Box::new(Meeting::from(record)),
                conflicts,
            },
            Kind::Petition => {
                let petition = Box::new(Petition::from(record));
                let words = words(&petition);
                Projection::Petition {
                    petition,
                    conflicts,
                    words,
                }
            }
        }
    }
}

/// What is searched of a petition.
fn words(petition: &Petition) -> String {
    let keywords = petition.keywords.join("\n");
    let all = [
        &petition.content,
        &petition.village,
        &petition.code,
        &petition.place,
        &keywords,
    ]
    .map(String::as_str)
    .join("\n");
    text::indexed(&all)
}
