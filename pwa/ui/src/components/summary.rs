//! The facts of a document as a list of names and values.

use leptos::prelude::*;

use crate::state::App;
use crate::words;
use kiennghi_messages::Detail;
use kiennghi_shared::record::Value;

/// One line of the list: none when there is nothing to say.
fn entry(key: &str, name: String, value: String) -> Option<AnyView> {
    let key = key.to_owned();
    (!value.is_empty())
        .then(|| view! { <div data-field=key><dt>{name}</dt><dd>{value}</dd></div> }.into_any())
}

/// The facts of a document, in the order of its form; `first` go before them.
pub(crate) fn summary(app: App, detail: &Detail, first: Vec<(&str, String)>) -> AnyView {
    let (kind, fields) = (detail.header.kind, &detail.fields);
    let texts = crate::form::texts_of(detail);
    let mut entries: Vec<AnyView> = first
        .into_iter()
        .filter_map(|(name, value)| entry("", name.to_owned(), value))
        .collect();
    for field in kind.fields() {
        let value = match field.key {
            // A petition's content stands above the facts, in large letters.
            "content" => continue,
            "recorder" => app.person(fields.text("recorder")),
            "recorded_at" => {
                let at = fields.number("recorded_at");
                at.map(crate::time::moment).unwrap_or_default()
            }
            key => texts
                .get(key)
                .map(|text| words::value(app, kind, key, &Value::from(text.as_str())))
                .unwrap_or_default(),
        };
        entries.extend(entry(field.key, words::field_name(kind, field.key), value));
    }
    view! { <dl class="summary">{entries}</dl> }.into_any()
}
