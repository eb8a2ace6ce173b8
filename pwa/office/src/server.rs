//! Requests to the server: CBOR both ways, JSON at the doors of passkeys, and what a refusal says.

use std::cell::Cell;

use js_sys::{Date, JSON, Uint8Array};
use kiennghi_shared::code::Code;
use kiennghi_shared::office::MEDIA_TYPE;
use minicbor::{Decode, Encode};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestInit, Response};

use crate::browser;

/// How long an answer may take.
const PATIENCE_MS: u32 = 60_000;

thread_local! {
    /// How far the server's clock is before this machine's, as its last answer said.
    static AHEAD_MS: Cell<i64> = const { Cell::new(0) };
}

/// Why nothing came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The server said no.
    Refused(Code),
    /// Nobody answered, or not in a way that can be read.
    Unreachable,
    /// The browser or the person did not go along, in words.
    Here(&'static str),
}

impl Failure {
    /// What a person is told.
    pub(crate) fn words(&self) -> &'static str {
        match self {
            Failure::Refused(Code::Unauthenticated) => {
                "Phiên làm việc đã hết. Những gì đã điền vẫn còn trên trang này."
            }
            Failure::Refused(Code::Forbidden) => "Bạn không có quyền làm việc này.",
            Failure::Refused(code) => code.message(),
            Failure::Unreachable => "Không nối được với máy chủ. Hãy thử lại khi có mạng.",
            Failure::Here(words) => words,
        }
    }
}

/// Milliseconds since 1970 by the server's clock, to the second.
pub(crate) fn now_ms() -> i64 {
    browser::now_ms() + AHEAD_MS.get()
}

/// Asks and gives what was answered.
pub(crate) async fn get<T: for<'b> Decode<'b, ()>>(path: &str) -> Result<T, Failure> {
    read(&bytes("GET", path, None).await?)
}

/// Sends and gives what was answered.
pub(crate) async fn post<T: for<'b> Decode<'b, ()>>(
    path: &str,
    body: &impl Encode<()>,
) -> Result<T, Failure> {
    read(&bytes("POST", path, cbor(body)).await?)
}

/// Sends what is answered by nothing but a yes.
pub(crate) async fn tell(path: &str, body: &impl Encode<()>) -> Result<(), Failure> {
    let body = cbor(body);
    send("POST", path, body).await.map(drop)
}

/// Puts a value in its place.
pub(crate) async fn put(path: &str, body: &impl Encode<()>) -> Result<(), Failure> {
    let body = cbor(body);
    send("PUT", path, body).await.map(drop)
}

/// Does something that needs no body.
pub(crate) async fn act(method: &str, path: &str) -> Result<(), Failure> {
    send(method, path, None).await.map(drop)
}

/// Sends a file and gives what was answered.
pub(crate) async fn post_file<T: for<'b> Decode<'b, ()>>(
    path: &str,
    file: &web_sys::File,
) -> Result<T, Failure> {
    let body = Some(("application/octet-stream", file.clone().into()));
    read(&bytes("POST", path, body).await?)
}

/// Sends JSON and gives the JSON of the answer; nothing for an answer without one.
pub(crate) async fn post_json(path: &str, body: &JsValue) -> Result<JsValue, Failure> {
    let text = JSON::stringify(body).map_err(unreachable)?;
    let response = send("POST", path, Some(("application/json", text.into()))).await?;
    let text = JsFuture::from(response.text().map_err(unreachable)?);
    let text = text.await.map_err(unreachable)?.as_string();
    match text.filter(|text| !text.is_empty()) {
        Some(text) => JSON::parse(&text).map_err(unreachable),
        None => Ok(JsValue::UNDEFINED),
    }
}

/// Puts a value, in JSON, in its place.
pub(crate) async fn put_json(path: &str, text: String) -> Result<(), Failure> {
    let body = Some(("application/json", text.into()));
    send("PUT", path, body).await.map(drop)
}

fn unreachable(_: JsValue) -> Failure {
    Failure::Unreachable
}

fn cbor(body: &impl Encode<()>) -> Option<(&'static str, JsValue)> {
    let bytes = minicbor::to_vec(body).unwrap_or_default();
    Some((MEDIA_TYPE, Uint8Array::from(bytes.as_slice()).into()))
}

async fn send(
    method: &str,
    path: &str,
    body: Option<(&str, JsValue)>,
) -> Result<Response, Failure> {
    let response = fetch(method, path, body).await.map_err(unreachable)?;
    let date = response.headers().get("date").ok().flatten();
    let at = date.map_or(f64::NAN, |date| Date::parse(&date));
    if at.is_finite() {
        AHEAD_MS.set(at as i64 - browser::now_ms());
    }
    if response.ok() {
        return Ok(response);
    }
    let text = JsFuture::from(response.text().map_err(unreachable)?);
    let body = text.await.ok().and_then(|text| text.as_string());
    let body = body.and_then(|text| JSON::parse(&text).ok());
    let code = body.and_then(|body| browser::property(&body, "code")?.as_string());
    let code = code.and_then(|code| Code::from_name(&code));
    Err(code.map_or(Failure::Unreachable, Failure::Refused))
}

async fn fetch(
    method: &str,
    path: &str,
    body: Option<(&str, JsValue)>,
) -> Result<Response, JsValue> {
    let headers = Headers::new()?;
    headers.set("accept", MEDIA_TYPE)?;
    let init = RequestInit::new();
    if let Some((media_type, body)) = body {
        headers.set("content-type", media_type)?;
        init.set_body(&body);
    }
    init.set_method(method);
    init.set_headers(&headers);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE_MS)));
    let page = browser::page().ok_or(JsValue::UNDEFINED)?;
    let response = JsFuture::from(page.fetch_with_str_and_init(path, &init)).await?;
    response.dyn_into()
}

async fn bytes(
    method: &str,
    path: &str,
    body: Option<(&str, JsValue)>,
) -> Result<Vec<u8>, Failure> {
    let response = send(method, path, body).await?;
    let buffer = JsFuture::from(response.array_buffer().map_err(unreachable)?);
    Ok(Uint8Array::new(&buffer.await.map_err(unreachable)?).to_vec())
}

fn read<T: for<'b> Decode<'b, ()>>(bytes: &[u8]) -> Result<T, Failure> {
    minicbor::decode(bytes).map_err(|_| Failure::Unreachable)
}
