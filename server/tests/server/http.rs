//! Calls to the server's routes without a network.

use std::io::{Read, Write};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, BodyDataStream, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use futures_util::{FutureExt, StreamExt};
use kiennghi_server::app::App;
use kiennghi_server::auth::{Token, issue_code};
use kiennghi_server::clock::{Clock, ManualClock};
use kiennghi_server::config::{Config, Settings};
use kiennghi_server::gate::{InProcess, Trial};
use kiennghi_server::store::Store;
use kiennghi_server::store::sqlite::{Options, SqliteStore};
use kiennghi_shared::id::UserName;
use kiennghi_shared::wire::{self, DocumentChanges, Hello, Hold, Reply};
use tempfile::TempDir;
use tower::ServiceExt;

use crate::district::{Bench, NOW, Phone, stamp};

/// A server without a network, over a store in a folder of its own.
pub(crate) struct Server {
    pub(crate) bench: Bench,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) app: Arc<App>,
    router: Router,
    pub(crate) folder: TempDir,
}

/// What a route answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// The pokes that somebody hears who listens.
pub(crate) struct Pokes(BodyDataStream);

impl Pokes {
    /// Waits for the next poke and gives its sequence number.
    pub(crate) async fn next_seq(&mut self) -> u64 {
        let next = tokio::time::timeout(Duration::from_secs(20), self.0.next()).await;
        let piece = next.expect("in time").expect("open").expect("readable");
        let line = std::str::from_utf8(&piece).expect("text").trim();
        let poke = line.strip_prefix("data: ").expect("a poke");
        let poke: serde_json::Value = serde_json::from_str(poke).expect("JSON");
        poke["seq"].as_u64().expect("a number")
    }

    /// Whether there is nothing to hear now.
    pub(crate) fn is_silent(&mut self) -> bool {
        self.0.next().now_or_never().is_none()
    }
}

/// A device that is signed in.
pub(crate) struct Device {
    pub(crate) token: String,
    pub(crate) phone: Phone,
    pub(crate) cursor: Option<Vec<u8>>,
}

