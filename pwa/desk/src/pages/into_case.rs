//! Pages on which a case is chosen: for petitions of the inbox, for a petition that belongs to another case, and as
//! the earlier one that a case repeats.

use kiennghi_frame::app::App;
use kiennghi_frame::asking::ask;
use kiennghi_frame::failure::{Question, Step, ask_first};
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::words;
use kiennghi_frame::writing::{Raised, put_into, save_all, set};
use kiennghi_shared::desk::CaseFile;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::{Edit, Value};
use leptos::prelude::*;

use super::choose_case::{Takes, choose};
use super::new_case::picked_row;

/// Where nothing was chosen: after the page was loaded anew, for instance.
pub(super) fn none_picked() -> AnyView {
    view! {
        <p data-test="nothing">"Chưa chọn kiến nghị nào."</p>
        <p><a class="button primary" href="/desk/inbox">"Về kiến nghị chờ tổng hợp"</a></p>
    }
    .into_any()
}

/// `/desk/inbox/into-case`: a case for the petitions that were chosen.
pub(super) fn of_picked(app: App) -> AnyView {
    let picked = app.picked.get_untracked();
    let title = Frame::below("Đưa vào vụ việc đã có", "/desk/inbox");
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
            move_to(app, step, raised.clone(), Some(case.id), (path, words));
        },
    );
    let body = view! {
        <ul class="rows">{rows}</ul>
        <h2>"Chọn vụ việc"</h2>
        {chosen}
    };
    frame(app, title, body.into_any())
}

/// Moves petitions into a case, or takes them out of all, and says so: here, or on the page at `path`.
pub(super) fn move_to(
    app: App,
    step: Step,
    raised: Vec<Raised>,
    case: Option<DocumentId>,
    (path, words): (Option<String>, String),
) {
    step.take(async move {
        let saves = raised.iter().map(|one| put_into(one, case));
        save_all(saves.collect()).await?;
        app.picked
            .update(|picked| picked.retain(|row| raised.iter().all(|one| one.id != row.id)));
        match path {
            Some(path) => app.done_at(&path, words),
            None => app.say(words),
        }
        Ok(())
    });
}

/// What is said of petitions that were put into a case.
pub(super) fn put_words(count: usize, code: &str) -> String {
    format!("Đã đưa {count} kiến nghị vào vụ việc {code}.")
}

/// `/desk/cases/:case/petitions/:petition/move`: another case for a petition.
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
                move_to(
                    app,
                    step,
                    vec![raised.clone()],
                    Some(into.id),
                    (path, words),
                );
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

/// `/desk/cases/:case/earlier`: the earlier case about the same thing.
pub(super) fn earlier(app: App, case: DocumentId) -> AnyView {
    let back = format!("/desk/cases/{case}");
    let asked = ask::<CaseFile>(app, move || format!("cases/{case}"));
    let (step, path) = (Step::new(), back.clone());
    let drop_link = {
        let path = path.clone();
        move || {
            let path = path.clone();
            step.take(async move {
                set(case, vec![Edit::new("repeated_from", Value::Empty)]).await?;
                app.done_at(&path, "Đã bỏ liên kết “đã nêu trước đây”.");
                Ok(())
            });
        }
    };
    let present = asked.shown(move |file| {
        let drop_link = drop_link.clone();
        let earlier = file.earlier.as_ref().map(|earlier| {
            let question = Question {
                test: "drop-earlier",
                button: "Bỏ liên kết",
                question: "Vụ việc này không còn được ghi là đã nêu trước đây.",
                yes: "Bỏ liên kết",
            };
            view! {
                <p>"Hiện ghi đã nêu ở: "<a href=format!("/desk/cases/{}", earlier.id)>{earlier.case.code.clone()}</a></p>
                {ask_first(step, "drop-earlier", question, drop_link)}
            }
            .into_any()
        });
        view! { <p class="words">{file.row.case.wording.clone()}</p>{earlier} }.into_any()
    });
    let chosen = choose(
        app,
        step,
        "Đã nêu ở vụ việc này",
        Takes::AllBut(case),
        move |earlier| {
            let path = path.clone();
            step.take(async move {
                set(
                    case,
                    vec![Edit::new("repeated_from", earlier.id.to_string())],
                )
                .await?;
                app.done_at(
                    &path,
                    format!("Đã ghi: đã nêu trước đây ở {}.", earlier.code),
                );
                Ok(())
            });
        },
    );
    let body = view! { {present}<h2>"Chọn vụ việc trước đây"</h2>{chosen} };
    frame(app, Frame::below("Đã nêu trước đây", back), body.into_any())
}
