//! Whole bodies: requests and replies.

use super::control::{
    Acks, CursorFrame, DocumentHeader, Held, Hello, Hold, Leave, Seal, Want, Welcome,
};
use super::frame::{Reader, WireError, Writer, control};
use super::{
    ACKS, CHANGE, CURSOR, DOCUMENT, HELLO, LEAVE, OFFER, RECEIPT, SCOPE, SEAL, SNAPSHOT, WANT,
    WELCOME,
};
use crate::id::DocumentId;
use crate::limits::{ASKED_DOCUMENTS_MAX, OFFERED_DOCUMENTS_MAX, REQUEST_CHANGES_MAX};
use crate::scope::Scope;

/// The changes of one document in a request or a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentChanges {
    /// The document.
    pub header: DocumentHeader,
    /// The server's word for what follows.
    pub seal: Option<Seal>,
    /// The whole document, in a reply: comes instead of its early changes.
    pub snapshot: Option<Vec<u8>>,
    /// Changes, each after those it depends on.
    pub changes: Vec<Vec<u8>>,
}

impl DocumentChanges {
    /// A document of which nothing is said yet.
    #[must_use]
    pub fn of(header: DocumentHeader) -> Self {
        Self {
            header,
            seal: None,
            snapshot: None,
            changes: Vec::new(),
        }
    }
}

/// A request: what is pushed, and from where to pull.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Version, cursor, what is kept.
    pub hello: Hello,
    /// What the phone holds, where the server asked for it.
    pub offer: Vec<Held>,
    /// What the phone made.
    pub push: Vec<DocumentChanges>,
}

impl Request {
    /// A request that pushes these documents' changes.
    #[must_use]
    pub fn new(hello: Hello, push: Vec<DocumentChanges>) -> Self {
        let offer = Vec::new();
        Self { hello, offer, push }
    }

    /// The request's bytes, not yet compressed.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.control(HELLO, &self.hello);
        if !self.offer.is_empty() {
            writer.control(OFFER, &self.offer);
        }
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
        let mut offer: Vec<Held> = Vec::new();
        let mut push: Vec<DocumentChanges> = Vec::new();
        let mut changes = 0;
        while let Some((frame, payload)) = reader.frame()? {
            match (frame, push.last_mut()) {
                (OFFER, None) if offer.is_empty() => {
                    offer = control(payload)?;
                    if offer.len() > OFFERED_DOCUMENTS_MAX {
                        return Err(WireError::TooLarge("documents offered"));
                    }
                }
                (DOCUMENT, _) => push.push(DocumentChanges::of(control(payload)?)),
                (SEAL, Some(document)) if document.seal.is_none() => {
                    document.seal = Some(Seal::decode(payload)?);
                }
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
        Ok(Self { hello, offer, push })
    }
}

/// Writes a document's frames.
pub fn write_document(writer: &mut Writer, document: &DocumentChanges) {
    writer.control(DOCUMENT, &document.header);
    if let Some(seal) = &document.seal {
        writer.bytes(SEAL, &seal.encode());
    }
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
    /// All that the caller may see now; what it holds beyond that is to be purged.
    pub scope: Option<Scope>,
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
    /// Of the documents that were offered, those of which the server lacks something; none when
    /// nothing was, or the reply broke off before.
    pub want: Option<Vec<DocumentId>>,
    /// The receipt for all that the server has.
    pub receipt: Option<Vec<u8>>,
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
            want: None,
            receipt: None,
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
                Ok(Some((SCOPE, payload))) => chunk.scope = Some(control(payload)?),
                Ok(Some((WANT, payload))) => {
                    reply.want = Some(control::<Want>(payload)?.documents);
                }
                Ok(Some((RECEIPT, payload))) => reply.receipt = Some(payload.to_vec()),
                Ok(Some((DOCUMENT, payload))) => {
                    let document = DocumentChanges::of(control(payload)?);
                    chunk.documents.push(document);
                }
                Ok(Some((frame @ (SEAL | SNAPSHOT | CHANGE), payload))) => {
                    let Some(document) = chunk.documents.last_mut() else {
                        return Err(WireError::Malformed("bytes before their document"));
                    };
                    match frame {
                        SEAL => document.seal = Some(Seal::decode(payload)?),
                        SNAPSHOT => document.snapshot = Some(payload.to_vec()),
                        _ => document.changes.push(payload.to_vec()),
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
