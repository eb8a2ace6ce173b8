//! The few things of the browser that the pages need, each as one plain function.
//!
//! Every call gives up quietly where the browser lacks the thing: a page must never stop because
//! a convenience is missing.

use std::future::Future;

use js_sys::{Array, Date, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, Document, Element, HtmlAnchorElement, HtmlElement, Url, Window,
};

fn document_of_page() -> Option<Document> {
    page().and_then(|window| window.document())
}

/// The window.
pub fn page() -> Option<Window> {
    web_sys::window()
}

/// Now, milliseconds since 1970, by this device's clock.
pub fn now_ms() -> i64 {
    Date::now() as i64
}

/// Runs something that waits for answers.
pub fn spawn(work: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(work);
}

/// A property of an object; none when it is missing or not there.
pub fn property(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into())
        .ok()
        .filter(|value| !value.is_undefined() && !value.is_null())
}

/// Writes a warning for developers.
pub fn warn(text: &str) {
    web_sys::console::warn_1(&text.into());
}

/// Lets a panic name itself in the console.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&panic.to_string().into());
    }));
}

/// A value that `boot.js` left on `globalThis.kiennghi`.
pub fn boot_value(name: &str) -> Option<JsValue> {
    property(&property(&js_sys::global(), "kiennghi")?, name)
}

/// Calls a function of a module that `globalThis.kiennghi` loads by this name, and waits for what it gives; none
/// when that is nothing.
pub async fn call_module(module: &str, name: &str, arguments: &Array) -> Option<JsValue> {
    let load: Function = boot_value(module)?.dyn_into().ok()?;
    let module = settle(load.call0(&JsValue::NULL).ok()?).await?;
    let function: Function = property(&module, name)?.dyn_into().ok()?;
    settle(function.apply(&JsValue::NULL, arguments).ok()?).await
}

async fn settle(promise: JsValue) -> Option<JsValue> {
    let promise: Promise = promise.dyn_into().ok()?;
    let value = JsFuture::from(promise).await.ok()?;
    (!value.is_null()).then_some(value)
}

/// The element with this id.
pub fn element(id: &str) -> Option<HtmlElement> {
    document_of_page()?.get_element_by_id(id)?.dyn_into().ok()
}

/// The first element that a selector finds.
pub fn find(selector: &str) -> Option<Element> {
    document_of_page()?.query_selector(selector).ok()?
}

/// Whether the service worker served this page: it was here before.
pub fn is_warm() -> bool {
    boot_value("warm").and_then(|warm| warm.as_bool()) == Some(true)
}

/// Puts a value into the control with this id.
pub fn set_value(id: &str, value: &str) {
    if let Some(control) = element(id) {
        let _ = js_sys::Reflect::set(&control, &"value".into(), &value.into());
    }
}

/// Moves the focus to the element with this id.
pub fn focus(id: &str) {
    if let Some(element) = element(id) {
        let _ = element.focus();
    }
}

/// Whether the focus is nowhere.
pub fn focus_is_lost() -> bool {
    document_of_page()
        .and_then(|document| document.active_element())
        .is_none_or(|element| element.tag_name() == "BODY")
}

/// The id of the element with the focus.
pub fn focused_id() -> Option<String> {
    document_of_page()?
        .active_element()
        .map(|element| element.id())
}

/// The path of the address, with nothing behind it.
pub fn path() -> String {
    page()
        .and_then(|window| window.location().pathname().ok())
        .unwrap_or_else(|| "/".to_owned())
}

/// The address with all that stands behind the path.
pub fn address() -> String {
    let location = page().map(|window| window.location());
    let behind =
        location.map(|at| at.search().unwrap_or_default() + &at.hash().unwrap_or_default());
    path() + &behind.unwrap_or_default()
}

/// What stands behind `#` in the address.
pub fn fragment() -> String {
    page()
        .and_then(|window| window.location().hash().ok())
        .map(|hash| hash.trim_start_matches('#').to_owned())
        .unwrap_or_default()
}

