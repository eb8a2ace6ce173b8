//! `/review/supervision/finding`: what supervision finds of the cases that were chosen.

use kiennghi_frame::app::App;
use kiennghi_frame::finding::{TITLE, form};
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::once::awaited;
use kiennghi_frame::picking;
use kiennghi_shared::desk::CaseRow;
use leptos::prelude::*;

const BACK: &str = "/review/supervision";

/// The page.
pub(super) fn page(app: App) -> AnyView {
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
