//! What an attacker sends: changes that automerge itself would never make, the corpus of known
//! traps, and a fuzzer that mutates honest changes and seals them again.
//!
//! Owns a writer of change chunks that checks nothing. Knows the server by its HTTP interface and
//! its command line alone.

pub mod chunk;
pub mod corpus;
pub mod fuzz;
pub mod operations;

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

/// Packs a body that need not be a request.
///
/// # Panics
/// Never: memory takes all.
#[must_use]
pub fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(body).expect("a Vec takes all");
    encoder.finish().expect("a Vec takes all")
}
