//! `/review/meetings`, `/review/petitions` and `/review/cases`: the lists behind a briefing's numbers, for whoever reads
//! reports.

use kiennghi_frame::app::App;
use kiennghi_frame::asking::ask;
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::paging::{ROWS, pages};
use kiennghi_frame::query::{Query, followed};
use kiennghi_frame::words;
use kiennghi_parts::table::{self, cell, number, said};
use kiennghi_shared::briefing::{MeetingList, MeetingRow};
use kiennghi_shared::catalogue::{MEETING_KINDS, name_of};
use kiennghi_shared::desk::{CaseList, CaseRow};
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::office::{PetitionList, PetitionRow};
use leptos::prelude::*;
use minicbor::Decode;

use super::briefing;
use crate::tables::title_of;
use crate::time;

/// What the lists may be asked for, and what the number is called that they stand behind.
const NAMES: &[&str] = &[
    "count",
    "briefing",
    "from",
    "to",
    "session",
    "unit",
    "raised_session",
    "raised_in",
    "column",
    "reception",
    "denunciations",
    "waiting",
    "before",
    "state",
    "outcome",
    "timeliness",
    "told",
    "carried_over",
    "offset",
];

/// A list, as it is shown.
struct List<T> {
    /// Its page, and the table under `/api/v1/`.
    path: &'static str,
    table: &'static str,
    caption: &'static str,
    heads: &'static [&'static str],
    /// How many rows there are in all.
    total: fn(&T) -> u64,
    /// What is counted, in words.
    counted: fn(&T) -> String,
    rows: fn(App, &T) -> Vec<AnyView>,
}

/// Meetings and receptions.
pub(super) fn meetings(app: App) -> AnyView {
    list(
        app,
        &List::<MeetingList> {
            path: "/review/meetings",
            table: "meetings",
            caption: "Cuộc tiếp xúc cử tri, tiếp công dân",
            heads: &MEETING,
            total: |list| list.total,
            counted: |list| match list.denunciations {
                0 => format!("{} cuộc", list.total),
                papers => format!("{} cuộc, {papers} đơn tố cáo nhận bằng giấy", list.total),
            },
            rows: |app, list| list.meetings.iter().map(|row| meeting(app, row)).collect(),
        },
    )
}

/// Petitions.
pub(super) fn petitions(app: App) -> AnyView {
    list(
        app,
        &List::<PetitionList> {
            path: "/review/petitions",
            table: "petitions",
            caption: "Kiến nghị của cử tri",
            heads: &PETITION,
            total: |list| list.total,
            counted: |list| format!("{} kiến nghị, {} lượt cử tri nêu", list.total, list.voters),
            rows: |app, list| {
                list.petitions
                    .iter()
                    .map(|row| petition(app, row))
                    .collect()
            },
        },
    )
}

/// Cases.
pub(super) fn cases(app: App) -> AnyView {
    list(
        app,
        &List::<CaseList> {
            path: "/review/cases",
            table: "cases",
            caption: "Vụ việc",
            heads: &CASE,
            total: |list| list.total,
            counted: |list| format!("{} vụ việc", list.total),
            rows: |app, list| {
                let rows = list.cases.iter();
                rows.map(|row| case(app, row, &list.today, &list.soon))
                    .collect()
            },
        },
    )
}

fn list<T>(app: App, list: &List<T>) -> AnyView
where
    T: for<'b> Decode<'b, ()> + Send + Sync + 'static,
{
    let &List {
        path,
        table: name,
        caption,
        heads,
        total,
        counted,
        rows,
    } = list;
    let query = followed(path, NAMES);
    let asked = ask::<T>(app, move || {
        let wanted = query.get().with("count", "");
        wanted.with("limit", ROWS.to_string()).behind(name)
    });
    let shown = asked.shown(move |answer| {
        let rows = rows(app, answer);
        let is_empty = rows.is_empty();
        view! {
            <p role="status" data-test="total" data-total=total(answer).to_string()>{counted(answer)}</p>
            <div class="table-scroll" hidden=is_empty>{table::table(caption, heads, rows.into_any())}</div>
        }
        .into_any()
    });
    let body = view! {
        <p class="muted">{query.with_untracked(|query| of_what(app, query))}</p>
        {shown}
        {pages(query, move || asked.get().map_or(0, |answer| total(&answer)))}
    };
    let title = query.with_untracked(|query| title_of(query.get("count")));
    let title = title.unwrap_or(caption);
    frame(app, Frame::below(title, briefing::here()), body.into_any())
}

