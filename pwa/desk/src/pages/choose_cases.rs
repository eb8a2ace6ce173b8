//! `/desk/dispatches/choose`: the cases that a letter is to carry, among those that wait to be sent or are late.

use kiennghi_shared::access::Verb;
use kiennghi_shared::casefile::Need;
use kiennghi_shared::desk::CaseList;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use super::pick_cases;
use crate::app::App;
use crate::asking::ask;
use crate::failure::link_button;
use crate::filters::{filters, select};
use crate::frame::{Frame, frame};
use crate::query::{Query, followed};
use crate::words;

const NAMES: &[&str] = &["need", "unit", "competence", "session"];

/// What letters are written for, the most frequent first.
const NEEDS: &[Need] = &[
    Need::Dispatch,
    Need::Reroute,
    Need::Remind,
    Need::Supervise,
    Need::Follow,
];

fn need(query: &Query) -> Need {
    Need::from_name(query.get("need")).unwrap_or(Need::Dispatch)
}

/// The page.
pub(super) fn page(app: App) -> AnyView {
    let query = followed("/desk/dispatches/choose", NAMES);
    // Cases that wait for different letters are not put into one.
    Effect::new(move || {
        let purpose = query.with(|query| need(query).name());
        pick_cases::begin(app, purpose);
    });
    let asked = ask::<CaseList>(app, move || {
        let wanted = query.get();
        let need = need(&wanted).name();
        let wanted = wanted.with("need", need).with("desk", "committee");
        wanted.with("limit", pick_cases::ROWS_MAX).behind("cases")
    });
    let needs = NEEDS.iter().enumerate().map(|(place, need)| {
        let name = if place == 0 { "" } else { need.name() };
        (name.to_owned(), need.title().to_owned())
    });
    let controls = vec![
        select(query, "need", "Việc cần làm", needs.collect()),
        select(
            query,
            "competence",
            "Thẩm quyền",
            words::competences("Mọi cấp"),
        ),
        select(
            query,
            "unit",
            "Đơn vị",
            words::after("Mọi đơn vị", app.units_where(Verb::Write, Kind::Dispatch)),
        ),
        select(
            query,
            "session",
            "Kỳ họp",
            words::sessions(app, "Mọi kỳ họp"),
        ),
    ];
    let write = move || {
        let (kind, title) = match query.with_untracked(need) {
            Need::Remind => ("reminder", "Soạn văn bản đôn đốc"),
            _ => ("transfer", "Soạn văn bản chuyển"),
        };
        let path = format!("/desk/dispatches/new?kind={kind}");
        link_button("compose", "primary", &path, title)
    };
    let body = view! {
        {filters(controls)}
        {asked.notice()}
        {pick_cases::rows(app, asked, true)}
        {pick_cases::bar(app, write)}
    };
    let title = Frame::below("Chọn vụ việc để soạn văn bản", "/desk/dispatches");
    frame(app, title, body.into_any())
}
