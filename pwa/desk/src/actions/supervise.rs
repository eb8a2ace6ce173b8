//! What supervision finds.

use kiennghi_frame::app::App;
use kiennghi_frame::failure::link_button;
use kiennghi_shared::casefile::{Desk, Need};
use kiennghi_shared::desk::CaseFile;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::needs::need_at;

pub(super) fn offer(app: App, file: &CaseFile) -> Vec<AnyView> {
    let class = match need_at(app, Desk::Committee, file) {
        None | Some(Need::Dispatch | Need::Reroute) => return Vec::new(),
        Some(Need::Decide | Need::Supervise | Need::Follow) => "primary",
        Some(_) => "",
    };
    if !app.may_write(Kind::Finding, &file.row.unit) {
        return Vec::new();
    }
    let path = format!("/review/cases/{}/finding", file.row.id);
    vec![link_button(
        "new-finding",
        class,
        &path,
        "Ghi kết luận giám sát",
    )]
}
