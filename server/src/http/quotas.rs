//! How many requests one client may make. Who is signed in has a budget of the device's own, so that
//! the many who share an office's or a carrier's address do not pay for each other; all others share
//! their address's. Doors that take a secret also count how often it was wrong.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{Extensions, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kiennghi_shared::code::Code;

use super::caller::token;
use super::client::{AddressGroup, ClientAddress};
use super::headers::is_api;
use crate::app::App;
use crate::config::Transport;
use crate::error::ApiError;
use crate::rates::Budgets;
use crate::store::DeviceId;

/// The budgets of all clients.
#[derive(Debug)]
pub(crate) struct Quotas {
    devices: Budgets<DeviceId>,
    strangers: Budgets<AddressGroup>,
    wrong_secrets: Budgets<AddressGroup>,
    ceremonies: Budgets<AddressGroup>,
}

/// Passkeys that one address begins to add or to sign in with in a minute: each is remembered for five, and a
/// few thousand of them would push out other people's.
const CEREMONIES_PER_MINUTE: u32 = 60;

impl Quotas {
    pub(crate) fn new(transport: &Transport) -> Self {
        Self {
            devices: Budgets::per_minute(transport.device_requests_per_minute),
            strangers: Budgets::per_minute(transport.stranger_requests_per_minute),
            wrong_secrets: Budgets::per_minute(transport.wrong_secrets_per_minute),
            ceremonies: Budgets::per_minute(CEREMONIES_PER_MINUTE),
        }
    }

    /// Counts a request of a device that is signed in.
    ///
    /// # Errors
    /// [`Code::TooManyRequests`] when it made as many as it may.
    pub(super) fn count_device(&self, device: DeviceId, now_ms: i64) -> Result<(), ApiError> {
        let taken = self.devices.take(device, now_ms);
        taken.map_err(|_| ApiError(Code::TooManyRequests))
    }

    /// Counts a request that shows a token which nobody has.
    ///
    /// # Errors
    /// [`Code::TooManyRequests`] when too many came from its address.
    pub(super) fn count_stranger(&self, of: &Extensions, now_ms: i64) -> Result<(), ApiError> {
        let taken = self.strangers.take(group(of), now_ms);
        taken.map_err(|_| ApiError(Code::TooManyRequests))
    }
}

/// Stands before everything: counts requests for the API that show no token. One that shows a token is
/// counted where it is looked up.
pub(super) async fn count_strangers(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    if is_api(request.uri().path()) && token(request.headers()).is_none() {
        count(&app, &app.quotas.strangers, request, next).await
    } else {
        next.run(request).await
    }
}

/// Stands before doors that look up no token: whatever is shown there, it is a stranger's.
pub(super) async fn nobody_is_known(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    if is_api(request.uri().path()) && token(request.headers()).is_some() {
        count(&app, &app.quotas.strangers, request, next).await
    } else {
        next.run(request).await
    }
}

/// Stands before doors that begin something with a passkey.
pub(super) async fn count_ceremonies(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    count(&app, &app.quotas.ceremonies, request, next).await
}

async fn count(
    app: &App,
    budgets: &Budgets<AddressGroup>,
    request: Request,
    next: Next,
) -> Response {
    match budgets.take(group(request.extensions()), app.clock.now_ms()) {
        Ok(()) => next.run(request).await,
        Err(wait) => too_many(wait),
    }
}

/// Stands before a door that takes a secret: so many wrong ones a minute from one address, and none is
/// looked at before its time. A right one costs nothing, so a roomful of people may sign in at once.
pub(super) async fn secret_door(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let group = group(request.extensions());
    let wrong = &app.quotas.wrong_secrets;
    if let Err(wait) = wrong.take(group, app.clock.now_ms()) {
        return too_many(wait);
    }
    let response = next.run(request).await;
    // A server that was busy did not look at it.
    if !response.status().is_client_error() {
        wrong.give_back(group);
    }
    response
}

fn too_many(wait: Duration) -> Response {
    let mut response = ApiError(Code::TooManyRequests).into_response();
    let seconds = wait.as_millis().div_ceil(1000).max(1);
    if let Ok(seconds) = HeaderValue::from_str(&seconds.to_string()) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

fn group(of: &Extensions) -> AddressGroup {
    // Set for every request, before anything else.
    let unknown = ClientAddress(std::net::Ipv4Addr::UNSPECIFIED.into());
    of.get().copied().unwrap_or(unknown).group()
}
