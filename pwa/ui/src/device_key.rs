//! The device's own lock (fingerprint, face, PIN) as `device-key.js` asks for it.
//!
//! What it gives is a secret: it is handed on at once and kept nowhere.

use js_sys::{Array, Uint8Array};
use kiennghi_messages::{DeviceWay, NewWay, Secret};
use wasm_bindgen::{JsCast, JsValue};

use crate::browser;

async fn call(name: &str, arguments: &Array) -> Option<JsValue> {
    browser::call_module("deviceKey", name, arguments).await
}

fn bytes(value: &JsValue) -> Vec<u8> {
    Uint8Array::new(value).to_vec()
}

/// Whether it is worth offering.
pub(crate) async fn available() -> bool {
    let available = call("available", &Array::new()).await;
    available.is_some_and(|yes| yes.is_truthy())
}

/// Makes a way to unlock of it; none when it gives no secrets, or the person said no.
pub(crate) async fn create() -> Option<NewWay> {
    let made: Array = call("create", &Array::new()).await?.dyn_into().ok()?;
    Some(NewWay::Device {
        way: DeviceWay {
            credential: bytes(&made.get(0)),
            salt: bytes(&made.get(1)),
        },
        secret: bytes(&made.get(2)),
    })
}

/// Asks it for its secret; none when the person said no.
pub(crate) async fn ask(way: &DeviceWay) -> Option<Secret> {
    let credential = Uint8Array::from(way.credential.as_slice());
    let salt = Uint8Array::from(way.salt.as_slice());
    let secret = call("ask", &Array::of2(&credential, &salt)).await?;
    Some(Secret::Device(bytes(&secret)))
}
