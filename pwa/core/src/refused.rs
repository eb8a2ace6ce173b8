//! Work that the server refused, as the page shows it and as files keep it.

use kiennghi_messages::RefusedRow;
use kiennghi_shared::record::Edit;
use serde_json::{Map, Value, json};

use crate::local::Local;

/// The list, the newest first.
pub(crate) fn rows(local: &Local) -> Vec<RefusedRow> {
    let rows = local.refused.iter().rev();
    rows.map(|(order, work)| {
        let meeting = work.fields.iter().find(|edit| edit.field == "meeting");
        let meeting = meeting.and_then(|edit| edit.value.as_text()?.parse().ok());
        RefusedRow {
            order: *order,
            is_edit: local.cards.contains(work.header.id),
            meeting: meeting.and_then(|id| local.cards.meeting(id)).cloned(),
            work: work.clone(),
        }
    })
    .collect()
}

/// One item, or all, with every field.
pub(crate) fn export(local: &Local, order: Option<u64>) -> String {
    let mut exported = Vec::new();
    for (number, work) in &local.refused {
        if order.is_none_or(|order| order == *number) {
            exported.push(json!({
                "id": work.header.id,
                "kind": work.header.kind,
                "unit": work.header.unit,
                "code": work.code.name(),
                "refused_at": work.refused_at,
                "fields": fields(&work.fields),
            }));
        }
    }
    Value::from(exported).to_string()
}

/// Values by the key of their field.
pub(crate) fn fields(edits: &[Edit]) -> Map<String, Value> {
    let value = |edit: &Edit| {
        let value = serde_json::to_value(&edit.value).ok()?;
        Some((edit.field.clone(), value))
    };
    edits.iter().filter_map(value).collect()
}
