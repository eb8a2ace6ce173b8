//! `GET /api/v1/petitions/{id}/similar`: petitions and earlier cases that may say the same, and by which words.

use std::sync::Arc;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use kiennghi_shared::access::Verb;
use kiennghi_shared::code::Code;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::papers::{Consolidation, consolidation_of};
use kiennghi_shared::record::Petition;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::similar::{SimilarCase, SimilarList, SimilarPetition};
use serde::Deserialize;

use super::caller::SignedIn;
use super::cases::case_row;
use super::documents::readable;
use super::encoding::answer;
use super::petitions::shown;
use crate::app::App;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::similarity::{Names, Score, Subject, Text, rank, said};
use crate::store::{Alike, Store, StoreError, StoredDocument, UnitRow};

/// Suggestions of an answer that does not say how many it wants.
const LIMIT_DEFAULT: usize = 5;
/// Suggestions of an answer at most.
const LIMIT_MAX: usize = 20;
/// Petitions that are compared.
const CANDIDATES_MAX: usize = 200;
/// Cases that are compared: their wording is short, and one in some petitions is a case.
const CASES_MAX: usize = 100;

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
        let asked = Asked {
            store: &*app.store,
            caller: &caller,
            id,
            said: said(&petition),
            village: &petition.village,
            names: names(&caller),
        };
        let list = SimilarList {
            petitions: asked.petitions(limit)?,
            cases: asked.cases(limit)?,
        };
        answer(&headers, &list)
    })
    .await
}

fn petition(store: &dyn Store, caller: &Caller, id: DocumentId) -> Result<Petition, ApiError> {
    let stored = readable(store, caller, id)?
        .filter(|stored| stored.header.kind == Kind::Petition)
        .ok_or(ApiError(Code::NotFound))?;
    Ok(Petition::from(&stored.document()?.record(Kind::Petition)))
}

/// A petition that others are compared with.
struct Asked<'a> {
    store: &'a dyn Store,
    caller: &'a Caller,
    id: DocumentId,
    said: String,
    village: &'a str,
    names: Names,
}

impl Asked<'_> {
    fn petitions(&self, limit: usize) -> Result<Vec<SimilarPetition>, StoreError> {
        let text = Text::new(&self.said, self.village, &self.names);
        let found = self.store.petitions_alike(&Alike {
            words: &text.search_words(),
            units: &self.caller.units_where(Verb::Read, Kind::Petition),
            except: Some(self.id),
            limit: CANDIDATES_MAX,
        })?;
        let subject = Subject::new(text, &found.commonness);
        let ranked = rank(found.rows, limit, |row| {
            let other = said(&row.petition);
            subject.compare(&Text::new(&other, &row.petition.village, &self.names))
        });
        let shown = ranked.into_iter().map(|(row, score)| SimilarPetition {
            row: shown(self.caller, row),
            score: of_hundred(&score),
            shared: score.shared,
        });
        Ok(shown.collect())
    }

    /// Cases that the caller reads, other than the one that carries the petition: what was answered comes first.
    fn cases(&self, limit: usize) -> Result<Vec<SimilarCase>, StoreError> {
        let text = Text::new(&self.said, self.village, &self.names);
        let found = self.store.cases_alike(&Alike {
            words: &text.search_words(),
            units: &self.caller.units_where(Verb::Read, Kind::Case),
            except: self.own_case()?,
            limit: CASES_MAX,
        })?;
        let subject = Subject::new(text, &found.commonness);
        let mut ranked = rank(found.rows, CASES_MAX, |found| {
            let wording = &found.row.case.wording;
            subject.compare(&Text::new(wording, &found.village, &self.names))
        });
        ranked.sort_by_key(|(found, _)| found.row.standing.answered_on.is_empty());
        ranked.truncate(limit);
        let shown = ranked.into_iter().map(|(found, score)| SimilarCase {
            row: case_row(self.caller, found.row),
            score: of_hundred(&score),
            shared: score.shared,
        });
        Ok(shown.collect())
    }

    /// The case that is said to carry the petition.
    fn own_case(&self) -> Result<Option<DocumentId>, StoreError> {
        let stored = self.store.documents(&[consolidation_of(self.id)])?;
        let document = stored.first().map(StoredDocument::document).transpose()?;
        let record = document.map(|document| document.record(Kind::Consolidation));
        Ok(record.and_then(|record| Consolidation::from(&record).case))
    }
}

fn of_hundred(score: &Score) -> u8 {
    (100.0 * score.value).round() as u8
}

/// The places that the district knows.
fn names(caller: &Caller) -> Names {
    let units = caller.directory().district().units.iter();
    Names::new(units.flat_map(called))
}

/// A unit's name and those of its villages.
fn called(unit: &UnitRow) -> impl Iterator<Item = &str> {
    std::iter::once(&unit.name)
        .chain(&unit.villages)
        .map(String::as_str)
}
