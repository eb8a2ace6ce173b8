//! `GET /api/v1/petitions/{id}/similar`: petitions that may say the same, and by which words.

use std::sync::Arc;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use kiennghi_shared::access::Verb;
use kiennghi_shared::code::Code;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::Petition;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::similar::{SimilarList, SimilarPetition};
use serde::Deserialize;

use super::caller::SignedIn;
use super::documents::readable;
use super::encoding::answer;
use super::petitions::shown;
use crate::app::App;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::similarity::{Names, Subject, Text, rank, said};
use crate::store::{Alike, Store, StoreError, UnitRow};

/// Suggestions of an answer that does not say how many it wants.
const LIMIT_DEFAULT: usize = 5;
/// Suggestions of an answer at most.
const LIMIT_MAX: usize = 20;
/// Petitions that are compared.
const CANDIDATES_MAX: usize = 200;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    limit: Option<usize>,
}

pub(super) async fn list_similar_petitions(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    id: Result<Path<DocumentId>, PathRejection>,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    // What is not an id names nothing.
    let Path(id) = id.map_err(|_| ApiError(Code::NotFound))?;
    let Query(wanted) = wanted.map_err(|_| ApiError(Code::Malformed))?;
    let limit = wanted.limit.unwrap_or(LIMIT_DEFAULT).min(LIMIT_MAX);
    app.work(move |app| {
        let petition = petition(&*app.store, &caller, id)?;
        let petitions = similar(&*app.store, &caller, id, &petition, limit)?;
        answer(&headers, &SimilarList { petitions })
    })
    .await
}

fn petition(store: &dyn Store, caller: &Caller, id: DocumentId) -> Result<Petition, ApiError> {
    let stored = readable(store, caller, id)?
        .filter(|stored| stored.header.kind == Kind::Petition)
        .ok_or(ApiError(Code::NotFound))?;
    Ok(Petition::from(&stored.document()?.record(Kind::Petition)))
}

fn similar(
    store: &dyn Store,
    caller: &Caller,
    id: DocumentId,
    petition: &Petition,
    limit: usize,
) -> Result<Vec<SimilarPetition>, StoreError> {
    let content = said(petition);
    let units = caller.directory().district().units.as_slice();
    let names = Names::new(units.iter().flat_map(called));
    let text = Text::new(&content, &petition.village, &names);
    let found = store.petitions_alike(&Alike {
        words: &text.search_words(),
        units: &caller.units_where(Verb::Read, Kind::Petition),
        except: Some(id),
        limit: CANDIDATES_MAX,
    })?;
    let subject = Subject::new(text, &found.commonness);
    let ranked = rank(found.rows, limit, |row| {
        let other = said(&row.petition);
        subject.compare(&Text::new(&other, &row.petition.village, &names))
    });
    let shown = ranked.into_iter().map(|(row, score)| SimilarPetition {
        row: shown(caller, row),
        score: (100.0 * score.value).round() as u8,
        shared: score.shared,
    });
    Ok(shown.collect())
}

/// A unit's name and those of its villages.
fn called(unit: &UnitRow) -> impl Iterator<Item = &str> {
    std::iter::once(&unit.name)
        .chain(&unit.villages)
        .map(String::as_str)
}
