//! From a code to an HTTP answer, in one place. Internals stay inside: the body says the code's
//! name and the words for people, nothing more.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kiennghi_shared::code::Code;
use kiennghi_shared::wire::WireError;

use crate::store::{DistrictProblem, StoreError};
use crate::sync::SyncError;

/// Seconds after which a client that was told to wait may come again.
const RETRY_AFTER_S: HeaderValue = HeaderValue::from_static("5");

/// An answer that says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ApiError(pub(crate) Code);

#[derive(serde::Serialize)]
struct Body {
    code: &'static str,
    message: &'static str,
}

fn status(code: Code) -> StatusCode {
    match code {
        Code::Malformed | Code::UnknownProtocol | Code::BadChange | Code::BadOperation => {
            StatusCode::BAD_REQUEST
        }
        Code::Unauthenticated | Code::Revoked | Code::WrongCredentials => StatusCode::UNAUTHORIZED,
        Code::Forbidden | Code::BadCode | Code::ForeignActor | Code::WrongAuthor | Code::Review => {
            StatusCode::FORBIDDEN
        }
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::Gone => StatusCode::GONE,
        Code::WrongDocument
        | Code::BadSequence
        | Code::Equivocation
        | Code::Taken
        | Code::ChangedMeanwhile
        | Code::LastAdmin => StatusCode::CONFLICT,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::TrialFailed | Code::SchemaMismatch | Code::WeakPassword | Code::Invalid => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Code::Busy | Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let code = self.0;
        let body = Body {
            code: code.name(),
            message: code.message(),
        };
        let mut response = (status(code), Json(body)).into_response();
        let headers = response.headers_mut();
        let waits = [Code::Busy, Code::Unavailable, Code::TooManyRequests];
        if waits.contains(&code) {
            headers.insert(header::RETRY_AFTER, RETRY_AFTER_S);
        }
        if matches!(code, Code::Unauthenticated | Code::Revoked) {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<Code> for ApiError {
    fn from(code: Code) -> Self {
        Self(code)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self(error.into())
    }
}

impl From<DistrictProblem> for ApiError {
    fn from(problem: DistrictProblem) -> Self {
        Self(problem.into())
    }
}

impl From<SyncError> for ApiError {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::UnknownProtocol(_) | SyncError::ShutOut(_) => Self(error.code()),
            SyncError::Store(error) => error.into(),
            SyncError::Trial(_) => {
                tracing::error!(%error, "no trial could be made");
                Self(error.code())
            }
        }
    }
}

impl From<WireError> for ApiError {
    fn from(error: WireError) -> Self {
        Self(error.code())
    }
}
