//! Frames: one byte of type, the payload's length, the payload.

use minicbor::{Decode, Encode};

use super::{END, MAGIC, SNAPSHOT};
use crate::code::Code;
use crate::limits::{FRAME_BYTES_MAX, SNAPSHOT_BYTES_MAX};

/// Why a body could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// It is not in this format.
    #[error("malformed body: {0}")]
    Malformed(&'static str),
    /// It passes a bound.
    #[error("body past a limit: {0}")]
    TooLarge(&'static str),
    /// It ends before its [`END`] frame.
    #[error("body cut off")]
    CutOff,
}

impl WireError {
    /// The code that a server answers with.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            WireError::Malformed(_) | WireError::CutOff => Code::Malformed,
            WireError::TooLarge(_) => Code::TooLarge,
        }
    }
}

/// Writes a body frame by frame.
#[derive(Debug)]
pub struct Writer {
    body: Vec<u8>,
}

impl Default for Writer {
    fn default() -> Self {
        Self {
            body: MAGIC.to_vec(),
        }
    }
}

impl Writer {
    /// Adds a frame with a payload of plain bytes.
    pub fn bytes(&mut self, frame: u8, payload: &[u8]) {
        self.body.push(frame);
        let mut rest = payload.len();
        while rest >= 0x80 {
            self.body.push((rest & 0x7f) as u8 | 0x80);
            rest >>= 7;
        }
        self.body.push(rest as u8);
        self.body.extend_from_slice(payload);
    }

    /// Adds a frame with a CBOR payload.
    pub fn control<T: Encode<()>>(&mut self, frame: u8, message: &T) {
        let payload = minicbor::to_vec(message).expect("a Vec takes all that is written");
        self.bytes(frame, &payload);
    }

    /// Bytes written so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.body.len()
    }

    /// Whether no frame was written yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.body.len() == MAGIC.len()
    }

    /// Closes the body with [`END`].
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes(END, &[]);
        self.body
    }
}

/// Reads frames one after the other.
#[derive(Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    ended: bool,
}

impl<'a> Reader<'a> {
    /// Opens a body.
    ///
    /// # Errors
    /// When it does not begin with [`MAGIC`].
    pub fn new(body: &'a [u8]) -> Result<Self, WireError> {
        let rest = body.strip_prefix(MAGIC).ok_or(if MAGIC.starts_with(body) {
            WireError::CutOff
        } else {
            WireError::Malformed("magic")
        })?;
        Ok(Self { rest, ended: false })
    }

    /// The next frame's type and payload; `None` after [`END`].
    ///
    /// # Errors
    /// [`WireError::CutOff`] when the body ends before [`END`]; malformed lengths; data after the end.
    pub fn frame(&mut self) -> Result<Option<(u8, &'a [u8])>, WireError> {
        if self.ended {
            return if self.rest.is_empty() {
                Ok(None)
            } else {
                Err(WireError::Malformed("data after the end"))
            };
        }
        let (&frame, rest) = self.rest.split_first().ok_or(WireError::CutOff)?;
        let (length, rest) = length(rest)?;
        let bound = if frame == SNAPSHOT {
            SNAPSHOT_BYTES_MAX
        } else {
            FRAME_BYTES_MAX
        };
        if length > bound {
            return Err(WireError::TooLarge("frame"));
        }
        let (payload, rest) = rest.split_at_checked(length).ok_or(WireError::CutOff)?;
        self.rest = rest;
        if frame == END {
            self.ended = true;
            return if payload.is_empty() {
                self.frame()
            } else {
                Err(WireError::Malformed("end"))
            };
        }
        Ok(Some((frame, payload)))
    }
}

fn length(bytes: &[u8]) -> Result<(usize, &[u8]), WireError> {
    let mut value = 0usize;
    for (index, &byte) in bytes.iter().enumerate().take(4) {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            if index > 0 && byte == 0 {
                return Err(WireError::Malformed("length"));
            }
            return Ok((value, &bytes[index + 1..]));
        }
    }
    Err(if bytes.len() < 4 {
        WireError::CutOff
    } else {
        WireError::Malformed("length")
    })
}

/// Reads a CBOR payload that must be used up.
///
/// # Errors
/// When it is not such a message.
pub fn control<'b, T: Decode<'b, ()>>(payload: &'b [u8]) -> Result<T, WireError> {
    let mut decoder = minicbor::Decoder::new(payload);
    let message = decoder
        .decode()
        .map_err(|_| WireError::Malformed("control frame"))?;
    if decoder.position() != payload.len() {
        return Err(WireError::Malformed("control frame"));
    }
    Ok(message)
}
