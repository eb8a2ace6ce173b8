//! Which case carries a petition: said on top of what the person saw, so that what others say meanwhile is not passed over.

use kiennghi_messages::Save;
use kiennghi_shared::desk::VoiceRow;
use kiennghi_shared::id::{ChangeHash, DocumentId, UnitCode};
use kiennghi_shared::office::PetitionRow;
use kiennghi_shared::papers::consolidation_of;
use kiennghi_shared::record::{Edit, Value};
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::app::App;
use crate::failure::Step;
use crate::writing::{new_document, save_all};

/// A petition, as far as it is put into a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    /// The petition.
    pub id: DocumentId,
    /// Its unit.
    pub unit: UnitCode,
    /// The version of what says where it is; none where nothing does.
    pub heads: Vec<ChangeHash>,
}

impl From<&PetitionRow> for Raised {
    fn from(row: &PetitionRow) -> Self {
        Self {
            id: row.id,
            unit: row.unit.clone(),
            heads: row.heads.clone(),
        }
    }
}

impl From<&VoiceRow> for Raised {
    fn from(row: &VoiceRow) -> Self {
        Self {
            id: row.id,
            unit: row.unit.clone(),
            heads: row.heads.clone(),
        }
    }
}

/// A wish to say which case carries a petition; none takes it out. Written on top of what the person saw: what others
/// said meanwhile stands beside it, until a person chooses.
pub fn put_into(petition: &Raised, case: Option<DocumentId>) -> Save {
    let case = case.map_or(Value::Empty, |case| Value::from(case.to_string()));
    let edits = vec![
        Edit::new("petition", petition.id.to_string()),
        Edit::new("case", case),
    ];
    let id = consolidation_of(petition.id);
    Save {
        fresh: petition.heads.is_empty(),
        heads: petition.heads.clone(),
        ..new_document(id, Kind::Consolidation, petition.unit.clone(), edits)
    }
}

/// Puts petitions into a case, or takes them out of all, and says so: here, or on the page at `path`.
pub fn place(
    app: App,
    step: Step,
    raised: Vec<Raised>,
    case: Option<DocumentId>,
    (path, words): (Option<String>, String),
) {
    step.take(async move {
        let saves = raised.iter().map(|one| put_into(one, case));
        save_all(saves.collect()).await?;
        app.picked
            .update(|picked| picked.retain(|row| raised.iter().all(|one| one.id != row.id)));
        match path {
            Some(path) => app.done_elsewhere(path, words),
            None => app.say(words),
        }
        Ok(())
    });
}

/// What is said of petitions that were put into a case.
#[must_use]
pub fn put_words(count: usize, code: &str) -> String {
    format!("Đã đưa {count} kiến nghị vào vụ việc {code}.")
}
