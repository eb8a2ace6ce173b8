//! A phone without a screen, and the harness that runs it against the real server: what the
//! end-to-end tests, the command-line phone and the bench are made of.
//!
//! All but `simulation` know the server by its command line and its HTTP interface alone; the
//! simulation holds the server's exchange and store in its own hands, on a disk that fails.

pub mod harness;
pub mod hostile;
pub mod kills;
pub mod phone;
pub mod random;
pub mod simulation;
