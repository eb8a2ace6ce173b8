//! Taking connections: so many at once, each with a bound on how slowly it may speak, and all
//! ended in good order when the server goes down.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use super::client::{ClientAddress, Peer};
use super::line::Line;
use super::places::Places;
use crate::config::{Config, Network};
use crate::tls::Tls;

/// Bytes of a request's head, and of what is read ahead of a body.
const BUFFER_BYTES_MAX: usize = 64 << 10;
/// Before the next try when the system has no more file handles.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// What stands at an address: how connections begin there and what bounds them.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    tls: Option<Tls>,
    connections_max: usize,
    connections_of_address_max: usize,
    head_time_max: Duration,
    idle_time_max: Duration,
    /// They bring the connections of many.
    trusted_proxies: Vec<Network>,
}

impl Door {
    /// A door as the configuration has it; with `tls`, for those who speak it.
    pub(crate) fn new(config: &Config, tls: Option<Tls>) -> Self {
        let transport = &config.transport;
        Self {
            tls,
            connections_max: config.connections_max,
            connections_of_address_max: transport.connections_of_address_max,
            head_time_max: transport.head_time_max,
            idle_time_max: transport.idle_time_max,
            trusted_proxies: transport.trusted_proxies.clone(),
        }
    }
}

/// Serves until `stopped` comes true, then waits for requests under way.
pub(crate) async fn listen(
    listener: TcpListener,
    door: Door,
    router: Router,
    stopped: impl Future<Output = ()>,
) {
    let all = Arc::new(Semaphore::new(door.connections_max));
    let of_address = Places::new(door.connections_of_address_max);
    let door = Arc::new(door);
    let connections = GracefulShutdown::new();
    let (open, closed) = watch::channel(());
    let mut stopped = std::pin::pin!(stopped);
    loop {
        // Waiting for a place before taking a connection leaves the rest in the system's queue.
        let accepted = async {
            let place = Arc::clone(&all).acquire_owned().await;
            (listener.accept().await, place)
        };
        let (stream, address, place) = tokio::select! {
            (accepted, place) = accepted => match accepted {
                Ok((stream, address)) => (stream, address.ip().to_canonical(), place),
                Err(error) => {
                    tracing::warn!(kind = %error.kind(), "cannot take a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
            () = &mut stopped => break,
        };
        let own_place = if door.trusted_proxies.iter().any(|one| one.contains(address)) {
            None
        } else if let Some(place) = of_address.take(ClientAddress(address).group()) {
            Some(place)
        } else {
            tracing::debug!("too many connections from one address");
            continue;
        };
        let line = Line::new(stream, door.idle_time_max);
        let (door, router) = (Arc::clone(&door), router.clone());
        let (watcher, mut closed) = (connections.watcher(), closed.clone());
        tokio::spawn(async move {
            let _places = (place, own_place);
            let peer = |tls| Peer { address, tls };
            let Some(tls) = &door.tls else {
                return converse(line, peer(false), router, door.head_time_max, watcher).await;
            };
            let greeted = tokio::select! {
                greeted = tokio::time::timeout(door.head_time_max, tls.greet(line)) => greeted,
                // Who has not greeted yet is not waited for.
                _ = closed.changed() => return,
            };
            if let Ok(Some(line)) = greeted {
                converse(line, peer(true), router, door.head_time_max, watcher).await;
            }
        });
    }
    drop(listener);
    drop(open);
    connections.shutdown().await;
}

/// One connection's requests, one after the other, until it ends or the server goes down. A client
/// that has not sent a request's head in time is let go, be it slow or idle.
async fn converse(
    line: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: Peer,
    router: Router,
    head_time_max: Duration,
    watcher: Watcher,
) {
    let routes = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        routes.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_time_max)
        .max_buf_size(BUFFER_BYTES_MAX)
        .serve_connection(TokioIo::new(line), service);
    // How a connection ends is the client's affair.
    let _ = watcher.watch(connection).await;
}
