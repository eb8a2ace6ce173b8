//! `/desk/supervision`: what supervision picks from: disputed, late, carried over, answered but not for good; and
//! `…/programme`: the findings of one programme together.

use kiennghi_parts::live::live;
use kiennghi_shared::access::Verb;
use kiennghi_shared::catalogue::{RESOLUTIONS, TIMELINESS, VERDICTS, name_of};
use kiennghi_shared::desk::{CaseList, FindingList, FindingRow};
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use super::pick_cases;
use crate::app::App;
use crate::asking::ask;
use crate::failure::link_button;
use crate::filters::{filters, select};
use crate::frame::{Frame, frame};
use crate::query::{Query, followed};
use crate::time;
use crate::words;

/// What is picked from: name, words, and what the server is asked for.
const VIEWS: &[(&str, &str, &str, &str)] = &[
    (
        "",
        "Cử tri hoặc kiểm tra nói chưa giải quyết được",
        "need",
        "supervise",
    ),
    ("decide", "Chờ kết luận giám sát", "need", "decide"),
    ("follow", "Chuyển từ kỳ họp trước", "need", "follow"),
    ("overdue", "Quá hạn chưa trả lời", "timeliness", "overdue"),
    ("late", "Trả lời quá hạn", "timeliness", "late"),
    (
        "in-progress",
        "Trả lời nhưng chưa dứt điểm: đang giải quyết",
        "outcome",
        "in-progress",
    ),
    (
        "unresolved",
        "Trả lời nhưng chưa dứt điểm: chưa giải quyết",
        "outcome",
        "unresolved",
    ),
    (
        "carried",
        "Đã chuyển kỳ sau ít nhất một lần",
        "carried_over",
        "true",
    ),
];

/// Whether somebody supervises at all.
pub(super) fn is_for(app: App) -> bool {
    app.writes(Kind::Finding)
}

/// The page.
pub(super) fn page(app: App) -> AnyView {
    pick_cases::begin(app, "supervision");
    let query = followed("/desk/supervision", &["view", "unit", "session"]);
    let asked = ask::<CaseList>(app, move || {
        let wanted = query.get();
        let view = wanted.get("view").to_owned();
        let mut views = VIEWS.iter();
        let view = views.find(|(name, ..)| *name == view).unwrap_or(&VIEWS[0]);
        let wanted = wanted.with("view", "").with("desk", "committee");
        let wanted = wanted.with(view.2, view.3);
        wanted.with("limit", pick_cases::ROWS_MAX).behind("cases")
    });
    let views = VIEWS
        .iter()
        .map(|(name, title, ..)| ((*name).to_owned(), (*title).to_owned()));
    let controls = vec![
        select(query, "view", "Xem", views.collect()),
        select(
            query,
            "unit",
            "Đơn vị",
            words::after("Mọi đơn vị", app.units_where(Verb::Write, Kind::Finding)),
        ),
        select(
            query,
            "session",
            "Kỳ họp",
            words::sessions(app, "Mọi kỳ họp"),
        ),
    ];
    let write = || {
        link_button(
            "new-finding",
            "primary",
            "/desk/supervision/finding",
            "Ghi kết luận giám sát",
        )
    };
    let body = view! {
        {filters(controls)}
        {asked.notice()}
        {pick_cases::rows(app, asked, true)}
        {pick_cases::bar(app, write)}
        {programmes(app)}
    };
    frame(app, Frame::part("Giám sát"), body.into_any())
}

/// The supervision programmes that findings belong to.
fn programmes(app: App) -> AnyView {
    let asked = ask::<FindingList>(app, || "findings?limit=0".to_owned());
    live(move || {
        let list = asked.get()?;
        let rows: Vec<AnyView> = list
            .programmes
            .iter()
            .map(|name| {
                let path = programme_path(name);
                view! { <li><a href=path data-test="programme">{name.clone()}</a></li> }.into_any()
            })
            .collect();
        (!rows.is_empty())
            .then(|| view! { <h2>"Chương trình giám sát"</h2><ul>{rows}</ul> }.into_any())
    })
}

/// The address of a programme's findings.
pub(super) fn programme_path(name: &str) -> String {
    let query = Query::default().with("programme", name);
    query.behind("/desk/supervision/programme")
}

/// The findings of one programme.
pub(super) fn programme(app: App) -> AnyView {
    let query = Query::current(&["programme"]);
    let name = query.get("programme").to_owned();
    let asked = ask::<FindingList>(app, move || {
        let query = query.clone().with("limit", pick_cases::ROWS_MAX);
        query.behind("findings")
    });
    let body = asked.shown(|list| {
        let rows: Vec<AnyView> = list.findings.iter().map(finding).collect();
        let head: Vec<AnyView> = [
            "Vụ việc",
            "Nội dung",
            "Ngày",
            "Thời hạn",
            "Mức độ",
            "Kết luận",
        ]
        .map(|name| view! { <th scope="col" role="columnheader">{name}</th> }.into_any())
        .into();
        view! {
            <p role="status" data-test="total">{format!("{} kết luận", list.total)}</p>
            <div class="table-scroll">
                <table class="table cards" role="table">
                    <caption class="visually-hidden">"Kết luận giám sát"</caption>
                    <thead role="rowgroup"><tr role="row">{head}</tr></thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    });
    let title = match name.as_str() {
        "" => "Kết luận giám sát".to_owned(),
        name => format!("Chương trình giám sát: {name}"),
    };
    frame(app, Frame::below(&title, "/desk/supervision"), body)
}

fn finding(row: &FindingRow) -> AnyView {
    let paper = &row.finding;
    let path = paper.case.map(|case| format!("/desk/cases/{case}"));
    let code = match row.case_code.as_str() {
        "" => "Xem",
        code => code,
    };
    view! {
        <tr role="row" data-test="finding-row" data-id=row.id.to_string()>
            <td role="cell" data-label="Vụ việc"><a href=path>{code.to_owned()}</a></td>
            <td role="cell" data-label="Nội dung"><span class="clamp">{row.wording.clone()}</span></td>
            <td role="cell" data-label="Ngày">{time::day_of_stored(&paper.date)}</td>
            <td role="cell" data-label="Thời hạn">{name_of(TIMELINESS, &paper.timeliness).to_owned()}</td>
            <td role="cell" data-label="Mức độ">{name_of(RESOLUTIONS, &paper.resolved).to_owned()}</td>
            <td role="cell" data-label="Kết luận">{name_of(VERDICTS, &paper.verdict).to_owned()}</td>
        </tr>
    }
    .into_any()
}
