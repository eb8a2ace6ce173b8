//! Rows of lists, and the cards that stand in them: each made in one place, so that the module has it once.

use leptos::prelude::*;

/// A card with a title, what else is to be known and a state; it leads to a page where there is one.
pub(crate) fn card(
    path: Option<String>,
    title: String,
    meta: String,
    state: Option<String>,
) -> AnyView {
    let state = state.map(|words| view! { <span class="state">{words}</span> });
    let inner = view! {
        <span class="card-title">{title}</span>
        <span class="card-meta">{meta}</span>
        {state}
    }
    .into_any();
    match path {
        Some(path) => view! { <a class="card" href=path>{inner}</a> }.into_any(),
        None => view! { <div class="card">{inner}</div> }.into_any(),
    }
}

/// A row, with the name that tests hold on to and the code of what it is about.
pub(crate) fn row(test: &'static str, code: &str, inner: AnyView) -> AnyView {
    view! { <li data-test=test data-code=code.to_owned()>{inner}</li> }.into_any()
}

/// Two lines, the first of them strong.
pub(crate) fn two_lines(first: String, second: String) -> AnyView {
    view! { <p><strong>{first}</strong><br/>{second}</p> }.into_any()
}

/// Rows behind a line that opens them.
pub(crate) fn folded(words: String, is_open: bool, rows: Vec<AnyView>) -> AnyView {
    view! { <details open=is_open><summary>{words}</summary><ul class="rows">{rows}</ul></details> }
        .into_any()
}
