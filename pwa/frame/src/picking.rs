//! Choosing cases for one paper: rows with boxes, and what is done with those that were chosen.

use kiennghi_parts::live::{button, live};
use kiennghi_parts::table::{self, cell, number, said};
use kiennghi_shared::desk::{CaseFile, CaseList, CaseRow};
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::limits::CASES_OF_DISPATCH_MAX;
use leptos::prelude::*;

use crate::app::App;
use crate::asking::Asked;
use crate::browser;
use crate::failure::Failure;
use crate::once::fetch;
use crate::words;

/// As many as the server gives at once.
pub const ROWS_MAX: &str = "200";

/// Forgets what was chosen for something else.
pub fn begin(app: App, purpose: &str) {
    if app.chosen_for.with_value(|before| before != purpose) {
        app.chosen_for.set_value(purpose.to_owned());
        app.chosen.set(Vec::new());
    }
}

fn turn(app: App, row: &CaseRow) {
    app.chosen.update(
        |chosen| match chosen.iter().position(|other| other.id == row.id) {
            Some(place) => drop(chosen.remove(place)),
            None => chosen.push(row.clone()),
        },
    );
}

/// The rows of a list, with a box each where they may be chosen.
pub fn rows(
    app: App,
    asked: Asked<CaseList>,
    may_choose: impl Fn(&CaseRow) -> bool + Send + Sync + 'static,
) -> AnyView {
    live(move || {
        let list = asked.get()?;
        let rows: Vec<AnyView> = list
            .cases
            .iter()
            .map(|row| case_row(app, &list, row, may_choose(row)))
            .collect();
        let is_empty = rows.is_empty();
        let total = format!("{} vụ việc", list.total);
        let more = (list.total > list.cases.len() as u64)
            .then(|| view! { <p>"Còn nhiều hơn: hãy lọc bớt để thấy."</p> });
        let mut choices = list.cases.clone();
        choices.retain(&may_choose);
        let all = (choices.len() > 1).then(|| pick_all(app, choices));
        Some(
            view! {
                <p class="actions"><span role="status" data-test="total">{total}</span>{all}</p>
                <div class="table-scroll" hidden=is_empty>{table::table("Vụ việc", &HEADS, rows.into_any())}</div>
                {more}
            }
            .into_any(),
        )
    })
}

fn pick_all(app: App, cases: Vec<CaseRow>) -> AnyView {
    let pick = move || {
        app.chosen.update(|chosen| {
            for row in &cases {
                if chosen.iter().all(|other| other.id != row.id) {
                    chosen.push(row.clone());
                }
            }
        });
    };
    button("pick-all", "", "Chọn tất cả", pick)
}

const HEADS: [&str; 7] = [
    "Vụ việc",
    "Nội dung",
    "Trạng thái",
    "Ý kiến",
    words::OPEN_OVER,
    "Hạn",
    words::IS_WITH,
];

fn case_row(app: App, list: &CaseList, row: &CaseRow, picks: bool) -> AnyView {
    let id = row.id;
    let pick = picks.then(|| {
        let label = format!("Chọn vụ việc {}", row.case.code);
        let checked = move || {
            app.chosen
                .with(|chosen| chosen.iter().any(|other| other.id == id))
        };
        let row = row.clone();
        view! {
            <label class="check">
                <input type="checkbox" id=format!("pick-{id}") aria-label=label prop:checked=checked on:change=move |_| turn(app, &row) />
            </label>
        }
    });
    let code = row.case.code.clone();
    let link =
        view! { {pick}<a id=format!("row-{id}") href=format!("/desk/cases/{id}")>{code}</a> };
    let wording = view! { <span class="clamp">{row.case.wording.clone()}</span> };
    let [case, content, state, petitions, sessions, due, _] = HEADS;
    let (head, place) = words::whereabouts(row);
    let cells = vec![
        cell(case, link.into_any()),
        cell(content, wording.into_any()),
        said(state, row.standing.state.title()),
        number(petitions, row.petitions),
        number(sessions, row.sessions),
        cell(due, words::due(row, &list.today, &list.soon)),
        said(head, place),
    ];
    table::row("case-row", id.to_string(), cells)
}

/// What is done with the chosen cases, for as long as there are any.
pub fn bar(app: App, act: impl Fn() -> AnyView + Send + Sync + 'static) -> AnyView {
    let count = Memo::new(move |_| app.chosen.with(Vec::len));
    live(move || {
        let count = count.get();
        (count > 0).then(|| {
            view! {
                <div class="sticky-actions" role="group" aria-label="Vụ việc đã chọn">
                    <span class="picked" role="status" data-test="picked">{format!("Đã chọn {count} vụ việc")}</span>
                    {act()}
                    {button("pick-none", "plain", "Bỏ chọn", move || app.chosen.set(Vec::new()))}
                </div>
            }
            .into_any()
        })
    })
}

/// The cases that a paper is about, without boxes.
pub fn chosen_rows(rows: &[CaseRow]) -> AnyView {
    let rows: Vec<AnyView> = rows
        .iter()
        .map(|row| {
            view! {
                <li data-test="chosen-row" data-id=row.id.to_string()>
                    <div><p class="card-meta">{row.case.code.clone()}" · "{row.standing.state.title()}</p><p class="clamp">{row.case.wording.clone()}</p></div>
                </li>
            }
            .into_any()
        })
        .collect();
    let title = format!("{} vụ việc", rows.len());
    match rows.len() {
        0..=5 => view! { <h2>{title}</h2><ul class="rows">{rows}</ul> }.into_any(),
        _ => view! { <details><summary>{title}</summary><ul class="rows">{rows}</ul></details> }
            .into_any(),
    }
}

/// Has the address say which were chosen, so that a page that is loaded anew finds them again. Behind `#`, which is not sent
/// to the server.
pub fn remember(chosen: impl Iterator<Item = DocumentId>) {
    let ids: Vec<String> = chosen.map(|id| id.to_string()).collect();
    if !ids.is_empty() {
        let address = browser::address();
        let page = address.split('#').next().unwrap_or_default();
        browser::replace_path(&format!("{page}#{}", ids.join(",")));
    }
}

/// Those that the address remembers; no more than one above what any paper takes.
#[must_use]
pub fn remembered() -> Vec<DocumentId> {
    let ids = browser::fragment();
    let ids = ids.split(',').filter_map(|id| id.parse().ok());
    ids.take(CASES_OF_DISPATCH_MAX + 1).collect()
}

/// The cases that were chosen, or that the address remembers.
///
/// # Errors
/// Why one of the latter cannot be had.
pub async fn chosen(app: App) -> Result<Vec<CaseRow>, Failure> {
    let rows = match app.chosen.get_untracked() {
        none if none.is_empty() => fetched(app, remembered()).await?,
        rows => rows,
    };
    remember(rows.iter().map(|row| row.id));
    Ok(rows)
}

/// Cases by their ids.
///
/// # Errors
/// Why one of them cannot be had.
pub async fn fetched(app: App, ids: Vec<DocumentId>) -> Result<Vec<CaseRow>, Failure> {
    let mut rows = Vec::new();
    for id in ids {
        rows.push(fetch::<CaseFile>(app, format!("cases/{id}")).await?.row);
    }
    Ok(rows)
}
