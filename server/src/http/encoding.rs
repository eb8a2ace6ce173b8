//! Compression of bodies, both ways, under limits.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use kiennghi_shared::code::Code;
use kiennghi_shared::office::MEDIA_TYPE;
use zstd::bulk::Compressor;

use super::inflate::gunzip;
use crate::error::ApiError;

/// Bodies smaller than this grow, or hardly shrink.
const COMPRESSED_FROM_BYTES: usize = 200;
/// Of 11: a third of the bytes at a tenth of the time of the best.
const BROTLI_QUALITY: u32 = 5;
/// The window's size as a power of two; a page is a megabyte. Below 17 the encoder takes another way
/// that is at least seven times slower.
const BROTLI_WINDOW: u32 = 20;
/// Of 9: against Brotli a sixth more bytes at a third of the time.
const GZIP_LEVEL: u32 = 3;
/// Of 22: against Brotli a twelfth more bytes at an eighth of the time.
const ZSTD_LEVEL: i32 = 2;

/// How a body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Not at all.
    Identity,
    /// gzip.
    Gzip,
    /// Brotli.
    Brotli,
    /// Zstandard; not every phone reads it.
    Zstd,
}

impl Encoding {
    /// The one that packs best of those that the client says it reads.
    pub(super) fn best(headers: &HeaderMap) -> Self {
        if accepts(headers, "br") {
            Encoding::Brotli
        } else {
            Self::quickest(headers)
        }
    }

    /// The one that packs in the least time, for when others wait.
    pub(super) fn quickest(headers: &HeaderMap) -> Self {
        if accepts(headers, "zstd") {
            Encoding::Zstd
        } else if accepts(headers, "gzip") {
            Encoding::Gzip
        } else if accepts(headers, "br") {
            Encoding::Brotli
        } else {
            Encoding::Identity
        }
    }

    /// The name in a `Content-Encoding` header; none for bodies that are not packed.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Encoding::Identity => None,
            Encoding::Gzip => Some("gzip"),
            Encoding::Brotli => Some("br"),
            Encoding::Zstd => Some("zstd"),
        }
    }
}

fn accepts(headers: &HeaderMap, name: &str) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING);
    values
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|item| {
            let (coding, weight) = item.split_once(';').unwrap_or((item, ""));
            let weight: String = weight.split_whitespace().collect();
            coding.trim().eq_ignore_ascii_case(name)
                && !matches!(weight.as_str(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
        })
}

/// Unpacks a request's body as its `Content-Encoding` says, up to `bytes_max`.
///
/// # Errors
/// [`Code::TooLarge`] past the bound, [`Code::Malformed`] for anything that is not readable.
pub(super) fn unpack(headers: &HeaderMap, body: &[u8], bytes_max: usize) -> Result<Vec<u8>, Code> {
    match headers
        .get(header::CONTENT_ENCODING)
        .map(|name| name.as_bytes())
    {
        None | Some(b"identity") if body.len() > bytes_max => Err(Code::TooLarge),
        None | Some(b"identity") => Ok(body.to_vec()),
        Some(b"gzip") => gunzip(body, bytes_max),
        Some(_) => Err(Code::Malformed),
    }
}

/// Packs a reply's body; small ones stay as they are.
fn pack(accepted: Encoding, body: Vec<u8>) -> (Encoding, Vec<u8>) {
    if body.len() < COMPRESSED_FROM_BYTES {
        return (Encoding::Identity, body);
    }
    let packed = match accepted {
        Encoding::Identity => None,
        Encoding::Gzip => gzip(&body).ok(),
        Encoding::Brotli => brotli(&body).ok(),
        Encoding::Zstd => zstd(&body).ok(),
    };
    match packed {
        Some(packed) => (accepted, packed),
        None => (Encoding::Identity, body),
    }
}

/// An answer in CBOR where the client asks for that, else in JSON, packed as the client reads it.
pub(super) fn answer(
    headers: &HeaderMap,
    value: &(impl serde::Serialize + minicbor::Encode<()>),
) -> Result<Response, ApiError> {
    let asked = headers.get(header::ACCEPT).map(|name| name.as_bytes());
    if asked == Some(MEDIA_TYPE.as_bytes()) {
        return answer_in_cbor(headers, value);
    }
    let json = serde_json::to_vec(value).map_err(|_| ApiError(Code::Internal))?;
    let accepted = Encoding::best(headers);
    Ok(packed(accepted, "application/json", json))
}

