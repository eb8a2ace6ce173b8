//! What a person saves to a file, as JSON: the fields by their keys, and the changes for machines.

use js_sys::{Array, JSON, Object, Reflect};
use kiennghi_messages::{RefusedRow, Unsent};
use kiennghi_shared::record::{Edit, Value};
use kiennghi_shared::wire::DocumentHeader;
use wasm_bindgen::JsValue;

/// What the office has not received, and who wrote it.
pub(crate) fn of_unsent(user: &str, unsent: &[Unsent]) -> String {
    let documents = unsent.iter().map(|unsent| {
        let digits = |byte: &u8| format!("{byte:02x}");
        let changes = unsent.changes.iter();
        let changes = changes.map(|change| change.iter().map(digits).collect::<String>());
        let changes: Array = changes.map(|change| JsValue::from(&change)).collect();
        document(
            &unsent.header,
            &unsent.fields,
            &[("changes", changes.into())],
        )
    });
    let documents: Array = documents.collect();
    text(&object(&[
        ("user", user.into()),
        ("documents", documents.into()),
    ]))
}

/// Refused work.
pub(crate) fn of_refused<'a>(rows: impl Iterator<Item = &'a RefusedRow>) -> String {
    let items = rows.map(|row| {
        let code = ("code", row.work.code.name().into());
        let refused_at = ("refused_at", (row.work.refused_at as f64).into());
        document(&row.work.header, &row.work.fields, &[code, refused_at])
    });
    text(&items.collect::<Array>())
}

fn document(header: &DocumentHeader, fields: &[Edit], more: &[(&str, JsValue)]) -> Object {
    let fields = fields.iter().map(|edit| {
        let value = match &edit.value {
            Value::Text(text) => text.into(),
            Value::Number(number) => (*number as f64).into(),
            Value::Empty => JsValue::NULL,
        };
        (edit.field.as_str(), value)
    });
    let which = [
        ("id", header.id.to_string().into()),
        ("kind", header.kind.name().into()),
        ("unit", header.unit.0.as_str().into()),
        ("fields", object(&fields.collect::<Vec<_>>()).into()),
    ];
    object(&[&which, more].concat())
}

fn object(members: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in members {
        // A plain object takes any member.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object
}

fn text(value: &JsValue) -> String {
    let text = JSON::stringify(value);
    text.map(String::from).unwrap_or_default()
}
