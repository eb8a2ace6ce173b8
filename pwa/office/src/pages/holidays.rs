//! `/admin/holidays`: days off, and days that are worked instead, by year.

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::calendar::Holiday;
use kiennghi_shared::deadline::DeadlineChange;
use leptos::prelude::*;

use super::deadlines::{RIGHT, make};
use crate::fields::{Field, Label};
use crate::frame::Frame;
use crate::loaded::{self, Loaded};
use crate::office::Office;
use crate::rows::{self, folded, two_lines};
use crate::steps::{Question, Step, ask_first};
use crate::words;

const WORKED: &str = "worked";

/// The page.
pub(crate) fn page(office: Office) -> AnyView {
    let frame = Frame::below("Ngày nghỉ, ngày làm bù", "/admin/deadlines");
    loaded::page(office, frame, RIGHT, move |loaded| {
        let writes = loaded.may_in_all(Verb::Write, Thing::Deadlines);
        let step = Step::new();
        let of_years = loaded
            .all
            .deadlines
            .holidays
            .chunk_by(|a, b| year(&a.day) == year(&b.day));
        let this_year = year(&loaded.all.today);
        let years: Vec<AnyView> = of_years
            .rev()
            .map(|holidays| {
                let rows = holidays.iter();
                let rows: Vec<AnyView> = rows
                    .map(|holiday| row(office, step, holiday, writes))
                    .collect();
                let of = holidays.first().map_or("", |holiday| year(&holiday.day));
                folded(format!("Năm {of}"), of >= this_year, rows)
            })
            .collect();
        let none = years
            .is_empty()
            .then(|| view! { <p>"Chưa có ngày nào."</p> });
        let add = writes.then(|| form(office, &loaded));
        view! {
            <p class="muted">"Thứ Bảy và Chủ nhật không tính là ngày làm việc, trừ ngày làm bù."</p>
            {step.failure()}
            {none}
            {years}
            {add}
        }
        .into_any()
    })
}

/// The year of a day, `yyyy-mm-dd`.
fn year(day: &str) -> &str {
    day.split('-').next().unwrap_or_default()
}

fn row(office: Office, step: Step, holiday: &Holiday, writes: bool) -> AnyView {
    let day = words::long_day(&holiday.day);
    let kind = if holiday.is_worked {
        " – làm bù"
    } else {
        ""
    };
    let drop = writes.then(|| {
        let day = holiday.day.clone();
        let act = move || {
            let change = DeadlineChange::DropHoliday(day.clone());
            step.take(async move {
                make(change).await?;
                office.done("Đã bỏ khỏi danh sách.");
                Ok(())
            });
        };
        let question = Question {
            test: "drop",
            button: "Bỏ",
            question: "Bỏ ngày này khỏi danh sách? Các hạn tính lại ngay.",
            yes: "Bỏ ngày này",
        };
        ask_first(step, &holiday.day, question, act)
    });
    let what = two_lines(day, format!("{}{kind}", holiday.name));
    let inner = view! { {what}{drop} };
    rows::row("holiday-row", &holiday.day, inner.into_any())
}

fn form(office: Office, loaded: &Loaded) -> AnyView {
    let (day, name) = (Field::new("day", ""), Field::new("name", ""));
    let kind = Field::new("kind", "off");
    let holidays = loaded.all.deadlines.holidays.iter();
    let known: Vec<String> = holidays.map(|holiday| holiday.day.clone()).collect();
    let step = Step::new();
    let submit = move || {
        let Some(on) = day.required("Hãy nhập ngày.") else {
            return;
        };
        if known.contains(&on) {
            day.refuse("Ngày này đã có trong danh sách.");
            return;
        }
        let Some(name) = name.required("Hãy nhập tên.") else {
            return;
        };
        let words = format!("Đã ghi {}.", words::long_day(&on));
        let put = DeadlineChange::PutHoliday(Holiday {
            day: on,
            name,
            is_worked: kind.exact() == WORKED,
        });
        step.take(async move {
            make(put).await?;
            office.done(words);
            Ok(())
        });
    };
    let kinds = [("off", "Nghỉ"), (WORKED, "Làm bù")];
    let kinds = kinds.map(|(code, words)| (code.to_owned(), words.to_owned()));
    let fields = view! {
        {day.day(Label("Ngày", ""))}
        {name.line(Label("Tên", "Ví dụ: Quốc khánh"))}
        {kind.radios("Loại", kinds.into())}
    };
    view! { <h2>"Thêm ngày"</h2>{step.form(fields.into_any(), "Ghi", submit)} }.into_any()
}
