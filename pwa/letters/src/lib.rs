//! What goes from one office to another: letters, assignments, answers, reports that came, and petitions that come as
//! spreadsheets.
//!
//! Owns its pages; what stands around them is `kiennghi-frame`'s.

mod addressees;
mod pages;
mod router;

use kiennghi_page::{browser, time};
use wasm_bindgen::prelude::wasm_bindgen;

/// Puts the pages in the place of the shell.
#[wasm_bindgen]
pub fn start() {
    kiennghi_frame::start(router::TOP, pages::page);
}
