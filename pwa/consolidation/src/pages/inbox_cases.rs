//! Beside the inbox: earlier cases that may say the same as the petition that is looked at, and what they are good for.
//! One that still waits for its answer takes the petition; one that was answered is repeated by a new case.

use std::sync::Arc;

use kiennghi_frame::app::App;
use kiennghi_frame::failure::{Step, actions};
use kiennghi_frame::placing::{Raised, place, put_words};
use kiennghi_frame::query::Query;
use kiennghi_frame::words;
use kiennghi_parts::live::{button, live};
use kiennghi_shared::access::reaches;
use kiennghi_shared::catalogue::{OUTCOMES, name_of};
use kiennghi_shared::desk::CaseRow;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::similar::{SimilarCase, SimilarList};
use leptos::prelude::*;

use super::inbox::Inbox;
use super::inbox_beside::both_say;
use crate::router::NEW_CASE;
use crate::time;

/// Where keys lead to.
pub(super) const HEADING: &str = "earlier-cases";

/// More would hide the petitions below them.
const ROWS_MAX: usize = 5;

/// The cases that may say the same as a petition, under a heading of their own; nothing where there are none.
pub(super) fn cases(inbox: Inbox, at: Option<DocumentId>, list: &SimilarList) -> Option<AnyView> {
    let shown = Shown {
        inbox,
        at,
        step: Step::new(),
    };
    let step = shown.step;
    let rows = list.cases.iter().take(ROWS_MAX);
    let rows: Vec<AnyView> = rows.map(|similar| row(shown, similar)).collect();
    (!rows.is_empty()).then(|| {
        view! {
            <h3 id=HEADING tabindex="-1">"Vụ việc có thể cùng nội dung"</h3>
            {step.failure()}
            <ul class="rows inbox">{rows}</ul>
        }
        .into_any()
    })
}

/// The petition that the cases are shown for, and what is done about it.
#[derive(Clone, Copy)]
struct Shown {
    inbox: Inbox,
    at: Option<DocumentId>,
    step: Step,
}

/// Whether its answer was given: what is raised anew is another case then.
fn is_answered(row: &CaseRow) -> bool {
    row.standing.state.is_over() || !row.standing.answered_on.is_empty()
}

/// How far a case has come, and what was answered.
pub(super) fn so_far(row: &CaseRow) -> String {
    let standing = &row.standing;
    let mut said = vec![standing.state.title().to_owned()];
    if !standing.answered_on.is_empty() {
        let on = time::day_of_stored(&standing.answered_on);
        said.push(format!("trả lời ngày {on}"));
        said.push(name_of(OUTCOMES, &standing.outcome).to_owned());
    }
    said.retain(|words| !words.is_empty());
    said.join(" · ")
}

fn row(shown: Shown, similar: &SimilarCase) -> AnyView {
    let row = Arc::new(similar.row.clone());
    let (id, case) = (row.id, &row.case);
    let meta = format!("{} · {} kiến nghị", words::holder(&row), row.petitions);
    let act = {
        let row = Arc::clone(&row);
        live(move || act(shown, &row))
    };
    view! {
        <li data-test="earlier-case" data-id=id.to_string()>
            <div>
                <p class="card-meta"><a href=format!("/desk/cases/{id}")>{case.code.clone()}</a>" · "{so_far(&row)}</p>
                <p class="clamp">{case.wording.clone()}</p>
                <p class="card-meta">{meta}</p>
                <p class="card-meta">{both_say(&similar.shared)}</p>
                {act}
            </div>
        </li>
    }
    .into_any()
}

fn act(Shown { inbox, at, step }: Shown, row: &Arc<CaseRow>) -> Option<AnyView> {
    let app = inbox.app;
    let raised: Vec<Raised> = inbox.chosen_or(at).iter().map(Raised::from).collect();
    let which = match app.picked.with(Vec::len) {
        0 => String::new(),
        count => format!(" ({count} kiến nghị đã chọn)"),
    };
    let (row, id) = (Arc::clone(row), row.id);
    if is_answered(&row) {
        let repeat = move || {
            let query = Query::current(&["session"]).with("earlier", id.to_string());
            inbox.take(at, &query.behind(NEW_CASE));
        };
        let words = format!("Tổng hợp thành vụ việc mới, ghi “đã nêu trước đây”{which}");
        return (!raised.is_empty()).then(|| actions(vec![button("repeat", "", words, repeat)]));
    }
    let may = !raised.is_empty() && raised.iter().all(|one| takes(app, &row, one));
    let put_in = move || {
        let words = put_words(raised.len(), &row.case.code);
        place(app, step, raised.clone(), Some(id), (None, words));
    };
    may.then(|| {
        let words = format!("Đưa vào vụ việc này{which}");
        actions(vec![button("put-in", "", words, put_in)])
    })
}

/// Whether the person may put a petition into the case, and the case has to do with its unit.
fn takes(app: App, row: &CaseRow, raised: &Raised) -> bool {
    let is_below = |profile: &_| reaches(profile, &row.unit, &raised.unit);
    app.may_write(Kind::Consolidation, &raised.unit) && app.profile(is_below) == Some(true)
}
