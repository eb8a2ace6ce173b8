//! A phone without a screen, and the harness that runs it against the real server: what the
//! end-to-end tests, the command-line phone and the bench are made of.
//!
//! Knows the server by its command line and its HTTP interface alone.

pub mod harness;
pub mod hostile;
pub mod phone;
pub mod random;
