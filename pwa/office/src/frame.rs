//! What stands around every page: the bar with the way back, the heading, and what was just done.

use leptos::prelude::*;

use crate::browser;
use crate::office::Office;

/// A page: its heading, where *Quay lại* leads, and whether it takes a wide screen's whole width.
pub(crate) struct Frame {
    /// The heading and the tab's title.
    pub(crate) title: &'static str,
    /// The page above; none for the first.
    pub(crate) back: Option<String>,
    /// Whether it is a table.
    pub(crate) wide: bool,
}

impl Frame {
    /// A page without another above it.
    pub(crate) fn first(title: &'static str) -> Self {
        Self {
            title,
            back: None,
            wide: false,
        }
    }

    /// A page below another.
    pub(crate) fn below(title: &'static str, back: impl Into<String>) -> Self {
        Self {
            back: Some(back.into()),
            ..Self::first(title)
        }
    }

    /// The same, as wide as the screen.
    pub(crate) fn wide(self) -> Self {
        Self { wide: true, ..self }
    }
}

/// A page in its frame.
pub(crate) fn frame(office: Office, frame: Frame, body: AnyView) -> AnyView {
    browser::set_title(&format!("{} – Kiến Nghị", frame.title));
    let back = frame
        .back
        .map(|path| view! { <a class="bar-back" href=path data-test="back">"Quay lại"</a> });
    let said = move || {
        let said = office.said.get();
        said.map(|words| {
            view! { <p class="notice ok" role="status" id="said" tabindex="-1" data-test="said">{words}</p> }
        })
    };
    let class = if frame.wide { "page wide" } else { "page" };
    view! {
        <header class="bar">{back}<span class="bar-title">"Kiến Nghị"</span></header>
        <main class=class>
            <h1 tabindex="-1">{frame.title}</h1>
            {said}
            {body}
        </main>
    }
    .into_any()
}
