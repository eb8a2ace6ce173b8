//! Sending a case on, and reminding of it.

use kiennghi_frame::app::App;
use kiennghi_frame::failure::link_button;
use kiennghi_frame::parties::received_by;
use kiennghi_shared::casefile::{Desk, Need};
use kiennghi_shared::desk::CaseFile;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::needs::need_of;

pub(super) fn offer(app: App, file: &CaseFile) -> Vec<AnyView> {
    if !app.may_write(Kind::Dispatch, &file.row.unit) {
        return Vec::new();
    }
    let path = |kind: &str| format!("/letters/new?kind={kind}&case={}", file.row.id);
    let offer = match need_of(app, Desk::Committee, file) {
        Some(Need::Dispatch) => link_button(
            "send",
            "primary",
            &path("transfer"),
            "Soạn văn bản chuyển đi",
        ),
        Some(Need::Reroute) => link_button(
            "send",
            "primary",
            &path("transfer"),
            "Soạn văn bản chuyển nơi khác",
        ),
        Some(Need::Follow | Need::Supervise) => {
            link_button("send", "", &path("transfer"), "Chuyển đi lần nữa")
        }
        // What another committee sent up goes on to whoever can settle it.
        Some(Need::Answer) if received_by(app, &file.row).is_some() => {
            link_button("send", "", &path("transfer"), "Chuyển đi lần nữa")
        }
        Some(Need::Remind) => link_button("remind", "primary", &path("reminder"), "Đôn đốc"),
        _ => return Vec::new(),
    };
    vec![offer]
}
