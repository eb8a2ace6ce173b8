//! `/office`: all petitions of the district, with counts to narrow by.
//!
//! Refreshes by itself when the server has news, and keeps the last table when it cannot.

use kiennghi_messages::Command;
use kiennghi_shared::office::PetitionCounts;
use leptos::prelude::*;

use crate::browser;
use crate::components::fields;
use crate::components::frame::{Frame, frame};
use crate::components::notices;
use crate::office;
use crate::pages::office_table::table;
use crate::state::{App, Asked, ask};
use crate::time;
use crate::worker;

const SEARCH_AFTER_MS: i32 = 250;

/// The page.
pub(crate) fn page(app: App) -> AnyView {
    let rows = ask(app, move || app.office_filter.with(office::petitions));
    // Counts do not depend on the page that is shown: turning pages must not ask for them again.
    let counted = Memo::new(move |_| office::Filter {
        offset: 0,
        ..app.office_filter.get()
    });
    let counts = ask(app, move || counted.with(office::counts));
    let shown_at = RwSignal::new(None::<i64>);
    Effect::new(move || {
        rows.times.track();
        if rows.failure.with_untracked(Option::is_none) {
            shown_at.set(Some(browser::now_ms()));
        }
    });
    let notice = move || {
        rows.failure.get().map(|failure| {
            let old = rows.answer.with(Option::is_some).then(|| shown_at.get()).flatten();
            let kept = old.map(|at| format!(" Bảng dưới đây là lúc {}.", time::clock(at))).unwrap_or_default();
            let words = format!("{}{kept}", notices::words_of(&failure));
            view! {
                <div class="notice warning" role="alert" data-test="office-notice">
                    <p>{words}</p>
                    <p><button type="button" class="button" on:click=move |_| app.changed.update(|count| *count += 1)>"Thử lại"</button></p>
                </div>
            }
        })
    };
    let denunciations = move || {
        let counts = counts
            .answer
            .with(|answer| office::read::<PetitionCounts>(answer.as_ref()?));
        let count = counts
            .map(|counts| counts.denunciations)
            .filter(|count| *count > 0);
        count.map(|count| {
            view! { <p data-test="count-denunciations">{format!("Đơn tố cáo nhận bằng giấy: {count}")}</p> }
        })
    };
    let body = view! {
        {filters(app)}
        <div class="office">
        <details class="no-print" open=browser::matches("(min-width: 64rem)")>
            <summary data-test="counts">"Số kiến nghị theo xã và lĩnh vực"</summary>
            {chips(app, counts, "Theo xã", "count-unit", true)}
            {chips(app, counts, "Theo lĩnh vực", "count-field", false)}
            {denunciations}
        </details>
        <div>
            {notice}
            {table(app, rows)}
        </div>
        </div>
    };
    let frame_of = Frame {
        wide: true,
        ..Frame::tab("Bảng kiến nghị")
    };
    frame(app, frame_of, body.into_any())
}

/// Changes the filter, and begins at the first page again.
fn narrow(app: App, change: impl FnOnce(&mut office::Filter)) {
    app.office_filter.update(|filter| {
        change(filter);
        filter.offset = 0;
    });
}

