//! Compressed bytes, of a request and of a change, never inflate past their bound.
#![no_main]

#[expect(
    dead_code,
    reason = "a module of the tests, of which this needs a part"
)]
mod hostile;
// The server's own file: to depend on the server would be to build SQLite.
#[path = "../../server/src/http/inflate.rs"]
mod inflate;
#[expect(
    dead_code,
    reason = "a module of the tests, of which this needs a part"
)]
#[path = "../../tests/disk/src/random.rs"]
mod random;

use kiennghi_shared::code::Code;
use kiennghi_shared::limits::CHANGE_BYTES_MAX;
use kiennghi_shared::validate::ParsedChange;
use libfuzzer_sys::fuzz_target;

use crate::hostile::chunk::{COMPRESSED_CHUNK, seal};
use crate::inflate::gunzip;

const BYTES_MAX: usize = 64 << 10;

fuzz_target!(|packed: &[u8]| {
    match gunzip(packed, BYTES_MAX) {
        Ok(body) => assert!(body.len() <= BYTES_MAX),
        Err(code) => assert!(matches!(code, Code::TooLarge | Code::Malformed)),
    }
    if let Ok(change) = ParsedChange::parse(&seal(COMPRESSED_CHUNK, packed)) {
        assert!(change.raw().len() <= CHANGE_BYTES_MAX + 16);
    }
});
