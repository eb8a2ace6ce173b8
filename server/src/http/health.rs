//! `GET /healthz` and `GET /readyz`: for whoever watches over the server.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use crate::app::App;

/// The process runs.
pub(super) async fn show_health() -> &'static str {
    "ok\n"
}

/// The server can take changes, or why it cannot.
pub(super) async fn show_readiness(State(app): State<Arc<App>>) -> (StatusCode, String) {
    let health = app.work(|app| Ok(app.store.health())).await;
    match health {
        Ok(Ok(())) => (StatusCode::OK, "ready\n".to_owned()),
        Ok(Err(error)) => (
            StatusCode::SERVICE_UNAVAILABLE,
            format!("{}\n", error.sentence()),
        ),
        Err(error) => (
            StatusCode::SERVICE_UNAVAILABLE,
            format!("{}\n", error.0.name()),
        ),
    }
}
