//! `/admin/deadlines`: how long steps of cases may take, by unit, and from when that is told of.

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::administration::Change;
use kiennghi_shared::deadline::{DeadlineChange, Rule};
use kiennghi_shared::limits::WARN_WORKING_DAYS_MAX;
use leptos::prelude::*;

use super::new_user::make;
use crate::fields::{Field, Label};
use crate::frame::Frame;
use crate::loaded::{self, Loaded};
use crate::office::Office;
use crate::steps::{Step, link_button};
use crate::words;

/// What it takes to look after deadlines. Those who may only read of them read the days that follow.
pub(super) const RIGHT: Option<(Verb, Thing)> = Some((Verb::Write, Thing::Deadlines));

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
        view! {
            <p class="actions">
                {link_button("add", "primary", "/admin/deadlines/new".to_owned(), "Thêm thời hạn")}
                {link_button("holidays", "", "/admin/holidays".to_owned(), "Ngày nghỉ, ngày làm bù")}
            </p>
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
    let days = words::days(Some(&rule.valid_from), rule.valid_to.as_deref());
    let note = Some(&rule.note).filter(|note| !note.is_empty());
    let note = note.map(|note| format!(" · {note}"));
    let state = state(loaded, rule).map(|words| view! { <span class="state">{words}</span> });
    let inner = view! {
        <span class="card-title">{title}</span>
        <span class="card-meta">{days}{note}</span>
        {state}
    };
    let card = if loaded.may_in(Verb::Write, Thing::Deadlines, &rule.unit) {
        view! { <a class="card" href=path(rule)>{inner}</a> }.into_any()
    } else {
        view! { <div class="card">{inner}</div> }.into_any()
    };
    view! { <li data-test="rule-row" data-step=rule.step.name()>{card}</li> }.into_any()
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
    if words::is_over(rule, today) {
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
        let days = warn.get().parse().ok();
        let Some(days) = days.filter(|days| *days <= WARN_WORKING_DAYS_MAX) else {
            warn.refuse("Hãy nhập số ngày từ 0 đến 60.");
            return;
        };
        step.take(async move {
            make(vec![Change::Deadlines(DeadlineChange::SetWarning(days))]).await?;
            office.done("Đã ghi số ngày báo trước.");
            Ok(())
        });
    };
    let label = Label("Số ngày làm việc trước hạn", "");
    step.form(warn.line(label), "Ghi", submit)
}
