//! The record of who did what: no row is missing, altered or out of its place, and the signed ends of days
//! lie on the chain that the rows make.

use std::collections::HashMap;

use ed25519_dalek::{Signature, VerifyingKey};
use rusqlite::Connection;

use super::{Report, receipts};
use crate::store::sqlite::audit::{self, ORIGIN};
use crate::store::{AuditHead, StoreError};

pub(super) fn check(view: &Connection, report: &mut Report) -> Result<(), StoreError> {
    let heads = audit::heads(view)?;
    let mut at_head: HashMap<u64, [u8; 32]> = HashMap::new();
    let (mut before, mut expected) = (ORIGIN, 1);
    audit::each(view, |row| {
        if row.seq != expected {
            let (missing, last) = (expected, row.seq - 1);
            report.note(
                None,
                format!("record: rows {missing} to {last} are missing"),
            );
        }
        let link = audit::link(&before, row.seq, &row.stamp, &row.event);
        if link != row.link {
            report.note(
                None,
                format!("record: row {} was altered or moved", row.seq),
            );
        }
        // From here on by what is stored, so that one altered row does not make all others look so.
        before = row.link;
        expected = row.seq + 1;
        if heads.iter().any(|head| head.seq == row.seq) {
            at_head.insert(row.seq, row.link);
        }
        Ok(())
    })?;
    let end: Option<i64> = view
        .query_row(
            "SELECT value FROM meta WHERE key = 'audit_end'",
            [],
            |row| row.get(0),
        )
        .ok();
    if end.is_some_and(|end| end.unsigned_abs() + 1 != expected) {
        report.note(None, "record: the newest rows are missing");
    }
    if heads.is_empty() {
        // One that was never opened since it is signed at all has no key.
        return Ok(());
    }
    let key = receipts::key(view)?;
    for head in &heads {
        if !is_signed(head, &key.0) {
            let day = &head.day;
            report.note(
                None,
                format!("record: the end of {day} is not signed by this server"),
            );
        }
        if at_head.get(&head.seq) != Some(&head.link) {
            let (day, seq) = (&head.day, head.seq);
            report.note(
                None,
                format!("record: row {seq}, the end of {day}, is not as it was signed"),
            );
        }
    }
    Ok(())
}

fn is_signed(head: &AuditHead, key: &[u8; 32]) -> bool {
    let message = AuditHead::message(&head.day, head.seq, &head.link);
    let signature = Signature::from_bytes(&head.signature);
    VerifyingKey::from_bytes(key).is_ok_and(|key| key.verify_strict(&message, &signature).is_ok())
}