/// Where and when, in words.
fn of_what(app: App, query: &Query) -> String {
    let day = |name| time::day_of_stored(query.get(name));
    let either = |one, other| [query.get(one), query.get(other)].concat();
    let (session, unit) = (
        either("session", "raised_session"),
        either("unit", "raised_in"),
    );
    let mut said = Vec::new();
    match query.get("column") {
        "" if unit.is_empty() => said.push("Mọi đơn vị".to_owned()),
        "" => said.push(words::unit(app, &UnitCode(unit))),
        column => said.push(words::unit(app, &UnitCode(column.to_owned()))),
    }
    if !session.is_empty() {
        said.push(words::session(app, &session));
    }
    if !query.get("from").is_empty() || !query.get("to").is_empty() {
        said.push(format!("từ {} đến {}", day("from"), day("to")));
    }
    said.join(" · ")
}

const MEETING: [&str; 5] = ["Ngày", "Địa phương", "Hình thức", "Kỳ họp", "Kiến nghị"];

fn meeting(app: App, row: &MeetingRow) -> AnyView {
    let [date, unit, kind, session, petitions] = MEETING;
    let meeting = &row.meeting;
    let cells = vec![
        said(date, time::day_of_stored(&meeting.date)),
        said(unit, &*row.unit_name),
        said(kind, name_of(MEETING_KINDS, &meeting.meeting_kind)),
        said(session, words::session(app, &meeting.session)),
        number(petitions, row.petitions),
    ];
    table::row("meeting-row", row.id.to_string(), cells)
}

const PETITION: [&str; 5] = ["Mã số", "Nội dung", "Nơi nêu", "Cử tri", "Vụ việc"];

fn petition(app: App, row: &PetitionRow) -> AnyView {
    let [code, content, place, voters, case] = PETITION;
    let petition = &row.petition;
    let carried = match row.case {
        Some(case) if !app.desks().is_empty() => {
            view! { <a href=format!("/desk/cases/{case}")>"Xem vụ việc"</a> }.into_any()
        }
        Some(_) => "Đã có".into_any(),
        None => "Chờ tổng hợp".into_any(),
    };
    let words_said = view! { <span class="clamp">{petition.content.clone()}</span> };
    let cells = vec![
        said(code, &*petition.code),
        cell(content, words_said.into_any()),
        said(place, words::raised_in(petition, &row.unit_name)),
        said(voters, words::voters(petition.voters)),
        cell(case, carried),
    ];
    table::row("petition-row", row.id.to_string(), cells)
}

const CASE: [&str; 5] = ["Mã số", "Nội dung", "Trạng thái", "Hạn", words::IS_WITH];

fn case(app: App, row: &CaseRow, today: &str, soon: &str) -> AnyView {
    let [code, wording, state, due, _] = CASE;
    let (head, place) = words::whereabouts(row);
    let name = row.case.code.clone();
    let link = match app.desks().is_empty() {
        true => name.into_any(),
        false => view! { <a href=format!("/desk/cases/{}", row.id)>{name}</a> }.into_any(),
    };
    let words_said = view! { <span class="clamp">{row.case.wording.clone()}</span> };
    let cells = vec![
        cell(code, link),
        cell(wording, words_said.into_any()),
        said(state, row.standing.state.title()),
        cell(due, words::due(row, today, soon)),
        said(head, place),
    ];
    table::row("case-row", row.id.to_string(), cells)
}
