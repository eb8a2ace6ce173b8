//! Passkeys (khoá truy cập): the browser's part, between the two calls that each of them takes.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::browser::{self, property};
use crate::server::{Failure, post_json};

const NOT_HERE: Failure = Failure::Here("Trình duyệt này chưa dùng được khoá truy cập.");
const GIVEN_UP: Failure = Failure::Here(
    "Chưa dùng được khoá truy cập. Có thể bạn đã huỷ, hoặc máy này không có khoá truy cập đó.",
);

fn class() -> Option<JsValue> {
    property(&js_sys::global(), "PublicKeyCredential")
}

/// Whether the browser has passkeys, and reads options in JSON.
pub(crate) fn are_here() -> bool {
    class().is_some_and(|class| property(&class, "parseRequestOptionsFromJSON").is_some())
}

fn object(pairs: &[(&str, &JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in pairs {
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object
}

fn call(object: &JsValue, method: &str, argument: &JsValue) -> Option<JsValue> {
    let method = property(object, method)?.dyn_into::<Function>().ok()?;
    method.call1(object, argument).ok()
}

/// Has the browser make or use a passkey, and gives what the server wants of it.
async fn perform(begun: &JsValue, parse: &str, method: &str) -> Result<JsValue, Failure> {
    let options = property(begun, "options").and_then(|options| property(&options, "publicKey"));
    let options = options.ok_or(Failure::Unreachable)?;
    let options = class().and_then(|class| call(&class, parse, &options));
    let wanted = object(&[("publicKey", &options.ok_or(NOT_HERE)?)]);
    let navigator = browser::page().ok_or(NOT_HERE)?.navigator();
    let credentials = property(&navigator, "credentials").ok_or(NOT_HERE)?;
    let promise = call(&credentials, method, &wanted).ok_or(NOT_HERE)?;
    let promise: Promise = promise.dyn_into().map_err(|_| NOT_HERE)?;
    let credential = JsFuture::from(promise).await.map_err(|_| GIVEN_UP)?;
    browser::call(&credential, "toJSON").ok_or(NOT_HERE)
}

/// Signs a user in.
pub(crate) async fn sign_in(user: &str, device: &str) -> Result<(), Failure> {
    let begun = object(&[("user", &user.into())]);
    let begun = post_json("/api/v1/sign-in/passkey/begin", &begun).await?;
    let signed = perform(&begun, "parseRequestOptionsFromJSON", "get").await?;
    finish(
        "/api/v1/sign-in/passkey/finish",
        &begun,
        &signed,
        "device",
        device,
    )
    .await
}

/// Adds a passkey to whoever is signed in.
pub(crate) async fn add(name: &str) -> Result<(), Failure> {
    let begun = post_json("/api/v1/account/passkeys/begin", &Object::new()).await?;
    let made = perform(&begun, "parseCreationOptionsFromJSON", "create").await?;
    finish(
        "/api/v1/account/passkeys/finish",
        &begun,
        &made,
        "name",
        name,
    )
    .await
}

async fn finish(
    path: &str,
    begun: &JsValue,
    credential: &JsValue,
    key: &str,
    value: &str,
) -> Result<(), Failure> {
    let ticket = property(begun, "ticket").ok_or(Failure::Unreachable)?;
    let body = object(&[
        ("ticket", &ticket),
        ("credential", credential),
        (key, &value.into()),
    ]);
    post_json(path, &body).await.map(drop)
}
