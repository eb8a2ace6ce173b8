//! `/refused`: work that the server did not take, with the reason and what to do.

use kiennghi_messages::{Answer, Command, Failure, RefusedRow};
use kiennghi_shared::code::Code;
use kiennghi_shared::desk::Results;
use kiennghi_shared::record::{Edit, Meeting};
use leptos::prelude::*;

use crate::browser;
use crate::components::frame::{Frame, frame};
use crate::components::notices;
use crate::components::petitioner;
use crate::files;
use crate::state::{App, ask};
use crate::telling;
use crate::time;
use crate::words;
use crate::worker;

/// The name of files that the list is saved to, without its ending.
const FILE: &str = "kien-nghi-can-xem-lai";

const NOT_TAKEN: &str =
    "Có bản ghi dưới đây chưa được nhận. Chữ bạn viết vẫn còn nguyên trên máy này.";

/// The page.
pub(crate) fn page(app: App) -> AnyView {
    let asked = ask(app, || Command::Refused);
    let results = ask(app, || Command::Results);
    let failure = RwSignal::new(None::<Failure>);
    let list = move || match asked.answer.get() {
        Some(Answer::Refused { rows, petitioners }) if rows.is_empty() => {
            if !petitioners.is_empty() {
                return ().into_any();
            }
            view! { <p>"Không có bản ghi nào cần xem lại."</p> }.into_any()
        }
        Some(Answer::Refused { rows, .. }) => {
            let refused = rows.iter().any(|one| one.work.code != Code::Review);
            let says = refused.then(|| view! { <p>{NOT_TAKEN}</p> });
            let results = results
                .answer
                .with(|answer| telling::read(answer.as_ref()?));
            let results = results.unwrap_or_default();
            let facts: Vec<Facts> = rows.iter().map(|one| facts(app, one, &results)).collect();
            let all: Vec<String> = facts.iter().map(|facts| text_of(facts)).collect();
            let all = all.join("\n\n");
            let rows = rows.iter().zip(facts);
            let rows: Vec<AnyView> = rows
                .map(|(one, facts)| row(app, one, facts, failure))
                .collect();
            view! {
                {says}
                <p class="actions">
                    {files(None, all, "refused-all-text", "refused-all-json", failure)}
                </p>
                <ul class="list">{rows}</ul>
            }
            .into_any()
        }
        _ => notices::waiting(),
    };
    let people = move || match asked.answer.get() {
        Some(Answer::Refused { petitioners, .. }) if !petitioners.is_empty() => {
            let rows = petitioners.iter().map(|one| {
                let body = petitioner::waits(app, one);
                view! { <li class="panel" data-test="refused-petitioner">{body}</li> }.into_any()
            });
            let rows: Vec<AnyView> = rows.collect();
            view! { <h2>"Người kiến nghị"</h2><ul class="list">{rows}</ul> }.into_any()
        }
        _ => ().into_any(),
    };
    let body = view! {
        {notices::failure_notice(failure)}
        {list}
        {people}
    };
    frame(
        app,
        Frame::below("Cần xem lại", "/".to_owned()),
        body.into_any(),
    )
}

/// What people read of one item: names and values.
type Facts = Vec<(String, String)>;

