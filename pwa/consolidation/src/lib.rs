//! Petitions that wait to be consolidated, the cases that are made of them, and in which case each belongs.
//!
//! Owns its pages; what stands around them is `kiennghi-frame`'s, a case's file the desks'.

mod pages;
mod router;

use kiennghi_page::{browser, time};
use wasm_bindgen::prelude::wasm_bindgen;

/// Puts the pages in the place of the shell.
#[wasm_bindgen]
pub fn start() {
    kiennghi_frame::start(router::TOP, pages::page);
}
