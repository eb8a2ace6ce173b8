//! `/review`: all units side by side for a period (giao ban), in tables with charts, each number with the list behind
//! it, and to be printed.

use std::cell::RefCell;

use kiennghi_frame::app::App;
use kiennghi_frame::asking::ask;
use kiennghi_frame::filters::{filters, select};
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::period::{self, Kind, Period};
use kiennghi_frame::query::{Query, followed};
use kiennghi_frame::words;
use kiennghi_parts::live::{button, live};
use kiennghi_shared::briefing::{Briefing, CASES_OF_A_PERIOD, Count, Numbers};
use leptos::prelude::*;

use crate::chart::{Bar, bars};
use crate::tables::{Table, name_of, tables};
use crate::{browser, time};

const NAMES: &[&str] = &["kind", "period", "unit"];

thread_local! {
    /// Where the lists behind the numbers lead back to.
    static HERE: RefCell<String> = RefCell::new("/review".to_owned());
}

/// The address of the briefing that was looked at last.
pub(super) fn here() -> String {
    HERE.with_borrow(Clone::clone)
}

/// The page.
pub(super) fn page(app: App) -> AnyView {
    let query = followed("/review", NAMES);
    let asked = ask::<Briefing>(app, move || {
        query.with(|query| {
            let Some(period) = period::of_query(app, query) else {
                return String::new();
            };
            let units = Query::default().with("unit", query.get("unit"));
            period.narrow(units).behind("briefing")
        })
    });
    let body = view! {
        <div class="briefing">
            {controls(app, query)}
            {live(move || asked.notice())}
            {live(move || asked.waiting())}
            {live(move || {
                let briefing = asked.get()?;
                HERE.set(query.with(|query| query.behind("/review")));
                let period = query.with_untracked(|query| period::of_query(app, query))?;
                Some(untrack(|| side_by_side(&briefing, &period)))
            })}
        </div>
    };
    frame(app, Frame::part("Giao ban"), body.into_any())
}

fn controls(app: App, query: RwSignal<Query>) -> AnyView {
    let units = words::after("Mọi đơn vị", app.units_of_reports());
    let mut controls = period::controls(app, query, &[Kind::All, Kind::Own]);
    controls.push(select(query, "unit", "Đơn vị", units));
    filters(controls)
}

fn side_by_side(briefing: &Briefing, period: &Period) -> AnyView {
    let day = time::day_of_stored;
    let days = match (briefing.from.as_str(), briefing.to.as_str()) {
        ("", "") => String::new(),
        (from, to) => format!(", từ {} đến {}", day(from), day(to)),
    };
    let said = format!(
        "{}{days}. Số liệu ngày {}.",
        period.title,
        day(&briefing.today)
    );
    let sections: Vec<AnyView> = tables()
        .into_iter()
        .map(|table| section(briefing, &table))
        .collect();
    view! {
        <p class="actions"><strong role="status" data-test="period">{said}</strong>{button("print", "no-print", "In", browser::print)}</p>
        {totals(briefing)}
        {sections}
        <p class="muted">{CASES_OF_A_PERIOD}</p>
    }
    .into_any()
}

/// What the review begins with, of all units together.
fn totals(briefing: &Briefing) -> AnyView {
    let counts = [
        Count::Petitions,
        Count::Cases,
        Count::OnTime,
        Count::Overdue,
        Count::Told,
    ];
    let facts: Vec<AnyView> = counts
        .into_iter()
        .map(|count| {
            let number = number(briefing, &briefing.total, &count);
            view! { <div><dt>{count.title()}</dt><dd>{number}</dd></div> }.into_any()
        })
        .collect();
    view! { <dl class="facts due-counts">{facts}</dl> }.into_any()
}

fn section(briefing: &Briefing, table: &Table) -> AnyView {
    let parts: Vec<&'static str> = table.parts.iter().map(|(name, _)| *name).collect();
    let bar = |numbers: &Numbers| Bar {
        name: numbers.name.clone(),
        parts: table.parts.iter().map(|(_, part)| part(numbers)).collect(),
    };
    let drawn: Vec<Bar> = briefing.units.iter().map(bar).collect();
    let chart = bars(table.id, table.chart, &parts, &drawn);
    let shown = &table.shown;
    let heads = shown.counts.iter().map(Count::title);
    let heads: Vec<AnyView> = ["Đơn vị"]
        .into_iter()
        .chain(heads)
        .map(|head| view! { <th scope="col">{head}</th> }.into_any())
        .collect();
    let units = briefing.units.iter().chain([&briefing.total]);
    let rows: Vec<AnyView> = units.map(|numbers| row(briefing, table, numbers)).collect();
    view! {
        <section data-test="section" data-name=table.id>
            <h2>{shown.title}</h2>
            <div class="table-scroll numbers">
                <table class="table">
                    <caption class="visually-hidden">{shown.title}</caption>
                    <thead><tr>{heads}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {chart}
        </section>
    }
    .into_any()
}

fn row(briefing: &Briefing, table: &Table, numbers: &Numbers) -> AnyView {
    let name = match numbers.name.as_str() {
        "" => "Cộng",
        name => name,
    };
    let cells: Vec<AnyView> = table
        .shown
        .counts
        .iter()
        .map(|count| {
            let number = number(briefing, numbers, count);
            view! { <td class="num">{number}</td> }.into_any()
        })
        .collect();
    view! {
        <tr data-test="unit-row" data-id=numbers.unit.0.clone()><th scope="row">{name.to_owned()}</th>{cells}</tr>
    }
    .into_any()
}

/// A number that opens the list behind it; none opens nothing.
fn number(briefing: &Briefing, numbers: &Numbers, count: &Count) -> AnyView {
    let found = numbers.of(count);
    let name = name_of(count);
    if found == 0 {
        return view! { <span data-count=name>"0"</span> }.into_any();
    }
    let list = briefing.list(numbers, count);
    let mut query = Query::default().with("count", name.clone());
    for (name, value) in list.query {
        query.set(name, value);
    }
    let path = query.behind(&format!("/review/{}", list.table));
    view! { <a href=path data-count=name>{found}</a> }.into_any()
}
