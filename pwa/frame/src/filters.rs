//! What a list is narrowed by: each control sets one value of the list's query, which begins at its first page again.

use leptos::prelude::*;

use crate::browser;
use crate::query::Query;

const SEARCH_AFTER_MS: i32 = 250;

fn narrow(query: RwSignal<Query>, name: &'static str, value: String) {
    query.update(|query| {
        query.set(name, value);
        query.set("offset", "");
    });
}

/// One of several choices; nothing where there is no choice.
pub fn select(
    query: RwSignal<Query>,
    name: &'static str,
    label: &'static str,
    choices: Vec<(String, String)>,
) -> AnyView {
    // The first is to choose nothing.
    match choices.len() {
        ..3 => ().into_any(),
        _ => choice(query, name, label, choices, &[]),
    }
}

/// One of several choices, however few; another one sets the values of `resets` back.
pub fn choice(
    query: RwSignal<Query>,
    name: &'static str,
    label: &'static str,
    choices: Vec<(String, String)>,
    resets: &'static [&'static str],
) -> AnyView {
    let chosen = query.with_untracked(|query| query.get(name).to_owned());
    let options: Vec<AnyView> = choices
        .into_iter()
        .map(|(code, words)| {
            let selected = code == chosen;
            view! { <option value=code selected=selected>{words}</option> }.into_any()
        })
        .collect();
    let id = format!("filter-{name}");
    let change = move |event| {
        let value = event_target_value(&event);
        query.update(|query| {
            for reset in resets {
                query.set(reset, "");
            }
            query.set(name, value);
            query.set("offset", "");
        });
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select id=id.clone() name=name on:change=change>{options}</select>
        </div>
    }
    .into_any()
}

/// Words to look for, asked for when the typing rests.
pub fn search(query: RwSignal<Query>) -> AnyView {
    let turn = StoredValue::new(0_u32);
    let typed = move |event| {
        let text = event_target_value(&event);
        let mine = turn.get_value() + 1;
        turn.set_value(mine);
        browser::after(SEARCH_AFTER_MS, move || {
            if turn.try_get_value() == Some(mine) {
                narrow(query, "text", text.trim().to_owned());
            }
        });
    };
    let value = query.with_untracked(|query| query.get("text").to_owned());
    view! {
        <div class="field">
            <label for="filter-text">"Tìm kiếm"</label>
            <input id="filter-text" name="text" type="search" autocomplete="off" placeholder=" " value=value on:input=typed />
        </div>
    }
    .into_any()
}

/// The controls side by side; on paper, what was chosen.
pub fn filters(controls: Vec<AnyView>) -> AnyView {
    view! {
        <form class="filters" role="search" on:submit=|event| event.prevent_default()>{controls}</form>
    }
    .into_any()
}
