//! The wording and the classification of a case.

use kiennghi_shared::desk::CaseFile;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::app::App;
use crate::failure::link_button;

pub(super) fn offer(app: App, file: &CaseFile) -> Vec<AnyView> {
    let path = format!("/desk/cases/{}/edit", file.row.id);
    let offer = app
        .may_write(Kind::Case, &file.row.unit)
        .then(|| link_button("edit", "", &path, "Sửa nội dung, phân loại, hạn"));
    offer.into_iter().collect()
}
