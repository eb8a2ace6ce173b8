//! Work that the server refused, as the page shows it and as files keep it.

use js_sys::{Array, JSON, Object};
use kiennghi_messages::RefusedRow;
use kiennghi_shared::record::{Edit, Value};
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::DocumentHeader;
use wasm_bindgen::JsValue;

use crate::browser;
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
    let items = local.refused.iter();
    let items = items.filter(|(number, _)| order.is_none_or(|order| order == **number));
    let items: Array = items
        .map(|(_, work)| {
            let code = ("code", &work.code.name().into());
            let refused_at = ("refused_at", &(work.refused_at as f64).into());
            exported(&work.header, &work.fields, &[code, refused_at])
        })
        .collect();
    let text = JSON::stringify(&items);
    text.map(String::from).unwrap_or_default()
}

/// A document in a file: which it is, its fields by their keys, and what more there is to say.
pub(crate) fn exported(
    header: &DocumentHeader,
    fields: &[Edit],
    more: &[(&str, &JsValue)],
) -> Object {
    let kind = match header.kind {
        Kind::Meeting => "meeting",
        Kind::Petition => "petition",
    };
    let values: Vec<JsValue> = fields
        .iter()
        .map(|edit| match &edit.value {
            Value::Text(text) => text.into(),
            Value::Number(number) => (*number as f64).into(),
            Value::Empty => JsValue::NULL,
        })
        .collect();
    let fields = fields.iter().zip(&values);
    let fields: Vec<_> = fields
        .map(|(edit, value)| (edit.field.as_str(), value))
        .collect();
    let which: [(&str, &JsValue); 4] = [
        ("id", &header.id.to_string().into()),
        ("kind", &kind.into()),
        ("unit", &header.unit.0.as_str().into()),
        ("fields", &browser::object(&fields)),
    ];
    browser::object(&[which.as_slice(), more].concat())
}
