//! Writing the pull's part of a reply: documents asked for by name, and a page of the feed in
//! chunks, each closed by its cursor so that a reply that is cut off keeps its progress.

use std::collections::HashMap;

use kiennghi_shared::id::DocumentId;
use kiennghi_shared::wire::{
    CURSOR, CursorFrame, DocumentChanges, LEAVE, Leave, Writer, write_document,
};

use crate::auth::Caller;
use crate::signet::{Cursor, Signet};
use crate::store::{FeedChange, Page, Store, StoreError, StoredDocument};

/// Bytes of changes after which a chunk is closed.
pub(super) const CHUNK_BYTES_TARGET: usize = 128 << 10;
/// A document with more changes goes whole, in automerge's own packing.
const WHOLE_ABOVE_CHANGES: usize = 8;
/// Bytes of whole documents in one reply; those that are left out are asked for again.
const FETCHED_BYTES_MAX: usize = 32 << 20;

/// Writes the documents that were asked for by name, as far as the caller may read them, and says
/// which it may not have. The cursor stands where the caller stood.
pub(super) fn write_fetched(
    writer: &mut Writer,
    store: &dyn Store,
    signet: &Signet,
    caller: &Caller,
    ids: &[DocumentId],
    cursor: &Cursor,
) -> Result<(), StoreError> {
    let cursor = signet.write_cursor(cursor);
    let (mut total, mut chunk) = (0, 0);
    let mut leave = Vec::new();
    for id in ids {
        // One at a time: all together may not fit into memory.
        let stored = store.documents(&[*id])?.pop();
        let readable = |stored: &StoredDocument| {
            let header = &stored.header;
            caller.scope().reads(header.kind, &header.unit)
        };
        let Some(stored) = stored.filter(readable) else {
            leave.push(*id);
            continue;
        };
        let before = writer.len();
        write_whole(writer, signet, stored)?;
        let written = writer.len() - before;
        (total, chunk) = (total + written, chunk + written);
        if chunk >= CHUNK_BYTES_TARGET {
            write_cursor(writer, cursor.clone(), true, 0);
            chunk = 0;
        }
        if total >= FETCHED_BYTES_MAX {
            break;
        }
    }
    write_leave(writer, leave);
    Ok(())
}

/// Writes a document as it is now, under its seal.
pub(super) fn write_whole(
    writer: &mut Writer,
    signet: &Signet,
    mut stored: StoredDocument,
) -> Result<(), StoreError> {
    let snapshot = match stored.snapshot.take() {
        _ if stored.changes.len() <= WHOLE_ABOVE_CHANGES => None,
        Some(snapshot) => Some(snapshot),
        None => Some(stored.document()?.save()),
    };
    let document = DocumentChanges {
        seal: Some(signet.seal(&stored.header, &stored.heads)),
        changes: if snapshot.is_some() {
            Vec::new()
        } else {
            stored.changes
        },
        snapshot,
        header: stored.header,
    };
    write_document(writer, &document);
    Ok(())
}

/// Writes a page of the feed; the last cursor of it is `cursor` moved on to where the page ends.
pub(super) fn write_page(
    writer: &mut Writer,
    signet: &Signet,
    cursor: Cursor,
    page: Page,
    link: impl Fn(u64) -> Result<[u8; 8], StoreError>,
) -> Result<(), StoreError> {
    let at = |seq| {
        let link = link(seq)?;
        Ok::<_, StoreError>(signet.write_cursor(&Cursor {
            seq,
            link,
            ..cursor
        }))
    };
    let mut chunk = Grouped::default();
    let mut changes = page.changes.into_iter().peekable();
    while let Some(change) = changes.next() {
        let seq = change.seq;
        chunk.add(signet, change);
        if chunk.bytes >= CHUNK_BYTES_TARGET && changes.peek().is_some() {
            std::mem::take(&mut chunk).write(writer);
            write_cursor(writer, at(seq)?, true, 0);
        }
    }
    chunk.write(writer);
    write_leave(writer, page.gone);
    write_cursor(writer, at(page.through)?, page.more, 0);
    Ok(())
}

pub(super) fn write_cursor(writer: &mut Writer, cursor: Vec<u8>, more: bool, left: u64) {
    writer.control(CURSOR, &CursorFrame { cursor, more, left });
}

pub(super) fn write_leave(writer: &mut Writer, documents: Vec<DocumentId>) {
    if !documents.is_empty() {
        writer.control(LEAVE, &Leave { documents });
    }
}

/// Changes grouped by document, the documents in the order of their first change.
#[derive(Default)]
struct Grouped {
    documents: Vec<DocumentChanges>,
    by_id: HashMap<DocumentId, usize>,
    bytes: usize,
}

impl Grouped {
    fn add(&mut self, signet: &Signet, change: FeedChange) {
        self.bytes += change.bytes.len();
        let index = *self
            .by_id
            .entry(change.header.id)
            .or_insert(self.documents.len());
        if index == self.documents.len() {
            self.documents.push(DocumentChanges::of(change.header));
        }
        let document = &mut self.documents[index];
        if let Some(heads) = change.heads {
            document.seal = Some(signet.seal(&document.header, &heads));
        }
        document.changes.push(change.bytes);
    }

    fn write(self, writer: &mut Writer) {
        self.documents
            .iter()
            .for_each(|document| write_document(writer, document));
    }
}
