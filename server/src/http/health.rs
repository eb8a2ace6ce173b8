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
    let health = app.work(|app| Ok(check(app))).await;
    match health {
        Ok(Ok(())) => (StatusCode::OK, "ready\n".to_owned()),
        Ok(Err(reason)) => (StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n")),
        Err(error) => (
            StatusCode::SERVICE_UNAVAILABLE,
            format!("{}\n", error.0.name()),
        ),
    }
}

fn check(app: &App) -> Result<(), String> {
    app.store
        .health()
        .map_err(|error| error.sentence().to_string())?;
    app.exchange.health().map_err(|error| error.to_string())
}
