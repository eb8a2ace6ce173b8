//! `GET /api/v1/reviews`, `POST /api/v1/reviews/{id}/accept` and `/dismiss`: work of those who may no
//! longer write, for those who decide about it.

use std::sync::Arc;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use kiennghi_shared::code::Code;
use kiennghi_shared::record::Edit;
use kiennghi_shared::review::{Review, ReviewList};
use kiennghi_shared::wire::DocumentHeader;
use serde::Deserialize;

use super::caller::SignedIn;
use super::encoding::answer_in_cbor;
use crate::app::App;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::gate::Accepted;
use crate::store::{Decision, OpenReview, ReviewFilter, ReviewId, ReviewRow, Store, StoreError};

/// Reviews of a page that does not say how many it wants.
const LIMIT_DEFAULT: u64 = 20;
/// Reviews of a page at most.
const LIMIT_MAX: u64 = 100;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    before: Option<i64>,
    limit: Option<u64>,
}

pub(super) async fn list_reviews(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Query(wanted) = wanted.map_err(|_| ApiError(Code::Malformed))?;
    if caller.reviews().is_empty() {
        return Err(ApiError(Code::Forbidden));
    }
    app.work(move |app| {
        let page = app.store.reviews(&ReviewFilter {
            scope: caller.reviews(),
            before: wanted.before.map(ReviewId),
            limit: wanted.limit.unwrap_or(LIMIT_DEFAULT).min(LIMIT_MAX),
        })?;
        let reviews = page.reviews.into_iter();
        let list = ReviewList {
            total: page.total,
            reviews: reviews
                .map(|row| shown(&*app.store, &caller, row))
                .collect::<Result<_, _>>()?,
        };
        answer_in_cbor(&headers, &list)
    })
    .await
}

pub(super) async fn accept_review(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    id: Result<Path<i64>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let id = named(&caller, id)?;
    app.work(move |app| {
        let (review, changes) = open(&*app.store, &caller, id)?;
        let now_ms = app.clock.now_ms();
        match app.exchange.accept(review, changes, &caller, now_ms)? {
            Accepted::Stored(_) => Ok(StatusCode::NO_CONTENT),
            Accepted::Unfit(code) => Err(ApiError(code)),
        }
    })
    .await
}

pub(super) async fn dismiss_review(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    id: Result<Path<i64>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let id = named(&caller, id)?;
    app.work(move |app| {
        let (review, _) = open(&*app.store, &caller, id)?;
        let decision = Decision {
            review: review.id,
            by: caller.user.name.clone(),
            at: app.clock.now_ms(),
        };
        if app.store.dismiss_review(&decision)? {
            app.feed.publish_reviews();
            Ok(StatusCode::NO_CONTENT)
        } else {
            Err(ApiError(Code::NotFound))
        }
    })
    .await
}

/// What is no number names nothing; whoever decides about nothing hears no more than that.
fn named(caller: &Caller, id: Result<Path<i64>, PathRejection>) -> Result<ReviewId, ApiError> {
    if caller.reviews().is_empty() {
        return Err(ApiError(Code::Forbidden));
    }
    let Path(id) = id.map_err(|_| ApiError(Code::NotFound))?;
    Ok(ReviewId(id))
}

/// An open review that the caller may decide about, and its changes.
fn open(store: &dyn Store, caller: &Caller, id: ReviewId) -> Result<OpenReview, ApiError> {
    let found = store.review(id)?;
    found
        .filter(|(review, _)| {
            caller
                .reviews()
                .reads(review.header.kind, &review.header.unit)
        })
        .ok_or(ApiError(Code::NotFound))
}

fn shown(store: &dyn Store, caller: &Caller, row: ReviewRow) -> Result<Review, StoreError> {
    let directory = caller.directory();
    let display = directory.user(&row.user).map(|user| user.display.clone());
    Ok(Review {
        id: row.id.0.unsigned_abs(),
        display: display.unwrap_or_else(|| row.user.0.clone()),
        user: row.user,
        reason: row.reason,
        received_at: row.received_at,
        present: present(store, &row.header)?,
        document: row.header.id,
        kind: row.header.kind,
        unit_name: directory.unit_name(&row.header.unit).to_owned(),
        unit: row.header.unit,
        fields: row.fields,
    })
}

/// The fields of the document as it is stored.
fn present(store: &dyn Store, header: &DocumentHeader) -> Result<Option<Vec<Edit>>, StoreError> {
    let stored = store.documents(&[header.id])?.pop();
    // A document of another unit under this id is none of the office's that decides.
    let Some(stored) = stored.filter(|stored| stored.header == *header) else {
        return Ok(None);
    };
    Ok(Some(stored.document()?.record(header.kind).values()))
}
