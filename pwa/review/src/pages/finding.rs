//! `/review/supervision/finding`: what supervision finds of the cases that were chosen; `/review/cases/:id/finding`: of one.

use kiennghi_frame::app::App;
use kiennghi_frame::failure::Failure;
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::once::{awaited, fetch, once};
use kiennghi_frame::picking;
use kiennghi_shared::desk::CaseFile;
use kiennghi_shared::id::DocumentId;
use leptos::prelude::*;

use crate::finding::{TITLE, form};
use crate::judged::Judged;

const BACK: &str = "/review/supervision";

/// The page of one case.
pub(super) fn of_case(app: App, id: DocumentId) -> AnyView {
    let back = format!("/desk/cases/{id}");
    let path = back.clone();
    let body = once::<CaseFile>(app, format!("cases/{id}"), move |file| {
        form(app, vec![Judged::from(file)], path.clone())
    });
    frame(app, Frame::form(TITLE, back), body)
}

/// Cases of which the papers are shown beside the form.
const SHOWN_MAX: usize = 5;

/// Those that were chosen; where they are few, with their papers.
async fn chosen(app: App) -> Result<Vec<Judged>, Failure> {
    let rows = picking::chosen(app).await?;
    if rows.len() > SHOWN_MAX {
        return Ok(rows.into_iter().map(Judged::from).collect());
    }
    let mut cases = Vec::new();
    for row in rows {
        let file: CaseFile = fetch(app, format!("cases/{}", row.id)).await?;
        cases.push(Judged::from(&file));
    }
    Ok(cases)
}

/// The page of those that were chosen.
pub(super) fn of_chosen(app: App) -> AnyView {
    let body = awaited(
        app,
        move || chosen(app),
        move |cases: &Vec<Judged>| match cases.is_empty() {
            true => view! {
                <p data-test="nothing">"Chưa chọn vụ việc nào."</p>
                <p><a class="button primary" href=BACK>"Chọn vụ việc để giám sát"</a></p>
            }
            .into_any(),
            false => form(app, cases.clone(), BACK.to_owned()),
        },
    );
    frame(app, Frame::form(TITLE, BACK), body)
}
