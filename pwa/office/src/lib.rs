//! The pages of administration and sign-in: an app of its own at a desk, with a network.
//!
//! Owns the views and the forms on the screen; asks the server by HTTP with the session's cookie, and keeps
//! nothing on the machine. Knows no document: petitions are the other app's.

mod fields;
mod frame;
mod issued;
mod loaded;
mod lock;
mod office;
mod pages;
mod passkeys;
mod qr;
mod router;
mod rows;
mod server;
mod steps;
mod words;

use kiennghi_page::{browser, idle, time};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::office::Office;

/// Puts the pages in the place of the shell.
#[wasm_bindgen]
pub fn start() {
    browser::report_panics();
    let Some(root) = browser::element("app") else {
        return;
    };
    browser::spawn(async move {
        // A session that nobody used for long ends before anything is shown.
        let is_over = idle::is_session_unused();
        let may_open = !is_over || idle::end_session().await;
        root.set_inner_html("");
        // The app lives as long as the page does.
        if may_open {
            let office = Office::new();
            leptos::mount::mount_to(root, move || pages::root(office)).forget();
            router::start(office);
            lock::start(office);
        } else {
            leptos::mount::mount_to(root, lock::locked).forget();
        }
    });
}
