//! `POST /api/v1/enrolments`: a one-time code becomes a device's token. A device that was enrolled
//! before shows the token that it had, and goes on.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::response::Response;
use kiennghi_shared::code::Code;
use kiennghi_shared::profile::{Enrolment, EnrolmentRequest};

use super::caller::bearer;
use super::encoding::answer;
use crate::app::App;
use crate::auth::redeem_code;
use crate::error::ApiError;

pub(super) async fn create_enrolment(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let body = body.map_err(|_| ApiError(Code::TooLarge))?;
    let request: EnrolmentRequest =
        serde_json::from_slice(&body).map_err(|_| ApiError(Code::Malformed))?;
    let old = bearer(&headers);
    app.work(move |app| {
        let now_ms = app.clock.now_ms();
        let (code, device) = (&request.code, &request.device);
        let token = redeem_code(&*app.store, code, device, old.as_ref(), now_ms)?;
        let caller = app
            .callers
            .sign_in(&token, now_ms)?
            .ok_or(ApiError(Code::BadCode))?;
        let profile = caller.profile().clone();
        let enrolment = Enrolment {
            token: token.to_string(),
            profile,
        };
        answer(&headers, &enrolment)
    })
    .await
}
