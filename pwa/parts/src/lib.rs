//! What the pages at desks are made of: fields of forms, and steps with their questions and their words for
//! what went wrong.
//!
//! Knows no page, and of a failure only what it says to a person.

pub mod fields;
pub mod steps;

use kiennghi_page::browser;
