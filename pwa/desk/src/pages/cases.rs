//! `/desk/cases`: the table of cases, narrowed by what they need, where they stand and what they are about.

use kiennghi_frame::app::App;
use kiennghi_frame::asking::{Asked, ask};
use kiennghi_frame::filters::{filters, search, select};
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::paging::{ROWS, pages};
use kiennghi_frame::query::{Query, followed};
use kiennghi_frame::rights::{desk_name, desk_title};
use kiennghi_frame::words;
use kiennghi_messages::Row;
use kiennghi_parts::live::{Keyed, live, rows};
use kiennghi_parts::table::{self, cell, number, said};
use kiennghi_shared::access::Verb;
use kiennghi_shared::casefile::{Desk, Need, State};
use kiennghi_shared::desk::{CaseList, CaseRow};
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

const HEADS: [&str; 7] = [
    "Mã số",
    "Nội dung",
    "Trạng thái",
    "Hạn",
    "Ý kiến",
    "Cử tri",
    words::IS_WITH,
];

const NAMES: &[&str] = &[
    "desk",
    "need",
    "state",
    "text",
    "unit",
    "field",
    "competence",
    "session",
    "dispatch",
    "timeliness",
    "carried_over",
    "offset",
];

/// The page.
pub(super) fn page(app: App) -> AnyView {
    let query = followed("/desk/cases", NAMES);
    let Some(desk) = query.with_untracked(|query| app.desk(query.get("desk"))) else {
        return ().into_any();
    };
    let asked = ask::<CaseList>(app, move || {
        let mut wanted = query.get();
        if wanted.get("desk").is_empty() {
            wanted.set("desk", desk_name(desk));
        }
        wanted.with("limit", ROWS.to_string()).behind("cases")
    });
    let body = view! {
        {narrowed(app, desk, query)}
        {unsent(app)}
        {live(move || asked.notice())}
        {live(move || asked.waiting())}
        {list(asked)}
        {pages(query, move || asked.get().map_or(0, |list| list.total))}
    };
    frame(app, Frame::part("Vụ việc"), body.into_any())
}

fn narrowed(app: App, desk: Desk, query: RwSignal<Query>) -> AnyView {
    let desks = app.desks();
    let desks = match desks.len() {
        // Chosen always: there is no list of all desks.
        2.. => desks
            .into_iter()
            .map(|desk| (desk_name(desk).to_owned(), desk_title(desk).to_owned()))
            .collect(),
        _ => Vec::new(),
    };
    let desks = if desks.is_empty() {
        desks
    } else {
        words::after("Bàn chính", desks)
    };
    let owned = |(name, title): (&str, &str)| (name.to_owned(), title.to_owned());
    let needs = Need::at(desk).filter(|need| app.writes(need.takes(desk)));
    let needs = needs.map(|need| owned((need.name(), need.title())));
    let states = State::ALL
        .iter()
        .map(|state| owned((state.name(), state.title())));
    filters(vec![
        search(query),
        select(query, "desk", "Bàn làm việc của", desks),
        select(
            query,
            "need",
            "Việc cần làm",
            words::after("Mọi việc", needs),
        ),
        select(
            query,
            "state",
            "Trạng thái",
            words::after("Mọi trạng thái", states),
        ),
        select(
            query,
            "unit",
            "Đơn vị",
            words::after("Mọi đơn vị", app.units_where(Verb::Read, Kind::Case)),
        ),
        select(
            query,
            "field",
            "Lĩnh vực",
            words::fields_of_work(app, "Mọi lĩnh vực", None),
        ),
        select(
            query,
            "competence",
            "Thẩm quyền",
            words::competences("Mọi cấp"),
        ),
        select(
            query,
            "session",
            "Kỳ họp",
            words::sessions(app, "Mọi kỳ họp"),
        ),
    ])
}

/// Cases that the server does not have yet.
fn unsent(app: App) -> AnyView {
    live(move || {
        let cases = app.pending.with(|pending| pending.cases.clone());
        let rows: Vec<AnyView> = cases.iter().map(unsent_row).collect();
        (!rows.is_empty()).then(|| {
            view! { <div class="notice warning" data-test="case-unsent"><p>"Chưa gửi, đang giữ trên máy này:"</p><ul class="rows">{rows}</ul></div> }
                .into_any()
        })
    })
}

fn unsent_row(row: &Row) -> AnyView {
    let path = format!("/desk/cases/{}", row.header.id);
    let (code, wording) = (row.fields.text("code"), row.fields.text("wording"));
    view! { <li><div><a href=path>{code.to_owned()}</a><p class="clamp">{wording.to_owned()}</p></div></li> }
        .into_any()
}

fn list(asked: Asked<CaseList>) -> AnyView {
    let listed = rows(move || {
        let list = asked.get();
        let list = list
            .iter()
            .flat_map(|list| list.cases.iter().map(|row| (row, &**list)));
        list.map(|(row, list)| keyed(row, &list.today, &list.soon))
            .collect()
    });
    let words = live(move || {
        let total = asked.get()?.total;
        Some(format!("{total} vụ việc").into_any())
    });
    let is_empty = move || asked.get().is_none_or(|list| list.cases.is_empty());
    view! {
        <p role="status" data-test="total">{words}</p>
        <div class="table-scroll" hidden=is_empty>{table::table("Vụ việc", &HEADS, listed)}</div>
    }
    .into_any()
}

/// Built anew when anything of it is another.
fn keyed(row: &CaseRow, today: &str, soon: &str) -> Keyed {
    let standing = row.standing.state.name();
    let key = format!(
        "{} {} {} {} {standing} {} {today} {soon}",
        row.id, row.updated_at, row.conflicts, row.petitions, row.due
    );
    let (row, today, soon) = (row.clone(), today.to_owned(), soon.to_owned());
    Keyed::new(key, move || row_view(&row, &today, &soon))
}

fn row_view(row: &CaseRow, today: &str, soon: &str) -> AnyView {
    let code = match row.case.code.as_str() {
        "" => "Xem",
        code => code,
    };
    let conflicts = (row.conflicts > 0)
        .then(|| view! { <span class="state refused">"Có hai bản, cần chọn"</span> }.into_any());
    let link = view! { <a id=format!("row-{}", row.id) href=format!("/desk/cases/{}", row.id)>{code.to_owned()}</a> };
    let wording = view! { <span class="clamp">{row.case.wording.clone()}</span>{conflicts} };
    let [code, wording_head, state, due, petitions, voters, _] = HEADS;
    let (head, place) = words::whereabouts(row);
    let cells = vec![
        cell(code, link.into_any()),
        cell(wording_head, wording.into_any()),
        said(state, row.standing.state.title()),
        cell(due, words::due(row, today, soon)),
        number(petitions, row.petitions),
        number(voters, row.voters),
        said(head, place),
    ];
    table::row("case-row", row.id.to_string(), cells)
}
