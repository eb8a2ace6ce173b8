//! `/letters`: letters, those that are still being written first.

use kiennghi_frame::app::App;
use kiennghi_frame::asking::ask;
use kiennghi_frame::failure::{actions, link_button};
use kiennghi_frame::frame::{Frame, frame};
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

/// The page.
pub(super) fn page(app: App) -> AnyView {
    let query = Query::current(&["desk", "offset"]);
    let Some(desk) = app.desk(query.get("desk")) else {
        return ().into_any();
    };
    let offset = query.number("offset");
    let asked = ask::<DispatchList>(app, move || {
        let desk = desk_name(desk);
        format!("dispatches?desk={desk}&limit={ROWS}&offset={offset}")
    });
    let table = asked.shown(move |list| shown(desk, list, offset));
    let offers = (desk == Desk::Committee && app.writes(Kind::Dispatch)).then(|| {
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
    let body = view! { <div class="no-print">{offers}</div>{unsent(app)}{table} };
    frame(app, Frame::part("Văn bản"), body.into_any())
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

fn shown(desk: Desk, list: &DispatchList, offset: u64) -> AnyView {
    if list.dispatches.is_empty() {
        return view! { <p data-test="nothing">"Chưa có văn bản nào."</p> }.into_any();
    }
    let rows: Vec<AnyView> = list
        .dispatches
        .iter()
        .map(|row| row_view(desk, row))
        .collect();
    let page = |offset: u64, words: &'static str, test: &'static str| {
        let path = format!("/letters?desk={}&offset={offset}", desk_name(desk));
        link_button(test, "", &path, words)
    };
    let pages = vec![
        (offset > 0).then(|| page(offset.saturating_sub(ROWS), "Trang trước", "previous")),
        (offset + ROWS < list.total).then(|| page(offset + ROWS, "Trang sau", "next")),
    ];
    view! {
        <p role="status" data-test="total">{format!("{} văn bản", list.total)}</p>
        <div class="table-scroll">{table::table("Văn bản", &HEADS, rows.into_any())}</div>
        {actions(pages.into_iter().flatten().collect())}
    }
    .into_any()
}

fn row_view(desk: Desk, row: &DispatchRow) -> AnyView {
    let (id, dispatch) = (row.id, &row.dispatch);
    let kind = name_of(DISPATCH_KINDS, &dispatch.dispatch_kind).to_owned();
    // Whom a letter was sent to has its cases, not the making of it.
    let path = match desk {
        Desk::Committee => format!("/letters/{id}"),
        Desk::Executive | Desk::Agency => {
            format!("/desk/cases?desk={}&dispatch={id}", desk_name(desk))
        }
    };
    let sent = match dispatch.sent.as_str() {
        day if dispatch.dispatch_kind == report::REPORT => {
            format!("Nhận {}", time::day_of_stored(day)).into_any()
        }
        "" => view! { <span class="state saved">"Chưa gửi"</span> }.into_any(),
        day => time::day_of_stored(day).into_any(),
    };
    let conflicts = (row.conflicts > 0)
        .then(|| view! { <span class="state refused">"Có hai bản, cần chọn"</span> });
    let link = view! { <a id=format!("row-{id}") href=path>{kind}</a>{conflicts} };
    let day = time::day_of_stored;
    let [kind, number_head, date, to, cases, due, sent_head] = HEADS;
    let cells = vec![
        cell(kind, link.into_any()),
        said(number_head, &*dispatch.number),
        said(date, day(&dispatch.date)),
        said(to, &*dispatch.to),
        number(cases, dispatch.cases.len() as u64),
        said(due, day(&dispatch.due)),
        cell(sent_head, sent),
    ];
    table::row("dispatch-row", id.to_string(), cells)
}
