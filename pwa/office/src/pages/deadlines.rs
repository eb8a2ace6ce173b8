//! `/admin/deadlines`: how long steps of cases may take, by unit, and from when that is told of.

use std::ops::RangeInclusive;

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::administration::Changes;
use kiennghi_shared::deadline::{DeadlineChange, Rule};
use kiennghi_shared::limits::WARN_WORKING_DAYS_MAX;
use leptos::prelude::*;

use super::new_user::make_of;
use crate::fields::{Field, Label};
use crate::frame::Frame;
use crate::loaded::{self, Loaded};
use crate::office::Office;
use crate::rows::{self, card};
use crate::server::Failure;
use crate::steps::{Step, actions, link_button};
use crate::words;

/// What it takes to look after deadlines. Those who may only read of them read the days that follow.
pub(super) const RIGHT: Option<(Verb, Thing)> = Some((Verb::Write, Thing::Deadlines));

/// Has the server make a change.
pub(super) async fn make(change: DeadlineChange) -> Result<(), Failure> {
    make_of(Changes {
        deadlines: vec![change],
        ..Changes::default()
    })
    .await
}

/// The number that was typed; says what is wrong with it.
pub(super) fn number(
    field: Field,
    within: RangeInclusive<u32>,
    words: &'static str,
) -> Option<u32> {
    let number = field.get().parse().ok();
    let number = number.filter(|number| within.contains(number));
    if number.is_none() {
        field.refuse(words);
    }
    number
}

/// The page.
pub(crate) fn page(office: Office) -> AnyView {
    let frame = Frame::below("Thời hạn và ngày nghỉ", "/admin");
    loaded::page(office, frame, RIGHT, move |loaded| {
        let rules = &loaded.all.deadlines.rules;
        let of_units = rules.chunk_by(|a, b| a.unit == b.unit);
        let sections: Vec<AnyView> = of_units.map(|rules| section(&loaded, rules)).collect();
        let none = sections
            .is_empty()
            .then(|| view! { <p>"Chưa có thời hạn nào."</p> });
        let add = link_button("add", "primary", "/admin/deadlines/new", "Thêm thời hạn");
        let days = link_button("holidays", "", "/admin/holidays", "Ngày nghỉ, ngày làm bù");
        view! {
            {actions(vec![add, days])}
            <p class="muted">"Mỗi việc theo thời hạn của chính đơn vị; đơn vị không có thì theo đơn vị cấp trên gần nhất."</p>
            {none}
            {sections}
            <h2>"Báo sắp đến hạn"</h2>
            {warning(office, &loaded)}
        }
        .into_any()
    })
}

fn section(loaded: &Loaded, rules: &[Rule]) -> AnyView {
    let unit = rules
        .first()
        .map_or("", |rule| loaded.unit_name(&rule.unit));
    let rows: Vec<AnyView> = rules.iter().map(|rule| row(loaded, rule)).collect();
    view! { <section><h2>{unit.to_owned()}</h2><ul class="list">{rows}</ul></section> }.into_any()
}

fn row(loaded: &Loaded, rule: &Rule) -> AnyView {
    let title = format!("{}: {} ngày làm việc", rule.step.title(), rule.working_days);
    let mut meta = words::days(Some(&rule.valid_from), rule.valid_to.as_deref());
    if !rule.note.is_empty() {
        meta = format!("{meta} · {}", rule.note);
    }
    let writes = loaded.may_in(Verb::Write, Thing::Deadlines, &rule.unit);
    let state = state(loaded, rule).map(str::to_owned);
    let card = card(writes.then(|| path(rule)), title, meta, state);
    rows::row("rule-row", rule.step.name(), card)
}

/// The page of a rule.
fn path(rule: &Rule) -> String {
    let (unit, step, from) = rule.name();
    format!("/admin/deadlines/{unit}/{}/{from}", step.name())
}

/// Why a rule does not apply today; none when it does.
fn state(loaded: &Loaded, rule: &Rule) -> Option<&'static str> {
    let today = loaded.all.today.as_str();
    let mut rules = loaded.all.deadlines.rules.iter();
    let last = rule.valid_to.as_deref();
    if last.is_some_and(|last| last < today || last < &*rule.valid_from) {
        Some("Đã kết thúc")
    } else if !rule.is_valid_on(today) {
        Some("Chưa áp dụng")
    } else if rules.any(|other| {
        (&other.unit, other.step) == (&rule.unit, rule.step)
            && other.valid_from > rule.valid_from
            && other.is_valid_on(today)
    }) {
        Some("Đã có thời hạn mới hơn")
    } else {
        None
    }
}

fn warning(office: Office, loaded: &Loaded) -> AnyView {
    let days = loaded.all.deadlines.warn_working_days;
    if !loaded.may_in_all(Verb::Write, Thing::Deadlines) {
        return view! { <p>{format!("Trước hạn {days} ngày làm việc.")}</p> }.into_any();
    }
    let warn = Field::new("warn", &days.to_string());
    let step = Step::new();
    let submit = move || {
        let within = 0..=WARN_WORKING_DAYS_MAX;
        let Some(days) = number(warn, within, "Hãy nhập số ngày từ 0 đến 60.") else {
            return;
        };
        step.take(async move {
            make(DeadlineChange::SetWarning(days)).await?;
            office.done("Đã ghi số ngày báo trước.");
            Ok(())
        });
    };
    let label = Label("Số ngày làm việc trước hạn", "");
    step.form(warn.line(label), "Ghi", submit)
}
