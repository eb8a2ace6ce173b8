//! Short versions of the long runs: crash images, simulated districts, and planted bugs that they
//! must find.

mod images;
mod log;
mod seeds;
