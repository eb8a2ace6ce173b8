//! `/consolidation/cases/:case/earlier`: the earlier case about the same thing.

use kiennghi_frame::app::App;
use kiennghi_frame::asking::ask;
use kiennghi_frame::failure::{Question, Step, ask_first};
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::writing::set;
use kiennghi_shared::desk::CaseFile;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::{Edit, Value};
use leptos::prelude::*;

use super::choose_case::{Takes, choose};

/// The page.
pub(super) fn page(app: App, case: DocumentId) -> AnyView {
    let back = format!("/desk/cases/{case}");
    let asked = ask::<CaseFile>(app, move || format!("cases/{case}"));
    let (step, path) = (Step::new(), back.clone());
    let drop_link = {
        let path = path.clone();
        move || {
            let path = path.clone();
            step.take(async move {
                set(case, vec![Edit::new("repeated_from", Value::Empty)]).await?;
                app.done_elsewhere(path, "Đã bỏ liên kết “đã nêu trước đây”.");
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
                let words = format!("Đã ghi: đã nêu trước đây ở {}.", earlier.code);
                app.done_elsewhere(path, words);
                Ok(())
            });
        },
    );
    let body = view! { {present}<h2>"Chọn vụ việc trước đây"</h2>{chosen} };
    frame(app, Frame::below("Đã nêu trước đây", back), body.into_any())
}
