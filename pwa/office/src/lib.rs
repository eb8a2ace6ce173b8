//! The pages of administration and sign-in: an app of its own at a desk, with a network.
//!
//! Owns the views and the forms on the screen; asks the server by HTTP with the session's cookie, and keeps
//! nothing on the machine. Knows no document: petitions are the other app's.

mod fields;
mod frame;
mod issued;
mod loaded;
mod office;
mod pages;
mod passkeys;
mod qr;
mod router;
mod server;
mod steps;
mod words;

use kiennghi_page::{browser, time};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::office::Office;

/// Puts the pages in the place of the shell.
#[wasm_bindgen]
pub fn start() {
    browser::report_panics();
    let Some(root) = browser::element("app") else {
        return;
    };
    let office = Office::new();
    root.set_inner_html("");
    // The app lives as long as the page does.
    leptos::mount::mount_to(root, move || pages::root(office)).forget();
    router::start(office);
}
