//! The office's pages: asked of the server over HTTP, since an office browser holds only what it
//! opened.

use kiennghi_messages::{Body, Detail, Failure, OfficeFilter};
use kiennghi_shared::code::Code;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::office::{Counts, PetitionList, ShownDocument};
use kiennghi_shared::session::Delivery;

use crate::app::server_failure;
use crate::network::{escape, get};

fn query(filter: &OfficeFilter) -> String {
    let text = [
        ("text", &filter.text),
        ("unit", &filter.unit),
        ("village", &filter.village),
        ("field", &filter.field),
    ];
    text.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}&", escape(value)))
        .collect()
}

/// A page of the table.
pub(crate) async fn petitions(token: &str, filter: &OfficeFilter) -> Result<PetitionList, Failure> {
    let (offset, limit) = (filter.offset, filter.limit);
    let query = query(filter);
    let path = format!("/api/v1/petitions?{query}offset={offset}&limit={limit}");
    get(token, &path).await
}

/// The counts above the table.
pub(crate) async fn counts(token: &str, filter: &OfficeFilter) -> Result<Counts, Failure> {
    let path = format!("/api/v1/petitions/counts?{}", query(filter));
    get(token, &path).await
}

/// One document.
pub(crate) async fn detail(token: &str, id: DocumentId) -> Result<Detail, Failure> {
    let whole: ShownDocument = get(token, &format!("/api/v1/documents/{id}")).await?;
    let body = match (whole.petition, whole.meeting) {
        (Some(petition), _) => Body::Petition(petition),
        (None, Some(meeting)) => Body::Meeting(meeting),
        (None, None) => return Err(server_failure(Code::Malformed)),
    };
    Ok(Detail {
        id: whole.id,
        unit: whole.unit,
        unit_name: whole.unit_name,
        body,
        meeting: whole.parent.map(|parent| parent.meeting),
        conflicts: whole.conflicts,
        history: whole.history,
        delivery: Delivery::Received,
        heads: Vec::new(),
    })
}
