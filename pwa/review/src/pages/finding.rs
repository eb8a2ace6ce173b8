//! `/review/supervision/finding`: what supervision finds of the cases that were chosen; `/review/cases/:id/finding`: of one.

use kiennghi_frame::app::App;
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::once::{awaited, once};
use kiennghi_frame::picking;
use kiennghi_shared::desk::{CaseFile, CaseRow};
use kiennghi_shared::id::DocumentId;
use leptos::prelude::*;

use crate::finding::{TITLE, form};

const BACK: &str = "/review/supervision";

/// The page of one case.
pub(super) fn of_case(app: App, id: DocumentId) -> AnyView {
    let back = format!("/desk/cases/{id}");
    let path = back.clone();
    let body = once::<CaseFile>(app, format!("cases/{id}"), move |file| {
        form(app, vec![file.row.clone()], path.clone())
    });
    frame(app, Frame::form(TITLE, back), body)
}

/// The page of those that were chosen.
pub(super) fn of_chosen(app: App) -> AnyView {
    let body = awaited(
        app,
        move || picking::chosen(app),
        move |rows: &Vec<CaseRow>| match rows.is_empty() {
            true => view! {
                <p data-test="nothing">"Chưa chọn vụ việc nào."</p>
                <p><a class="button primary" href=BACK>"Chọn vụ việc để giám sát"</a></p>
            }
            .into_any(),
            false => form(app, rows.clone(), BACK.to_owned()),
        },
    );
    frame(app, Frame::form(TITLE, BACK), body)
}
