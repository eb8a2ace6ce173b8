//! The worker of the phone app: holds the device's token, the documents and the local store, and
//! syncs. The page asks by [`kiennghi_messages::Call`] and shows what it is told.
//!
//! One step at a time touches the store ([`local::Local`] behind an async lock); the network is
//! awaited outside it, so that saving never waits for a reply.

mod app;
mod browser;
mod cards;
mod commands;
mod database;
mod live;
mod local;
mod locking;
mod network;
mod petitioners;
mod plain;
mod refused;
mod results;
mod seal;
mod session;
mod sync;
mod tries;

use std::rc::Rc;

use kiennghi_messages::{Call, Signal};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::MessageEvent;

/// Installs the worker's message handler; the rest follows from the page's calls.
#[wasm_bindgen]
pub async fn start() {
    std::panic::set_hook(Box::new(|panic| browser::log(&panic.to_string())));
    let app = Rc::new(app::App::default());
    let handler = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let bytes = js_sys::Uint8Array::new(&event.data()).to_vec();
        let Ok(Call { number, command }) = minicbor::decode(&bytes) else {
            return browser::log("a call that cannot be read");
        };
        let app = app.clone();
        spawn_local(async move {
            let outcome = commands::carry_out(&app, command).await;
            browser::post(&Signal::Answer { number, outcome });
        });
    });
    browser::scope().set_onmessage(Some(handler.as_ref().unchecked_ref()));
    // The handler lives as long as the worker.
    handler.forget();
}
