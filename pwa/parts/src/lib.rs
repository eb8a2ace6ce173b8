//! What the pages at desks are made of: fields of forms, steps with their questions and their words for
//! what went wrong, and parts that change.
//!
//! Knows no page, and of a failure only what it says to a person.

pub mod fields;
pub mod live;
pub mod steps;
pub mod table;

use kiennghi_page::browser;
