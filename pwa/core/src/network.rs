//! Requests to the server. A reply that breaks off gives what came of it.

use std::cell::Cell;

use futures_util::future::{Either, select};
use kiennghi_messages::Failure;
use kiennghi_shared::code::Code;
use kiennghi_shared::office::MEDIA_TYPE as OFFICE_MEDIA_TYPE;
use kiennghi_shared::wire::{MEDIA_TYPE, SYNC_PATH};
use minicbor::Decode;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, ReadableStreamDefaultReader, RequestInit, Response};

use crate::app::{network_failure, server_failure};
use crate::browser;

/// How long a request may take in all; stalls are common, and a page is at most about 1 MB.
const PATIENCE_MS: u32 = 120_000;

/// How long the live line may be silent: the server says something at least every 25 seconds.
const SILENCE_MS: u64 = 70_000;

/// However long a server asks to be left alone.
const WAIT_SECONDS_MAX: u64 = 300;

const JSON: &str = "application/json";

fn unreachable(_: JsValue) -> Failure {
    network_failure()
}

async fn send(
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<(&str, &[u8])>,
    limited: bool,
) -> Result<Response, JsValue> {
    let headers = Headers::new()?;
    // A browser's session goes as a cookie, which no script sees.
    if let Some(token) = token.filter(|token| !token.is_empty()) {
        headers.set("authorization", &format!("Bearer {token}"))?;
    }
    // One form for all answers: nothing here reads JSON.
    headers.set("accept", OFFICE_MEDIA_TYPE)?;
    let init = RequestInit::new();
    if let Some((media_type, bytes)) = body {
        headers.set("content-type", media_type)?;
        if media_type == MEDIA_TYPE {
            headers.set("content-encoding", "gzip")?;
        }
        init.set_body(&js_sys::Uint8Array::from(bytes));
    }
    init.set_method(method);
    init.set_headers(&headers);
    if limited {
        init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE_MS)));
    }
    let response = JsFuture::from(browser::scope().fetch_with_str_and_init(path, &init)).await?;
    Ok(response.unchecked_into())
}

/// Reads a body piece by piece; a body that breaks off ends early.
struct Pieces {
    reader: ReadableStreamDefaultReader,
}

impl Pieces {
    fn of(response: &Response) -> Option<Self> {
        let reader = response.body()?.get_reader();
        Some(Self {
            reader: reader.unchecked_into(),
        })
    }

    async fn next(&mut self) -> Option<Vec<u8>> {
        let piece = JsFuture::from(self.reader.read()).await.ok()?;
        let value = js_sys::Reflect::get(&piece, &"value".into()).ok()?;
        let value: js_sys::Uint8Array = value.dyn_into().ok()?;
        Some(value.to_vec())
    }
}

async fn refusal(response: &Response) -> Failure {
    let Ok(body) = response.json() else {
        return network_failure();
    };
    let body = JsFuture::from(body).await.unwrap_or_default();
    let code = js_sys::Reflect::get(&body, &"code".into()).ok();
    code.and_then(|code| Code::from_name(&code.as_string()?))
        .map_or_else(network_failure, server_failure)
}

/// Sends a sync request and gives the reply's bytes as far as they came. A server that is busy says
/// for how long.
pub(crate) async fn sync(
    token: &str,
    request: &[u8],
    asked_to_wait_ms: &Cell<u64>,
) -> Result<Vec<u8>, Failure> {
    let body = browser::gzip(request).await.map_err(unreachable)?;
    let body = Some((MEDIA_TYPE, body.as_slice()));
    let sent = send("POST", SYNC_PATH, Some(token), body, true).await;
    if let Ok(response) = &sent {
        let seconds = response.headers().get("retry-after").ok().flatten();
        let seconds = seconds.and_then(|seconds| seconds.parse::<u64>().ok());
        asked_to_wait_ms.set(1_000 * seconds.unwrap_or_default().min(WAIT_SECONDS_MAX));
    }
    whole(sent).await
}

