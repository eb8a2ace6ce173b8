//! The few things of the browser that the pages need, each as one plain function.
//!
//! Every call gives up quietly where the browser lacks the thing: a page must never stop because
//! a convenience is missing.

use js_sys::{Array, Date, Function, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Blob, BlobPropertyBag, Document, Element, HtmlAnchorElement, HtmlElement, Url, Window,
};

use crate::state::App;
use crate::worker::property;

fn document_of_page() -> Option<Document> {
    page().and_then(|window| window.document())
}

/// The window.
pub(crate) fn page() -> Option<Window> {
    web_sys::window()
}

/// Now, milliseconds since 1970, by this device's clock.
pub(crate) fn now_ms() -> i64 {
    Date::now() as i64
}

/// Writes a warning for developers.
pub(crate) fn warn(text: &str) {
    web_sys::console::warn_1(&text.into());
}

/// Lets a panic name itself in the console.
pub(crate) fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&panic.to_string().into());
    }));
}

/// A value that `boot.js` left on `globalThis.kiennghi`.
pub(crate) fn boot_value(name: &str) -> Option<JsValue> {
    property(&property(&js_sys::global(), "kiennghi")?, name)
}

/// The element with this id.
pub(crate) fn element(id: &str) -> Option<HtmlElement> {
    document_of_page()?.get_element_by_id(id)?.dyn_into().ok()
}

/// The first element that a selector finds.
pub(crate) fn find(selector: &str) -> Option<Element> {
    document_of_page()?.query_selector(selector).ok()?
}

/// Whether the service worker served this page: it was here before.
pub(crate) fn is_warm() -> bool {
    boot_value("warm").and_then(|warm| warm.as_bool()) == Some(true)
}

/// Puts a value into the control with this id.
pub(crate) fn set_value(id: &str, value: &str) {
    if let Some(control) = element(id) {
        let _ = js_sys::Reflect::set(&control, &"value".into(), &value.into());
    }
}

/// Moves the focus to the element with this id.
pub(crate) fn focus(id: &str) {
    if let Some(element) = element(id) {
        let _ = element.focus();
    }
}

/// Whether the focus is nowhere.
pub(crate) fn focus_is_lost() -> bool {
    document_of_page()
        .and_then(|document| document.active_element())
        .is_none_or(|element| element.tag_name() == "BODY")
}

/// The id of the element with the focus.
pub(crate) fn focused_id() -> Option<String> {
    document_of_page()?
        .active_element()
        .map(|element| element.id())
}

/// The path of the address, with nothing behind it.
pub(crate) fn path() -> String {
    page()
        .and_then(|window| window.location().pathname().ok())
        .unwrap_or_else(|| "/".to_owned())
}

/// What stands behind `#` in the address.
pub(crate) fn fragment() -> String {
    page()
        .and_then(|window| window.location().hash().ok())
        .map(|hash| hash.trim_start_matches('#').to_owned())
        .unwrap_or_default()
}

/// Puts a path into the address as a new step of the history.
pub(crate) fn push_path(path: &str) {
    if let Some(history) = page().and_then(|window| window.history().ok()) {
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(path));
    }
}

/// Puts a path into the address in the place of the present one.
pub(crate) fn replace_path(path: &str) {
    if let Some(history) = page().and_then(|window| window.history().ok()) {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(path));
    }
}

/// Keeps the browser from scrolling by itself on back and forward.
pub(crate) fn keep_scroll_manual() {
    if let Some(history) = page().and_then(|window| window.history().ok()) {
        let _ = Reflect::set(&history, &"scrollRestoration".into(), &"manual".into());
    }
}

/// How far the page is scrolled, in pixels.
pub(crate) fn scrolled() -> f64 {
    page()
        .and_then(|window| window.scroll_y().ok())
        .unwrap_or(0.0)
}

/// How far the page can be scrolled, in pixels.
pub(crate) fn scroll_max() -> f64 {
    let tall = document_of_page()
        .and_then(|document| document.document_element())
        .map_or(0, |root| root.scroll_height() - root.client_height());
    f64::from(tall)
}

/// Scrolls the page.
pub(crate) fn scroll_to(y: f64) {
    if let Some(window) = page() {
        window.scroll_to_with_x_and_y(0.0, y);
    }
}

/// Calls a function at every event of this name on the document.
pub(crate) fn on_document(event: &str, call: &Function) {
    if let Some(document) = document_of_page() {
        let _ = document.add_event_listener_with_callback(event, call);
    }
}

/// Calls a function at every event of this name on the window.
pub(crate) fn on_window(event: &str, call: &Function) {
    if let Some(window) = page() {
        let _ = window.add_event_listener_with_callback(event, call);
    }
}

