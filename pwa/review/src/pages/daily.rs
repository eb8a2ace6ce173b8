//! `/review/daily`: the daily round (việc đến hạn): what is late and what will be soon, by whom it is with, to be
//! printed.

use kiennghi_frame::app::App;
use kiennghi_frame::asking::{Asked, ask};
use kiennghi_frame::frame::{Frame, desk_choices, frame};
use kiennghi_frame::query::Query;
use kiennghi_frame::rights::desk_name;
use kiennghi_frame::words;
use kiennghi_parts::live::{button, live};
use kiennghi_parts::table::{self, cell, said};
use kiennghi_shared::desk::{CaseList, CaseRow, DueCounts, Needs};
use leptos::prelude::*;

use crate::browser;
use crate::time;

/// As many as the server gives at once.
const ROWS: u64 = 200;

/// The page.
pub(super) fn page(app: App) -> AnyView {
    let query = Query::current(&["desk"]);
    let Some(desk) = app.desk(query.get("desk")) else {
        return ().into_any();
    };
    let name = desk_name(desk);
    let needs = ask::<Needs>(app, move || format!("needs?desk={name}"));
    let list = ask::<CaseList>(app, move || {
        let day = needs.get().map(|needs| needs.soon.clone());
        day.map_or_else(String::new, |day| {
            format!("cases?desk={name}&due_by={day}&limit={ROWS}")
        })
    });
    let body = view! {
        {desk_choices(app, desk, "/review/daily")}
        {needs.shown(|needs| counts(&needs.today, needs.due))}
        {live(move || waiting(needs.get()?.waiting_due))}
        {rows(list)}
    };
    frame(app, Frame::part("Việc đến hạn"), body.into_any())
}

fn counts(today: &str, due: DueCounts) -> AnyView {
    let count = |name: &'static str, words: &'static str, count: u64| {
        view! { <div data-field=name><dt>{words}</dt><dd class="number">{count}</dd></div> }
            .into_any()
    };
    view! {
        <p class="actions">
            <span>{format!("Ngày {}", time::day_of_stored(today))}</span>
            {button("print", "no-print", "In", browser::print)}
        </p>
        <dl class="facts due-counts">
            {count("overdue", "Quá hạn", due.overdue)}
            {count("soon", "Sắp đến hạn", due.soon)}
            {count("on-time", "Trong hạn", due.on_time)}
        </dl>
    }
    .into_any()
}

/// Petitions that were to be consolidated and sent on, and are in no case.
fn waiting(due: DueCounts) -> Option<AnyView> {
    let words = match (due.overdue, due.soon) {
        (0, 0) => return None,
        (0, soon) => format!("{soon} kiến nghị sắp đến hạn tổng hợp, chuyển đi"),
        (overdue, 0) => format!("{overdue} kiến nghị quá hạn tổng hợp, chuyển đi"),
        (overdue, soon) => {
            format!("{overdue} kiến nghị quá hạn tổng hợp, chuyển đi; {soon} sắp đến hạn")
        }
    };
    Some(view! { <p class="notice warning"><a href="/consolidation" data-test="waiting-due">{words}</a></p> }.into_any())
}

/// The rows, by whom each is with.
fn rows(list: Asked<CaseList>) -> AnyView {
    live(move || {
        let list = list.get()?;
        // Whoever has the most urgent comes first, as the rows do.
        let mut holders: Vec<(String, Vec<&CaseRow>)> = Vec::new();
        for row in &list.cases {
            let holder = words::holder(row);
            match holders.iter_mut().find(|(known, _)| *known == holder) {
                Some((_, rows)) => rows.push(row),
                None => holders.push((holder, vec![row])),
            }
        }
        let is_empty = holders.is_empty();
        let rows: Vec<AnyView> = holders
            .into_iter()
            .flat_map(|(holder, rows)| group(&list, &holder, rows))
            .collect();
        let nothing = is_empty.then(|| {
            view! { <p class="notice ok" data-test="nothing">"Không có việc nào quá hạn hay sắp đến hạn."</p> }
        });
        let more = (list.total > ROWS).then(|| {
            let words = format!("Chỉ hiện {ROWS} việc gấp nhất trong {} việc.", list.total);
            view! { <p class="notice warning">{words}</p> }
        });
        let table = table::table("Việc quá hạn, sắp đến hạn", &HEADS, rows.into_any());
        Some(
            view! { {nothing}{more}<div class="table-scroll" hidden=is_empty>{table}</div> }
                .into_any(),
        )
    })
}

const HEADS: [&str; 4] = ["Vụ việc", "Nội dung", "Trạng thái", "Hạn"];

/// A line that says whom the cases are with, and the rows of those.
fn group(list: &CaseList, holder: &str, rows: Vec<&CaseRow>) -> Vec<AnyView> {
    let title = format!("{holder}: {} việc", rows.len());
    let title = view! { <tr role="row"><th role="rowheader" scope="rowgroup" colspan=HEADS.len().to_string() data-test="daily-group">{title}</th></tr> };
    let rows = rows.into_iter().map(|row| {
        let path = format!("/desk/cases/{}", row.id);
        let link = view! { <a href=path>{row.case.code.clone()}</a> };
        let wording = view! { <span class="clamp">{row.case.wording.clone()}</span> };
        let [case, content, state, due] = HEADS;
        let cells = vec![
            cell(case, link.into_any()),
            cell(content, wording.into_any()),
            said(state, row.standing.state.title()),
            cell(due, words::due(row, &list.today, &list.soon)),
        ];
        table::row("daily-row", row.id.to_string(), cells)
    });
    std::iter::once(title.into_any()).chain(rows).collect()
}
