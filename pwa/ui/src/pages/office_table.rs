//! The office's table: keyed rows, so that a refresh moves neither the eye nor the focus.

use std::collections::BTreeSet;

use kiennghi_shared::id::DocumentId;
use kiennghi_shared::office::{PetitionList, PetitionRow};
use leptos::prelude::*;

use crate::browser;
use crate::components::notices;
use crate::office;
use crate::pages::office::turn_to;
use crate::state::{App, Asked, LIST_ROWS};
use crate::time;

/// A row, and whether it came or changed while the table was being looked at.
#[derive(Clone)]
struct Shown {
    row: PetitionRow,
    fresh: bool,
}

/// A row is built anew only when it is another one or its petition changed.
type RowKey = (DocumentId, i64, u64);

fn key_of(row: &PetitionRow) -> RowKey {
    (row.id, row.updated_at, row.conflicts)
}

/// The table with its total and its pages.
pub(crate) fn table(app: App, asked: Asked) -> AnyView {
    let rows = RwSignal::new(Vec::<Shown>::new());
    let total = RwSignal::new(None::<u32>);
    let known = StoredValue::new((None::<office::Filter>, BTreeSet::<RowKey>::new()));
    Effect::new(move || {
        let page = asked
            .answer
            .with(|answer| office::read::<PetitionList>(answer.as_ref()?));
        let Some(page) = page else {
            return;
        };
        let filter = app.office_filter.get_untracked();
        let keys: BTreeSet<RowKey> = page.petitions.iter().map(key_of).collect();
        let (old_filter, old) = known.get_value();
        let same = old_filter.as_ref() == Some(&filter);
        let shown = page.petitions.into_iter().map(|row| Shown {
            fresh: same && !old.contains(&key_of(&row)),
            row,
        });
        let focused = browser::focused_id();
        rows.set(shown.collect());
        total.set(u32::try_from(page.total).ok());
        known.set_value((Some(filter), keys));
        browser::soon(move || {
            if let Some(id) = focused.filter(|id| !id.is_empty() && browser::focus_is_lost()) {
                browser::focus(&id);
            }
        });
    });
    let waiting = move || {
        let unknown = total.get().is_none() && asked.failure.with(Option::is_none);
        unknown.then(notices::waiting)
    };
    let total_words = move || total.get().map(|total| format!("{total} kiến nghị"));
    let head = [
        "Mã số",
        "Xã",
        "Thôn",
        "Nội dung",
        "Lĩnh vực",
        "Số cử tri",
        "Ngày ghi",
        "Cập nhật",
    ]
    .map(|name| view! { <th scope="col" role="columnheader">{name}</th> })
    .into_iter()
    .collect::<Vec<_>>();
    view! {
        {waiting}
        <p role="status" data-test="office-total">{total_words}</p>
        <div class="table-scroll" hidden=move || total.get().is_none_or(|total| total == 0)>
            <table class="table cards" role="table">
                <caption class="visually-hidden">"Kiến nghị của cử tri"</caption>
                <thead role="rowgroup"><tr role="row">{head}</tr></thead>
                <tbody role="rowgroup">
                    <For each=move || rows.get() key=|shown| key_of(&shown.row) children=move |shown| row_view(app, shown) />
                </tbody>
            </table>
        </div>
        {pages(app, total)}
    }
    .into_any()
}

fn row_view(app: App, shown: Shown) -> AnyView {
    let row = shown.row;
    let petition = row.petition;
    let code = if petition.code.is_empty() {
        "Xem".to_owned()
    } else {
        petition.code
    };
    let class = if shown.fresh { "fresh" } else { "" };
    let field = app.field_name(&petition.field);
    let voters = petition
        .voters
        .map(|voters| voters.to_string())
        .unwrap_or_default();
    let recorded = petition.recorded_at.map(time::day).unwrap_or_default();
    view! {
        <tr role="row" class=class data-test="office-row" data-id=row.id.to_string()>
            <td role="cell" data-label="Mã số"><a id=format!("row-{}", row.id) href=format!("/office/petitions/{}", row.id)>{code}</a></td>
            <td role="cell" data-label="Xã">{row.unit_name}</td>
            <td role="cell" data-label="Thôn">{petition.village}</td>
            <td role="cell" data-label="Nội dung">
                <span class="clamp">{petition.content}</span>
                {notices::conflict_mark(row.conflicts)}
            </td>
            <td role="cell" data-label="Lĩnh vực">{field}</td>
            <td role="cell" class="num" data-label="Số cử tri">{voters}</td>
            <td role="cell" data-label="Ngày ghi">{recorded}</td>
            <td role="cell" data-label="Cập nhật">{time::moment(row.updated_at)}</td>
        </tr>
    }
    .into_any()
}

fn pages(app: App, total: RwSignal<Option<u32>>) -> AnyView {
    (move || {
        let total = total.get().unwrap_or_default();
        let offset = app.office_filter.with(|filter| filter.offset);
        if total <= LIST_ROWS && offset == 0 {
            return ().into_any();
        }
        let words = format!("Trang {}/{}", offset / LIST_ROWS + 1, total.div_ceil(LIST_ROWS).max(1));
        view! {
            <nav class="actions no-print" aria-label="Các trang của bảng">
                <button type="button" class="button" data-test="office-previous" disabled=offset == 0
                    on:click=move |_| turn_to(app, offset.saturating_sub(LIST_ROWS))>"Trang trước"</button>
                <span data-test="office-page">{words}</span>
                <button type="button" class="button" data-test="office-next" disabled={offset + LIST_ROWS >= total}
                    on:click=move |_| turn_to(app, offset + LIST_ROWS)>"Trang sau"</button>
            </nav>
        }
        .into_any()
    })
    .into_any()
}
