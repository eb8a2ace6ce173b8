//! `GET /api/v1/documents/{id}`: one document with its conflicts and its history.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use kiennghi_shared::code::Code;
use kiennghi_shared::fields::Fields;
use kiennghi_shared::id::{DocumentId, UserName};
use kiennghi_shared::office::{DocumentView, Parent};
use kiennghi_shared::papers::Dispatch;
use kiennghi_shared::record::{Meeting, Petition};
use kiennghi_shared::schema::Kind;

use super::caller::SignedIn;
use super::encoding::answer;
use crate::app::App;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::store::{Store, StoreError, StoredDocument};

pub(super) async fn show_document(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    id: Result<Path<DocumentId>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    // What is not an id names nothing.
    let Path(id) = id.map_err(|_| ApiError(Code::NotFound))?;
    app.work(move |app| {
        let shown = show(&*app.store, &caller, id)?;
        answer(&headers, &shown)
    })
    .await
}

fn show(store: &dyn Store, caller: &Caller, id: DocumentId) -> Result<DocumentView, ApiError> {
    let stored = store.documents(&[id])?.pop();
    let stored = stored.ok_or(ApiError(Code::NotFound))?;
    let document = stored.document()?;
    let kind = stored.header.kind;
    let record = document.record(kind);
    let (mut fields, mut author) = (Fields::from(&record), stored.author.clone());
    let is_own = reads(caller, &stored);
    // Whoever received a letter sees what it says, and not how it came about and by whom.
    let is_received = || kind == Kind::Dispatch && caller.receives(&Dispatch::from(&fields));
    if !is_own && !is_received() {
        return Err(ApiError(Code::NotFound));
    }
    if !is_own {
        fields.0.retain(|edit| edit.field != "recorder");
        author = UserName(String::new());
    }
    let (mut petition, mut meeting, mut parent) = (None, None, None);
    match kind {
        Kind::Meeting => meeting = Some(Meeting::from(&fields)),
        Kind::Petition => {
            let shown = Petition::from(&fields);
            parent = shown
                .meeting
                .map(|id| meeting_of(store, caller, id))
                .transpose()?
                .flatten();
            petition = Some(shown);
        }
        _ => {}
    }
    Ok(DocumentView {
        id,
        kind,
        unit_name: caller.directory().unit_name(&stored.header.unit).to_owned(),
        unit: stored.header.unit,
        author,
        petition,
        meeting,
        parent,
        conflicts: match is_own {
            true => record.conflicts(),
            false => Vec::new(),
        },
        history: match is_own {
            true => document.history(kind),
            false => Vec::new(),
        },
        fields,
    })
}

fn meeting_of(
    store: &dyn Store,
    caller: &Caller,
    id: DocumentId,
) -> Result<Option<Parent>, ApiError> {
    let stored = readable(store, caller, id)?;
    let Some(stored) = stored.filter(|stored| stored.header.kind == Kind::Meeting) else {
        return Ok(None);
    };
    let fields = Fields::from(&stored.document()?.record(Kind::Meeting));
    Ok(Some(Parent {
        id,
        meeting: Meeting::from(&fields),
        fields,
    }))
}

/// What the caller may not see is not there.
pub(super) fn readable(
    store: &dyn Store,
    caller: &Caller,
    id: DocumentId,
) -> Result<Option<StoredDocument>, StoreError> {
    let stored = store.documents(&[id])?.pop();
    Ok(stored.filter(|stored| reads(caller, stored)))
}

fn reads(caller: &Caller, stored: &StoredDocument) -> bool {
    let header = &stored.header;
    caller.scope().reads(header.kind, &header.unit)
}
