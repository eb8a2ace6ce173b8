//! What the phone's pages and the office's have in common: the browser, each of its things as one plain
//! function, the way between addresses, and times as people read them.
//!
//! Knows no page, no server and no framework.

pub mod browser;
pub mod places;
pub mod time;
