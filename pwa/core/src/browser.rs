//! The few things asked of the browser itself: clock, randomness, timers, locks, messages.

use std::cell::RefCell;

use kiennghi_messages::Signal;
use kiennghi_shared::id::{ActorId, DocumentId};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::DedicatedWorkerGlobalScope;

/// The worker's global scope.
pub(crate) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Writes to the browser's console.
pub(crate) fn log(text: &str) {
    web_sys::console::error_1(&text.into());
}

/// An object of these members.
pub(crate) fn object(members: &[(&str, &JsValue)]) -> js_sys::Object {
    let object = js_sys::Object::new();
    for (name, value) in members {
        // A plain object takes any member.
        let _ = js_sys::Reflect::set(&object, &(*name).into(), value);
    }
    object
}

/// An object of these members as JSON.
pub(crate) fn json(members: &[(&str, &JsValue)]) -> String {
    let text = js_sys::JSON::stringify(&object(members));
    text.map(String::from).unwrap_or_default()
}

/// Sends a signal to the page.
pub(crate) fn post(signal: &Signal) {
    let bytes = minicbor::to_vec(signal).expect("a Vec takes all that is written");
    let sent = scope().post_message(&js_sys::Uint8Array::from(bytes.as_slice()));
    if sent.is_err() {
        log("a signal that cannot be sent");
    }
}

/// Milliseconds since 1970 by the phone's clock.
pub(crate) fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}

/// Random bytes.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("browsers have crypto.getRandomValues");
    bytes
}

/// An actor that was never used before.
pub(crate) fn fresh_actor() -> ActorId {
    ActorId(random())
}

/// The id of a new document.
pub(crate) fn fresh_document() -> DocumentId {
    DocumentId::new(now_ms().max(0) as u64, random())
}

/// Has a function of `worker.js` work out bytes.
async fn ask_worker_js(function: &str, given: &js_sys::Array) -> Result<Vec<u8>, JsValue> {
    let scope: JsValue = scope().into();
    let function: js_sys::Function = js_sys::Reflect::get(&scope, &function.into())?.dyn_into()?;
    let bytes: js_sys::Promise = function.apply(&scope, given)?.dyn_into()?;
    let bytes = JsFuture::from(bytes).await?;
    Ok(js_sys::Uint8Array::new(&bytes).to_vec())
}

/// The key of a passphrase by argon2id, with (memory in KiB, passes, lanes); `worker.js` has it worked out
/// in a worker of its own.
pub(crate) async fn derive_key(
    passphrase: &str,
    salt: &[u8],
    (memory_kib, passes, lanes): (u32, u32, u32),
) -> Result<Vec<u8>, JsValue> {
    let passphrase = js_sys::Uint8Array::from(passphrase.as_bytes());
    let wanted = js_sys::Array::of5(
        &passphrase,
        &js_sys::Uint8Array::from(salt),
        &memory_kib.into(),
        &passes.into(),
        &lanes.into(),
    );
    ask_worker_js("deriveKey", &wanted).await
}

/// Bytes packed for the way to the server.
pub(crate) async fn gzip(bytes: &[u8]) -> Result<Vec<u8>, JsValue> {
    let given = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    ask_worker_js("gzip", &given).await
}

/// Waits.
pub(crate) async fn wait_ms(ms: u64) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let ms = i32::try_from(ms).unwrap_or(i32::MAX);
        let set = scope().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
        if set.is_err() {
            log("no timer");
        }
    });
    // A timer's promise has no way to fail.
    let _ = JsFuture::from(promise).await;
}

thread_local! {
    /// The wish to be the one tab that writes: made once, settled when it is granted.
    static WRITER: RefCell<Option<js_sys::Promise>> = const { RefCell::new(None) };
}

/// Becomes the one tab that writes, for as long as this worker lives. `false` when another tab
/// still is after `patience_ms`; the wish stands, so a later try may find it granted.
pub(crate) async fn become_writer(patience_ms: u64) -> bool {
    let scope: JsValue = scope().into();
    let locks = js_sys::Reflect::get(&scope, &"navigator".into())
        .and_then(|navigator| js_sys::Reflect::get(&navigator, &"locks".into()));
    let Some(locks) = locks.ok().filter(JsValue::is_object) else {
        return true;
    };
    let request = js_sys::Reflect::get(&locks, &"request".into());
    let Some(request) = request
        .ok()
        .and_then(|request| request.dyn_into::<js_sys::Function>().ok())
    else {
        return true;
    };
    let granted = WRITER.with_borrow_mut(|writer| {
        let ask = || {
            js_sys::Promise::new(&mut |resolve, _| {
                let hold = Closure::once_into_js(move |_lock: JsValue| {
                    let _ = resolve.call1(&JsValue::NULL, &JsValue::TRUE);
                    // Never settled: the lock is held until the worker ends.
                    js_sys::Promise::new(&mut |_, _| {})
                });
                let _ = request.call2(&locks, &"kiennghi-writer".into(), &hold);
            })
        };
        writer.get_or_insert_with(ask).clone()
    });
    let patience = js_sys::Promise::new(&mut |resolve, _| {
        let ms = i32::try_from(patience_ms).unwrap_or(i32::MAX);
        let _ = self::scope().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
    });
    let race = js_sys::Promise::race(&js_sys::Array::of2(&granted, &patience));
    JsFuture::from(race)
        .await
        .is_ok_and(|value| value.is_truthy())
}
