//! Saying who is to answer.

use kiennghi_frame::app::App;
use kiennghi_frame::failure::link_button;
use kiennghi_shared::casefile::{Desk, Need};
use kiennghi_shared::desk::CaseFile;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::needs::need_of;

pub(super) fn offer(app: App, file: &CaseFile) -> Vec<AnyView> {
    let addressee = file.row.standing.addressee.as_ref();
    let need = need_of(app, Desk::Executive, file);
    let (Some(need), Some(_)) = (
        need,
        addressee.filter(|unit| app.may_write(Kind::Assignment, unit)),
    ) else {
        return Vec::new();
    };
    let path = format!("/letters/cases/{}/assign", file.row.id);
    let (class, words) = match need {
        Need::Assign => ("primary", "Phân công"),
        Need::Reassign => ("primary", "Phân công lại"),
        _ => ("", "Phân công thêm"),
    };
    vec![link_button("assign", class, &path, words)]
}
