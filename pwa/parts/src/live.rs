//! Parts of a page that change: each kind of view is compiled once, and not once for each place.

use std::sync::Arc;

use leptos::prelude::*;

/// Shows what a closure gives, anew whenever something that it reads changes.
pub fn live(view: impl Fn() -> Option<AnyView> + Send + 'static) -> AnyView {
    live_of(Box::new(view))
}

fn live_of(view: Box<dyn Fn() -> Option<AnyView> + Send>) -> AnyView {
    (move || view()).into_any()
}

/// A row of a list: what it is known by, and how it is shown.
#[derive(Clone)]
pub struct Keyed {
    key: String,
    view: Arc<dyn Fn() -> AnyView + Send + Sync>,
}

impl Keyed {
    /// A row that is built anew only when another key stands in its place.
    pub fn new(key: String, view: impl Fn() -> AnyView + Send + Sync + 'static) -> Self {
        Self {
            key,
            view: Arc::new(view),
        }
    }
}

/// The rows of a list; those with the keys of before stay as they are, and keep the focus.
pub fn rows(rows: impl Fn() -> Vec<Keyed> + Send + Sync + 'static) -> AnyView {
    rows_of(Box::new(rows))
}

fn rows_of(rows: Box<dyn Fn() -> Vec<Keyed> + Send + Sync>) -> AnyView {
    view! { <For each=move || rows() key=|row| row.key.clone() children=|row| (row.view)() /> }
        .into_any()
}

/// A button that acts at once; `class` says how it looks beside `button`.
pub fn button(
    test: &'static str,
    class: &'static str,
    words: impl Into<String>,
    act: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    button_of(test, class, words.into().into_any(), false, Box::new(act))
}

/// The same of any inside, which cannot be pressed while it is `off`.
pub fn button_of(
    test: &'static str,
    class: &'static str,
    inside: AnyView,
    off: bool,
    act: Box<dyn Fn() + Send + Sync>,
) -> AnyView {
    let class = format!("button {class}");
    view! { <button type="button" class=class data-test=test disabled=off on:click=move |_| act()>{inside}</button> }
        .into_any()
}
