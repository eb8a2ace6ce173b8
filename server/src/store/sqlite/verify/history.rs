//! The history: every sequence number once, without gaps, each row as its link says.

use kiennghi_shared::id::DocumentId;
use rusqlite::Connection;

use super::Report;
use crate::store::StoreError;
use crate::store::sqlite::chain::{CHANGE_COLUMNS, Chain, Entry, change_entry, link_at};
use crate::store::sqlite::erase;

pub(super) fn check(view: &Connection, report: &mut Report) -> Result<(), StoreError> {
    let mut walk = Walk {
        view,
        report,
        chain: Chain::EMPTY,
    };
    let mut tombstones = erase::after(view, 0)?.into_iter().peekable();
    let mut changes = view.prepare(&format!(
        "SELECT changes.seq, {CHANGE_COLUMNS} FROM changes
         LEFT JOIN documents ON documents.number = changes.document ORDER BY changes.seq"
    ))?;
    let mut rows = changes.query([])?;
    while let Some(row) = rows.next()? {
        let seq = row.get::<_, i64>(0)?.unsigned_abs();
        while let Some(stone) = tombstones.next_if(|stone| stone.seq < seq) {
            walk.step(stone.seq, Ok(stone_entry(&stone)))?;
        }
        walk.step(seq, change_entry(row, 1))?;
    }
    for stone in tombstones {
        walk.step(stone.seq, Ok(stone_entry(&stone)))?;
    }
    let found = walk.chain.seq;
    let end = Chain::end(view)?;
    if end.seq > found {
        let first = found + 1;
        report.note(None, missing(first, end.seq));
    }
    (report.last_seq, report.chain) = (end.seq, end.link);
    Ok(())
}

fn stone_entry(stone: &crate::store::Tombstone) -> Entry<'_> {
    Entry::Tombstone {
        document: stone.header.id.as_bytes(),
        kind: stone.header.kind.number(),
        at: stone.at,
        unit: &stone.header.unit.0,
        why: &stone.why,
    }
}

fn missing(first: u64, last: u64) -> String {
    if first == last {
        format!("number {first} is missing")
    } else {
        format!("numbers {first} to {last} are missing")
    }
}

struct Walk<'a> {
    view: &'a Connection,
    report: &'a mut Report,
    chain: Chain,
}

impl Walk<'_> {
    /// Compares one row with its link. After a fault the stored link is taken, so that each fault
    /// is told once.
    fn step(&mut self, seq: u64, entry: rusqlite::Result<Entry<'_>>) -> Result<(), StoreError> {
        if seq != self.chain.seq + 1 {
            let what = missing(self.chain.seq + 1, seq.saturating_sub(1));
            self.report.note(None, what);
            self.resume(seq.saturating_sub(1))?;
        }
        let stored = link_at(self.view, seq)?;
        match entry {
            Ok(entry) => {
                self.chain.advance(&entry);
                if stored != Some(self.chain.link) {
                    let what = format!("number {seq} is not as it was stored");
                    self.report.note(document(&entry), what);
                }
            }
            Err(error) => {
                let what = format!("number {seq} cannot be read: {error}");
                self.report.note(None, what);
            }
        }
        self.resume(seq)
    }

    fn resume(&mut self, seq: u64) -> Result<(), StoreError> {
        let link = link_at(self.view, seq)?.unwrap_or(self.chain.link);
        self.chain = Chain { seq, link };
        Ok(())
    }
}

fn document(entry: &Entry<'_>) -> Option<DocumentId> {
    let (Entry::Change { document, .. } | Entry::Tombstone { document, .. }) = entry;
    DocumentId::from_slice(document).ok()
}
