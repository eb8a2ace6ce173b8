//! Alerts as `alerts.js` asks the browser for them: how they stand, and switching them on and off.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};

use crate::browser;

/// How alerts stand on this device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// What a person is told.
    pub words: String,
    /// Whether they are on; none where they cannot be switched.
    pub is_on: Option<bool>,
}

async fn call(name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    browser::call_module("alerts", name, &arguments.iter().collect()).await
}

/// What the browser says, where the server has this key and says that they are on here, or that they are not.
pub async fn look(key: &str, is_on: bool) -> Standing {
    let said = call("look", &[key.into(), is_on.into()]).await;
    let said: Array = said.map(JsCast::unchecked_into).unwrap_or_default();
    Standing {
        words: said.get(1).as_string().unwrap_or_default(),
        is_on: said.get(0).as_bool(),
    }
}

/// Asks the person and subscribes: what the server is to be told, as JSON; none when that did not come about,
/// as the next look says.
pub async fn subscribe(key: &str) -> Option<String> {
    call("subscribe", &[key.into()]).await?.as_string()
}

/// Has the browser take no more.
pub async fn unsubscribe() {
    call("unsubscribe", &[]).await;
}
