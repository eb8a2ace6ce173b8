//! What is known of a document, name by name.

use leptos::prelude::*;

/// A list of facts, each a key, a name and a value; those without a value are left out.
pub fn facts(facts: Vec<(&'static str, &'static str, String)>) -> AnyView {
    let facts: Vec<AnyView> = facts
        .into_iter()
        .filter(|(.., value)| !value.is_empty())
        .map(|(key, name, value)| {
            view! { <div data-field=key><dt>{name}</dt><dd>{value}</dd></div> }.into_any()
        })
        .collect();
    view! { <dl class="facts">{facts}</dl> }.into_any()
}
