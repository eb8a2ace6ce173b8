//! `/letters/choose`: the cases that a letter is to carry, among those that wait to be sent, or whose answer is late or due
//! soon.

use kiennghi_frame::app::App;
use kiennghi_frame::asking::ask;
use kiennghi_frame::failure::link_button;
use kiennghi_frame::filters::{filters, select};
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::picking;
use kiennghi_frame::query::{Query, followed};
use kiennghi_frame::words;
use kiennghi_shared::access::Verb;
use kiennghi_shared::casefile::Need;
use kiennghi_shared::desk::CaseList;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

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
    let query = followed("/letters/choose", NAMES);
    // Cases that wait for different letters are not put into one.
    Effect::new(move || {
        let purpose = query.with(|query| need(query).name());
        picking::begin(app, purpose);
    });
    let asked = ask::<CaseList>(app, move || {
        let wanted = query.get();
        let wanted = match need(&wanted) {
            // A letter may remind of more than is late.
            Need::Remind => wanted.with("need", "").with("remind", "true"),
            need => wanted.with("need", need.name()),
        };
        let wanted = wanted.with("desk", "committee");
        wanted.with("limit", picking::ROWS_MAX).behind("cases")
    });
    let needs = NEEDS.iter().enumerate().map(|(place, need)| {
        let name = if place == 0 { "" } else { need.name() };
        let title = match need {
            Need::Remind => "Quá hạn, sắp đến hạn, cần đôn đốc",
            need => need.title(),
        };
        (name.to_owned(), title.to_owned())
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
        let path = format!("/letters/new?kind={kind}");
        link_button("compose", "primary", &path, title)
    };
    let body = view! {
        {filters(controls)}
        {asked.notice()}
        {picking::rows(app, asked, |_| true)}
        {picking::bar(app, write)}
    };
    let title = Frame::below("Chọn vụ việc để soạn văn bản", "/letters");
    frame(app, title, body.into_any())
}
