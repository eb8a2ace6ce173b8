//! `/api/v1/sign-in`, `/sign-out` and `/set-up`: how a browser's session begins and ends.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kiennghi_shared::account::{CodeSignIn, Entrance, PasswordSignIn, SetUp, SignOut};
use serde::Deserialize;
use serde_json::Value;

use super::caller::{AtDesk, cookie, from_own_page, session, site};
use super::encoding::answer;
use super::form::{Form, JsonForm};
use crate::app::App;
use crate::auth::{
    Browser, FinishSigningIn, Founding, Token, by_one_time_code, by_password, by_recovery_code,
};
use crate::error::ApiError;
use crate::trees;

pub(super) async fn show_entrance(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    app.work(move |app| {
        let directory = app.callers.now(app.clock.now_ms())?;
        let entrance = Entrance {
            needs_set_up: !directory.district().is_administered(),
            trees: trees::names(),
        };
        answer(&headers, &entrance)
    })
    .await
}

pub(super) async fn sign_in(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(form): Form<PasswordSignIn>,
) -> Result<Response, ApiError> {
    let browser = browser(&headers, form.device)?;
    app.work_on_password(move |app| {
        let now_ms = app.clock.now_ms();
        let (user, attempt) = (&form.user, app.begin_try(&form.user, now_ms)?);
        let (store, directory) = (&*app.store, app.callers.now(now_ms)?);
        let token = by_password(store, &directory, user, &form.password, &browser, now_ms)?;
        attempt.succeeded();
        begun(&token)
    })
    .await
}

pub(super) async fn sign_in_by_code(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(form): Form<CodeSignIn>,
) -> Result<Response, ApiError> {
    let browser = browser(&headers, form.device)?;
    app.work_on_password(move |app| {
        let (store, now_ms) = (&*app.store, app.clock.now_ms());
        let (code, password) = (&form.code, &form.password);
        let directory = app.callers.now(now_ms)?;
        if form.user.is_empty() {
            // Nobody guesses one of 2¹²⁸ codes; the address's budget bounds who tries.
            let token = by_one_time_code(store, &directory, code, password, &browser, now_ms)?;
            return begun(&token);
        }
        let attempt = app.begin_try(&form.user, now_ms)?;
        let user = &form.user;
        let token = by_recovery_code(store, &directory, user, code, password, &browser, now_ms)?;
        attempt.succeeded();
        begun(&token)
    })
    .await
}

/// Whose passkey is asked for.
#[derive(Deserialize)]
pub(super) struct WhoSignsIn {
    user: String,
}

pub(super) async fn begin_passkey_sign_in(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    JsonForm(form): JsonForm<WhoSignsIn>,
) -> Result<Json<Value>, ApiError> {
    let site = site(&headers)?;
    app.work(move |app| {
        let (passkeys, now_ms) = (&app.passkeys, app.clock.now_ms());
        let (store, directory) = (&*app.store, app.callers.now(now_ms)?);
        let asked = passkeys.begin_signing_in(store, &directory, &site, &form.user, now_ms)?;
        Ok(Json(asked))
    })
    .await
}

pub(super) async fn finish_passkey_sign_in(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    JsonForm(form): JsonForm<FinishSigningIn>,
) -> Result<Response, ApiError> {
    let site = site(&headers)?;
    let before = session(&headers);
    app.work(move |app| {
        let (passkeys, now_ms) = (&app.passkeys, app.clock.now_ms());
        let (store, directory) = (&*app.store, app.callers.now(now_ms)?);
        begun(&passkeys.finish_signing_in(store, &directory, &site, form, before, now_ms)?)
    })
    .await
}

pub(super) async fn sign_out(
    State(app): State<Arc<App>>,
    AtDesk(caller, token): AtDesk,
    Form(form): Form<SignOut>,
) -> Result<Response, ApiError> {
    app.work(move |app| {
        let stamp = caller.stamp(app.clock.now_ms());
        let (user, hash) = (&caller.user.name, token.hash());
        app.store.end_sessions(user, &hash, form.others, &stamp)?;
        let kept = form.others.then_some(&token);
        Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie(kept))]).into_response())
    })
    .await
}

pub(super) async fn set_up(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(form): Form<SetUp>,
) -> Result<Response, ApiError> {
    let browser = browser(&headers, form.device)?;
    app.work_on_password(move |app| {
        let founding = Founding {
            tree: &form.tree,
            user: &form.user,
            display: &form.display,
            password: &form.password,
        };
        let now_ms = app.clock.now_ms();
        begun(
            &app.set_up
                .found(&*app.store, &form.code, &founding, &browser, now_ms)?,
        )
    })
    .await
}

/// The browser that asks, from a page of this host.
fn browser(headers: &HeaderMap, name: String) -> Result<Browser, ApiError> {
    from_own_page(headers)?;
    Ok(Browser {
        name,
        before: session(headers),
    })
}

/// The answer to somebody whose session began.
fn begun(token: &Token) -> Result<Response, ApiError> {
    Ok((
        StatusCode::NO_CONTENT,
        [(header::SET_COOKIE, cookie(Some(token)))],
    )
        .into_response())
}
