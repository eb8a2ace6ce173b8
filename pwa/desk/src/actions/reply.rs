//! Answering, giving a case back, and noting an answer that came on paper.

use kiennghi_frame::app::App;
use kiennghi_frame::parties::{By, answering};
use kiennghi_shared::casefile::State;
use kiennghi_shared::catalogue::COMMITTEE;
use kiennghi_shared::desk::CaseFile;
use leptos::prelude::*;

pub(super) fn offer(app: App, file: &CaseFile) -> Vec<AnyView> {
    let state = file.row.standing.state;
    if matches!(state, State::Consolidated | State::SentBack | State::Closed) {
        return Vec::new();
    }
    // Whoever answered may answer again, when a roadmap has come to its end for instance.
    let is_first = file.row.standing.answer.is_none();
    let mut offers = Vec::new();
    for (unit, by) in answering(app, file) {
        let path = |page: &str| format!("/letters/cases/{}/{page}?unit={}", file.row.id, unit.0);
        let link = |test: &'static str, class: &'static str, path: String, words: &'static str| {
            let unit = unit.0.clone();
            view! { <a href=path class=format!("button {class}") data-test=test data-unit=unit>{words}</a> }
                .into_any()
        };
        let (class, words) = match (by, is_first) {
            (By::Addressee, true) if file.row.standing.to_role != COMMITTEE => ("", "Trả lời"),
            (By::Agency | By::Addressee, true) => ("primary", "Trả lời"),
            (By::Agency | By::Addressee, false) => ("", "Trả lời tiếp"),
            (By::Helper, _) => ("", "Gửi ý kiến phối hợp"),
            (By::Committee, _) => ("", "Ghi trả lời nhận bằng văn bản"),
        };
        offers.push(link("answer", class, path("answer"), words));
        if is_first && by != By::Committee {
            offers.push(link("send-back", "", path("send-back"), "Trả lại"));
        }
    }
    offers
}