/// Puts a path into the address as a new step of the history.
pub fn push_path(path: &str) {
    if let Some(history) = page().and_then(|window| window.history().ok()) {
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(path));
    }
}

/// Puts a path into the address in the place of the present one.
pub fn replace_path(path: &str) {
    if let Some(history) = page().and_then(|window| window.history().ok()) {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(path));
    }
}

/// Keeps the browser from scrolling by itself on back and forward.
pub fn keep_scroll_manual() {
    if let Some(history) = page().and_then(|window| window.history().ok()) {
        let _ = Reflect::set(&history, &"scrollRestoration".into(), &"manual".into());
    }
}

/// How far the page is scrolled, in pixels.
pub fn scrolled() -> f64 {
    page()
        .and_then(|window| window.scroll_y().ok())
        .unwrap_or(0.0)
}

/// How far the page can be scrolled, in pixels.
pub fn scroll_max() -> f64 {
    let tall = document_of_page()
        .and_then(|document| document.document_element())
        .map_or(0, |root| root.scroll_height() - root.client_height());
    f64::from(tall)
}

/// Scrolls the page.
pub fn scroll_to(y: f64) {
    if let Some(window) = page() {
        window.scroll_to_with_x_and_y(0.0, y);
    }
}

/// Calls a function at every event of this name on the document.
pub fn on_document(event: &str, call: &Function) {
    if let Some(document) = document_of_page() {
        let _ = document.add_event_listener_with_callback(event, call);
    }
}

/// Calls a function at every event of this name on the window.
pub fn on_window(event: &str, call: &Function) {
    if let Some(window) = page() {
        let _ = window.add_event_listener_with_callback(event, call);
    }
}

/// Whether a person can see the page.
pub fn is_visible() -> bool {
    document_of_page()
        .is_some_and(|document| document.visibility_state() == web_sys::VisibilityState::Visible)
}

/// Calls a function once the page has been drawn.
pub fn soon(call: impl FnOnce() + 'static) {
    after(20, call);
}

/// Calls a function after some milliseconds.
pub fn after(ms: i32, call: impl FnOnce() + 'static) {
    let call = Closure::once_into_js(call);
    if let Some(window) = page() {
        let _ =
            window.set_timeout_with_callback_and_timeout_and_arguments_0(call.unchecked_ref(), ms);
    }
}

/// Sets the title of the tab.
pub fn set_title(title: &str) {
    if let Some(document) = document_of_page() {
        document.set_title(title);
    }
}

/// A text in small letters, by the browser's own tables.
pub fn small(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// Leaves for a page of another app.
pub fn visit(path: &str) {
    if let Some(window) = page() {
        let _ = window.location().assign(path);
    }
}

/// Whether the browser speaks Vietnamese.
#[must_use]
pub fn is_vietnamese() -> bool {
    let language = page().and_then(|page| page.navigator().language());
    language.is_some_and(|language| language.starts_with("vi"))
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = page() {
        let _ = window.location().reload();
    }
}

/// Takes everything off the page.
pub fn leave_nothing() {
    if let Some(root) = element("app") {
        root.set_inner_html("");
    }
}

/// Covers the page with a few words, for good: what it showed can be neither seen nor touched any more.
pub fn cover(words: &str) {
    let Some(document) = document_of_page() else {
        return;
    };
    if let Some(root) = element("app") {
        root.set_hidden(true);
    }
    if let (Ok(cover), Some(body)) = (document.create_element("main"), document.body()) {
        cover.set_class_name("page shell");
        cover.set_text_content(Some(words));
        let _ = body.append_child(&cover);
    }
}

/// Opens the browser's print window.
pub fn print() {
    if let Some(window) = page() {
        let _ = window.print();
    }
}

/// Whether a media query holds.
pub fn matches(query: &str) -> bool {
    page()
        .and_then(|window| window.match_media(query).ok().flatten())
        .is_some_and(|list| list.matches())
}

/// Whether the app runs from the home screen.
pub fn is_installed() -> bool {
    matches("(display-mode: standalone)")
}

fn user_agent() -> String {
    page()
        .and_then(|window| window.navigator().user_agent().ok())
        .unwrap_or_default()
}

/// Whether this is an iPhone or iPad.
pub fn is_apple_phone() -> bool {
    let agent = user_agent();
    agent.contains("iPhone") || agent.contains("iPad")
}

/// The browser inside another app that the page is shown in, if it is.
pub fn host_app() -> Option<&'static str> {
    let agent = user_agent();
    if agent.contains("Zalo") {
        Some("Zalo")
    } else if ["FBAN", "FBAV", "FB_IAB"]
        .iter()
        .any(|mark| agent.contains(mark))
    {
        Some("Facebook")
    } else {
        None
    }
}

