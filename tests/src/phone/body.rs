//! Packing of bodies: gzip on the way up, Brotli, gzip or Zstandard on the way down. A body that was
//! cut off is unpacked as far as it came.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use kiennghi_shared::limits::RESPONSE_INFLATED_BYTES_MAX;

const BUFFER_BYTES: usize = 64 << 10;

/// Packs a body as the phones do: gzip, level 6.
#[must_use]
pub(super) fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(body).expect("a Vec takes all");
    encoder.finish().expect("a Vec takes all")
}

/// Unpacks a body as far as it came, and no further than a reply may be.
#[must_use]
pub(super) fn unpack(encoding: Option<&str>, body: Vec<u8>) -> Vec<u8> {
    match encoding {
        Some("br") => drain(brotli::Decompressor::new(body.as_slice(), BUFFER_BYTES)),
        Some("gzip") => drain(GzDecoder::new(body.as_slice())),
        Some("zstd") => zstd::Decoder::new(body.as_slice()).map_or_else(|_| Vec::new(), drain),
        _ => body,
    }
}

fn drain(mut reader: impl Read) -> Vec<u8> {
    let mut unpacked = Vec::new();
    let mut buffer = vec![0; BUFFER_BYTES];
    while unpacked.len() < RESPONSE_INFLATED_BYTES_MAX {
        match reader.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(count) => unpacked.extend_from_slice(&buffer[..count]),
        }
    }
    unpacked
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text that packs about as petitions do.
    fn text() -> Vec<u8> {
        let mut random = crate::random::Random::new(7);
        (0..30_000)
            .flat_map(|_| format!("từ {} ", random.below(500)).into_bytes())
            .collect()
    }

    fn brotli(body: &[u8], flush_every: usize) -> Vec<u8> {
        let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
        for piece in body.chunks(flush_every) {
            writer.write_all(piece).expect("packs");
            writer.flush().expect("packs");
        }
        writer.into_inner()
    }

    #[test]
    fn a_whole_body_comes_back() {
        let body = text();
        assert_eq!(unpack(Some("gzip"), gzip(&body)), body);
        assert_eq!(unpack(Some("br"), brotli(&body, body.len())), body);
        let zstd = zstd::bulk::compress(&body, 3).expect("packs");
        assert_eq!(unpack(Some("zstd"), zstd), body);
        assert_eq!(unpack(None, body.clone()), body);
    }

    #[test]
    fn a_body_that_was_cut_off_comes_as_far_as_it_came() {
        let body = text();
        let packed = [
            ("gzip", gzip(&body)),
            ("br", brotli(&body, body.len() / 10)),
        ];
        for (encoding, packed) in packed {
            let half = packed[..packed.len() / 2].to_vec();
            let came = unpack(Some(encoding), half);
            assert!(body.starts_with(&came), "{encoding}");
            let least = body.len() * 3 / 10;
            assert!(came.len() > least, "{encoding}: {} bytes", came.len());
        }
    }
}
