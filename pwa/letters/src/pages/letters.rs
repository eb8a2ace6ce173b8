//! `/letters`: letters, those that are still being written first; `/letters/received`: those that came.

use kiennghi_frame::app::App;
use kiennghi_frame::asking::ask;
use kiennghi_frame::failure::{actions, link_button};
use kiennghi_frame::frame::{Frame, desk_choices, frame};
use kiennghi_frame::query::Query;
use kiennghi_frame::rights::desk_name;
use kiennghi_parts::live::live;
use kiennghi_parts::table::{self, cell, number, said};
use kiennghi_shared::casefile::Desk;
use kiennghi_shared::catalogue::{DISPATCH_KINDS, name_of};
use kiennghi_shared::desk::{DispatchList, DispatchRow};
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use super::report;
use crate::time;

const ROWS: u64 = 100;

const HEADS: [&str; 7] = [
    "Loại",
    "Số",
    "Ngày",
    "Nơi nhận",
    "Vụ việc",
    "Hạn trả lời",
    "Đã gửi",
];

/// Where the letters stand that came.
const RECEIVED: &str = "/letters/received";

/// Which letters are listed.
#[derive(Clone, Copy)]
struct Listed {
    desk: Desk,
    /// Whether those that came, which at other desks than a committee's are all.
    is_received: bool,
    offset: u64,
}

impl Listed {
    fn heads(self) -> [&'static str; 7] {
        let mut heads = HEADS;
        if self.is_received {
            heads[3] = "Nơi gửi";
        }
        heads
    }

    fn path(self) -> &'static str {
        if self.is_received {
            RECEIVED
        } else {
            "/letters"
        }
    }
}

/// The page.
pub(super) fn page(app: App, is_received: bool) -> AnyView {
    let query = Query::current(&["desk", "offset"]);
    let Some(desk) = app.desk(query.get("desk")) else {
        return ().into_any();
    };
    let is_committee = desk == Desk::Committee;
    let listed = Listed {
        desk,
        is_received: is_received || !is_committee,
        offset: query.number("offset"),
    };
    let asked = ask::<DispatchList>(app, move || {
        let (desk, received) = (desk_name(desk), listed.is_received);
        let offset = listed.offset;
        format!("dispatches?desk={desk}&received={received}&limit={ROWS}&offset={offset}")
    });
    let table = asked.shown(move |list| shown(app, listed, list));
    let sides = is_committee.then(|| sides(listed));
    let offers = (!listed.is_received && app.writes(Kind::Dispatch)).then(|| {
        let mut offers = vec![
            link_button(
                "new-dispatch",
                "primary",
                "/letters/choose",
                "Soạn văn bản chuyển",
            ),
            link_button(
                "new-reminder",
                "",
                "/letters/choose?need=remind",
                "Soạn văn bản đôn đốc",
            ),
        ];
        if report::is_for(app) {
            let title = "Ghi báo cáo đã nhận";
            offers.push(link_button("new-report", "", "/letters/report", title));
        }
        actions(offers)
    });
    let unsent = (!listed.is_received).then(|| unsent(app));
    let body = view! {
        {desk_choices(app, desk, listed.path())}
        {sides}
        <div class="no-print">{offers}</div>
        {unsent}
        {table}
    };
    frame(app, Frame::part("Văn bản"), body.into_any())
}

/// The letters that a committee sends, and those that it receives.
fn sides(listed: Listed) -> AnyView {
    let link = |path: &'static str, test: &'static str, words: &'static str| {
        let current = (path == listed.path()).then_some("page");
        view! { <a href=path aria-current=current data-test=test>{words}</a> }.into_any()
    };
    view! {
        <nav class="counts no-print" aria-label="Văn bản gửi và nhận">
            {link("/letters", "sent-letters", "Văn bản gửi đi")}
            {link(RECEIVED, "received-letters", "Đã nhận")}
        </nav>
    }
    .into_any()
}

/// Letters that the server does not have yet.
fn unsent(app: App) -> AnyView {
    live(move || {
        let papers = app.pending.with(|pending| pending.papers.clone());
        let letters = papers
            .iter()
            .filter(|row| row.header.kind == Kind::Dispatch);
        let rows: Vec<AnyView> = letters
            .map(|row| {
                let path = format!("/letters/{}", row.header.id);
                let words = format!("{} · {}", row.fields.text("to"), row.fields.text("subject"));
                view! { <li><a href=path>{words}</a></li> }.into_any()
            })
            .collect();
        (!rows.is_empty()).then(|| {
            view! { <div class="notice warning" data-test="dispatch-unsent"><p>"Đang giữ trên máy này, chưa lên máy chủ:"</p><ul>{rows}</ul></div> }.into_any()
        })
    })
}

fn shown(app: App, listed: Listed, list: &DispatchList) -> AnyView {
    let offset = listed.offset;
    if list.dispatches.is_empty() {
        return view! { <p data-test="nothing">"Chưa có văn bản nào."</p> }.into_any();
    }
    let rows: Vec<AnyView> = list
        .dispatches
        .iter()
        .map(|row| row_view(app, listed, row))
        .collect();
    let page = |offset: u64, words: &'static str, test: &'static str| {
        let path = format!(
            "{}?desk={}&offset={offset}",
            listed.path(),
            desk_name(listed.desk)
        );
        link_button(test, "", &path, words)
    };
    let pages = vec![
        (offset > 0).then(|| page(offset.saturating_sub(ROWS), "Trang trước", "previous")),
        (offset + ROWS < list.total).then(|| page(offset + ROWS, "Trang sau", "next")),
    ];
    view! {
        <p role="status" data-test="total">{format!("{} văn bản", list.total)}</p>
        <div class="table-scroll">{table::table("Văn bản", &listed.heads(), rows.into_any())}</div>
        {actions(pages.into_iter().flatten().collect())}
    }
    .into_any()
}

fn row_view(app: App, listed: Listed, row: &DispatchRow) -> AnyView {
    let (id, dispatch) = (row.id, &row.dispatch);
    let kind = name_of(DISPATCH_KINDS, &dispatch.dispatch_kind).to_owned();
    let path = format!("/letters/{id}");
    let is_report = dispatch.dispatch_kind == report::REPORT;
    let sender = || report::sender(app, &row.unit, dispatch);
    let other = match (listed.is_received, is_report) {
        (true, _) => sender(),
        (false, true) => format!("Từ {}", sender()),
        (false, false) => dispatch.to.clone(),
    };
    let sent = match dispatch.sent.as_str() {
        day if is_report => format!("Nhận {}", time::day_of_stored(day)).into_any(),
        "" => view! { <span class="state saved">"Chưa gửi"</span> }.into_any(),
        day => time::day_of_stored(day).into_any(),
    };
    let conflicts = (row.conflicts > 0)
        .then(|| view! { <span class="state refused">"Có hai bản, cần chọn"</span> });
    let link = view! { <a id=format!("row-{id}") href=path>{kind}</a>{conflicts} };
    let day = time::day_of_stored;
    let [kind, number_head, date, other_head, cases, due, sent_head] = listed.heads();
    let cells = vec![
        cell(kind, link.into_any()),
        said(number_head, &*dispatch.number),
        said(date, day(&dispatch.date)),
        said(other_head, other),
        number(cases, dispatch.cases.len() as u64),
        said(due, day(&dispatch.due)),
        cell(sent_head, sent),
    ];
    table::row("dispatch-row", id.to_string(), cells)
}
