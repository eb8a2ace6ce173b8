//! `/`: what is half-written, and the meetings, newest first.

use kiennghi_messages::{Answer, Command, Draft, MeetingRow};
use kiennghi_shared::desk::Results;
use kiennghi_shared::record::Meeting;
use leptos::prelude::*;

use crate::components::draft_question::draft_question;
use crate::components::frame::{Frame, frame};
use crate::components::notices;
use crate::drafts;
use crate::router::Route;
use crate::state::{App, ask};
use crate::telling::{self, Telling};
use crate::time;
use crate::words;

/// The page.
pub(crate) fn page(app: App) -> AnyView {
    let meetings = ask(app, || Command::Meetings);
    let kept = ask(app, || Command::Drafts);
    let dropped = RwSignal::new(Vec::<String>::new());
    let questions = move || match kept.answer.get() {
        Some(Answer::Drafts(found)) => found
            .iter()
            // Those of desks in this browser are not this app's to open.
            .filter(|draft| Route::of(&draft.route) != Route::Unknown)
            .filter(|draft| dropped.with(|dropped| !dropped.contains(&draft.key)))
            .map(|draft| question(app, draft, dropped))
            .collect::<Vec<AnyView>>(),
        _ => Vec::new(),
    };
    let list = move || match meetings.answer.get() {
        Some(Answer::Meetings(rows)) if rows.is_empty() => view! {
            <p>"Chưa có cuộc tiếp xúc nào trên máy này."</p>
        }
        .into_any(),
        Some(Answer::Meetings(rows)) => {
            let rows: Vec<AnyView> = rows.iter().map(|row| meeting_row(app, row)).collect();
            view! { <ul class="list" data-test="meetings">{rows}</ul> }.into_any()
        }
        _ => notices::waiting(),
    };
    let telling = Telling::new(app);
    let results = move || {
        telling
            .results()
            .and_then(|all| results_link(&all, telling))
    };
    let new_meeting = app.records().then(|| {
        view! { <a class="button primary" href="/meetings/new" data-test="new-meeting">"Cuộc tiếp xúc mới"</a> }
    });
    let body = view! {
        {questions}
        <p class="actions">
            {new_meeting}
            <a class="button plain" href="/petitions" data-test="find-petitions">"Tìm kiến nghị"</a>
        </p>
        {results}
        {notices::failure_notice(meetings.failure)}
        {list}
    };
    frame(app, Frame::tab("Cuộc tiếp xúc cử tri"), body.into_any())
}

/// The way to what is to be told, with how many villages wait; none when there is nothing.
fn results_link(results: &Results, telling: Telling) -> Option<AnyView> {
    if results.results.is_empty() {
        return None;
    }
    let waiting = telling::waiting(results, &telling.notices());
    let count = (waiting > 0).then(|| {
        view! { <span class="card-meta" data-test="results-waiting">{format!("{waiting} thôn chờ được thông tin")}</span> }
    });
    let link = view! {
        <p>
            <a class="card" href="/results" data-test="results">
                <span class="card-title">"Kết quả để thông tin"</span>
                {count}
            </a>
        </p>
    };
    Some(link.into_any())
}

fn question(app: App, draft: &Draft, dropped: RwSignal<Vec<String>>) -> AnyView {
    let key = draft.key.clone();
    let kept = draft.clone();
    draft_question(
        draft,
        move || drafts::open(app, kept.clone()),
        move || dropped.update(|dropped| dropped.push(key.clone())),
    )
}

fn meeting_row(app: App, counted: &MeetingRow) -> AnyView {
    let row = &counted.row;
    let (id, meeting) = (row.header.id, Meeting::from(&row.fields));
    let title = format!(
        "{} · {}",
        time::day_of_stored(&meeting.date),
        words::meeting_name(&meeting)
    );
    let place = (!meeting.village.is_empty() && !meeting.place.is_empty())
        .then(|| view! { <span class="card-meta">{meeting.place}</span> });
    let counts = match counted.petitions {
        0 => "Chưa ghi kiến nghị".to_owned(),
        all => format!("{all} kiến nghị · {}/{all} đã gửi", counted.received),
    };
    let several_units = app.profile(|profile| profile.units.len() > 1) == Some(true);
    let unit = several_units.then(|| {
        view! { <span class="card-meta">{app.unit_name(&row.header.unit)}</span> }
    });
    view! {
        <li data-test="meeting-row" data-id=id.to_string()>
            <a class="card" href=format!("/meetings/{id}")>
                <span class="card-title">{title}</span>
                {place}
                {unit}
                <span class="card-meta" data-test="meeting-counts">{counts}</span>
                {notices::badge(row.delivery)}
                {notices::conflict_mark(u64::from(row.conflicts))}
            </a>
        </li>
    }
    .into_any()
}
