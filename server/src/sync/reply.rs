//! Writing the pull's part of a reply: documents asked for by name, then a page of the feed in
//! chunks, each closed by its cursor so that a reply that is cut off keeps its progress.

use std::collections::HashMap;

use kiennghi_shared::document::Document;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::wire::{CURSOR, CursorFrame, DocumentChanges, Writer, write_document};

use crate::auth::Caller;
use crate::store::{FeedChange, Page, Store, StoreError, StoredDocument};

/// Bytes of changes after which a chunk is closed.
const CHUNK_BYTES_TARGET: usize = 128 << 10;
/// A document with more changes goes whole, in automerge's own packing.
const WHOLE_ABOVE_CHANGES: usize = 8;
/// Bytes of whole documents in one reply; those that are left out are asked for again.
const FETCHED_BYTES_MAX: usize = 32 << 20;

/// Writes the documents that were asked for by name, as far as the caller may read them. The
/// cursor stands where the caller stood.
pub(super) fn write_fetched(
    writer: &mut Writer,
    store: &dyn Store,
    caller: &Caller,
    ids: &[DocumentId],
    cursor: &[u8],
) -> Result<(), StoreError> {
    let (mut total, mut chunk) = (0, 0);
    for id in ids {
        // One at a time: all together may not fit into memory.
        let Some(stored) = store.documents(&[*id])?.pop() else {
            continue;
        };
        if !caller
            .scope()
            .reads(stored.header.kind, &stored.header.unit)
        {
            continue;
        }
        let before = writer.len();
        write_document(writer, &whole(stored)?);
        let written = writer.len() - before;
        (total, chunk) = (total + written, chunk + written);
        if chunk >= CHUNK_BYTES_TARGET {
            write_cursor(writer, cursor.to_vec(), true);
            chunk = 0;
        }
        if total >= FETCHED_BYTES_MAX {
            break;
        }
    }
    Ok(())
}

fn whole(stored: StoredDocument) -> Result<DocumentChanges, StoreError> {
    let StoredDocument {
        header,
        changes,
        snapshot,
        ..
    } = stored;
    if changes.len() <= WHOLE_ABOVE_CHANGES {
        return Ok(DocumentChanges {
            header,
            snapshot: None,
            changes,
        });
    }
    let snapshot = match snapshot {
        Some(snapshot) => snapshot,
        None => Document::from_changes(changes.iter().map(Vec::as_slice))
            .map_err(|error| StoreError::Damaged(error.to_string()))?
            .save(),
    };
    Ok(DocumentChanges {
        header,
        snapshot: Some(snapshot),
        changes: Vec::new(),
    })
}

/// Writes a page of the feed. `seal` makes the cursor that stands after a sequence number.
pub(super) fn write_page(writer: &mut Writer, page: Page, seal: impl Fn(u64) -> Vec<u8>) {
    let mut chunk = Grouped::default();
    let mut changes = page.changes.into_iter().peekable();
    while let Some(change) = changes.next() {
        let seq = change.seq;
        chunk.add(change);
        if chunk.bytes >= CHUNK_BYTES_TARGET && changes.peek().is_some() {
            std::mem::take(&mut chunk).write(writer);
            write_cursor(writer, seal(seq), true);
        }
    }
    chunk.write(writer);
    write_cursor(writer, seal(page.through), page.more);
}

fn write_cursor(writer: &mut Writer, cursor: Vec<u8>, more: bool) {
    writer.control(CURSOR, &CursorFrame { cursor, more });
}

/// Changes grouped by document, the documents in the order of their first change.
#[derive(Default)]
struct Grouped {
    documents: Vec<DocumentChanges>,
    by_id: HashMap<DocumentId, usize>,
    bytes: usize,
}

impl Grouped {
    fn add(&mut self, change: FeedChange) {
        self.bytes += change.bytes.len();
        let index = *self
            .by_id
            .entry(change.header.id)
            .or_insert(self.documents.len());
        if index == self.documents.len() {
            let header = change.header;
            self.documents.push(DocumentChanges {
                header,
                snapshot: None,
                changes: Vec::new(),
            });
        }
        self.documents[index].changes.push(change.bytes);
    }

    fn write(self, writer: &mut Writer) {
        self.documents
            .iter()
            .for_each(|document| write_document(writer, document));
    }
}
