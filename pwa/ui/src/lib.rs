//! The pages of the phone app and the office: what people see and touch.
//!
//! Owns the views, the routes and the half-written forms on the screen. Holds no document and
//! speaks to no server: everything is asked of the worker through [`worker`], as
//! `kiennghi-messages` describes. `boot.js` calls [`start`] once both modules are on their way.

mod autolock;
mod components;
mod device_key;
mod drafts;
mod files;
mod form;
mod install;
mod office;
mod pages;
mod rights;
mod router;
mod state;
mod telling;
mod update;
mod words;

use kiennghi_page::{browser, time, worker};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::state::App;

/// Puts the pages in the place of the shell and opens the local store.
#[wasm_bindgen]
pub fn start() {
    browser::report_panics();
    let Some(root) = browser::element("app") else {
        return;
    };
    let app = App::new();
    root.set_inner_html("");
    // The app lives as long as the page does.
    leptos::mount::mount_to(root, move || pages::root(app)).forget();
    router::start(app);
    drafts::start();
    update::start(app);
    autolock::start(app);
    install::watch(app);
    state::open(app);
}
