//! `GET /api/v1/events`: server-sent events that say only that there is something new.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::WatchStream;

use super::caller::SignedIn;
use crate::app::App;
use crate::error::ApiError;

/// Keeps middle boxes from closing a quiet line.
const KEEP_ALIVE: Duration = Duration::from_secs(25);

pub(super) async fn listen_events(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
) -> Result<impl IntoResponse, ApiError> {
    let turn = app.streams.take(caller.device)?;
    let epoch = app.store.epoch();
    let pokes = WatchStream::new(app.feed.listen())
        .take_while(|poke| !poke.closed)
        .map(move |poke| {
            // Lives as long as the stream does.
            let _turn = &turn;
            Ok::<_, Infallible>(
                Event::default().data(format!("{{\"epoch\":\"{epoch}\",\"seq\":{}}}", poke.seq)),
            )
        });
    let stream = Sse::new(pokes).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    // A proxy that collects answers before it passes them on would keep the news to itself.
    Ok(([("x-accel-buffering", "no")], stream))
}