impl Server {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut Options)) -> Self {
        Self::trying_by(Box::new(InProcess), change)
    }

    /// With these lines in its file of settings.
    pub(crate) fn set(settings: &str) -> Self {
        let settings = toml::from_str(settings).expect("settings");
        Self::build(Box::new(InProcess), |_| {}, settings)
    }

    pub(crate) fn trying_by(trial: Box<dyn Trial>, change: impl FnOnce(&mut Options)) -> Self {
        Self::build(trial, change, Settings::default())
    }

    fn build(trial: Box<dyn Trial>, change: impl FnOnce(&mut Options), settings: Settings) -> Self {
        let folder = tempfile::tempdir().expect("folder");
        Self::over(folder, trial, change, settings)
    }

    /// Over a folder that may have a district already.
    pub(crate) fn on(folder: TempDir) -> Self {
        Self::over(folder, Box::new(InProcess), |_| {}, Settings::default())
    }

    fn over(
        folder: TempDir,
        trial: Box<dyn Trial>,
        change: impl FnOnce(&mut Options),
        settings: Settings,
    ) -> Self {
        let mut options = Options::new(folder.path());
        change(&mut options);
        let store = SqliteStore::open(&options).expect("opens");
        let bench = Bench::on(Arc::new(store));
        let clock = Arc::new(ManualClock::new(NOW));
        let config = Config::load(folder.path(), settings).expect("configuration");
        let app = App::new(Arc::clone(&bench.store), trial, clock.clone(), &config).expect("app");
        let app = Arc::new(app);
        Self {
            bench,
            clock,
            router: app.router(),
            app,
            folder,
        }
    }

    /// What its clock says, milliseconds since 1970.
    pub(crate) fn clock_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// Goes down and leaves its folder.
    pub(crate) fn shut(self) -> TempDir {
        self.folder
    }

    pub(crate) fn code(&self, user: &str) -> String {
        let code =
            issue_code(&*self.bench.store, &UserName::from(user), &stamp(NOW)).expect("store");
        code.expect("known user").to_string()
    }

    /// A device of a user, signed in.
    pub(crate) fn device(&self, user: &str) -> Device {
        let token = Token::random().expect("randomness");
        let name = UserName::from(user);
        let store: &dyn Store = &*self.bench.store;
        let id = store
            .add_device(&name, "test", Some(token.hash()), NOW)
            .expect("device");
        let phone = self.bench.phone_on(id, user);
        Device {
            token: token.to_string(),
            phone,
            cursor: None,
        }
    }

    pub(crate) async fn call(&self, request: Request<Body>) -> Answer {
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("infallible");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 64 << 20).await.expect("body").to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// The head of an answer that may go on.
    pub(crate) async fn begin(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await;
        let response = response.expect("infallible");
        Answer {
            status: response.status(),
            headers: response.headers().clone(),
            body: Vec::new(),
        }
    }

    /// Listens for pokes with a token.
    pub(crate) async fn listen(&self, token: &str) -> Pokes {
        let request = request(Method::GET, "/api/v1/events", token, Vec::new());
        let response = self.router.clone().oneshot(request).await;
        let response = response.expect("infallible");
        assert_eq!(response.status(), StatusCode::OK);
        Pokes(response.into_body().into_data_stream())
    }

    /// GET with a token, or without when it is empty.
    pub(crate) async fn get(&self, path: &str, token: &str) -> Answer {
        self.call(request(Method::GET, path, token, Vec::new()))
            .await
    }

    pub(crate) async fn post_json(&self, path: &str, body: &serde_json::Value) -> Answer {
        self.call(request(
            Method::POST,
            path,
            "",
            body.to_string().into_bytes(),
        ))
        .await
    }

    /// A sync request; takes over the reply's cursor.
    pub(crate) async fn sync(
        &self,
        device: &mut Device,
        push: Vec<DocumentChanges>,
        change: impl FnOnce(&mut Hello),
    ) -> Reply {
        let mut hello = Hello {
            cursor: device.cursor.clone(),
            ..Hello::new(Hold::Scope, 0)
        };
        change(&mut hello);
        let body = wire::Request::new(hello, push).encode();
        let answer = self.call(sync_request(&device.token, &body)).await;
        assert_eq!(
            answer.status,
            StatusCode::OK,
            "{}",
            String::from_utf8_lossy(&answer.body)
        );
        let reply = Reply::decode(&answer.unpacked()).expect("reply");
        assert!(reply.complete);
        if let Some(cursor) = reply
            .chunks
            .iter()
            .rev()
            .find_map(|chunk| chunk.cursor.clone())
        {
            device.cursor = Some(cursor.cursor);
        }
        reply
    }
}

pub(crate) fn request(method: Method, path: &str, token: &str, body: Vec<u8>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    request.body(Body::from(body)).expect("request")
}

/// A sync request, packed as a phone packs it.
pub(crate) fn sync_request(token: &str, body: &[u8]) -> Request<Body> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(body).expect("gzip");
    let mut request = request(
        Method::POST,
        wire::SYNC_PATH,
        token,
        encoder.finish().expect("gzip"),
    );
    let headers = request.headers_mut();
    headers.insert("content-encoding", "gzip".parse().expect("header"));
    headers.insert("accept-encoding", "gzip, br".parse().expect("header"));
    request
}

impl Answer {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// The status and the code of an answer that says no.
    pub(crate) fn refusal(&self) -> (u16, String) {
        (
            self.status.as_u16(),
            self.json()["code"].as_str().expect("code").to_owned(),
        )
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("text"))
    }

    pub(crate) fn unpacked(&self) -> Vec<u8> {
        match self.header("content-encoding") {
            "" => self.body.clone(),
            "br" => {
                let mut unpacked = Vec::new();
                let mut reader = brotli::Decompressor::new(&self.body[..], 4096);
                reader.read_to_end(&mut unpacked).expect("brotli");
                unpacked
            }
            other => panic!("{other} was not the best that is accepted"),
        }
    }
}
