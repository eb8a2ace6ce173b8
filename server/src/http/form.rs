//! Small bodies: CBOR from the app, JSON from whoever asks plainly.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use kiennghi_shared::code::Code;
use kiennghi_shared::office::MEDIA_TYPE;
use serde::de::DeserializeOwned;

use crate::error::ApiError;

/// What a body says, when it says just that.
pub(super) struct Form<T>(pub(super) T);

impl<S, T> FromRequest<S> for Form<T>
where
    S: Send + Sync,
    T: DeserializeOwned + for<'b> minicbor::Decode<'b, ()>,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let in_cbor = request
            .headers()
            .get(CONTENT_TYPE)
            .is_some_and(|name| name == MEDIA_TYPE);
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|_| ApiError(Code::TooLarge))?;
        let read = if in_cbor {
            minicbor::decode(&body).ok()
        } else {
            serde_json::from_slice(&body).ok()
        };
        read.map(Form).ok_or(ApiError(Code::Malformed))
    }
}

/// What a body in JSON says that only browsers write.
pub(super) struct JsonForm<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonForm<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|_| ApiError(Code::TooLarge))?;
        let read = serde_json::from_slice(&body).map(JsonForm);
        read.map_err(|_| ApiError(Code::Malformed))
    }
}
