//! The earlier case that a case repeats (đã nêu trước đây).

use kiennghi_frame::app::App;
use kiennghi_frame::failure::link_button;
use kiennghi_shared::desk::CaseFile;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

pub(super) fn offer(app: App, file: &CaseFile) -> Vec<AnyView> {
    let path = format!("/consolidation/cases/{}/earlier", file.row.id);
    let words = match file.row.case.repeated_from {
        None => "Ghi “đã nêu trước đây”",
        Some(_) => "Đổi vụ việc “đã nêu trước đây”",
    };
    let offer = app
        .may_write(Kind::Case, &file.row.unit)
        .then(|| link_button("set-earlier", "", &path, words));
    offer.into_iter().collect()
}
