//! What is written at a desk: kept on the machine by the worker, and sent when the network allows.

use kiennghi_messages::{DeskAnswer, DeskCommand, Detail, Save};
use kiennghi_shared::fields::Fields;
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::record::{Edit, Value, case_code};
use kiennghi_shared::schema::{Kind, Shape};

use crate::browser;
use crate::failure::Failure;
use crate::worker::{self, Reply};

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
