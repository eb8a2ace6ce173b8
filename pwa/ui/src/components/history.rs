//! Who changed a document, when, and what: newest first.

use kiennghi_shared::record::{FieldChange, HistoryEntry, Value};
use kiennghi_shared::schema::{Kind, Shape};
use leptos::prelude::*;

use crate::state::App;
use crate::time;
use crate::words;

/// The history of a document.
pub(crate) fn history(app: App, kind: Kind, entries: &[HistoryEntry]) -> AnyView {
    let items: Vec<AnyView> = entries
        .iter()
        .rev()
        .map(|one| entry(app, kind, one))
        .collect();
    view! {
        <section class="no-print">
            <h2>"Lịch sử thay đổi"</h2>
            <ol class="history" data-test="history">{items}</ol>
        </section>
    }
    .into_any()
}

fn entry(app: App, kind: Kind, entry: &HistoryEntry) -> AnyView {
    let changes: Vec<AnyView> = entry
        .fields
        .iter()
        .filter(|change| {
            !matches!(
                change.field.as_str(),
                "meeting" | "case" | "answer" | "recorder" | "recorded_at"
            )
        })
        .map(|one| change(app, kind, one))
        .collect();
    // A change that lost to another made at the same time shows nothing of its own.
    let beside = changes.is_empty().then(|| {
        view! { <p class="muted">"Sửa cùng lúc với người khác."</p> }
    });
    view! {
        <li data-test="history-entry">
            <span class="who">{app.person(&entry.author)}</span>
            <time>{time::moment(entry.at)}</time>
            {changes}
            {beside}
        </li>
    }
    .into_any()
}

fn change(app: App, kind: Kind, change: &FieldChange) -> AnyView {
    let name = words::field_name(kind, &change.field);
    let before = words::value(app, kind, &change.field, &change.before);
    let after = words::value(app, kind, &change.field, &change.after);
    let is_prose = kind
        .field(&change.field)
        .is_some_and(|field| matches!(field.shape, Shape::Prose(_)));
    let is_new = change.before == Value::Empty || before.is_empty();
    let parts = if is_prose && !is_new {
        words::difference(&before, &after).map(str::to_owned)
    } else if is_new {
        [after, String::new(), String::new(), String::new()]
    } else {
        [String::new(), before, after, String::new()]
    };
    let [same, gone, come, rest] = parts;
    let gone = (!gone.is_empty()).then(|| view! { <del>{gone}</del>" " });
    let come = (!come.is_empty()).then(|| view! { <ins>{come}</ins> });
    view! { <p><strong>{name}": "</strong>{same}{gone}{come}{rest}</p> }.into_any()
}
