//! Compression of bodies, both ways, under limits.

use std::io::Write;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use kiennghi_shared::code::Code;
use kiennghi_shared::office::MEDIA_TYPE;

use super::inflate::gunzip;
use crate::error::ApiError;

/// Bodies smaller than this grow, or hardly shrink.
const COMPRESSED_FROM_BYTES: usize = 200;
/// Of 11: a third of the bytes at a tenth of the time of the best.
const BROTLI_QUALITY: u32 = 5;
/// When others wait for the processor: a quarter more bytes at half of the time.
const BROTLI_QUALITY_BUSY: u32 = 3;
/// The window's size as a power of two; a page is a megabyte.
const BROTLI_WINDOW: u32 = 20;

/// How a body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Not at all.
    Identity,
    /// gzip.
    Gzip,
    /// Brotli.
    Brotli,
}

impl Encoding {
    /// The best that the client says it reads.
    pub(super) fn accepted(headers: &HeaderMap) -> Self {
        let values = headers.get_all(header::ACCEPT_ENCODING);
        let accepts = |name: &str| {
            values
                .iter()
                .filter_map(|value| value.to_str().ok())
                .any(|value| {
                    value.split(',').any(|item| {
                        let (coding, weight) = item.split_once(';').unwrap_or((item, ""));
                        let weight: String = weight.split_whitespace().collect();
                        coding.trim().eq_ignore_ascii_case(name)
                            && !matches!(weight.as_str(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
                    })
                })
        };
        if accepts("br") {
            Encoding::Brotli
        } else if accepts("gzip") {
            Encoding::Gzip
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
        }
    }
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
fn pack(accepted: Encoding, busy: bool, body: Vec<u8>) -> (Encoding, Vec<u8>) {
    if body.len() < COMPRESSED_FROM_BYTES {
        return (Encoding::Identity, body);
    }
    let packed = match accepted {
        Encoding::Identity => None,
        Encoding::Gzip => gzip(&body).ok(),
        Encoding::Brotli if busy => brotli(&body, BROTLI_QUALITY_BUSY).ok(),
        Encoding::Brotli => brotli(&body, BROTLI_QUALITY).ok(),
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
    let accepted = Encoding::accepted(headers);
    Ok(packed(accepted, false, "application/json", json))
}

/// An answer in CBOR, packed as the client reads it.
pub(super) fn answer_in_cbor(
    headers: &HeaderMap,
    value: &impl minicbor::Encode<()>,
) -> Result<Response, ApiError> {
    let body = minicbor::to_vec(value).map_err(|_| ApiError(Code::Internal))?;
    let accepted = Encoding::accepted(headers);
    Ok(packed(accepted, false, MEDIA_TYPE, body))
}

/// An answer's body of this media type, packed as the client reads it, and in less time when others
/// wait (`busy`).
pub(super) fn packed(
    accepted: Encoding,
    busy: bool,
    media_type: &'static str,
    body: Vec<u8>,
) -> Response {
    let (encoding, body) = pack(accepted, busy, body);
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    if let Some(name) = encoding.name() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    response
}

fn gzip(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body)?;
    encoder.finish()
}

fn brotli(body: &[u8], quality: u32) -> std::io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    let mut encoder = brotli::CompressorWriter::new(&mut packed, 64 << 10, quality, BROTLI_WINDOW);
    encoder.write_all(body)?;
    encoder.flush()?;
    drop(encoder);
    Ok(packed)
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
        let accepted = |value| Encoding::accepted(&headers(header::ACCEPT_ENCODING, value));
        assert_eq!(accepted("gzip, deflate, br, zstd"), Encoding::Brotli);
        assert_eq!(accepted("gzip, br;q=0"), Encoding::Gzip);
        assert_eq!(accepted("br ; q=0.5"), Encoding::Brotli);
        assert_eq!(accepted("identity"), Encoding::Identity);
        assert_eq!(Encoding::accepted(&HeaderMap::new()), Encoding::Identity);
    }

    #[test]
    fn bodies_unpack_to_what_was_packed() {
        let body = b"duong lien thon ".repeat(500);
        let (encoding, packed) = pack(Encoding::Gzip, false, body.clone());
        assert_eq!(encoding, Encoding::Gzip);
        let gzip = headers(header::CONTENT_ENCODING, "gzip");
        assert_eq!(unpack(&gzip, &packed, body.len()), Ok(body.clone()));
        assert_eq!(unpack(&gzip, &packed, body.len() - 1), Err(Code::TooLarge));
        assert_eq!(
            unpack(&gzip, &packed[..packed.len() / 2], 1 << 20),
            Err(Code::Malformed)
        );
        let (_, packed) = pack(Encoding::Brotli, false, body.clone());
        let (_, hasty) = pack(Encoding::Brotli, true, body.clone());
        for packed in [&packed, &hasty] {
            let mut unpacked = Vec::new();
            brotli::Decompressor::new(&packed[..], 4096)
                .read_to_end(&mut unpacked)
                .expect("brotli");
            assert_eq!(unpacked, body);
        }
        assert_eq!(
            pack(Encoding::Brotli, false, vec![1; 199]),
            (Encoding::Identity, vec![1; 199])
        );
        assert_eq!(
            unpack(&headers(header::CONTENT_ENCODING, "br"), &packed, 9),
            Err(Code::Malformed)
        );
    }

    #[test]
    fn a_bomb_is_not_inflated_past_its_bound() {
        let (_, bomb) = pack(Encoding::Gzip, false, vec![0; 32 << 20]);
        let gzip = headers(header::CONTENT_ENCODING, "gzip");
        assert_eq!(unpack(&gzip, &bomb, 16 << 20), Err(Code::TooLarge));
    }
}
