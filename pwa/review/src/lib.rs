//! What is looked at over many cases: supervision, the daily round, the review of all units side by side (giao ban),
//! and its reports and tables on paper.
//!
//! Owns its pages; what stands around them is `kiennghi-frame`'s.

mod chart;
mod closing;
mod finding;
mod judged;
mod pages;
mod router;
mod tables;

use kiennghi_page::{browser, time};
use wasm_bindgen::prelude::wasm_bindgen;

/// Puts the pages in the place of the shell.
#[wasm_bindgen]
pub fn start() {
    kiennghi_frame::start(router::TOP, pages::page);
}
