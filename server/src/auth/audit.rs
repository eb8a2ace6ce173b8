//! The record of who did what as a file that others can check without this program.

use serde_json::json;

use crate::store::{AuditRow, Store, StoreError};

/// Gives the record line by line, each a JSON object: first the key that ends of days are signed with, then
/// the rows, the oldest first, then the signed ends of days, that of now among them.
///
/// # Errors
/// When the store cannot be read or written.
pub fn exported(store: &dyn Store, show: &mut dyn FnMut(&str)) -> Result<(), StoreError> {
    let heads = store.audit_heads(true)?;
    show(&json!({ "key": store.receipt_key() }).to_string());
    store.each_audit_row(&mut |row| show(&line(&row)))?;
    for head in heads {
        let line = json!({
            "day": head.day,
            "seq": head.seq,
            "link": hex::encode(head.link),
            "signature": hex::encode(head.signature),
        });
        show(&line.to_string());
    }
    Ok(())
}

fn line(row: &AuditRow) -> String {
    let (via, user, device) = row.stamp.by.parts();
    let event = &row.event;
    json!({
        "seq": row.seq,
        "at": row.stamp.at,
        "via": via,
        "user": user,
        "device": device,
        "action": event.action.name(),
        "subject": event.subject,
        "unit": event.unit,
        "detail": event.detail,
        "link": hex::encode(row.link),
    })
    .to_string()
}
