//! The sync messages, byte by byte: docs/protocol.md in code.
//!
//! A body is the four bytes `KNv1`, then frames. A frame is one byte of type, the payload's length
//! as an unsigned LEB128 number, and the payload. Control payloads are CBOR arrays or maps;
//! changes and snapshots are automerge's own bytes. The last frame is [`END`]: a body without it
//! was cut off, and what came before is still good up to the last [`CURSOR`].

use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};

use crate::code::Code;
use crate::id::{ChangeHash, DocumentId, Epoch, UnitCode};
use crate::limits::{
    ASKED_DOCUMENTS_MAX, FRAME_BYTES_MAX, REQUEST_CHANGES_MAX, SNAPSHOT_BYTES_MAX,
};
use crate::schema::Kind;

/// The first bytes of every body.
pub const MAGIC: &[u8; 4] = b"KNv1";
/// The media type of bodies.
pub const MEDIA_TYPE: &str = "application/vnd.kiennghi.sync";
/// The request path of sync.
pub const SYNC_PATH: &str = "/api/v1/sync";

/// Frame: [`Hello`], the first of a request.
pub const HELLO: u8 = 0x01;
/// Frame: [`DocumentHeader`]; the frames after it belong to this document.
pub const DOCUMENT: u8 = 0x02;
/// Frame: one automerge change chunk, not compressed.
pub const CHANGE: u8 = 0x03;
/// Frame: one automerge document, not compressed.
pub const SNAPSHOT: u8 = 0x04;
/// Frame: [`Welcome`], the first of a reply.
pub const WELCOME: u8 = 0x11;
/// Frame: [`Acks`], one verdict for each change of the request.
pub const ACKS: u8 = 0x12;
/// Frame: [`Leave`], documents that have left the caller's scope.
pub const LEAVE: u8 = 0x13;
/// Frame: [`CursorFrame`], closes a chunk of the pull.
pub const CURSOR: u8 = 0x14;
/// Frame: empty, the last of a body.
pub const END: u8 = 0x1f;

/// Which documents the caller keeps.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Hold {
    /// All that it may see.
    #[n(0)]
    Scope,
    /// Only these.
    #[n(1)]
    Asked(#[n(0)] Vec<DocumentId>),
}

/// Opens a request.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Hello {
    /// Protocol version, [`PROTOCOL`](crate::limits::PROTOCOL).
    #[n(0)]
    pub protocol: u16,
    /// The cursor of the last reply; none on a new phone.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub cursor: Option<Vec<u8>>,
    /// Which documents the caller keeps.
    #[n(2)]
    pub hold: Hold,
    /// Documents wanted whole, whatever the cursor says.
    #[n(3)]
    pub fetch: Vec<DocumentId>,
    /// The caller's clock, milliseconds since 1970: a claim.
    #[n(4)]
    pub clock: i64,
}

/// Names the document that the following frames belong to.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct DocumentHeader {
    /// The document.
    #[n(0)]
    pub id: DocumentId,
    /// Its kind.
    #[n(1)]
    pub kind: Kind,
    /// Its unit.
    #[n(2)]
    pub unit: UnitCode,
}

/// Opens a reply.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Welcome {
    /// The server's epoch.
    #[n(0)]
    pub epoch: Epoch,
    /// The server's clock, milliseconds since 1970.
    #[n(1)]
    pub clock: i64,
    /// The version of the caller's profile: fetch it anew when it changed.
    #[n(2)]
    pub grant: u64,
}

/// What became of one change.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Verdict {
    /// Stored, on disk.
    #[n(0)]
    Ok,
    /// Stored before, on disk.
    #[n(1)]
    Duplicate,
    /// These changes it depends on are not here: send them along.
    #[n(2)]
    Missing(#[n(0)] Vec<ChangeHash>),
    /// Refused for good.
    #[n(3)]
    Refused(#[n(0)] Code),
}

impl Verdict {
    /// Whether the change is stored on the server's disk.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        matches!(self, Verdict::Ok | Verdict::Duplicate)
    }
}

/// The verdicts, in the order of the request's changes.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Acks {
    /// First eight bytes of the SHA-256 over the request's change hashes in order: says that the
    /// verdicts belong to this very request.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub digest: Vec<u8>,
    /// One verdict a change.
    #[n(1)]
    pub verdicts: Vec<Verdict>,
}

/// The digest that ties verdicts to a request: see [`Acks::digest`].
#[must_use]
pub fn push_digest(hashes: impl IntoIterator<Item = ChangeHash>) -> [u8; 8] {
    let mut sha = Sha256::new();
    hashes.into_iter().for_each(|hash| sha.update(hash.0));
    let mut digest = [0; 8];
    digest.copy_from_slice(&sha.finalize()[..8]);
    digest
}

/// Documents that the caller may no longer keep.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Leave {
    /// The documents.
    #[n(0)]
    pub documents: Vec<DocumentId>,
}

/// Closes a chunk: all before it belongs to this cursor.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct CursorFrame {
    /// What to send next time.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub cursor: Vec<u8>,
    /// Whether there is more to fetch at once.
    #[n(1)]
    pub more: bool,
}

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

