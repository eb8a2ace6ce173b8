//! Pages on which a case is chosen for petitions: for those of the inbox, and for one that belongs to another case.

use kiennghi_frame::app::App;
use kiennghi_frame::asking::ask;
use kiennghi_frame::failure::Step;
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::placing::{Raised, place, put_words};
use kiennghi_frame::words;
use kiennghi_shared::desk::CaseFile;
use kiennghi_shared::id::DocumentId;
use leptos::prelude::*;

use super::choose_case::{Takes, choose};
use super::new_case::picked_row;
use crate::router::TOP;

/// Where nothing was chosen: after the page was loaded anew, for instance.
pub(super) fn none_picked() -> AnyView {
    view! {
        <p data-test="nothing">"Chưa chọn kiến nghị nào."</p>
        <p><a class="button primary" href=TOP>"Về kiến nghị chờ tổng hợp"</a></p>
    }
    .into_any()
}

/// `/consolidation/into-case`: a case for the petitions that were chosen.
pub(super) fn of_picked(app: App) -> AnyView {
    let picked = app.picked.get_untracked();
    let title = Frame::below("Đưa vào vụ việc đã có", TOP);
    if picked.is_empty() {
        return frame(app, title, none_picked());
    }
    let rows: Vec<AnyView> = picked.iter().map(picked_row).collect();
    let raised: Vec<Raised> = picked.iter().map(Raised::from).collect();
    let step = Step::new();
    let chosen = choose(
        app,
        step,
        "Đưa vào vụ việc này",
        Takes::Open(None),
        move |case| {
            let path = Some(format!("/desk/cases/{}", case.id));
            let words = put_words(raised.len(), &case.code);
            place(app, step, raised.clone(), Some(case.id), (path, words));
        },
    );
    let body = view! {
        <ul class="rows">{rows}</ul>
        <h2>"Chọn vụ việc"</h2>
        {chosen}
    };
    frame(app, title, body.into_any())
}

/// `/consolidation/cases/:case/petitions/:petition/move`: another case for a petition.
pub(super) fn of_petition(app: App, case: DocumentId, petition: DocumentId) -> AnyView {
    let asked = ask::<CaseFile>(app, move || format!("cases/{case}"));
    let body = asked.shown(move |file| {
        let voice = file.voices.iter().find(|voice| voice.id == petition);
        let Some(voice) = voice else {
            return view! { <p data-test="nothing">"Vụ việc này không có kiến nghị đó."</p> }
                .into_any();
        };
        let raised = Raised::from(voice);
        let from = file.row.case.code.clone();
        let step = Step::new();
        let meta = words::raised_in(&voice.petition, &voice.unit_name);
        let chosen = choose(
            app,
            step,
            "Chuyển sang vụ việc này",
            Takes::Open(Some(case)),
            move |into| {
                let path = Some(format!("/desk/cases/{}", into.id));
                let words = format!("Đã chuyển một kiến nghị từ {from} sang {}.", into.code);
                let raised = vec![raised.clone()];
                place(app, step, raised, Some(into.id), (path, words));
            },
        );
        view! {
            <p class="card-meta">{meta}</p>
            <p class="words">{voice.petition.content.clone()}</p>
            <h2>"Chọn vụ việc"</h2>
            {chosen}
        }
        .into_any()
    });
    let back = format!("/desk/cases/{case}");
    frame(app, Frame::below("Chuyển sang vụ việc khác", back), body)
}
