//! What pages are made of: fields of forms, steps with their questions and their words for what went wrong, the
//! question about what was left half-written, and parts that change.
//!
//! Knows no page, and of a failure only what it says to a person.

pub mod fields;
pub mod left;
pub mod live;
pub mod steps;
pub mod table;

use kiennghi_page::browser;