/// The changes of one document in a request or a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentChanges {
    /// The document.
    pub header: DocumentHeader,
    /// The whole document, in a reply: comes instead of its early changes.
    pub snapshot: Option<Vec<u8>>,
    /// Changes, each after those it depends on.
    pub changes: Vec<Vec<u8>>,
}

/// A request: what is pushed, and from where to pull.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Version, cursor, what is kept.
    pub hello: Hello,
    /// What the phone made.
    pub push: Vec<DocumentChanges>,
}

impl Request {
    /// The request's bytes, not yet compressed.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.control(HELLO, &self.hello);
        for document in &self.push {
            write_document(&mut writer, document);
        }
        writer.finish()
    }

    /// Reads a request's bytes.
    ///
    /// # Errors
    /// When they are not a whole request within its limits.
    pub fn decode(body: &[u8]) -> Result<Self, WireError> {
        let mut reader = Reader::new(body)?;
        let hello: Hello = match reader.frame()? {
            Some((HELLO, payload)) => control(payload)?,
            _ => return Err(WireError::Malformed("hello expected")),
        };
        let held = if let Hold::Asked(ids) = &hello.hold {
            ids.len()
        } else {
            0
        };
        if held.max(hello.fetch.len()) > ASKED_DOCUMENTS_MAX {
            return Err(WireError::TooLarge("documents asked for"));
        }
        let mut push: Vec<DocumentChanges> = Vec::new();
        let mut changes = 0;
        while let Some((frame, payload)) = reader.frame()? {
            match (frame, push.last_mut()) {
                (DOCUMENT, _) => push.push(DocumentChanges {
                    header: control(payload)?,
                    snapshot: None,
                    changes: Vec::new(),
                }),
                (CHANGE, Some(document)) => {
                    changes += 1;
                    if changes > REQUEST_CHANGES_MAX {
                        return Err(WireError::TooLarge("changes"));
                    }
                    document.changes.push(payload.to_vec());
                }
                _ => return Err(WireError::Malformed("unexpected frame")),
            }
            if push.len() > REQUEST_CHANGES_MAX {
                return Err(WireError::TooLarge("documents"));
            }
        }
        Ok(Self { hello, push })
    }
}

/// Writes a document's frames.
pub fn write_document(writer: &mut Writer, document: &DocumentChanges) {
    writer.control(DOCUMENT, &document.header);
    if let Some(snapshot) = &document.snapshot {
        writer.bytes(SNAPSHOT, snapshot);
    }
    for change in &document.changes {
        writer.bytes(CHANGE, change);
    }
}

/// What a reply brings up to one cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chunk {
    /// Documents to purge.
    pub leave: Vec<DocumentId>,
    /// Documents that came whole, or changes to them.
    pub documents: Vec<DocumentChanges>,
    /// What to send next time; none when the chunk was asked for by name alone.
    pub cursor: Option<CursorFrame>,
}

/// A reply as far as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Epoch, clock and profile version.
    pub welcome: Welcome,
    /// Verdicts on what was pushed; none when nothing was.
    pub acks: Option<Acks>,
    /// The chunks that came whole.
    pub chunks: Vec<Chunk>,
    /// Whether the reply came to its end.
    pub complete: bool,
}

impl Reply {
    /// Reads a reply, keeping the chunks that came whole when it was cut off.
    ///
    /// # Errors
    /// When not even the verdicts came, or the bytes are not a reply.
    pub fn decode(body: &[u8]) -> Result<Self, WireError> {
        let mut reader = Reader::new(body)?;
        let welcome = match reader.frame()? {
            Some((WELCOME, payload)) => control(payload)?,
            _ => return Err(WireError::Malformed("welcome expected")),
        };
        let mut reply = Self {
            welcome,
            acks: None,
            chunks: Vec::new(),
            complete: false,
        };
        let mut chunk = Chunk::default();
        loop {
            match reader.frame() {
                Ok(Some((ACKS, payload))) => reply.acks = Some(control(payload)?),
                Ok(Some((LEAVE, payload))) => {
                    chunk.leave.extend(control::<Leave>(payload)?.documents);
                }
                Ok(Some((DOCUMENT, payload))) => chunk.documents.push(DocumentChanges {
                    header: control(payload)?,
                    snapshot: None,
                    changes: Vec::new(),
                }),
                Ok(Some((frame @ (SNAPSHOT | CHANGE), payload))) => {
                    let Some(document) = chunk.documents.last_mut() else {
                        return Err(WireError::Malformed("bytes before their document"));
                    };
                    if frame == SNAPSHOT {
                        document.snapshot = Some(payload.to_vec());
                    } else {
                        document.changes.push(payload.to_vec());
                    }
                }
                Ok(Some((CURSOR, payload))) => {
                    chunk.cursor = Some(control(payload)?);
                    reply.chunks.push(std::mem::take(&mut chunk));
                }
                // A newer server may say more than this phone understands.
                Ok(Some(_)) => {}
                Ok(None) => {
                    reply.complete = true;
                    return Ok(reply);
                }
                Err(WireError::CutOff) => return Ok(reply),
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests;
