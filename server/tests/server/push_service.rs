//! A push service on this machine, and the browser that it brings messages to: it decrypts them and checks
//! who sent them with another library than the server's.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::path::Path;
use std::sync::{Arc, Mutex};

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::signature::{self, ECDSA_P256_SHA256_FIXED};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::TokioIo;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::PrivateKeyDer;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// What was sent.
pub(crate) struct Sent {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// What it answers: a status, and a header.
pub(crate) type Reply = (u16, Option<(&'static str, String)>);

/// The push service.
pub(crate) struct PushService {
    pub(crate) origin: String,
    sent: Arc<Mutex<Vec<Sent>>>,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    serving: JoinHandle<()>,
}

impl Drop for PushService {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl PushService {
    /// Starts one, and leaves the certificate that it is known by in a file.
    pub(crate) async fn start(roots: &Path) -> Self {
        let CertifiedKey { cert, key_pair } =
            generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        std::fs::write(roots, cert.pem()).expect("a file");
        let key = PrivateKeyDer::try_from(key_pair.serialize_der()).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key);
        let acceptor = TlsAcceptor::from(Arc::new(config.expect("TLS")));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (sent, replies) = (Arc::default(), Arc::default());
        let heard = (Arc::clone(&sent), Arc::clone(&replies));
        Self {
            origin: format!("https://localhost:{port}"),
            sent,
            replies,
            serving: tokio::spawn(serve(listener, acceptor, heard)),
        }
    }

    /// What it answers next, before it goes on taking everything.
    pub(crate) fn answer(&self, replies: &[Reply]) {
        self.replies.lock().expect("lock").extend(replies.to_vec());
    }

    /// What was sent since it was asked last.
    pub(crate) fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut self.sent.lock().expect("lock"))
    }
}

type Heard = (Arc<Mutex<Vec<Sent>>>, Arc<Mutex<VecDeque<Reply>>>);

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, heard: Heard) {
    loop {
        let (line, _) = listener.accept().await.expect("a connection");
        let (acceptor, heard) = (acceptor.clone(), heard.clone());
        tokio::spawn(async move {
            let Ok(line) = acceptor.accept(line).await else {
                return;
            };
            let service = service_fn(|request| take_in(request, heard.clone()));
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(line), service)
                .await;
        });
    }
}

async fn take_in(
    request: Request<Incoming>,
    (sent, replies): Heard,
) -> Result<Response<Empty<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.expect("a body").to_bytes().to_vec();
    sent.lock().expect("lock").push(Sent {
        path: head.uri.to_string(),
        headers: head.headers,
        body,
    });
    let (status, header) = replies
        .lock()
        .expect("lock")
        .pop_front()
        .unwrap_or((201, None));
    let mut response = Response::builder().status(status);
    if let Some((name, value)) = header {
        response = response.header(name, value);
    }
    Ok(response.body(Empty::new()).expect("an answer"))
}

/// A browser with its keys.
pub(crate) struct Browser {
    key: PrivateKey,
    public: Vec<u8>,
    auth: [u8; 16],
}

struct Len(usize);

impl KeyType for Len {
    fn len(&self) -> usize {
        self.0
    }
}

fn derive(salt: &[u8], secret: &[u8], info: &[&[u8]], len: usize) -> Vec<u8> {
    let extracted = Salt::new(HKDF_SHA256, salt).extract(secret);
    let mut derived = vec![0; len];
    let expanded = extracted.expand(info, Len(len)).expect("short");
    expanded.fill(&mut derived).expect("as long");
    derived
}

impl Browser {
    pub(crate) fn new() -> Self {
        let key = PrivateKey::generate(&ECDH_P256).expect("a key");
        let public = key.compute_public_key().expect("a key").as_ref().to_vec();
        Self {
            key,
            public,
            auth: [7; 16],
        }
    }

    /// What it tells the server: its `PushSubscription`.
    pub(crate) fn subscription(&self, endpoint: &str) -> Value {
        json!({
            "endpoint": endpoint,
            "p256dh": URL_SAFE_NO_PAD.encode(&self.public),
            "auth": URL_SAFE_NO_PAD.encode(self.auth),
        })
    }

    /// What a message says: RFC 8291 and RFC 8188, read the other way.
    pub(crate) fn read(&self, sent: &Sent) -> Value {
        assert_eq!(sent.headers["content-encoding"], "aes128gcm");
        let (salt, rest) = sent.body.split_at(16);
        assert_eq!(rest[..4], 4_096_u32.to_be_bytes());
        assert_eq!(rest[4], 65);
        let (theirs, sealed) = rest[5..].split_at(65);
        let theirs_key = UnparsedPublicKey::new(&ECDH_P256, theirs);
        let info: [&[u8]; 3] = [b"WebPush: info\0", &self.public, theirs];
        let secret = agree(&self.key, theirs_key, (), |shared| {
            Ok(derive(&self.auth, shared, &info, 32))
        });
        let secret = secret.expect("agreed");
        let key = derive(salt, &secret, &[b"Content-Encoding: aes128gcm\0"], 16);
        let nonce = derive(salt, &secret, &[b"Content-Encoding: nonce\0"], 12);
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).expect("a key"));
        let nonce = Nonce::try_assume_unique_for_key(&nonce).expect("a nonce");
        let mut record = sealed.to_vec();
        let text = key.open_in_place(nonce, Aad::empty(), &mut record);
        let (last, text) = text
            .expect("sealed for this browser")
            .split_last()
            .expect("a mark");
        assert_eq!(*last, 2, "the last record");
        serde_json::from_slice(text).expect("JSON")
    }
}

/// What the sender says of itself: RFC 8292. The signature is that of the key which browsers are told.
pub(crate) fn claims(sent: &Sent, key: &str) -> Value {
    let authorization = sent.headers["authorization"].to_str().expect("text");
    let (token, of_key) = authorization
        .strip_prefix("vapid t=")
        .and_then(|rest| rest.split_once(", k="))
        .expect("a token and a key");
    assert_eq!(of_key, key);
    let (signed, signature) = token.rsplit_once('.').expect("a signature");
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
    signature::UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes(of_key))
        .verify(signed.as_bytes(), &bytes(signature))
        .expect("signed with that key");
    let (header, claims) = signed.split_once('.').expect("claims");
    let header: Value = serde_json::from_slice(&bytes(header)).expect("JSON");
    assert_eq!(header, json!({ "typ": "JWT", "alg": "ES256" }));
    serde_json::from_slice(&bytes(claims)).expect("JSON")
}
