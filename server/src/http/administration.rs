//! `/api/v1/administration`: units, people and devices, for those who look after them.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::administration::{Changes, CodeWanted, ImportPreview, IssuedCode};
use kiennghi_shared::code::Code;

use super::caller::{AtDesk, SignedIn};
use super::encoding::answer;
use super::form::Form;
use crate::app::App;
use crate::auth::{
    self, CODE_LIFETIME_MS, administration, device_to_revoke, may_enrol_for, permitted, preview,
};
use crate::error::ApiError;
use crate::store::DeviceId;

/// Changes of one request: a district's users are some hundreds.
const CHANGES_MAX: usize = 5_000;

pub(super) async fn show_administration(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    app.work(move |app| {
        let shown = administration(&caller, app.store.devices()?)?;
        answer(&headers, &shown)
    })
    .await
}

pub(super) async fn make_changes(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    Form(form): Form<Changes>,
) -> Result<StatusCode, ApiError> {
    if form.changes.len() + form.deadlines.len() > CHANGES_MAX {
        return Err(ApiError(Code::TooLarge));
    }
    app.work(move |app| {
        let changes = permitted(&caller, form)?;
        let stamp = caller.stamp(app.clock.now_ms());
        app.store.change_district(changes, &stamp)??;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

pub(super) async fn issue_code(
    State(app): State<Arc<App>>,
    // A code sets a password: as with the account's own doors.
    AtDesk(caller, _): AtDesk,
    headers: HeaderMap,
    Form(form): Form<CodeWanted>,
) -> Result<Response, ApiError> {
    app.work(move |app| {
        if !may_enrol_for(&caller, &form.user) {
            return Err(ApiError(Code::Forbidden));
        }
        let stamp = caller.stamp(app.clock.now_ms());
        let code = auth::issue_code(&*app.store, &form.user, &stamp)?;
        let issued = IssuedCode {
            code: code.ok_or(ApiError(Code::NotFound))?.to_string(),
            expires_at: stamp.at + CODE_LIFETIME_MS,
        };
        answer(&headers, &issued)
    })
    .await
}

pub(super) async fn revoke_device(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    id: Result<Path<i64>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let Path(id) = id.map_err(|_| ApiError(Code::NotFound))?;
    app.work(move |app| {
        let device = device_to_revoke(&caller, app.store.devices()?, DeviceId(id))?;
        let stamp = caller.stamp(app.clock.now_ms());
        app.store.revoke_device(device.id, &stamp)?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

pub(super) async fn preview_import(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    if !caller.may_somewhere(Verb::Write, Thing::Users) {
        return Err(ApiError(Code::Forbidden));
    }
    let body = body.map_err(|_| ApiError(Code::TooLarge))?;
    app.work(move |app| {
        let district = caller.directory().district();
        let permit = |changes| {
            let changes = Changes {
                changes,
                ..Changes::default()
            };
            permitted(&caller, changes)
        };
        let rows = preview(district, &permit, &body, app.clock.now_ms())?;
        answer(&headers, &ImportPreview { rows })
    })
    .await
}
