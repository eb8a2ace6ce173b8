//! `/review/supervision`: what supervision picks from: disputed, late, carried over, answered and not solved, found
//! not to be settled; and `…/programme`: the findings of one programme together.

use kiennghi_frame::app::App;
use kiennghi_frame::asking::ask;
use kiennghi_frame::failure::link_button;
use kiennghi_frame::filters::{filters, select};
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::picking;
use kiennghi_frame::query::programme_path;
use kiennghi_frame::query::{Query, followed};
use kiennghi_frame::words;
use kiennghi_parts::live::live;
use kiennghi_parts::table::{self, cell, said};
use kiennghi_shared::access::Verb;
use kiennghi_shared::catalogue::{RESOLUTIONS, TIMELINESS, VERDICTS, name_of};
use kiennghi_shared::desk::{CaseList, FindingList, FindingRow};
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::time;

/// What is picked from: name, words, and what the server is asked for.
const VIEWS: &[(&str, &str, &str, &str)] = &[
    (
        "",
        "Cử tri hoặc kiểm tra nói chưa giải quyết được",
        "need",
        "supervise",
    ),
    ("decide", "Chờ kết luận giám sát", "need", "decide"),
    (
        "unsettled",
        "Giám sát ghi: chưa dứt điểm, chưa giải quyết",
        "unsettled",
        "true",
    ),
    ("follow", "Chuyển từ kỳ họp trước", "need", "follow"),
    ("overdue", "Quá hạn chưa trả lời", "timeliness", "overdue"),
    ("late", "Trả lời quá hạn", "timeliness", "late"),
    (
        "in-progress",
        "Đã trả lời: đang xem xét, giải quyết",
        "outcome",
        "in-progress",
    ),
    (
        "unresolved",
        "Đã trả lời: chưa giải quyết",
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

const HEADS: [&str; 6] = [
    "Vụ việc",
    "Nội dung",
    "Ngày",
    "Thời hạn",
    "Mức độ",
    "Kết luận",
];

/// Whether somebody supervises at all.
pub(super) fn is_for(app: App) -> bool {
    app.writes(Kind::Finding)
}

/// The page.
pub(super) fn page(app: App) -> AnyView {
    picking::begin(app, "supervision");
    let query = followed(
        "/review/supervision",
        &["view", "unit", "session", "sessions_min"],
    );
    let asked = ask::<CaseList>(app, move || {
        let wanted = query.get();
        let view = wanted.get("view").to_owned();
        let mut views = VIEWS.iter();
        let view = views.find(|(name, ..)| *name == view).unwrap_or(&VIEWS[0]);
        let wanted = wanted.with("view", "").with("desk", "committee");
        let wanted = wanted.with(view.2, view.3);
        wanted.with("limit", picking::ROWS_MAX).behind("cases")
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
        select(query, "sessions_min", words::OPEN_OVER, open_over()),
    ];
    let write = || {
        link_button(
            "new-finding",
            "primary",
            "/review/supervision/finding",
            "Ghi kết luận giám sát",
        )
    };
    let body = view! {
        {filters(controls)}
        {asked.notice()}
        {picking::rows(app, asked, move |row| app.may_write(Kind::Finding, &row.unit))}
        {picking::bar(app, write)}
        {programmes(app)}
    };
    frame(app, Frame::part("Giám sát"), body.into_any())
}

/// Over how many council sessions a case has been open at least.
fn open_over() -> Vec<(String, String)> {
    let choices = (1..=3).map(|sessions| {
        let words = format!("Từ {sessions} kỳ họp trở lên");
        (sessions.to_string(), words)
    });
    words::after("Mọi vụ việc", choices)
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

/// The findings of one programme.
pub(super) fn programme(app: App) -> AnyView {
    let query = Query::current(&["programme"]);
    let name = query.get("programme").to_owned();
    let asked = ask::<FindingList>(app, move || {
        let query = query.clone().with("limit", picking::ROWS_MAX);
        query.behind("findings")
    });
    let body = asked.shown(|list| {
        let rows: Vec<AnyView> = list.findings.iter().map(finding).collect();
        view! {
            <p role="status" data-test="total">{format!("{} kết luận", list.total)}</p>
            <div class="table-scroll">{table::table("Kết luận giám sát", &HEADS, rows.into_any())}</div>
        }
        .into_any()
    });
    let title = match name.as_str() {
        "" => "Kết luận giám sát".to_owned(),
        name => format!("Chương trình giám sát: {name}"),
    };
    frame(app, Frame::below(&title, "/review/supervision"), body)
}

fn finding(row: &FindingRow) -> AnyView {
    let paper = &row.finding;
    let path = paper.case.map(|case| format!("/desk/cases/{case}"));
    let code = match row.case_code.as_str() {
        "" => "Xem",
        code => code,
    };
    let wording = view! { <span class="clamp">{row.wording.clone()}</span> };
    let [case, content, date, timeliness, resolved, verdict] = HEADS;
    let cells = vec![
        cell(
            case,
            view! { <a href=path>{code.to_owned()}</a> }.into_any(),
        ),
        cell(content, wording.into_any()),
        said(date, time::day_of_stored(&paper.date)),
        said(timeliness, name_of(TIMELINESS, &paper.timeliness)),
        said(resolved, name_of(RESOLUTIONS, &paper.resolved)),
        said(verdict, name_of(VERDICTS, &paper.verdict)),
    ];
    table::row("finding-row", row.id.to_string(), cells)
}
