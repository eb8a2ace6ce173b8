//! Receipts that phones hold: a database can be sound in itself and yet lack its last rows, as
//! after one flipped bit in the log. Whoever was told of those rows can show it.

use kiennghi_shared::id::PublicKey;
use kiennghi_shared::receipt::Receipt;
use rusqlite::Connection;

use super::Report;
use crate::store::StoreError;
use crate::store::sqlite::chain::link_at;
use crate::store::sqlite::{connection, epochs};

/// The key that this store signs with.
pub(super) fn key(view: &Connection) -> Result<PublicKey, StoreError> {
    Ok(epochs::public_key(connection::receipt_seed(view)?))
}

pub(super) fn compare(
    view: &Connection,
    key: &PublicKey,
    receipt: &Receipt,
    report: &mut Report,
) -> Result<(), StoreError> {
    if !receipt.verify(key) {
        report.note(None, "receipt: this store did not sign it");
        return Ok(());
    }
    let epochs = epochs::all(view)?;
    let Some(own) = epochs.iter().position(|row| row.epoch == receipt.epoch) else {
        report.note(None, "receipt: of an epoch that is not known here");
        return Ok(());
    };
    // What came after a backup was given up when it was restored: it is not missed here.
    let kept = epochs[own + 1..].iter().map(|row| row.after_seq).min();
    if kept.is_some_and(|kept| receipt.seq > kept) {
        return Ok(());
    }
    let seq = receipt.seq;
    match link_at(view, seq)? {
        None => {
            let last = report.last_seq;
            report.note(
                None,
                format!("receipt: {seq} numbers were on the disk, {last} are there"),
            );
        }
        Some(link) if link != receipt.chain => {
            report.note(
                None,
                format!("receipt: the history up to number {seq} is another"),
            );
        }
        Some(_) => {}
    }
    Ok(())
}