/// An answer in CBOR, packed as the client reads it.
pub(super) fn answer_in_cbor(
    headers: &HeaderMap,
    value: &impl minicbor::Encode<()>,
) -> Result<Response, ApiError> {
    let body = minicbor::to_vec(value).map_err(|_| ApiError(Code::Internal))?;
    let accepted = Encoding::best(headers);
    Ok(packed(accepted, MEDIA_TYPE, body))
}

/// An answer's body of this media type, packed as the client reads it.
pub(super) fn packed(accepted: Encoding, media_type: &'static str, body: Vec<u8>) -> Response {
    let (encoding, body) = pack(accepted, body);
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    if let Some(name) = encoding.name() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    response
}

fn gzip(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(GZIP_LEVEL));
    encoder.write_all(body)?;
    encoder.finish()
}

fn brotli(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    let (quality, window) = (BROTLI_QUALITY, BROTLI_WINDOW);
    let mut encoder = brotli::CompressorWriter::new(&mut packed, 64 << 10, quality, window);
    encoder.write_all(body)?;
    encoder.flush()?;
    drop(encoder);
    Ok(packed)
}

fn zstd(body: &[u8]) -> std::io::Result<Vec<u8>> {
    /// Those at rest. A compressor's tables are a megabyte, which the system would clear anew for
    /// each reply.
    static COMPRESSORS: Mutex<Vec<Compressor<'static>>> = Mutex::new(Vec::new());
    let at_rest = || COMPRESSORS.lock().unwrap_or_else(PoisonError::into_inner);
    let compressor = at_rest().pop();
    let mut compressor = match compressor {
        Some(compressor) => compressor,
        None => Compressor::new(ZSTD_LEVEL)?,
    };
    let packed = compressor.compress(body);
    at_rest().push(compressor);
    packed
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn headers(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn the_best_accepted_encoding_is_taken() {
        let headers = |value| headers(header::ACCEPT_ENCODING, value);
        let accepted = |value| Encoding::best(&headers(value));
        assert_eq!(accepted("gzip, deflate, br, zstd"), Encoding::Brotli);
        assert_eq!(accepted("gzip, br;q=0"), Encoding::Gzip);
        assert_eq!(accepted("br ; q=0.5"), Encoding::Brotli);
        assert_eq!(accepted("identity"), Encoding::Identity);
        assert_eq!(Encoding::best(&HeaderMap::new()), Encoding::Identity);
        let quickest = |value| Encoding::quickest(&headers(value));
        assert_eq!(quickest("gzip, br, zstd"), Encoding::Zstd);
        assert_eq!(quickest("gzip, br"), Encoding::Gzip);
        assert_eq!(quickest("br"), Encoding::Brotli);
    }

    #[test]
    fn bodies_unpack_to_what_was_packed() {
        let body = b"duong lien thon ".repeat(500);
        let (encoding, packed) = pack(Encoding::Gzip, body.clone());
        assert_eq!(encoding, Encoding::Gzip);
        let gzip = headers(header::CONTENT_ENCODING, "gzip");
        assert_eq!(unpack(&gzip, &packed, body.len()), Ok(body.clone()));
        assert_eq!(unpack(&gzip, &packed, body.len() - 1), Err(Code::TooLarge));
        assert_eq!(
            unpack(&gzip, &packed[..packed.len() / 2], 1 << 20),
            Err(Code::Malformed)
        );
        let (_, packed) = pack(Encoding::Brotli, body.clone());
        let mut unpacked = Vec::new();
        brotli::Decompressor::new(&packed[..], 4096)
            .read_to_end(&mut unpacked)
            .expect("brotli");
        assert_eq!(unpacked, body);
        let (_, packed) = pack(Encoding::Zstd, body.clone());
        let unpacked = zstd::bulk::decompress(&packed, body.len());
        assert_eq!(unpacked.expect("Zstandard"), body);
        assert_eq!(
            pack(Encoding::Brotli, vec![1; 199]),
            (Encoding::Identity, vec![1; 199])
        );
        assert_eq!(
            unpack(&headers(header::CONTENT_ENCODING, "br"), &packed, 9),
            Err(Code::Malformed)
        );
    }

    #[test]
    fn a_bomb_is_not_inflated_past_its_bound() {
        let (_, bomb) = pack(Encoding::Gzip, vec![0; 32 << 20]);
        let gzip = headers(header::CONTENT_ENCODING, "gzip");
        assert_eq!(unpack(&gzip, &bomb, 16 << 20), Err(Code::TooLarge));
    }
}
