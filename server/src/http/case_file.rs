//! `GET /api/v1/cases/{id}`: a case with all that belongs to it.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use kiennghi_shared::code::Code;
use kiennghi_shared::desk::{CaseFile, Claim, PaperRow, VoiceRow};
use kiennghi_shared::id::{DocumentId, UserName};
use kiennghi_shared::papers::consolidation_of;
use kiennghi_shared::record::{Record, Version};
use kiennghi_shared::schema::Kind;

use super::caller::SignedIn;
use super::cases::case_row;
use super::encoding::answer;
use crate::app::App;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::store::{Store, StoredVoice};

/// Petitions of a case of which it is told where else they might be: nobody sees to more at once.
const CONTESTED_MAX: usize = 50;

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
        let mut claims = claims(&*app.store, &caller, &stored.voices)?;
        let voices = stored.voices.into_iter().map(|voice| VoiceRow {
            unit_name: directory.unit_name(&voice.unit).to_owned(),
            instead: claims.remove(&voice.id).unwrap_or_default(),
            id: voice.id,
            unit: voice.unit,
            petition: voice.petition,
            heads: voice.heads,
        });
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
            voices: voices.collect(),
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

/// Where the voices of a case might be instead, by petition, as far as the caller reads such things.
fn claims(
    store: &dyn Store,
    caller: &Caller,
    voices: &[StoredVoice],
) -> Result<HashMap<DocumentId, Vec<Claim>>, ApiError> {
    let contested = voices
        .iter()
        .filter(|voice| voice.clashes > 0 && caller.reads(Kind::Consolidation, &voice.unit));
    let contested = contested.take(CONTESTED_MAX).map(|voice| voice.id);
    let by_document: HashMap<DocumentId, DocumentId> = contested
        .map(|petition| (consolidation_of(petition), petition))
        .collect();
    let ids: Vec<DocumentId> = by_document.keys().copied().collect();
    let mut claims = HashMap::new();
    for stored in store.documents(&ids)? {
        let record = stored.document()?.record(Kind::Consolidation);
        let others = others(&record).into_iter();
        let told = others.map(|version| claim(store, caller, version));
        let told: Result<Vec<Claim>, ApiError> = told.collect();
        claims.insert(by_document[&stored.header.id], told?);
    }
    Ok(claims)
}

/// What was said of the case beside what is shown, each once.
fn others(record: &Record) -> Vec<&Version> {
    let versions = record.fields.get("case").map_or(&[][..], Vec::as_slice);
    let mut others: Vec<&Version> = Vec::new();
    for version in versions.iter().skip(1) {
        let is_new = |known: &&Version| known.value != version.value;
        if versions.first().iter().all(is_new) && others.iter().all(is_new) {
            others.push(version);
        }
    }
    others
}

fn claim(store: &dyn Store, caller: &Caller, version: &Version) -> Result<Claim, ApiError> {
    let case = version.value.as_text().and_then(|text| text.parse().ok());
    let seen = case.map(|id| store.case(id)).transpose()?.flatten();
    let seen = seen.filter(|case| caller.sees(case));
    let (code, wording) = seen
        .map(|case| (case.row.case.code, case.row.case.wording))
        .unwrap_or_default();
    let author = UserName(version.author.clone());
    Ok(Claim {
        case,
        code,
        wording,
        author_name: display(caller, &author),
        author,
        at: version.at,
    })
}

/// The name that is shown of a user.
fn display(caller: &Caller, user: &UserName) -> String {
    let known = caller.directory().user(user);
    known.map_or_else(|| user.0.clone(), |known| known.display.clone())
}
