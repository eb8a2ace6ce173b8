//! `/api/v1/alerts`: whether the caller's device is sent alerts, and where.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use kiennghi_shared::alert::{AlertState, Subscription};
use kiennghi_shared::code::Code;

use super::caller::SignedIn;
use super::encoding::answer;
use super::form::Form;
use crate::app::App;
use crate::error::ApiError;

pub(super) async fn show_alerts(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    app.work(move |app| {
        let state = AlertState {
            key: app.alerter.public_key().to_owned(),
            is_on: app.store.alert_address(caller.device)?.is_some(),
        };
        answer(&headers, &state)
    })
    .await
}

pub(super) async fn put_alerts(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    Form(form): Form<Subscription>,
) -> Result<StatusCode, ApiError> {
    app.work(move |app| {
        let address = app.alerter.address(&form);
        let address = address.ok_or(ApiError(Code::Invalid))?;
        let stamp = caller.stamp(app.clock.now_ms());
        app.store
            .put_alert_address(caller.device, address, &stamp)?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

pub(super) async fn drop_alerts(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
) -> Result<StatusCode, ApiError> {
    app.work(move |app| {
        let stamp = caller.stamp(app.clock.now_ms());
        app.store.drop_alert_address(caller.device, &stamp)?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}
