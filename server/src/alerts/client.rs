//! One request to a push service: to an address that was looked at, once, with short patience, and of the
//! answer only its head is read.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderValue, RETRY_AFTER,
};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use kiennghi_shared::alert::Topic;
use rustls::pki_types::ServerName;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::endpoint::{Endpoint, Services};
use crate::tls::{TlsError, client};

/// For a connection to one address.
const CONNECT_TIME_MAX: Duration = Duration::from_secs(5);
/// For the whole of a request.
const TIME_MAX: Duration = Duration::from_secs(15);
/// Addresses of one host that are tried.
const ADDRESSES_MAX: usize = 3;
/// Bytes of an answer's head.
const HEAD_BYTES_MAX: usize = 16 << 10;
/// How long a push service keeps what it cannot bring at once: till the evening.
const KEEP_S: u32 = 10 * 60 * 60;

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The push service will bring it.
    Taken,
    /// There is no such subscription any more.
    Gone,
    /// It may go better later, after so long where that was said.
    Later(Option<Duration>),
    /// It will not go better.
    Refused(Option<StatusCode>),
}

/// What is sent.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    pub(crate) authorization: String,
    pub(crate) topic: Topic,
    pub(crate) body: Vec<u8>,
}

/// Calls push services.
pub(crate) struct Client {
    tls: TlsConnector,
    pub(crate) services: Services,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client(…)")
    }
}

impl Client {
    /// One that knows push services by these roots alone, or by the public ones.
    pub(crate) fn new(services: Services, roots: Option<&Path>) -> Result<Self, TlsError> {
        Ok(Self {
            tls: TlsConnector::from(Arc::new(client(roots)?)),
            services,
        })
    }

    /// Hands a letter to a push service.
    pub(crate) async fn post(&self, endpoint: &Endpoint, letter: Letter) -> Outcome {
        match timeout(TIME_MAX, self.try_post(endpoint, letter)).await {
            Ok(Some(outcome)) => outcome,
            Ok(None) | Err(_) => Outcome::Later(None),
        }
    }

    /// None when nobody answered.
    async fn try_post(&self, endpoint: &Endpoint, letter: Letter) -> Option<Outcome> {
        let found = lookup_host((endpoint.host.as_str(), endpoint.port)).await;
        let found = found.ok()?;
        let addresses: Vec<SocketAddr> = found
            .filter(|address| self.services.may_call(address.ip()))
            .take(ADDRESSES_MAX)
            .collect();
        if addresses.is_empty() {
            tracing::warn!(host = %endpoint.host, "a push service has no address that may be called");
            return Some(Outcome::Refused(None));
        }
        let line = connect(&addresses).await?;
        let name = ServerName::try_from(endpoint.host.clone()).ok()?;
        let line = self.tls.connect(name, line).await.ok()?;
        let mut builder = http1::Builder::new();
        builder.max_buf_size(HEAD_BYTES_MAX);
        let (mut sender, connection) = builder.handshake(TokioIo::new(line)).await.ok()?;
        let answer = std::pin::pin!(sender.send_request(request(endpoint, letter)?));
        // The connection ends first only when it breaks.
        match select(answer, std::pin::pin!(connection)).await {
            Either::Left((answer, _)) => {
                let answer = answer.ok()?;
                let wait = answer.headers().get(RETRY_AFTER);
                Some(outcome(answer.status(), wait))
            }
            Either::Right(_) => None,
        }
    }
}

async fn connect(addresses: &[SocketAddr]) -> Option<TcpStream> {
    for address in addresses {
        if let Ok(Ok(line)) = timeout(CONNECT_TIME_MAX, TcpStream::connect(address)).await {
            return Some(line);
        }
    }
    None
}

fn request(endpoint: &Endpoint, letter: Letter) -> Option<Request<Full<Bytes>>> {
    let mut authorization = HeaderValue::from_str(&letter.authorization).ok()?;
    authorization.set_sensitive(true);
    Request::builder()
        .method(Method::POST)
        .uri(&endpoint.path)
        .header(HOST, endpoint.authority())
        .header(AUTHORIZATION, authorization)
        .header(CONTENT_TYPE, "application/octet-stream")
        .header(CONTENT_ENCODING, "aes128gcm")
        .header("ttl", KEEP_S)
        .header("urgency", "normal")
        .header("topic", letter.topic.name())
        .body(Full::from(letter.body))
        .ok()
}

fn outcome(status: StatusCode, wait: Option<&HeaderValue>) -> Outcome {
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => Outcome::Gone,
        StatusCode::TOO_MANY_REQUESTS => Outcome::Later(seconds(wait)),
        _ if status.is_server_error() => Outcome::Later(seconds(wait)),
        _ if status.is_success() => Outcome::Taken,
        // A redirect is not followed: it would lead to an address that nobody looked at.
        _ => Outcome::Refused(Some(status)),
    }
}

fn seconds(wait: Option<&HeaderValue>) -> Option<Duration> {
    let seconds = wait?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use tokio::net::TcpListener;

    use super::*;

    /// A name that is known, and resolves to this machine.
    async fn called(private: bool) -> (Outcome, bool) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let services = Services::new(&["localhost".to_owned()], private);
        let client = Client::new(services, None).expect("a client");
        let endpoint = Endpoint {
            host: "localhost".to_owned(),
            port: listener.local_addr().expect("an address").port(),
            path: "/".to_owned(),
        };
        let letter = Letter {
            authorization: "vapid".to_owned(),
            topic: Topic::Daily,
            body: Vec::new(),
        };
        let heard = async {
            let (line, _) = listener.accept().await.expect("a connection");
            drop(line);
            true
        };
        let (outcome, heard) = tokio::join!(client.post(&endpoint, letter), async {
            if private { heard.await } else { false }
        });
        let waits = listener.accept().now_or_never().is_some();
        (outcome, heard || waits)
    }

    #[tokio::test]
    async fn a_name_that_leads_into_a_private_network_is_not_called() {
        assert_eq!(called(false).await, (Outcome::Refused(None), false));
        assert_eq!(called(true).await, (Outcome::Later(None), true));
    }

    #[test]
    fn what_an_answer_means() {
        let status = |code| StatusCode::from_u16(code).expect("a status");
        let of = |code| outcome(status(code), Some(&HeaderValue::from_static("7")));
        let later = Outcome::Later(Some(Duration::from_secs(7)));
        for (code, wanted) in [
            (201, Outcome::Taken),
            (404, Outcome::Gone),
            (410, Outcome::Gone),
            (429, later),
            (503, later),
            (301, Outcome::Refused(Some(status(301)))),
            (403, Outcome::Refused(Some(status(403)))),
        ] {
            assert_eq!(of(code), wanted, "{code}");
        }
        let date = HeaderValue::from_static("Wed, 21 Oct 2026 07:28:00 GMT");
        assert_eq!(outcome(status(503), Some(&date)), Outcome::Later(None));
    }
}
