//! The desks of committees, executives and agencies: what needs somebody there, and where it is done.
//!
//! Owns the views and the forms on the screen. Lists come from the server; what is written goes to the worker, which
//! keeps it on the machine until the server has it. Both are asked through [`worker`], as `kiennghi-messages`
//! describes.

mod actions;
mod app;
mod asking;
mod failure;
mod filters;
mod frame;
mod keys;
mod lock;
mod once;
mod pages;
mod parties;
mod pending;
mod query;
mod rights;
mod router;
mod words;
mod writing;

use kiennghi_page::{browser, time, worker};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::app::App;

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
    lock::start(app);
    app::open(app);
}
