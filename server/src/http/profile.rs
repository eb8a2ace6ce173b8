//! `GET /api/v1/profile`: what a device keeps about its user.

use axum::http::HeaderMap;
use axum::response::Response;

use super::caller::SignedIn;
use super::encoding::answer;
use crate::error::ApiError;

pub(super) async fn show_profile(
    SignedIn(caller): SignedIn,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    answer(&headers, caller.profile())
}
