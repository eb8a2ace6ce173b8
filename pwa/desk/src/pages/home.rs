//! `/desk`: what needs somebody now, with numbers that open their lists.

use kiennghi_frame::app::App;
use kiennghi_frame::asking::ask;
use kiennghi_frame::drafted::left;
use kiennghi_frame::frame::{Frame, desk_choices, frame};
use kiennghi_frame::query::Query;
use kiennghi_frame::rights::desk_name;
use kiennghi_shared::casefile::{Desk, Need};
use kiennghi_shared::desk::Needs;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

/// The page.
pub(super) fn page(app: App) -> AnyView {
    let query = Query::current(&["desk"]);
    let Some(desk) = app.desk(query.get("desk")) else {
        return ().into_any();
    };
    let asked = ask::<Needs>(app, move || format!("needs?desk={}", desk_name(desk)));
    let body = view! {
        {desk_choices(app, desk, "/desk")}
        {left(app)}
        {asked.shown(move |needs| shown(app, desk, needs))}
    };
    frame(app, Frame::part("Việc cần làm"), body.into_any())
}

fn shown(app: App, desk: Desk, needs: &Needs) -> AnyView {
    let consolidates = desk == Desk::Committee && app.writes(Kind::Consolidation);
    let waiting = (consolidates && needs.waiting > 0).then(|| {
        entry(
            "/consolidation".to_owned(),
            "Kiến nghị chờ tổng hợp",
            needs.waiting,
            "waiting-petitions",
            "",
            needs.waiting_due.overdue,
        )
    });
    let reviews = (needs.reviews > 0).then(|| {
        let (path, title) = ("/office/reviews".to_owned(), "Bản ghi chờ xem xét");
        entry(path, title, needs.reviews, "reviews", "", 0)
    });
    let path = |name: &'static str, value: &str| {
        Query::default()
            .with("desk", desk_name(desk))
            .with(name, value)
            .behind("/desk/cases")
    };
    let list = |mine: bool| -> Vec<AnyView> {
        let counted = needs.needs.iter();
        let counted = counted.filter(|counted| (counted.need != Need::Await) == mine);
        let entries = counted.map(|counted| {
            let (need, count) = (counted.need, counted.count);
            let path = path("need", need.name());
            entry(path, need.title(), count, "need", need.name(), 0)
        });
        entries.collect()
    };
    let (mine, others) = (list(true), list(false));
    let nothing = (waiting.is_none() && reviews.is_none() && mine.is_empty()).then(|| {
        view! { <p class="notice ok" data-test="nothing">"Hiện không có việc nào chờ bạn."</p> }
            .into_any()
    });
    let others = (!others.is_empty())
        .then(|| view! { <h2>"Đang theo dõi"</h2><ul class="list needs">{others}</ul> }.into_any());
    let states = needs.states.iter().map(|counted| {
        let (state, count) = (counted.state, counted.count);
        let path = path("state", state.name());
        entry(path, state.title(), count, "state", state.name(), 0)
    });
    let states: Vec<AnyView> = states.collect();
    let states = (!states.is_empty()).then(|| {
        view! { <h2>"Vụ việc theo trạng thái"</h2><ul class="list needs">{states}</ul> }.into_any()
    });
    view! {
        {nothing}
        <ul class="list needs">{waiting}{mine}{reviews}</ul>
        {others}
        {states}
    }
    .into_any()
}

fn entry(
    path: String,
    title: &'static str,
    count: u64,
    test: &'static str,
    name: &'static str,
    overdue: u64,
) -> AnyView {
    let late = (overdue > 0).then(
        || view! { <span class="state overdue" data-test="waiting-overdue">{format!("{overdue} quá hạn")}</span> },
    );
    view! {
        <li>
            <a class="card" href=path data-test=test data-name=name>
                <span class="card-title">{title}</span>{late}<span class="number">{count}</span>
            </a>
        </li>
    }
    .into_any()
}