fn facts(app: App, row: &RefusedRow, results: &Results) -> Facts {
    let kind = row.work.header.kind;
    let value = |edit: &Edit| match (edit.field.as_str(), &row.meeting) {
        ("meeting", Some(meeting)) => {
            let meeting = Meeting::from(meeting);
            let day = time::day_of_stored(&meeting.date);
            format!("{day} · {}", words::meeting_place(&meeting))
        }
        ("meeting", None) => "không còn trên máy này".to_owned(),
        ("case", _) => {
            let id = edit.value.as_text().unwrap_or_default();
            let mut cases = results.results.iter();
            let case = cases.find(|case| case.id.to_string() == id);
            case.map(|case| case.wording.clone()).unwrap_or_default()
        }
        (key, _) => words::value(app, kind, key, &edit.value),
    };
    let lines = row.work.fields.iter();
    lines
        .map(|edit| (words::field_name(kind, &edit.field), value(edit)))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// All of one item, to be copied or printed.
fn text_of(facts: &[(String, String)]) -> String {
    let lines: Vec<String> = facts
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    lines.join("\n")
}

fn row(app: App, row: &RefusedRow, facts: Facts, failure: RwSignal<Option<Failure>>) -> AnyView {
    let work = &row.work;
    let order = row.order;
    let text = text_of(&facts);
    let facts: Vec<AnyView> = facts
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any())
        .collect();
    let (copied, sure) = (RwSignal::new(false), RwSignal::new(false));
    // The office has it: a second petition of the same would only be in its way.
    let again = (work.code != Code::Review).then(|| {
        let form = format!("/refused/{order}");
        view! { <a class="button primary" data-test="refused-again" href=form>"Sửa và gửi lại"</a> }
    });
    let drop_it = move |_| {
        if sure.get_untracked() {
            browser::spawn(drop_row(app, order, failure));
        } else {
            sure.set(true);
        }
    };
    let copy = text.clone();
    view! {
        <li class="panel" data-test="refused-row" data-order=order.to_string()>
            <p class="error" data-test="refused-reason">{words::refusal(work.code)}</p>
            <p class="muted">{format!("{} · {} · lúc {}", work.header.kind.title(), app.unit_name(&work.header.unit), time::moment(work.refused_at))}</p>
            <dl class="summary">{facts}</dl>
            <p class="actions">
                {again}
                <button type="button" class="button" data-test="refused-copy" on:click=move |_| {
                    browser::copy(&copy);
                    copied.set(true);
                }>{move || if copied.get() { "Đã sao chép" } else { "Sao chép" }}</button>
                {files(Some(order), text, "refused-text", "refused-json", failure)}
                <button type="button" class="button danger" data-test="refused-drop" on:click=drop_it>
                    {move || if sure.get() { "Bỏ hẳn, không lấy lại được" } else { "Bỏ" }}
                </button>
            </p>
        </li>
    }
    .into_any()
}

/// Buttons that save one item, or all, to a file: as text for people, as data with every field.
fn files(
    order: Option<u64>,
    text: String,
    text_test: &'static str,
    data_test: &'static str,
    failure: RwSignal<Option<Failure>>,
) -> AnyView {
    let name = order.map_or_else(|| FILE.to_owned(), |order| format!("{FILE}-{order}"));
    let text_name = format!("{name}.txt");
    let save_data = move |_| {
        let name = format!("{name}.json");
        browser::spawn(async move {
            match worker::call(Command::Refused).await {
                Ok(Answer::Refused { rows, .. }) => {
                    let wanted = |row: &&RefusedRow| order.is_none_or(|order| order == row.order);
                    let json = files::of_refused(rows.iter().filter(wanted));
                    browser::download(&name, "application/json", &json);
                }
                Ok(_) => failure.set(Some(worker::unexpected())),
                Err(why) => failure.set(Some(why)),
            }
        });
    };
    let (text_words, data_words) = match order {
        Some(_) => ("Lưu ra tệp chữ", "Lưu ra tệp dữ liệu"),
        None => ("Lưu tất cả ra tệp chữ", "Lưu tất cả ra tệp dữ liệu"),
    };
    view! {
        <button type="button" class="button" data-test=text_test on:click=move |_| {
            browser::download(&text_name, "text/plain;charset=utf-8", &text);
        }>{text_words}</button>
        <button type="button" class="button" data-test=data_test on:click=save_data>{data_words}</button>
    }
    .into_any()
}

async fn drop_row(app: App, order: u64, failure: RwSignal<Option<Failure>>) {
    match worker::call(Command::DropRefused(order)).await {
        Ok(_) => app.changed.update(|count| *count += 1),
        Err(why) => failure.set(Some(why)),
    }
}
