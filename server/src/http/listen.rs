//! Taking connections: so many at once, each with a bound on how slowly it may speak, and all
//! ended in good order when the server goes down.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// A client that has not sent a request's head by then is let go, be it slow or idle.
const HEAD_TIME_MAX: Duration = Duration::from_secs(60);
/// Bytes of a request's head, and of what is read ahead of a body.
const BUFFER_BYTES_MAX: usize = 64 << 10;
/// Before the next try when the system has no more file handles.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Serves until `stopped` comes true, then waits for requests under way.
pub(crate) async fn listen(
    listener: TcpListener,
    router: Router,
    connections_max: usize,
    stopped: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(connections_max));
    let connections = GracefulShutdown::new();
    let mut stopped = std::pin::pin!(stopped);
    loop {
        // Waiting for a place before taking a connection leaves the rest in the system's queue.
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (listener.accept().await, place)
        };
        let (stream, place) = tokio::select! {
            (accepted, place) = accepted => match accepted {
                Ok((stream, _)) => (stream, place),
                Err(error) => {
                    tracing::warn!(kind = %error.kind(), "cannot take a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
            () = &mut stopped => break,
        };
        let connection = connections.watch(converse(stream, router.clone()));
        tokio::spawn(async move {
            let _place = place;
            // How a connection ends is the client's affair.
            let _ = connection.await;
        });
    }
    drop(listener);
    connections.shutdown().await;
}

/// One connection's requests, one after the other.
fn converse(
    stream: TcpStream,
    router: Router,
) -> http1::Connection<TokioIo<TcpStream>, TowerToHyperService<Router>> {
    // Replies are written whole; waiting to fill packets only delays their ends.
    let _ = stream.set_nodelay(true);
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME_MAX)
        .max_buf_size(BUFFER_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
}
