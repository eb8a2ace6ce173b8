//! One HTTP/1 connection to the server, its bytes counted.

use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderName, HeaderValue,
    RETRY_AFTER,
};
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use kiennghi_shared::code::Code;
use kiennghi_shared::wire::{MEDIA_TYPE, SYNC_PATH};
use tokio::net::TcpStream;

use super::body::{gzip, unpack};
use super::error::PhoneError;
use super::meter::Meter;

/// How long a request may take before the phone gives it up.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// A reply as far as it came.
#[derive(Debug, Clone)]
pub struct Replied {
    /// The HTTP status.
    pub status: u16,
    /// The body, unpacked.
    pub body: Vec<u8>,
    /// Whether the body came to its end.
    pub whole: bool,
}

impl Replied {
    /// The body of a reply that says yes.
    ///
    /// # Errors
    /// When the server said no, with its code.
    pub fn ok(self) -> Result<Self, PhoneError> {
        if self.status == 200 || self.status == 201 {
            return Ok(self);
        }
        Err(PhoneError::Answered {
            status: self.status,
            code: self.code(),
        })
    }

    /// The code of a reply that says no.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        let error: serde_json::Value = serde_json::from_slice(&self.body).ok()?;
        Code::from_name(error.get("code")?.as_str()?)
    }
}

/// A reply as far as it came, still packed.
#[derive(Debug)]
pub struct Packed {
    /// The HTTP status.
    pub status: u16,
    /// Seconds after which the server would be asked again, where it says so.
    pub retry_after_s: Option<u64>,
    encoding: Option<String>,
    body: Vec<u8>,
    whole: bool,
}

impl Packed {
    /// Unpacks the body.
    #[must_use]
    pub fn unpack(self) -> Replied {
        Replied {
            status: self.status,
            body: unpack(self.encoding.as_deref(), self.body),
            whole: self.whole,
        }
    }
}

/// A connection, kept open from request to request.
#[derive(Debug)]
pub struct Client {
    host: String,
    token: Option<String>,
    meter: Meter,
    sender: SendRequest<Full<Bytes>>,
    patience: Duration,
}

fn offline(error: impl std::fmt::Display) -> PhoneError {
    PhoneError::Offline(error.to_string())
}

impl Client {
    /// Connects to `http://HOST:PORT`.
    ///
    /// # Errors
    /// When the address is malformed or nobody answers there.
    pub async fn connect(
        url: &str,
        token: Option<&str>,
        meter: &Meter,
    ) -> Result<Self, PhoneError> {
        let address = || PhoneError::Address(url.to_owned());
        let host = url.strip_prefix("http://").ok_or_else(address)?;
        let host = host.trim_end_matches('/').to_owned();
        if !host.contains(':') {
            return Err(address());
        }
        let connecting = TcpStream::connect(&host);
        let stream = tokio::time::timeout(PATIENCE, connecting)
            .await
            .map_err(offline)?
            .map_err(offline)?;
        stream.set_nodelay(true).map_err(offline)?;
        let io = TokioIo::new(meter.wrap(stream));
        let (sender, connection) = handshake(io).await.map_err(offline)?;
        // Ends when the sender is dropped; what goes wrong is told to whoever waits for the reply.
        tokio::spawn(connection);
        Ok(Self {
            host,
            token: token.map(str::to_owned),
            meter: meter.clone(),
            sender,
            patience: PATIENCE,
        })
    }

    /// Gives requests another time than a minute.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Sends a sync body, packed, and takes the reply as far as it comes.
    ///
    /// # Errors
    /// When the reply does not begin.
    pub async fn sync(&mut self, body: &[u8]) -> Result<Replied, PhoneError> {
        self.sync_packed(gzip(body)).await
    }

    /// Sends a sync body that is packed already, or claims to be.
    ///
    /// # Errors
    /// When the reply does not begin.
    pub async fn sync_packed(&mut self, packed: Vec<u8>) -> Result<Replied, PhoneError> {
        let replied = self.post_packed(Bytes::from(packed)).await?;
        Ok(replied.unpack())
    }

    /// The same, and leaves the reply packed.
    ///
    /// # Errors
    /// When the reply does not begin.
    pub async fn post_packed(&mut self, packed: Bytes) -> Result<Packed, PhoneError> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(SYNC_PATH)
            .header(CONTENT_TYPE, MEDIA_TYPE)
            .header(CONTENT_ENCODING, "gzip")
            .header(ACCEPT_ENCODING, "gzip, br, zstd")
            .body(Full::new(packed))
            .map_err(offline)?;
        self.send_packed(request).await
    }

    /// Fetches a path.
    ///
    /// # Errors
    /// When the reply does not begin.
    pub async fn get(&mut self, path: &str) -> Result<Replied, PhoneError> {
        let request = Request::builder()
            .uri(path)
            .body(Full::default())
            .map_err(offline)?;
        self.send(request).await
    }

    /// Sends JSON.
    ///
    /// # Errors
    /// When the reply does not begin.
    pub async fn post_json(
        &mut self,
        path: &str,
        body: &impl serde::Serialize,
    ) -> Result<Replied, PhoneError> {
        let body = serde_json::to_vec(body).map_err(offline)?;
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body)))
            .map_err(offline)?;
        self.send(request).await
    }

    /// Sends a request as it is, with host and token added.
    ///
    /// # Errors
    /// When the reply does not begin.
    pub async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<Replied, PhoneError> {
        Ok(self.send_packed(request).await?.unpack())
    }

    async fn send_packed(
        &mut self,
        mut request: Request<Full<Bytes>>,
    ) -> Result<Packed, PhoneError> {
        let header = |text: &str| HeaderValue::from_str(text).map_err(offline);
        request.headers_mut().insert(HOST, header(&self.host)?);
        if let Some(token) = &self.token {
            let bearer = header(&format!("Bearer {token}"))?;
            request.headers_mut().insert(AUTHORIZATION, bearer);
        }
        tokio::time::timeout(self.patience, self.exchange(request))
            .await
            .map_err(offline)?
    }

    async fn exchange(&mut self, request: Request<Full<Bytes>>) -> Result<Packed, PhoneError> {
        self.sender.ready().await.map_err(offline)?;
        self.meter.count_request();
        let reply = self.sender.send_request(request).await.map_err(offline)?;
        let (head, mut body) = reply.into_parts();
        let mut packed = Vec::new();
        let mut whole = true;
        while let Some(frame) = body.frame().await {
            match frame {
                Ok(frame) => packed.extend_from_slice(frame.data_ref().map_or(&[], Bytes::as_ref)),
                Err(_) => {
                    whole = false;
                    break;
                }
            }
        }
        let header = |name: HeaderName| {
            head.headers
                .get(&name)
                .and_then(|value| value.to_str().ok())
        };
        Ok(Packed {
            status: head.status.as_u16(),
            retry_after_s: header(RETRY_AFTER).and_then(|value| value.parse().ok()),
            encoding: header(CONTENT_ENCODING).map(str::to_owned),
            body: packed,
            whole,
        })
    }
}
