//! The record of who did what: no row is missing, altered or out of its place, and the signed ends of days
//! lie on the chain that the rows make.

use std::collections::HashMap;

use ed25519_dalek::{Signature, VerifyingKey};
use rusqlite::{Connection, OptionalExtension};

use super::{Report, receipts};
use crate::clock::day_of;
use crate::store::sqlite::audit::{self, ORIGIN};
use crate::store::sqlite::ingest::integer;
use crate::store::{AuditHead, StoreError};

pub(super) fn check(view: &Connection, report: &mut Report) -> Result<(), StoreError> {
    let heads = audit::heads(view)?;
    let mut at_head: HashMap<u64, [u8; 32]> = HashMap::new();
    let (mut before, mut expected) = (ORIGIN, 1);
    let mut day = None;
    let mut unsigned: Vec<String> = Vec::new();
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
        let today = day_of(row.stamp.at);
        if let Some(ended) = day.replace(today.clone()).filter(|day| *day != today)
            && !heads.iter().any(|head| head.day == ended)
            && !unsigned.contains(&ended)
        {
            unsigned.push(ended);
        }
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
        .optional()?;
    match end {
        Some(end) if end.unsigned_abs() + 1 != expected => {
            report.note(None, "record: the newest rows are missing");
        }
        None if expected > 1 => report.note(None, "record: the number of its last row is missing"),
        Some(_) | None => {}
    }
    for day in unsigned {
        report.note(None, format!("record: the end of {day} was never signed"));
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

/// A line of an exported record: the key, a row, or the signed end of a day.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Line {
    key: serde_json::Value,
    seq: u64,
    day: String,
    link: String,
    signature: String,
}

/// Compares the record with one that was exported earlier: what that one has must all be there.
pub(super) fn compare(
    view: &Connection,
    exported: &str,
    report: &mut Report,
) -> Result<(), StoreError> {
    let key = receipts::key(view)?;
    let mut statement = view.prepare("SELECT link FROM audit WHERE seq = ?1")?;
    let mut has_key = false;
    for (number, line) in (1..).zip(exported.lines()) {
        let line = serde_json::from_str::<Line>(line).ok();
        let Some(line) = line.filter(|line| !line.key.is_null() || line.seq > 0) else {
            report.note(None, format!("exported record: line {number} is none"));
            return Ok(());
        };
        if !line.key.is_null() {
            has_key = line.key == serde_json::json!(key);
            if has_key {
                continue;
            }
            break;
        }
        if !line.day.is_empty() && !line.head().is_some_and(|head| is_signed(&head, &key.0)) {
            let day = &line.day;
            report.note(
                None,
                format!("exported record: the end of {day} is not signed by this server"),
            );
        }
        let link: Option<[u8; 32]> = statement
            .query_row([integer(line.seq)], |row| row.get(0))
            .optional()?;
        // From there on nothing is as it was: said once.
        match link {
            None => {
                let seq = line.seq;
                report.note(
                    None,
                    format!("record: row {seq} and later ones, which were exported, are missing"),
                );
                return Ok(());
            }
            Some(link) if hex::encode(link) != line.link => {
                let seq = line.seq;
                report.note(None, format!("record: row {seq} is not as it was exported"));
                return Ok(());
            }
            Some(_) => {}
        }
    }
    if !has_key {
        report.note(None, "exported record: it is another server's");
    }
    Ok(())
}

impl Line {
    fn head(&self) -> Option<AuditHead> {
        let bytes = |text: &str| hex::decode(text).ok();
        Some(AuditHead {
            day: self.day.clone(),
            seq: self.seq,
            link: bytes(&self.link)?.try_into().ok()?,
            signature: bytes(&self.signature)?.try_into().ok()?,
        })
    }
}

fn is_signed(head: &AuditHead, key: &[u8; 32]) -> bool {
    let message = AuditHead::message(&head.day, head.seq, &head.link);
    let signature = Signature::from_bytes(&head.signature);
    VerifyingKey::from_bytes(key).is_ok_and(|key| key.verify_strict(&message, &signature).is_ok())
}
