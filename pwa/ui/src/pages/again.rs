//! `/refused/:order`: refused work in the form of its kind, filled in, to be changed and sent again.
//! An edit of a document that is held here stays an edit; a new document becomes a new one.

use kiennghi_messages::again_key;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::components::form_page::{About, Start, form_page};
use crate::components::frame::{Frame, frame};
use crate::pages::{meeting_form, petition_form, visit_form};
use crate::state::App;

/// The page.
pub(crate) fn page(app: App, order: u64) -> AnyView {
    let body = form_page(app, About::Refused(order), again_key(order), build);
    frame(
        app,
        Frame::form("Sửa và gửi lại", "/refused".to_owned()),
        body,
    )
}

fn build(app: App, start: &Start) -> AnyView {
    let kind = start.again.as_ref().map(|row| row.work.header.kind);
    match kind {
        Some(Kind::Meeting) => meeting_form::build(app, start),
        Some(Kind::Notice | Kind::Check) => visit_form::build(app, start),
        Some(_) | None => petition_form::build(app, start),
    }
}
