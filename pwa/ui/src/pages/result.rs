//! `/results/:case`: what voters asked, what was answered, to be read out, and who was told of it.

use kiennghi_messages::{Answer, Command, Row};
use kiennghi_shared::casefile::Voice;
use kiennghi_shared::desk::{Outcome, Raised};
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::Petition;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use super::results;
use crate::browser;
use crate::components::answer;
use crate::components::frame::{Frame, frame};
use crate::components::notices;
use crate::state::{App, ask};
use crate::telling::{self, Notices, Telling};
use crate::words;

/// Petitions whose words are shown; more are counted.
const SHOWN_MAX: usize = 20;

/// The page.
pub(crate) fn page(app: App, id: DocumentId) -> AnyView {
    let telling = Telling::new(app);
    let outcome = Memo::new(move |_| telling.results().and_then(|all| telling::case(all, id)));
    let content = move || match outcome.get() {
        Some(outcome) => shown(app, &outcome),
        None if telling.is_known() => {
            view! { <p>"Máy này không có kết quả của vụ việc này."</p> }.into_any()
        }
        None => notices::waiting(),
    };
    let villages = move || {
        let outcome = outcome.get()?;
        outcome
            .answer
            .is_some()
            .then(|| villages(&outcome, &telling.notices()))
    };
    let visits = move || visits(app, id, telling.rows(), telling.checks());
    let body = view! {
        {notices::failure_notice(telling.failure())}
        {content}
        <div class="no-print">
            {villages}
            {visits}
        </div>
    };
    frame(
        app,
        Frame::below("Kết quả của vụ việc", "/results".to_owned()),
        body.into_any(),
    )
}

fn shown(app: App, outcome: &Outcome) -> AnyView {
    let id = outcome.id;
    let is_answered = outcome.answer.is_some();
    let may = |kind| {
        let mut petitions = outcome.petitions.iter();
        is_answered && petitions.any(|raised| app.may_write(kind, &raised.unit))
    };
    let tell = may(Kind::Notice).then(|| {
        view! { <a class="button primary" href=format!("/results/{id}/notice") data-test="tell">"Đã thông tin tới cử tri"</a> }
    });
    let check = may(Kind::Check).then(|| {
        view! { <a class="button" href=format!("/results/{id}/check") data-test="check">"Kiểm tra tại chỗ"</a> }
    });
    let print = is_answered.then(|| {
        view! { <button type="button" class="button plain" data-test="print" on:click=move |_| browser::print()>"In tờ thông tin tới cử tri"</button> }
    });
    let answer = if is_answered {
        view! { <h2>"Trả lời"</h2>{answer::shown(outcome)} }.into_any()
    } else {
        ().into_any()
    };
    let voices: Vec<AnyView> = outcome
        .petitions
        .iter()
        .take(SHOWN_MAX)
        .map(|raised| voice(app, raised))
        .collect();
    let more = outcome.petitions.len().saturating_sub(SHOWN_MAX);
    let more = (more > 0).then(|| view! { <p>{format!("và {more} kiến nghị nữa")}</p> });
    let sheet = is_answered.then(|| answer::sheet(places(app, outcome), &[outcome]));
    view! {
        <div class="no-print">
            <p class="muted" data-test="standing">{words::standing(outcome)}</p>
            <h2>"Cử tri kiến nghị"</h2>
            <p class="read-out" data-field="wording">{outcome.wording.clone()}</p>
            {answer}
        </div>
        <p class="actions no-print">{tell}{check}{print}</p>
        {sheet}
        <section class="no-print">
            <h2>"Kiến nghị bạn mang về"</h2>
            <ul class="list">{voices}</ul>
            {more}
        </section>
    }
    .into_any()
}

/// The villages that raised it.
fn places(app: App, outcome: &Outcome) -> String {
    let mut places: Vec<String> = Vec::new();
    for raised in &outcome.petitions {
        let voice = Voice {
            unit: raised.unit.clone(),
            village: raised.village.clone(),
        };
        let place = results::place(app, &voice);
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places.join("; ")
}

/// A petition of the delegate's own, in its voters' words where it is held here.
fn voice(app: App, raised: &Raised) -> AnyView {
    let id = raised.id;
    let asked = ask(app, move || Command::Detail(id));
    let content = move || match asked.answer.get() {
        Some(Answer::Detail(detail)) => Petition::from(&detail.fields).content,
        _ => String::new(),
    };
    view! {
        <li data-test="petition-row" data-id=id.to_string()>
            <a class="card" href=format!("/petitions/{id}")>
                <span class="card-title">{words::village(&raised.village)}</span>
                <span class="clamp">{content}</span>
            </a>
        </li>
    }
    .into_any()
}

/// Which of the delegate's villages were told.
fn villages(outcome: &Outcome, notices: &Notices) -> AnyView {
    let mut rows: Vec<(String, bool)> = Vec::new();
    for raised in &outcome.petitions {
        let is_told = telling::is_told(outcome, raised, notices);
        let row = (words::village(&raised.village), is_told);
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    let rows: Vec<AnyView> = rows
        .into_iter()
        .map(|(village, is_told)| {
            let (group, class, words) = if is_told {
                ("told", "state received", "Đã thông tin")
            } else {
                ("waiting", "state draft", "Chờ thông tin")
            };
            let name = village.clone();
            view! {
                <li data-test="village" data-village=name data-group=group>
                    {village}" " <span class=class>{words}</span>
                </li>
            }
            .into_any()
        })
        .collect();
    view! {
        <h2>"Các thôn đã nêu"</h2>
        <ul class="list">{rows}</ul>
    }
    .into_any()
}

/// What was told and checked, the newest first.
fn visits(app: App, case: DocumentId, notices: Vec<Row>, checks: Vec<Row>) -> AnyView {
    let of_case = |rows: Vec<Row>| {
        let rows = rows.into_iter();
        let rows = rows.filter(|row| row.fields.document("case") == Some(case));
        rows.map(|row| visit(app, case, &row)).collect()
    };
    let (notices, checks) = (of_case(notices), of_case(checks));
    let section = |title: &'static str, rows: Vec<AnyView>| {
        (!rows.is_empty()).then(|| view! { <h2>{title}</h2><ul class="list">{rows}</ul> })
    };
    view! {
        {section("Đã thông tin tới cử tri", notices)}
        {section("Đã kiểm tra tại chỗ", checks)}
    }
    .into_any()
}

fn visit(app: App, case: DocumentId, row: &Row) -> AnyView {
    let (id, kind) = (row.header.id, row.header.kind);
    let village = match row.fields.text("village") {
        "" if kind == Kind::Notice => format!("Mọi thôn của {}", app.unit_name(&row.header.unit)),
        village => village.to_owned(),
    };
    let said = |key| {
        let value = row.fields.value(key);
        value.map_or_else(String::new, |value| words::value(app, kind, key, value))
    };
    let title = words::joined([said("date"), village]);
    let said = words::joined([said("how"), said("holds"), said("reaction")]);
    view! {
        <li data-test="visit-row" data-id=id.to_string() data-kind=kind.name()>
            <a class="card" href=format!("/results/{case}/visits/{id}")>
                <span class="card-title">{title}</span>
                <span class="card-meta">{said}</span>
                {notices::badge(row.delivery)}
                {notices::conflict_mark(u64::from(row.conflicts))}
            </a>
        </li>
    }
    .into_any()
}
