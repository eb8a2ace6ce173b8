//! What is looked at over many cases: supervision, and the daily round.
//!
//! Owns its pages; what stands around them is `kiennghi-frame`'s.

mod pages;
mod period;
mod router;

use kiennghi_page::{browser, time};
use wasm_bindgen::prelude::wasm_bindgen;

/// Puts the pages in the place of the shell.
#[wasm_bindgen]
pub fn start() {
    kiennghi_frame::start(router::TOP, pages::page);
}
