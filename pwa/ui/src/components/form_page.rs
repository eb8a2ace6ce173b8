//! A page that holds one form: fetches what it needs, asks about a draft, then shows the form.
//!
//! The form is built once and never built again while it is on the screen, so that nothing
//! touches what a person is typing.

use kiennghi_messages::{Answer, Command, Detail, Draft, MeetingRow, RefusedRow};
use kiennghi_shared::desk::Outcome;
use kiennghi_shared::id::{ChangeHash, DocumentId};
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::browser;
use crate::components::draft_question::draft_question;
use crate::components::notices;
use crate::drafts;
use crate::router;
use crate::state::App;
use crate::telling;
use crate::words;
use crate::worker;

/// What a form is about.
#[derive(Clone, Copy)]
pub(crate) enum About {
    /// A new document.
    New,
    /// A document that is edited, or the meeting that is recorded at.
    Document(DocumentId),
    /// A new document about a case that was answered.
    Case(DocumentId),
    /// Refused work, by its number in the list.
    Refused(u64),
}

/// What a form begins with.
#[derive(Clone)]
pub(crate) struct Start {
    /// The document that is edited, or the meeting that is recorded at.
    pub(crate) detail: Option<Detail>,
    /// The refused work that is to be sent again.
    pub(crate) again: Option<RefusedRow>,
    /// The meetings to choose from, for a refused petition that is to be a new one.
    pub(crate) meetings: Vec<MeetingRow>,
    /// The case that it is about, where that is held here.
    pub(crate) outcome: Option<Outcome>,
    /// The draft that a person asked to open.
    pub(crate) draft: Option<Draft>,
    /// What its draft is called.
    pub(crate) key: String,
    /// Its own path.
    pub(crate) route: String,
}

impl Start {
    /// The version of the document that the form is about: a draft's own, so that saving it does not
    /// undo what others did since.
    pub(crate) fn heads(&self) -> Vec<ChangeHash> {
        let drafted = self.draft.as_ref().map(|draft| draft.heads.clone());
        let current = || self.detail.as_ref().map(|detail| detail.heads.clone());
        drafted.or_else(current).unwrap_or_default()
    }
}

#[derive(Clone)]
enum Stage {
    Waiting,
    Missing(String),
    Asking(Start, Draft),
    Form(Start),
}

/// The body of a form's page. `build` makes the form.
pub(crate) fn form_page(
    app: App,
    about: About,
    key: String,
    build: fn(App, &Start) -> AnyView,
) -> AnyView {
    let stage = RwSignal::new(Stage::Waiting);
    let opened = drafts::take_opened(&key);
    browser::spawn(async move {
        stage.set(prepare(about, key, opened).await);
        browser::soon(router::focus);
    });
    (move || match stage.get() {
        Stage::Waiting => notices::waiting(),
        Stage::Missing(words) => notices::failed(words),
        Stage::Form(start) => untrack(|| build(app, &start)),
        Stage::Asking(start, draft) => {
            let answer = move |draft: Option<Draft>, start: Start| {
                stage.set(Stage::Form(Start { draft, ..start }));
                browser::soon(router::focus);
            };
            let (fresh, kept) = (start.clone(), draft.clone());
            draft_question(
                &draft,
                move || answer(Some(kept.clone()), start.clone()),
                move || answer(None, fresh.clone()),
            )
        }
    })
    .into_any()
}

/// Refused work and, for a petition that is to be a new one, the meetings held here.
async fn refused(order: u64) -> Result<(RefusedRow, Vec<MeetingRow>), String> {
    let told = |failure| notices::words_of(&failure);
    let Answer::Refused { rows, .. } = worker::call(Command::Refused).await.map_err(told)? else {
        return Err(told(worker::unexpected()));
    };
    let row = rows.into_iter().find(|row| row.order == order);
    let row = row.ok_or_else(|| "Bản ghi này không còn trong danh sách.".to_owned())?;
    if row.is_edit || row.work.header.kind != Kind::Petition {
        return Ok((row, Vec::new()));
    }
    match worker::call(Command::Meetings).await.map_err(told)? {
        Answer::Meetings(meetings) => Ok((row, meetings)),
        _ => Err(told(worker::unexpected())),
    }
}

/// A case as it stands on this phone.
async fn outcome(id: DocumentId) -> Option<Outcome> {
    let results = worker::call(Command::Results).await.ok()?;
    let outcome = telling::case(telling::read(&results)?, id)?;
    match worker::call(Command::Records(Kind::Notice)).await {
        Ok(Answer::Records(notices)) => {
            let notices = telling::Notices::of(&notices, &[]);
            Some(telling::brought_up_to_date(outcome, &notices))
        }
        _ => Some(outcome),
    }
}

async fn prepare(about: About, key: String, opened: Option<Draft>) -> Stage {
    let (mut again, mut meetings) = (None, Vec::new());
    let document = match about {
        About::New | About::Case(_) => None,
        About::Document(id) => Some(id),
        About::Refused(order) => match refused(order).await {
            Ok((row, held)) => {
                let document = row.is_edit.then_some(row.work.header.id);
                (again, meetings) = (Some(row), held);
                document
            }
            Err(words) => return Stage::Missing(words),
        },
    };
    let detail = match document {
        None => None,
        Some(id) => match worker::call(Command::Detail(id)).await {
            Ok(Answer::Detail(detail)) => Some(*detail),
            Ok(_) => return Stage::Missing(notices::words_of(&worker::unexpected())),
            Err(failure) => return Stage::Missing(notices::words_of(&failure)),
        },
    };
    let case = match (about, &again, &detail) {
        (About::Case(id), ..) => Some(id),
        (_, Some(row), _) => words::text_of(&row.work.fields, "case").parse().ok(),
        (_, None, Some(detail)) => detail.fields.document("case"),
        _ => None,
    };
    let outcome = match case {
        Some(id) => outcome(id).await,
        None => None,
    };
    if matches!(about, About::Case(_)) && outcome.is_none() {
        return Stage::Missing("Máy này không có kết quả của vụ việc này.".to_owned());
    }
    let asked = opened.is_none();
    let kept = if asked {
        drafts::find(&key).await
    } else {
        None
    };
    let start = Start {
        detail,
        again,
        meetings,
        outcome,
        draft: opened,
        route: browser::path(),
        key,
    };
    match kept {
        Some(draft) => Stage::Asking(start, draft),
        None => Stage::Form(start),
    }
}