/// Asks, with something that goes along or without, and gives the answer's bytes.
///
/// What goes along has its media type before it.
pub(crate) async fn bytes(
    method: &str,
    token: &str,
    path: &str,
    body: Option<(&str, &[u8])>,
) -> Result<Vec<u8>, Failure> {
    whole(send(method, path, Some(token), body, true).await).await
}

/// Asks for a file: its name, where the server says it, and all of its bytes.
pub(crate) async fn file(token: &str, path: &str) -> Result<(String, Vec<u8>), Failure> {
    let response = send("GET", path, Some(token), None, true).await;
    let response = response.map_err(unreachable)?;
    if !response.ok() {
        return Err(refusal(&response).await);
    }
    let name = name_of(&response).unwrap_or_default();
    // Fails when the body breaks off.
    let bytes = JsFuture::from(response.array_buffer().map_err(unreachable)?);
    let bytes = bytes.await.map_err(unreachable)?;
    Ok((name, js_sys::Uint8Array::new(&bytes).to_vec()))
}

/// What `Content-Disposition` says in `filename*=UTF-8''…`.
fn name_of(response: &Response) -> Option<String> {
    let said = response.headers().get("content-disposition").ok()??;
    let (_, name) = said.split_once("filename*=UTF-8''")?;
    Some(js_sys::decode_uri_component(name).ok()?.into())
}

/// The body of a good answer, as far as it came.
async fn whole(sent: Result<Response, JsValue>) -> Result<Vec<u8>, Failure> {
    let response = sent.map_err(unreachable)?;
    if !response.ok() {
        return Err(refusal(&response).await);
    }
    let mut bytes = Vec::new();
    // An answer of no content has no body.
    if let Some(mut pieces) = Pieces::of(&response) {
        while let Some(piece) = pieces.next().await {
            bytes.extend(piece);
        }
    }
    Ok(bytes)
}

/// Asks for a value.
pub(crate) async fn get<T: for<'b> Decode<'b, ()>>(token: &str, path: &str) -> Result<T, Failure> {
    value(&bytes("GET", token, path, None).await?)
}

/// Posts JSON and gets a value.
pub(crate) async fn post<T: for<'b> Decode<'b, ()>>(
    token: Option<&str>,
    path: &str,
    body: &str,
) -> Result<T, Failure> {
    let body = Some((JSON, body.as_bytes()));
    value(&whole(send("POST", path, token, body, true).await).await?)
}

/// Puts a value in its place.
pub(crate) async fn put(token: &str, path: &str, body: &[u8]) -> Result<(), Failure> {
    let body = Some((OFFICE_MEDIA_TYPE, body));
    whole(send("PUT", path, Some(token), body, true).await).await?;
    Ok(())
}

fn value<T: for<'b> Decode<'b, ()>>(bytes: &[u8]) -> Result<T, Failure> {
    // One that broke off cannot be read either.
    minicbor::decode(bytes).map_err(|_| network_failure())
}

/// Follows the server's pokes, calling `poke` for each, until the connection ends.
pub(crate) async fn follow(token: &str, mut poke: impl FnMut()) -> Result<(), Failure> {
    let response = send("GET", "/api/v1/events", Some(token), None, false)
        .await
        .map_err(unreachable)?;
    if !response.ok() {
        return Err(refusal(&response).await);
    }
    let mut pieces = Pieces::of(&response).ok_or_else(network_failure)?;
    loop {
        let piece = std::pin::pin!(pieces.next());
        let silence = std::pin::pin!(browser::wait_ms(SILENCE_MS));
        match select(piece, silence).await {
            // Only events have a brace in them; words that keep the line open have none.
            Either::Left((Some(piece), _)) if piece.contains(&b'{') => poke(),
            Either::Left((Some(_), _)) => {}
            Either::Left((None, _)) => return Ok(()),
            Either::Right(_) => return Err(network_failure()),
        }
    }
}
