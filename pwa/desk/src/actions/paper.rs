//! What can be done about one paper of a case.

use kiennghi_frame::app::App;
use kiennghi_frame::failure::{Question, Step, actions, ask_first, link_button};
use kiennghi_frame::parties::answering;
use kiennghi_frame::writing::set;
use kiennghi_shared::casefile::{Content, Standing};
use kiennghi_shared::desk::{CaseFile, PaperRow};
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

/// Everything that the person can do about the paper now.
pub(crate) fn on_paper(app: App, file: &CaseFile, row: &PaperRow) -> AnyView {
    let id = row.id;
    let offer = match &row.content {
        Content::Dispatch(_) if app.may_read(Kind::Dispatch, &row.unit) => {
            let path = format!("/letters/{id}");
            link_button("open-dispatch", "", &path, "Mở văn bản")
        }
        Content::Answer(_)
            if answering(app, file)
                .iter()
                .any(|(unit, _)| *unit == row.unit) =>
        {
            let path = format!("/letters/cases/{}/answers/{id}", file.row.id);
            link_button("edit-answer", "", &path, "Sửa trả lời này")
        }
        Content::Assignment(paper)
            if paper.withdrawn.is_empty()
                && is_awaited(&file.row.standing)
                && app.may_write(Kind::Assignment, &row.unit) =>
        {
            return withdraw(app, id, file.today.clone());
        }
        _ => return ().into_any(),
    };
    view! { <div class="no-print">{actions(vec![offer])}</div> }.into_any()
}

/// Whether an answer is still to come.
fn is_awaited(standing: &Standing) -> bool {
    standing.answer.is_none() || standing.came_back()
}

fn withdraw(app: App, id: DocumentId, today: String) -> AnyView {
    let step = Step::new();
    let question = Question {
        test: "withdraw",
        button: "Rút phân công",
        question: "Đơn vị này không còn phải trả lời vụ việc. Phân công vẫn còn trong quá trình giải quyết, ghi là đã rút.",
        yes: "Rút lại",
    };
    let act = move || {
        let today = today.clone();
        step.take(async move {
            set(id, vec![Edit::new("withdrawn", today)]).await?;
            app.say("Đã rút phân công.");
            Ok(())
        });
    };
    view! {
        <div class="no-print">{step.failure()}{ask_first(step, &format!("withdraw-{id}"), question, act)}</div>
    }
    .into_any()
}
