//! `/api/v1/account`: how the caller signs in at a desk.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kiennghi_shared::account::{Account, Passkey, PasswordChange, RecoveryCodes, Session};
use kiennghi_shared::code::Code;
use serde_json::Value;

use super::caller::{AtDesk, SignedIn, site};
use super::encoding::answer;
use super::form::{Form, JsonForm};
use crate::app::App;
use crate::auth::{FinishAdding, change_password, devices_of, make_recovery_codes, storage_key};
use crate::error::ApiError;
use crate::store::PasskeyRow;

pub(super) async fn show_account(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    app.work(move |app| {
        let (store, user) = (&app.store, &caller.user.name);
        let passkeys = store.passkeys(user)?.into_iter().map(shown);
        let account = Account {
            profile: caller.profile().clone(),
            has_password: store.password(user)?.is_some(),
            recovery_codes_left: store.recovery_codes_left(user)?,
            passkeys: passkeys.collect(),
            devices: devices_of(user, store.devices()?),
        };
        answer(&headers, &account)
    })
    .await
}

/// What the app begins with in a browser that is signed in by a session.
pub(super) async fn show_session(
    State(app): State<Arc<App>>,
    // An enrolled device has a lock of its own.
    AtDesk(caller, _): AtDesk,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    app.work(move |app| {
        let session = Session {
            key: storage_key(&*app.store, &caller.user.name).to_vec(),
            profile: caller.profile().clone(),
        };
        answer(&headers, &session)
    })
    .await
}

fn shown(row: PasskeyRow) -> Passkey {
    Passkey {
        id: URL_SAFE_NO_PAD.encode(row.passkey.id),
        name: row.passkey.name,
        added_at: row.added_at,
        last_used_at: row.last_used_at,
    }
}

pub(super) async fn change_own_password(
    State(app): State<Arc<App>>,
    AtDesk(caller, token): AtDesk,
    Form(form): Form<PasswordChange>,
) -> Result<StatusCode, ApiError> {
    app.work_on_password(move |app| {
        let stamp = caller.stamp(app.clock.now_ms());
        let (old, new) = (&form.old, &form.new);
        let attempt = app.begin_try(&caller.user.name.0, stamp.at)?;
        change_password(&*app.store, &caller.user, old, new, &token, &stamp)?;
        attempt.succeeded();
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

pub(super) async fn renew_recovery_codes(
    State(app): State<Arc<App>>,
    AtDesk(caller, _): AtDesk,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    app.work(move |app| {
        let stamp = caller.stamp(app.clock.now_ms());
        let codes = make_recovery_codes(&*app.store, &caller.user.name, &stamp)?;
        answer(&headers, &RecoveryCodes { codes })
    })
    .await
}

pub(super) async fn begin_passkey(
    State(app): State<Arc<App>>,
    AtDesk(caller, _): AtDesk,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    let site = site(&headers)?;
    app.work(move |app| {
        let (store, now_ms) = (&*app.store, app.clock.now_ms());
        let begun = app
            .passkeys
            .begin_adding(store, &site, &caller.user, now_ms);
        Ok(Json(begun?))
    })
    .await
}

pub(super) async fn finish_passkey(
    State(app): State<Arc<App>>,
    AtDesk(caller, _): AtDesk,
    headers: HeaderMap,
    JsonForm(form): JsonForm<FinishAdding>,
) -> Result<StatusCode, ApiError> {
    let site = site(&headers)?;
    app.work(move |app| {
        let stamp = caller.stamp(app.clock.now_ms());
        let user = &caller.user.name;
        app.passkeys
            .finish_adding(&*app.store, &site, user, &form, &stamp)?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

pub(super) async fn remove_passkey(
    State(app): State<Arc<App>>,
    AtDesk(caller, _): AtDesk,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let id = URL_SAFE_NO_PAD
        .decode(id)
        .map_err(|_| ApiError(Code::NotFound))?;
    app.work(move |app| {
        let stamp = caller.stamp(app.clock.now_ms());
        if app.store.remove_passkey(&caller.user.name, &id, &stamp)? {
            Ok(StatusCode::NO_CONTENT)
        } else {
            Err(ApiError(Code::NotFound))
        }
    })
    .await
}
