//! Choosing a case among those of the committee, by words.

use std::sync::Arc;

use kiennghi_frame::app::App;
use kiennghi_frame::asking::ask;
use kiennghi_frame::failure::Step;
use kiennghi_frame::filters::{filters, search};
use kiennghi_frame::query::Query;
use kiennghi_messages::Row;
use kiennghi_parts::live::{Keyed, live, rows};
use kiennghi_shared::casefile::State;
use kiennghi_shared::desk::{CaseList, CaseRow};
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::papers::Case;
use leptos::prelude::*;

const ROWS: &str = "20";

/// A case that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    /// The case.
    pub(super) id: DocumentId,
    /// Its code.
    pub(super) code: String,
    wording: String,
    meta: String,
    is_over: bool,
}

impl From<&CaseRow> for Choice {
    fn from(row: &CaseRow) -> Self {
        let state: State = row.standing.state;
        Self {
            id: row.id,
            code: row.case.code.clone(),
            wording: row.case.wording.clone(),
            meta: format!(
                "{} · {} · {} kiến nghị · {}",
                row.case.code,
                state.title(),
                row.petitions,
                row.unit_name
            ),
            is_over: state.is_over(),
        }
    }
}

impl From<&Row> for Choice {
    fn from(row: &Row) -> Self {
        let case = Case::from(&row.fields);
        Self {
            id: row.header.id,
            meta: format!("{} · chưa gửi", case.code),
            code: case.code,
            wording: case.wording,
            is_over: false,
        }
    }
}

/// Which cases can be chosen.
#[derive(Debug, Clone, Copy)]
pub(super) enum Takes {
    /// Those that go on, but for this one.
    Open(Option<DocumentId>),
    /// All but this one.
    AllBut(DocumentId),
}

impl Takes {
    fn takes(self, choice: &Choice) -> bool {
        match self {
            Takes::Open(except) => !choice.is_over && except != Some(choice.id),
            Takes::AllBut(except) => choice.id != except,
        }
    }
}

/// The search and its results; `choose` is what happens with one, and `button` stands on its button.
pub(super) fn choose(
    app: App,
    step: Step,
    button: &'static str,
    takes: Takes,
    choose: impl Fn(Choice) + Send + Sync + 'static,
) -> AnyView {
    let query = RwSignal::new(Query::default());
    let asked = ask::<CaseList>(app, move || {
        let path = query.get().with("desk", "committee");
        path.with("limit", ROWS).behind("cases")
    });
    let found = move || {
        let list = asked.get();
        let listed = list
            .iter()
            .flat_map(|list| list.cases.iter().map(Choice::from));
        let listed: Vec<Choice> = listed.collect();
        // Those that the server does not have yet.
        let mut found: Vec<Choice> = app.pending.with(|pending| {
            let made = pending.cases.iter().map(Choice::from);
            made.filter(|made| listed.iter().all(|row| row.id != made.id))
                .collect()
        });
        found.extend(listed);
        found.retain(|row| takes.takes(row));
        found
    };
    let act: Act = Arc::new(choose);
    let shown = rows(move || {
        let keyed = |row: Choice| {
            let (key, act) = (format!("{} {}", row.id, row.meta), Arc::clone(&act));
            Keyed::new(key, move || {
                choice(step, button, row.clone(), Arc::clone(&act))
            })
        };
        found().into_iter().map(keyed).collect()
    });
    let none = live(move || {
        let none = asked.get().is_some() && found().is_empty();
        none.then(|| view! { <p data-test="nothing">"Không thấy vụ việc nào."</p> }.into_any())
    });
    view! {
        {step.failure()}
        {filters(vec![search(query)])}
        {live(move || asked.notice())}
        {live(move || asked.waiting())}
        <ul class="rows">{shown}</ul>
        {none}
    }
    .into_any()
}

/// What happens with the case that is chosen.
type Act = Arc<dyn Fn(Choice) + Send + Sync>;

fn choice(step: Step, button: &'static str, row: Choice, act: Act) -> AnyView {
    let (id, wording, meta) = (row.id, row.wording.clone(), row.meta.clone());
    view! {
        <li data-test="case-choice" data-id=id.to_string()>
            <div><p class="card-meta">{meta}</p><p class="clamp">{wording}</p></div>
            {step.button("choose", "", button, move || act(row.clone()))}
        </li>
    }
    .into_any()
}