fn filters(app: App) -> AnyView {
    let filter = app.office_filter.get_untracked();
    let turn = StoredValue::new(0_u32);
    // Texts are asked for when the typing rests: each question goes over the network.
    let later = move |change: Box<dyn FnOnce(&mut office::Filter)>| {
        let mine = turn.get_value() + 1;
        turn.set_value(mine);
        browser::after(SEARCH_AFTER_MS, move || {
            if turn.try_get_value() == Some(mine) {
                narrow(app, change);
            }
        });
    };
    let search = move |event| {
        let text = event_target_value(&event);
        later(Box::new(move |filter| filter.text = text));
    };
    let village = move |event| {
        let village = event_target_value(&event);
        later(Box::new(move |filter| {
            filter.village = village.trim().to_owned()
        }));
    };
    view! {
        <form class="filters" role="search" on:submit=|event| event.prevent_default() autocomplete="off">
            <div class="field">
                <label for="filter-text">"Tìm kiếm"</label>
                <input id="filter-text" name="text" type="search" value=filter.text.clone() on:input=search />
            </div>
            <div class="field">
                <label for="filter-unit">"Xã, thị trấn"</label>
                <select id="filter-unit" name="unit" prop:value=move || app.office_filter.with(|filter| filter.unit.clone())
                    on:change=move |event| {
                        let unit = event_target_value(&event);
                        narrow(app, |filter| filter.unit = unit);
                    }>
                    <option value="">"Tất cả"</option>
                    {fields::options(app.seen_units().into_iter().map(|unit| (unit.code.0, unit.name)).collect(), &filter.unit)}
                </select>
            </div>
            <div class="field">
                <label for="filter-village">"Thôn, bản, khu phố"</label>
                <input id="filter-village" name="village" type="text" value=filter.village.clone() on:input=village />
            </div>
            <div class="field">
                <label for="filter-field">"Lĩnh vực"</label>
                <select id="filter-field" name="field" prop:value=move || app.office_filter.with(|filter| filter.field.clone())
                    on:change=move |event| {
                        let field = event_target_value(&event);
                        narrow(app, |filter| filter.field = field);
                    }>
                    <option value="">"Tất cả"</option>
                    {fields::field_of_work_options(app, &filter.field, |_| true)}
                </select>
            </div>
        </form>
    }
    .into_any()
}

/// A count with its name, and what to filter by to see those counted.
struct Count {
    code: String,
    name: String,
    count: u64,
}

impl Count {
    fn of(app: App, counts: PetitionCounts, by_unit: bool) -> Vec<Self> {
        if by_unit {
            let units = counts.by_unit.into_iter().map(|counted| Count {
                code: counted.unit.0,
                name: counted.name,
                count: counted.count,
            });
            return units.collect();
        }
        let fields = counts.by_field.into_iter().map(|counted| Count {
            name: app.field_name(&counted.field),
            code: counted.field,
            count: counted.count,
        });
        fields.collect()
    }
}

/// Counts as buttons that narrow the table, and widen it again when pressed once more.
fn chips(
    app: App,
    counts: Asked,
    title: &'static str,
    test: &'static str,
    by_unit: bool,
) -> AnyView {
    let buttons = move || {
        let counts = counts.answer.with(|answer| office::read(answer.as_ref()?));
        let list = counts.map(|counts| Count::of(app, counts, by_unit));
        let chips = list.into_iter().flatten();
        chips
            .map(|count| chip(app, count, test, by_unit))
            .collect::<Vec<_>>()
    };
    view! {
        <h2 class="counts-title">{title}</h2>
        <ul class="counts">{buttons}</ul>
    }
    .into_any()
}

fn chip(app: App, count: Count, test: &'static str, by_unit: bool) -> AnyView {
    if count.code.is_empty() {
        // There is no asking for petitions without a field: an empty filter asks for all.
        return view! { <li data-test=test>"Chưa rõ "<strong>{count.count.to_string()}</strong></li> }.into_any();
    }
    let code = count.code.clone();
    let chosen = move || {
        app.office_filter.with(|filter| {
            if by_unit {
                filter.unit == code
            } else {
                filter.field == code
            }
        })
    };
    let pressed = chosen.clone();
    let code = count.code.clone();
    let press = move |_| {
        let code = if chosen() {
            String::new()
        } else {
            code.clone()
        };
        narrow(app, |filter| {
            if by_unit {
                filter.unit = code
            } else {
                filter.field = code
            }
        });
    };
    view! {
        <li>
            <button type="button" class="chip" data-test=test data-code=count.code aria-pressed=move || pressed().to_string() on:click=press>
                {count.name}" "<strong>{count.count.to_string()}</strong>
            </button>
        </li>
    }
    .into_any()
}

/// Asks for the pages of the table that a person turned to.
pub(crate) fn turn_to(app: App, offset: u32) {
    app.office_filter.update(|filter| filter.offset = offset);
    worker::tell(Command::Wake);
}
