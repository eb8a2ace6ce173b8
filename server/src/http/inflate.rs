//! Inflates what a client packed, under a limit.

use std::io::Read;

use flate2::read::GzDecoder;
use kiennghi_shared::code::Code;

/// Unpacks gzip up to `bytes_max` bytes.
///
/// # Errors
/// [`Code::TooLarge`] past the bound, [`Code::Malformed`] for anything that is not gzip.
pub(super) fn gunzip(packed: &[u8], bytes_max: usize) -> Result<Vec<u8>, Code> {
    let mut unpacked = Vec::new();
    // One byte more than allowed tells too much from just enough.
    GzDecoder::new(packed)
        .take(bytes_max as u64 + 1)
        .read_to_end(&mut unpacked)
        .map_err(|_| Code::Malformed)?;
    if unpacked.len() > bytes_max {
        Err(Code::TooLarge)
    } else {
        Ok(unpacked)
    }
}
