//! `/petitions`: looks among the petitions held on this device.

use kiennghi_messages::{Answer, Command, Filter};
use kiennghi_shared::session::Delivery;
use leptos::prelude::*;

use crate::components::fields;
use crate::components::frame::{Frame, frame};
use crate::components::notices;
use crate::pages::meeting::petition_row;
use crate::state::{App, LIST_ROWS, ask};
use crate::words;

const STATES: [Delivery; 3] = [Delivery::Saved, Delivery::Sending, Delivery::Received];

/// The page.
pub(crate) fn page(app: App) -> AnyView {
    let found = ask(app, move || Command::Petitions(app.filter.get()));
    let list = move || match found.answer.get() {
        Some(Answer::Petitions(page)) => {
            let total = page.total;
            let rows: Vec<AnyView> = page.rows.iter().map(|row| petition_row(app, row)).collect();
            let more = (rows.len() < total as usize).then(|| {
                view! {
                    <p><button type="button" class="button" data-test="more" on:click=move |_| {
                        app.filter.update(|filter| filter.limit += LIST_ROWS);
                    }>"Xem thêm"</button></p>
                }
            });
            view! {
                <p role="status" data-test="petition-total">{format!("{total} kiến nghị")}</p>
                <ul class="list">{rows}</ul>
                {more}
            }
            .into_any()
        }
        _ => notices::waiting(),
    };
    let body = view! {
        {filters(app)}
        {notices::failure_notice(found.failure)}
        {list}
    };
    frame(app, Frame::tab("Tìm kiến nghị"), body.into_any())
}

/// Changes the filter, and begins at the top again.
fn narrow(app: App, change: impl FnOnce(&mut Filter)) {
    app.filter.update(|filter| {
        change(filter);
        filter.limit = LIST_ROWS;
    });
}

fn filters(app: App) -> AnyView {
    let filter = app.filter.get_untracked();
    let state = filter
        .state
        .map(|state| words::delivery(state).0)
        .unwrap_or_default();
    let states = STATES
        .iter()
        .map(|state| words::delivery(*state))
        .map(|(name, words)| (name.to_owned(), words.to_owned()))
        .collect();
    let mut villages: Vec<String> = app
        .units()
        .into_iter()
        .flat_map(|unit| unit.villages)
        .collect();
    villages.sort();
    villages.dedup();
    let villages = villages
        .into_iter()
        .map(|name| (name.clone(), name))
        .collect();
    let narrowed = !filter.village.is_empty() || !filter.field.is_empty() || filter.state.is_some();
    let pick_state = move |event| {
        let value = event_target_value(&event);
        let state = STATES
            .into_iter()
            .find(|state| words::delivery(*state).0 == value);
        narrow(app, |filter| filter.state = state);
    };
    view! {
        <form class="filters" role="search" on:submit=|event| event.prevent_default() autocomplete="off">
            <div class="field">
                <label for="filter-text">"Tìm kiếm"</label>
                <input id="filter-text" name="text" type="search" value=filter.text.clone()
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        narrow(app, |filter| filter.text = text);
                    } />
            </div>
            <details class="field" open=narrowed>
                <summary data-test="more-filters">"Lọc theo thôn, lĩnh vực, tình trạng"</summary>
            <div class="field">
                <label for="filter-village">"Thôn, bản, khu phố"</label>
                <select id="filter-village" name="village" on:change=move |event| {
                    let village = event_target_value(&event);
                    narrow(app, |filter| filter.village = village);
                }>
                    <option value="">"Tất cả"</option>
                    {fields::options(villages, &filter.village)}
                </select>
            </div>
            <div class="field">
                <label for="filter-field">"Lĩnh vực"</label>
                <select id="filter-field" name="field" on:change=move |event| {
                    let field = event_target_value(&event);
                    narrow(app, |filter| filter.field = field);
                }>
                    <option value="">"Tất cả"</option>
                    {fields::field_of_work_options(app, &filter.field, |_| true)}
                </select>
            </div>
            <div class="field">
                <label for="filter-state">"Tình trạng gửi"</label>
                <select id="filter-state" name="state" on:change=pick_state>
                    <option value="">"Tất cả"</option>
                    {fields::options(states, state)}
                </select>
            </div>
            </details>
        </form>
    }
    .into_any()
}
