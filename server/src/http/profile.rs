//! `GET /api/v1/profile`: what a device keeps about its user.

use axum::Json;
use kiennghi_shared::profile::Profile;

use super::caller::SignedIn;

pub(super) async fn show_profile(SignedIn(caller): SignedIn) -> Json<Profile> {
    Json(caller.profile().clone())
}
