//! Tables, whose rows become cards on a phone.

use leptos::prelude::*;

/// A table with its heads, in the order of the cells of its rows.
pub fn table(caption: &'static str, heads: &[&'static str], rows: AnyView) -> AnyView {
    let heads: Vec<AnyView> = heads
        .iter()
        .map(|name| view! { <th scope="col" role="columnheader">{*name}</th> }.into_any())
        .collect();
    view! {
        <table class="table cards" role="table">
            <caption class="visually-hidden">{caption}</caption>
            <thead role="rowgroup"><tr role="row">{heads}</tr></thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
    .into_any()
}

/// A row: what tests call it, and what it is known by.
pub fn row(test: &'static str, id: String, cells: Vec<AnyView>) -> AnyView {
    view! { <tr role="row" data-test=test data-id=id>{cells}</tr> }.into_any()
}

/// A cell, with the head that it stands under.
pub fn cell(head: &'static str, inside: AnyView) -> AnyView {
    view! { <td role="cell" data-label=head>{inside}</td> }.into_any()
}

/// A cell with words.
pub fn said(head: &'static str, words: impl Into<String>) -> AnyView {
    cell(head, words.into().into_any())
}

/// A cell with a number.
pub fn number(head: &'static str, number: u64) -> AnyView {
    view! { <td role="cell" class="num" data-label=head>{number}</td> }.into_any()
}
