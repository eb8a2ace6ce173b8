//! Keys that do something without the mouse. None does while somebody types into a field, and each is shown
//! beside what it does.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};

/// Hands keys to the page for as long as it is shown; `act` says whether it took one.
pub fn on(act: impl Fn(&str) -> bool + 'static) {
    let handle = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
        let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
        if modified || event.is_composing() || event.default_prevented() || is_typing(&event) {
            return;
        }
        if act(&event.key()) {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

/// Whether the key goes into a field.
fn is_typing(event: &KeyboardEvent) -> bool {
    let Some(target) = event.target() else {
        return false;
    };
    if let Some(input) = target.dyn_ref::<HtmlInputElement>() {
        return input.type_() != "checkbox";
    }
    target.dyn_ref::<HtmlElement>().is_some_and(|element| {
        matches!(element.tag_name().as_str(), "TEXTAREA" | "SELECT")
            || element.is_content_editable()
    })
}

/// A key as it is shown.
pub fn key(name: &'static str) -> AnyView {
    view! { <kbd>{name}</kbd> }.into_any()
}

/// The keys of a page: names, and what they do.
pub fn legend(keys: &[(&'static [&'static str], &'static str)]) -> AnyView {
    let keys: Vec<AnyView> = keys
        .iter()
        .map(|(names, words)| {
            let names: Vec<AnyView> = names.iter().map(|name| key(name)).collect();
            view! { <li>{names}" "{*words}</li> }.into_any()
        })
        .collect();
    view! { <ul class="keys" aria-label="Phím tắt" data-test="keys">{keys}</ul> }.into_any()
}
