//! The wording and the classification of a case.

use kiennghi_frame::app::App;
use kiennghi_frame::failure::link_button;
use kiennghi_shared::desk::CaseFile;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

pub(super) fn offer(app: App, file: &CaseFile) -> Vec<AnyView> {
    let path = format!("/desk/cases/{}/edit", file.row.id);
    let offer = app
        .may_write(Kind::Case, &file.row.unit)
        .then(|| link_button("edit", "", &path, "Sửa nội dung, phân loại, hạn"));
    offer.into_iter().collect()
}
