//! The browser's offer to put the app on the home screen, kept until a person asks for it.

use std::cell::RefCell;

use kiennghi_page::browser::{call, on_window};
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use crate::state::App;

thread_local! {
    static OFFER: RefCell<Option<JsValue>> = const { RefCell::new(None) };
}

/// Keeps the browser's offer to install for when a person asks for it.
pub(crate) fn watch(app: App) {
    let offered = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
        call(&event, "preventDefault");
        OFFER.set(Some(event));
        app.installable.set(true);
    });
    on_window("beforeinstallprompt", offered.as_ref().unchecked_ref());
    offered.forget();
}

/// Shows the browser's offer to install.
pub(crate) fn install(app: App) {
    if let Some(offer) = OFFER.take() {
        call(&offer, "prompt");
    }
    app.installable.set(false);
}
