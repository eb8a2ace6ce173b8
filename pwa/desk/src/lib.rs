//! The desks of committees, executives and agencies: what needs somebody there, and where it is done.
//!
//! Owns the pages of every day's work with cases; what stands around them is `kiennghi-frame`'s.

mod actions;
mod needs;
mod pages;
mod router;

use kiennghi_page::time;
use wasm_bindgen::prelude::wasm_bindgen;

/// Puts the pages in the place of the shell.
#[wasm_bindgen]
pub fn start() {
    kiennghi_frame::start(router::TOP, pages::page);
}
