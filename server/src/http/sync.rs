//! `POST /api/v1/sync`: pushes and pulls in one round trip.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use kiennghi_shared::code::Code;
use kiennghi_shared::limits::REQUEST_INFLATED_BYTES_MAX;
use kiennghi_shared::wire::{self, MEDIA_TYPE};

use super::caller::Sender;
use super::encoding::{Encoding, packed, unpack};
use crate::app::App;
use crate::error::ApiError;

pub(super) async fn exchange_changes(
    State(app): State<Arc<App>>,
    Sender(caller): Sender,
    request: Request,
) -> Result<Response, ApiError> {
    // Before the body is read: what a device may have in memory is bounded.
    let turn = app.syncs.take(caller.device)?;
    let headers = request.headers().clone();
    let body = Bytes::from_request(request, &()).await;
    let body = body.map_err(|rejection| ApiError(code_of(&rejection)))?;
    app.work(move |app| {
        let _turn = turn;
        let body = unpack(&headers, &body, REQUEST_INFLATED_BYTES_MAX)?;
        let request = wire::Request::decode(&body)?;
        drop(body);
        let (reply, traffic) = app.exchange.answer(&caller, request, app.clock.now_ms())?;
        tracing::debug!(
            pushed = traffic.pushed,
            stored = traffic.stored,
            refused = traffic.refused,
            pulled = traffic.pulled,
            bytes = reply.len(),
            "sync"
        );
        let encoding = if app.is_busy() {
            Encoding::quickest(&headers)
        } else {
            Encoding::best(&headers)
        };
        Ok(packed(encoding, MEDIA_TYPE, reply))
    })
    .await
}

/// A body past its limit, or one that stopped coming: the same will do the next time.
fn code_of(rejection: &BytesRejection) -> Code {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Code::TooLarge
    } else {
        Code::Busy
    }
}
