//! `GET /api/v1/events`: server-sent events that say only that there is something new, to a device for
//! as long as it is signed in.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::StreamExt;
use tokio_stream::wrappers::WatchStream;

use super::caller::{SignedIn, token};
use crate::app::App;
use crate::auth::Token;
use crate::error::ApiError;

/// Keeps middle boxes from closing a quiet line.
const KEEP_ALIVE: Duration = Duration::from_secs(25);

pub(super) async fn listen_events(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    let turn = app.streams.take(caller.device)?;
    let store = Arc::clone(&app.store);
    let decides = !caller.reviews().is_empty();
    let mut told = None;
    let pokes = WatchStream::new(app.feed.listen())
        .take_while(|poke| std::future::ready(!poke.closed))
        // The same number again is word of reviews.
        .filter(move |poke| std::future::ready(told.replace(poke.seq) != Some(poke.seq) || decides))
        .map(move |poke| {
            // Lives as long as the stream does.
            let _turn = &turn;
            let (epoch, seq) = (store.epoch(), poke.seq);
            Ok::<_, Infallible>(
                Event::default().data(format!("{{\"epoch\":\"{epoch}\",\"seq\":{seq}}}")),
            )
        });
    let pokes = pokes.take_until(signed_out(app, token(&headers)));
    let stream = Sse::new(pokes).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    // A proxy that collects answers before it passes them on would keep the news to itself.
    Ok(([("x-accel-buffering", "no")], stream))
}

/// Waits until the token is good no more. Another process may take it away, so it is looked up now and
/// then; a store that cannot be read takes nothing away.
async fn signed_out(app: Arc<App>, token: Option<Token>) {
    loop {
        tokio::time::sleep(app.recheck).await;
        let Some(token) = token.clone() else { return };
        let looked_up = app.work(move |app| Ok(app.callers.sign_in(&token, app.clock.now_ms())?));
        if let Ok(caller) = looked_up.await
            && caller.is_none_or(|caller| caller.is_shut_out())
        {
            return;
        }
    }
}
