//! What the phone's pages and the office's have in common: the browser, each of its things as one plain
//! function, the way between addresses, half-written forms, words on their way between the apps, how long nobody was there, times as people read them, and the
//! line to the worker.
//!
//! Knows no page and no framework; of the server only how a session ends.

pub mod alerts;
pub mod browser;
pub mod chosen;
pub mod drafts;
pub mod handed;
pub mod idle;
pub mod leaving;
pub mod places;
pub mod time;
pub mod worker;
