//! `GET /api/v1/cases/{id}`: a case with all that belongs to it.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use kiennghi_shared::code::Code;
use kiennghi_shared::desk::{CaseFile, PaperRow};
use kiennghi_shared::id::{DocumentId, UserName};

use super::caller::SignedIn;
use super::cases::case_row;
use super::clashes::Clashes;
use super::encoding::answer;
use crate::app::App;
use crate::auth::Caller;
use crate::error::ApiError;

pub(super) async fn show_case(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    id: Result<Path<DocumentId>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    // What is not an id names nothing.
    let Path(id) = id.map_err(|_| ApiError(Code::NotFound))?;
    app.work(move |app| {
        let stored = app.store.case(id)?;
        let stored = stored.and_then(|stored| caller.shown(stored));
        let stored = stored.ok_or(ApiError(Code::NotFound))?;
        let earlier = stored.row.case.repeated_from;
        let earlier = earlier.map(|id| app.store.case(id)).transpose()?.flatten();
        let earlier = earlier.filter(|earlier| caller.sees(earlier));
        let directory = caller.directory();
        let clashes = Clashes {
            store: &*app.store,
            caller: &caller,
            case: id,
        };
        let papers = stored.papers.into_iter();
        let papers = papers.map(|paper| PaperRow {
            unit_name: directory.unit_name(&paper.unit).to_owned(),
            author_name: display(&caller, &paper.author),
            id: paper.id,
            unit: paper.unit,
            author: paper.author,
            updated_at: paper.updated_at,
            conflicts: paper.conflicts,
            content: paper.content,
        });
        let file = CaseFile {
            voices: clashes.voices(stored.voices)?,
            elsewhere: clashes.elsewhere()?,
            papers: papers.collect(),
            row: case_row(&caller, stored.row),
            earlier: earlier.map(|earlier| case_row(&caller, earlier.row)),
            soon: directory.soon(),
            today: directory.day().to_owned(),
        };
        answer(&headers, &file)
    })
    .await
}

/// The name that is shown of a user.
pub(super) fn display(caller: &Caller, user: &UserName) -> String {
    let known = caller.directory().user(user);
    known.map_or_else(|| user.0.clone(), |known| known.display.clone())
}
