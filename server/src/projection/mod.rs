//! What tables and search show of a document: pure, from the document's record alone, so that the
//! projections of a live server and rebuilt ones are equal.

use kiennghi_shared::casefile::Content;
use kiennghi_shared::papers::{Case, Consolidation};
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
    /// Of a case.
    Case {
        /// Its fields.
        case: Box<Case>,
        /// How many fields hold more than one value.
        conflicts: u64,
        /// What is searched, as [`text::indexed`] gives it.
        words: String,
    },
    /// Of which case carries a petition.
    Consolidation {
        /// Its fields.
        consolidation: Consolidation,
        /// How many fields hold more than one value.
        conflicts: u64,
    },
    /// Of a paper of cases.
    Paper {
        /// What it says.
        content: Box<Content>,
        /// How many fields hold more than one value.
        conflicts: u64,
    },
}

impl Projection {
    /// What is shown of a record.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        let conflicts = record.conflicts().len() as u64;
        if let Some(content) = Content::of(record) {
            return Projection::Paper {
                content: Box::new(content),
                conflicts,
            };
        }
        match record.kind {
            Kind::Meeting => Projection::Meeting {
                meeting: Box::new(Meeting::from(record)),
                conflicts,
            },
            Kind::Case => {
                let case = Box::new(Case::from(record));
                Projection::Case {
                    words: text::indexed(&format!("{}\n{}", case.wording, case.code)),
                    case,
                    conflicts,
                }
            }
            Kind::Consolidation => Projection::Consolidation {
                consolidation: Consolidation::from(record),
                conflicts,
            },
            _ => {
                let petition = Box::new(Petition::from(record));
                Projection::Petition {
                    words: words(&petition),
                    petition,
                    conflicts,
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
