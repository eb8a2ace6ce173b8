//! `/api/v1/petitioners/{id}`: who stands behind a petition, for the few who may know.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use kiennghi_shared::code::Code;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::petitioner::{ErasureWanted, Sending};

use super::caller::{Sender, SignedIn};
use super::encoding::answer;
use super::form::Form;
use crate::app::App;
use crate::auth;
use crate::error::ApiError;

type Id = Result<Path<DocumentId>, PathRejection>;

pub(super) async fn put_petitioner(
    State(app): State<Arc<App>>,
    Sender(caller): Sender,
    id: Id,
    Form(form): Form<Sending>,
) -> Result<StatusCode, ApiError> {
    let Path(id) = id.map_err(|_| ApiError(Code::NotFound))?;
    app.work(move |app| {
        auth::hand_in_petitioner(&*app.store, &caller, id, &form, app.clock.now_ms())?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

pub(super) async fn show_petitioner(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    id: Id,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Path(id) = id.map_err(|_| ApiError(Code::NotFound))?;
    app.work(move |app| {
        let shown = auth::show_petitioner(&*app.store, &caller, id, app.clock.now_ms())?;
        answer(&headers, &shown)
    })
    .await
}

pub(super) async fn erase_petitioner(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    id: Id,
    headers: HeaderMap,
    Form(form): Form<ErasureWanted>,
) -> Result<Response, ApiError> {
    let Path(id) = id.map_err(|_| ApiError(Code::NotFound))?;
    app.work(move |app| {
        let (store, now_ms) = (&*app.store, app.clock.now_ms());
        let receipt = auth::erase_petitioner(store, &caller, id, &form, now_ms)?;
        if form.with_petition {
            app.feed.publish(app.store.last_seq()?);
        }
        answer(&headers, &receipt)
    })
    .await
}
