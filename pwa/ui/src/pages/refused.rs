//! `/refused`: work that the server did not take, with the reason and what to do.

use kiennghi_messages::{Answer, Command, Failure, RefusedRow, Save};
use kiennghi_shared::record::{Edit, Value};
use leptos::prelude::*;

use crate::browser;
use crate::components::frame::{Frame, frame};
use crate::components::notices;
use crate::state::{App, ask};
use crate::time;
use crate::words;
use crate::worker;

/// The page.
pub(crate) fn page(app: App) -> AnyView {
    let asked = ask(app, || Command::Refused);
    let failure = RwSignal::new(None::<Failure>);
    let list = move || match asked.answer.get() {
        Some(Answer::Refused(rows)) if rows.is_empty() => {
            view! { <p>"Không có bản ghi nào cần xem lại."</p> }.into_any()
        }
        Some(Answer::Refused(rows)) => {
            let rows: Vec<AnyView> = rows.iter().map(|one| row(app, one, failure)).collect();
            view! { <ul class="list">{rows}</ul> }.into_any()
        }
        _ => notices::waiting(),
    };
    let body = view! {
        <p>"Máy chủ không nhận những bản ghi dưới đây. Chữ bạn viết vẫn còn trên máy này."</p>
        {notices::failure_notice(failure)}
        {list}
    };
    frame(
        app,
        Frame::below("Cần xem lại", "/".to_owned()),
        body.into_any(),
    )
}

fn row(app: App, row: &RefusedRow, failure: RwSignal<Option<Failure>>) -> AnyView {
    let work = &row.work;
    let kind = work.header.kind;
    let order = row.order;
    let lines: Vec<(String, String)> = work
        .fields
        .iter()
        .filter(|edit| !matches!(edit.field.as_str(), "meeting" | "recorder" | "recorded_at"))
        .map(|edit| {
            (
                words::field_name(kind, &edit.field),
                words::value(app, kind, &edit.field, &edit.value),
            )
        })
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let text = lines
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect::<Vec<_>>()
        .join("\n");
    let facts: Vec<AnyView> = lines
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any())
        .collect();
    let again = save_of(row);
    let (copied, sure) = (RwSignal::new(false), RwSignal::new(false));
    let send_again = move |_| {
        let save = again.clone();
        worker::spawn(async move {
            match worker::call(Command::Save(save)).await {
                Ok(_) => drop_row(app, order, failure).await,
                Err(why) => failure.set(Some(why)),
            }
        });
    };
    let drop_it = move |_| {
        if sure.get_untracked() {
            worker::spawn(drop_row(app, order, failure));
        } else {
            sure.set(true);
        }
    };
    view! {
        <li class="panel" data-test="refused-row" data-order=order.to_string()>
            <p class="error" data-test="refused-reason">{work.code.message()}</p>
            <p class="muted">{format!("Lúc {}", time::moment(work.refused_at))}</p>
            <dl class="summary">{facts}</dl>
            <p class="actions">
                <button type="button" class="button primary" data-test="refused-again" on:click=send_again>"Gửi lại"</button>
                <button type="button" class="button" data-test="refused-copy" on:click=move |_| {
                    browser::copy(&text);
                    copied.set(true);
                }>{move || if copied.get() { "Đã sao chép" } else { "Sao chép" }}</button>
                <button type="button" class="button danger" data-test="refused-drop" on:click=drop_it>
                    {move || if sure.get() { "Bỏ hẳn, không lấy lại được" } else { "Bỏ" }}
                </button>
            </p>
        </li>
    }
    .into_any()
}

/// The work as a new document: the worker gives it its own recorder, time and code.
fn save_of(row: &RefusedRow) -> Save {
    let own = ["recorder", "recorded_at", "code"];
    let edits: Vec<Edit> = row
        .work
        .fields
        .iter()
        .filter(|edit| !own.contains(&edit.field.as_str()) && edit.value != Value::Empty)
        .cloned()
        .collect();
    Save {
        id: None,
        kind: row.work.header.kind,
        unit: row.work.header.unit.clone(),
        edits,
        draft: None,
        heads: Vec::new(),
    }
}

async fn drop_row(app: App, order: u64, failure: RwSignal<Option<Failure>>) {
    match worker::call(Command::DropRefused(order)).await {
        Ok(_) => app.changed.update(|count| *count += 1),
        Err(why) => failure.set(Some(why)),
    }
}
