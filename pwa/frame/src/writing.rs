//! What is written at a desk: kept on the machine by the worker, and sent when the network allows.

use kiennghi_messages::{DeskAnswer, DeskCommand, Detail, Save};
use kiennghi_shared::desk::VoiceRow;
use kiennghi_shared::fields::Fields;
use kiennghi_shared::id::{ChangeHash, DocumentId, UnitCode};
use kiennghi_shared::office::PetitionRow;
use kiennghi_shared::papers::consolidation_of;
use kiennghi_shared::record::{Edit, Value, case_code};
use kiennghi_shared::schema::{Kind, Shape};

use crate::browser;
use crate::failure::Failure;
use crate::worker::{self, Reply};

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

/// The id of a document that is to be made.
pub fn fresh_id() -> Option<DocumentId> {
    let mut random = [0; 10];
    getrandom::fill(&mut random).ok()?;
    let now_ms = u64::try_from(browser::now_ms()).unwrap_or_default();
    Some(DocumentId::new(now_ms, random))
}

/// A wish to make a document of this kind.
pub fn new_document(id: DocumentId, kind: Kind, unit: UnitCode, edits: Vec<Edit>) -> Save {
    Save {
        id: Some(id),
        kind,
        unit,
        edits,
        draft: None,
        heads: Vec::new(),
        again: None,
        person: None,
        fresh: true,
    }
}

/// A wish to make a case.
pub fn new_case(id: DocumentId, unit: UnitCode, mut edits: Vec<Edit>) -> Save {
    edits.push(Edit::new("code", case_code(id)));
    new_document(id, Kind::Case, unit, edits)
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

/// A wish to change a document that somebody was looking at.
pub fn change(detail: &Detail, edits: Vec<Edit>) -> Save {
    let header = &detail.header;
    Save {
        fresh: false,
        heads: detail.heads.clone(),
        ..new_document(header.id, header.kind, header.unit.clone(), edits)
    }
}

/// What differs from a document's fields, as edits of it.
pub fn differing(kind: Kind, before: &Fields, now: &[(&str, String)]) -> Vec<Edit> {
    let changed = now.iter().filter(|(key, text)| before.text(key) != text);
    let value = |key: &str, text: &str| match kind.field(key).map(|field| field.shape) {
        Some(Shape::Prose(_)) => Value::from(text),
        _ if text.is_empty() => Value::Empty,
        _ => Value::from(text),
    };
    changed
        .map(|(key, text)| Edit::new(key, value(key, text)))
        .collect()
}

/// Has the documents written, all at once: each may first be asked of the server.
pub async fn save_all(saves: Vec<Save>) -> Result<(), Failure> {
    let replies: Vec<Reply<DeskAnswer>> = saves
        .into_iter()
        .map(|save| worker::ask(DeskCommand::Save(save)))
        .collect();
    let mut failed = Ok(());
    for reply in replies {
        match reply.await {
            Ok(DeskAnswer::Saved(_)) => {}
            Ok(_) => failed = Err(worker::unexpected().into()),
            Err(told) => failed = Err(told.into()),
        }
    }
    failed
}

/// Has documents written, the first before the others and the last after them; none after one that is not written.
pub async fn save_in_order(saves: Vec<Save>) -> Result<(), Failure> {
    let mut saves = saves;
    // The first, all but the last, the last.
    let mut count = 1;
    while !saves.is_empty() {
        let others = saves.split_off(count);
        save_all(saves).await?;
        count = others.len().saturating_sub(1).max(1);
        saves = others;
    }
    Ok(())
}

/// A document as it is held here, after it was asked of the server.
pub async fn detail(id: DocumentId) -> Result<Box<Detail>, Failure> {
    match worker::ask(DeskCommand::Detail(id)).await? {
        DeskAnswer::Detail(detail) => Ok(detail),
        _ => Err(worker::unexpected().into()),
    }
}

/// Changes fields of a document, over whatever stands there.
pub async fn set(id: DocumentId, edits: Vec<Edit>) -> Result<(), Failure> {
    let detail = detail(id).await?;
    save_all(vec![change(&detail, edits)]).await
}
