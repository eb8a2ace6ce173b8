//! The sync messages, byte by byte: docs/protocol.md in code.
//!
//! A body is the four bytes `KNv1`, then frames. A frame is one byte of type, the payload's length
//! as an unsigned LEB128 number, and the payload. Control payloads are CBOR arrays or maps;
//! changes and snapshots are automerge's own bytes. The last frame is [`END`]: a body without it
//! was cut off, and what came before is still good up to the last [`CURSOR`].

mod body;
mod control;
mod frame;

pub use self::body::{Chunk, DocumentChanges, Reply, Request, write_document};
pub use self::control::{
    Acks, CursorFrame, DocumentHeader, Held, Hello, Hold, Leave, Seal, Verdict, Want, Welcome,
    push_digest,
};
pub use self::frame::{Reader, WireError, Writer, control};

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
/// Frame: a [`Seal`], after its [`DOCUMENT`].
pub const SEAL: u8 = 0x05;
/// Frame: [`Held`] documents that a request offers.
pub const OFFER: u8 = 0x06;
/// Frame: [`Welcome`], the first of a reply.
pub const WELCOME: u8 = 0x11;
/// Frame: [`Acks`], one verdict for each change of the request.
pub const ACKS: u8 = 0x12;
/// Frame: [`Leave`], documents that the caller may not have, or that are gone.
pub const LEAVE: u8 = 0x13;
/// Frame: [`CursorFrame`], closes a chunk of the pull.
pub const CURSOR: u8 = 0x14;
/// Frame: [`Scope`](crate::scope::Scope), all that the caller may see now: what it holds beyond that is to be purged.
pub const SCOPE: u8 = 0x15;
/// Frame: [`Want`], which of the offered documents the server lacks something of.
pub const WANT: u8 = 0x16;
/// Frame: a [receipt](crate::receipt), plain bytes.
pub const RECEIPT: u8 = 0x17;
/// Frame: empty, the last of a body.
pub const END: u8 = 0x1f;

#[cfg(test)]
mod tests;
