//! The papers that are printed: what is in the files, and what comes out of a printer.

mod files;
pub(crate) mod pages;
pub(crate) mod printed;
mod samples;

pub(crate) use files::part;
