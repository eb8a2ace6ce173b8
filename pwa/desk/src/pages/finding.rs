//! `/desk/cases/:id/finding`: what supervision finds of a case.

use kiennghi_frame::app::App;
use kiennghi_frame::finding::{TITLE, form};
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::once::once;
use kiennghi_shared::desk::CaseFile;
use kiennghi_shared::id::DocumentId;
use leptos::prelude::*;

/// The page.
pub(super) fn page(app: App, id: DocumentId) -> AnyView {
    let back = format!("/desk/cases/{id}");
    let path = back.clone();
    let body = once::<CaseFile>(app, format!("cases/{id}"), move |file| {
        form(app, vec![file.row.clone()], path.clone())
    });
    frame(app, Frame::form(TITLE, back), body)
}