/// What to call this device, until its owner says otherwise.
pub fn device_name() -> &'static str {
    let agent = user_agent();
    if agent.contains("Android") {
        "Điện thoại Android"
    } else if agent.contains("iPhone") {
        "iPhone"
    } else if agent.contains("iPad") {
        "iPad"
    } else {
        "Máy tính"
    }
}

/// Asks the browser not to clear the store when space runs short.
pub fn persist_storage() {
    if let Some(window) = page()
        && let Some(storage) = property(&window.navigator(), "storage")
    {
        call(&storage, "persist");
    }
}

/// Calls a method without arguments, if it is there.
pub fn call(object: &JsValue, method: &str) -> Option<JsValue> {
    property(object, method)?
        .dyn_into::<Function>()
        .ok()?
        .call0(object)
        .ok()
}

/// Hands on what a promise of a yes or no comes to.
pub fn when_true(promise: Option<JsValue>, call: impl FnOnce(Option<bool>) + 'static) {
    let Some(promise) = promise.and_then(|value| value.dyn_into::<Promise>().ok()) else {
        return;
    };
    spawn(async move {
        let value = wasm_bindgen_futures::JsFuture::from(promise).await;
        call(value.ok().and_then(|value| value.as_bool()));
    });
}

/// Whether the browser promised to keep the store, as a promise.
pub fn storage_persisted() -> Option<JsValue> {
    call(&property(&page()?.navigator(), "storage")?, "persisted")
}

/// Puts text where it can be pasted from.
pub fn copy(text: &str) {
    if let Some(window) = page()
        && property(&window.navigator(), "clipboard").is_some()
    {
        let _ = window.navigator().clipboard().write_text(text);
    }
}

/// Gives text to the person as a file of this media type.
pub fn download(name: &str, media_type: &str, text: &str) -> Option<()> {
    save(name, media_type, &text.into())
}

/// Gives bytes to the person as a file of this media type.
pub fn download_bytes(name: &str, media_type: &str, bytes: &[u8]) -> Option<()> {
    save(name, media_type, &Uint8Array::from(bytes).into())
}

fn save(name: &str, media_type: &str, content: &JsValue) -> Option<()> {
    let parts = Array::of1(content);
    let kind = BlobPropertyBag::new();
    kind.set_type(media_type);
    let blob = Blob::new_with_str_sequence_and_options(&parts, &kind).ok()?;
    let url = Url::create_object_url_with_blob(&blob).ok()?;
    let link: HtmlAnchorElement = document_of_page()?
        .create_element("a")
        .ok()?
        .dyn_into()
        .ok()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    after(10_000, move || {
        let _ = Url::revoke_object_url(&url);
    });
    Some(())
}

/// A message for a service worker: `{ type: … }`.
pub fn typed_message(kind: &str) -> Object {
    let message = Object::new();
    let _ = Reflect::set(&message, &"type".into(), &kind.into());
    message
}
