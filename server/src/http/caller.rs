//! Who is calling: the bearer token of a request, looked up anew each time.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use kiennghi_shared::code::Code;

use crate::app::App;
use crate::auth::{Caller, Token};
use crate::error::ApiError;

/// The token of a request; taken before the body is read, so that strangers send no bodies.
pub(super) struct SignedIn(pub(super) Caller);

/// The same, of a device that may be revoked: for the one door that still takes its work.
pub(super) struct Sender(pub(super) Caller);

impl FromRequestParts<Arc<App>> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let Sender(caller) = Sender::from_request_parts(parts, app).await?;
        if caller.revoked {
            return Err(ApiError(Code::Revoked));
        }
        Ok(SignedIn(caller))
    }
}

impl FromRequestParts<Arc<App>> for Sender {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let token = token(&parts.headers).ok_or(ApiError(Code::Unauthenticated))?;
        app.work(move |app| {
            let caller = app.callers.sign_in(&token, app.clock.now_ms())?;
            caller.map(Sender).ok_or(ApiError(Code::Unauthenticated))
        })
        .await
    }
}

/// The bearer token of a request; none where there is none that could be one.
pub(super) fn token(headers: &HeaderMap) -> Option<Token> {
    let credentials = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = credentials.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().parse().ok())
        .flatten()
}