/// Whether a person can see the page.
pub(crate) fn is_visible() -> bool {
    document_of_page()
        .is_some_and(|document| document.visibility_state() == web_sys::VisibilityState::Visible)
}

/// Calls a function once the page has been drawn.
pub(crate) fn soon(call: impl FnOnce() + 'static) {
    after(20, call);
}

/// Calls a function after some milliseconds.
pub(crate) fn after(ms: i32, call: impl FnOnce() + 'static) {
    let call = Closure::once_into_js(call);
    if let Some(window) = page() {
        let _ =
            window.set_timeout_with_callback_and_timeout_and_arguments_0(call.unchecked_ref(), ms);
    }
}

/// Sets the title of the tab.
pub(crate) fn set_title(title: &str) {
    if let Some(document) = document_of_page() {
        document.set_title(title);
    }
}

/// Loads the page anew.
pub(crate) fn reload() {
    if let Some(window) = page() {
        let _ = window.location().reload();
    }
}

/// Takes everything off the page.
pub(crate) fn leave_nothing() {
    if let Some(root) = element("app") {
        root.set_inner_html("");
    }
}

/// Opens the browser's print window.
pub(crate) fn print() {
    if let Some(window) = page() {
        let _ = window.print();
    }
}

/// Whether a media query holds.
pub(crate) fn matches(query: &str) -> bool {
    page()
        .and_then(|window| window.match_media(query).ok().flatten())
        .is_some_and(|list| list.matches())
}

/// Whether the app runs from the home screen.
pub(crate) fn is_installed() -> bool {
    matches("(display-mode: standalone)")
}

fn user_agent() -> String {
    page()
        .and_then(|window| window.navigator().user_agent().ok())
        .unwrap_or_default()
}

/// Whether this is an iPhone or iPad.
pub(crate) fn is_apple_phone() -> bool {
    let agent = user_agent();
    agent.contains("iPhone") || agent.contains("iPad")
}

/// The browser inside another app that the page is shown in, if it is.
pub(crate) fn host_app() -> Option<&'static str> {
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
pub(crate) fn device_name() -> &'static str {
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
pub(crate) fn persist_storage() {
    if let Some(window) = page()
        && let Some(storage) = property(&window.navigator(), "storage")
    {
        call(&storage, "persist");
    }
}

/// Calls a method without arguments, if it is there.
pub(crate) fn call(object: &JsValue, method: &str) -> Option<JsValue> {
    property(object, method)?
        .dyn_into::<Function>()
        .ok()?
        .call0(object)
        .ok()
}

/// Sets a signal to what a promise of a yes or no comes to.
pub(crate) fn when_true(promise: Option<JsValue>, signal: RwSignal<Option<bool>>) {
    let Some(promise) = promise.and_then(|value| value.dyn_into::<Promise>().ok()) else {
        return;
    };
    crate::worker::spawn(async move {
        let value = wasm_bindgen_futures::JsFuture::from(promise).await;
        signal.set(value.ok().and_then(|value| value.as_bool()));
    });
}

/// Whether the browser promised to keep the store, as a promise.
pub(crate) fn storage_persisted() -> Option<JsValue> {
    call(&property(&page()?.navigator(), "storage")?, "persisted")
}

/// Puts text where it can be pasted from.
pub(crate) fn copy(text: &str) {
    if let Some(window) = page()
        && property(&window.navigator(), "clipboard").is_some()
    {
        let _ = window.navigator().clipboard().write_text(text);
    }
}

/// Gives text to the person as a file of this media type.
pub(crate) fn download(name: &str, media_type: &str, text: &str) -> Option<()> {
    let parts = Array::of1(&text.into());
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

thread_local! {
    static INSTALL: std::cell::RefCell<Option<JsValue>> = const { std::cell::RefCell::new(None) };
}

/// Keeps the browser's offer to install for when a person asks for it.
pub(crate) fn watch_install_prompt(app: App) {
    let offered = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
        call(&event, "preventDefault");
        INSTALL.set(Some(event));
        app.installable.set(true);
    });
    on_window("beforeinstallprompt", offered.as_ref().unchecked_ref());
    offered.forget();
}

/// Shows the browser's offer to install.
pub(crate) fn install(app: App) {
    if let Some(offer) = INSTALL.take() {
        call(&offer, "prompt");
    }
    app.installable.set(false);
}

/// A message for a service worker: `{ type: … }`.
pub(crate) fn typed_message(kind: &str) -> Object {
    let message = Object::new();
    let _ = Reflect::set(&message, &"type".into(), &kind.into());
    message
}
