//! Forms that keep what is typed into them: on the machine at every keystroke, and offered again by a question. Opened
//! again, a form writes the documents that it would have written before.

use kiennghi_messages::{DeskAnswer, DeskCommand, Draft, Save};
use kiennghi_page::{drafts, places};
use kiennghi_parts::fields::Field;
use kiennghi_parts::left::{Left, draft_question, first_words};
use kiennghi_parts::live::live;
use kiennghi_shared::id::{ChangeHash, DocumentId};
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::app::App;
use crate::browser;
use crate::failure::Failure;
use crate::moved::now_at;
use crate::time;
use crate::worker;
use crate::writing::{fresh_id, save_in_order};

/// Where the apps at desks stand.
const TOPS: [&str; 4] = ["/desk/", "/consolidation/", "/letters/", "/review/"];

/// What keeps a form, under the name of its draft.
#[derive(Clone, Copy)]
pub struct Keeping {
    kept: StoredValue<Kept>,
    id: DocumentId,
}

/// What is kept of it.
struct Kept {
    key: String,
    /// Its page, to come back to.
    route: String,
    /// The draft that a person asked to open.
    left: Option<Draft>,
    heads: Vec<ChangeHash>,
    /// The fields, and what each began with.
    fields: Vec<(Field, String)>,
}

#[derive(Clone)]
enum Stage {
    Looking,
    Asking(Draft),
    Writing(Option<Draft>),
}

/// The key of a draft about several documents: the same for the same ones, in whatever order they were chosen.
#[must_use]
pub fn key_of(kind: &str, ids: impl Iterator<Item = DocumentId>) -> String {
    let all = ids.fold(0, |all, id| all ^ u128::from_be_bytes(id.0));
    format!("{kind}-{}", DocumentId(all.to_be_bytes()))
}

/// A form whose draft has this key: where one was left, that is asked about first. `thing` is what the form makes.
pub fn drafted(
    key: String,
    thing: &'static str,
    form: impl Fn(Keeping) -> AnyView + Send + 'static,
) -> AnyView {
    drafted_of(key, thing, Box::new(form))
}

// Once in the module, not once for each form.
fn drafted_of(
    key: String,
    thing: &'static str,
    form: Box<dyn Fn(Keeping) -> AnyView + Send>,
) -> AnyView {
    let stage = RwSignal::new(Stage::Looking);
    let name = key.clone();
    browser::spawn(async move {
        let found = drafts::find(&name).await;
        stage.try_set(found.map_or(Stage::Writing(None), Stage::Asking));
    });
    live(move || {
        Some(match stage.get() {
            Stage::Looking => {
                view! { <p class="muted" data-test="waiting">"Đang mở…"</p> }.into_any()
            }
            Stage::Asking(draft) => asked(stage, thing, draft),
            Stage::Writing(left) => untrack(|| begun(&key, left, &form)),
        })
    })
}

/// The form, under the id of its draft; nothing where none can be made.
fn begun(key: &str, left: Option<Draft>, form: &dyn Fn(Keeping) -> AnyView) -> AnyView {
    let known = left.as_ref().and_then(|left| left.id);
    match known.or_else(fresh_id) {
        Some(id) => form(Keeping::new(key.to_owned(), id, left)),
        None => ().into_any(),
    }
}

/// How a draft begins: the longest of what was typed.
#[must_use]
pub fn begins(draft: &Draft) -> String {
    let texts = draft.fields.iter().filter_map(|edit| edit.value.as_text());
    let longest = texts.max_by_key(|text| text.chars().count());
    first_words(longest.unwrap_or_default())
}

fn asked(stage: RwSignal<Stage>, thing: &'static str, draft: Draft) -> AnyView {
    let left = Left {
        thing,
        begins: begins(&draft),
        kept_at: draft.kept_at,
    };
    let write = move |left: Option<Draft>| {
        stage.set(Stage::Writing(left));
        browser::soon(places::focus);
    };
    let key = draft.key.clone();
    draft_question(
        left,
        move || write(Some(draft.clone())),
        move || {
            drafts::throw_away(&key);
            write(None);
        },
    )
}

/// What was left half-written at desks, each with the way to its page.
pub fn left(app: App) -> AnyView {
    let found = RwSignal::new(Vec::<Draft>::new());
    Effect::new(move || {
        app.changed.track();
        let reply = worker::ask(DeskCommand::Drafts);
        browser::spawn(async move {
            if let Ok(DeskAnswer::Drafts(mut drafts)) = reply.await {
                // The phone's app asks about its own.
                drafts.retain(|draft| TOPS.iter().any(|top| draft.route.starts_with(top)));
                found.try_set(drafts);
            }
        });
    });
    live(move || {
        let rows: Vec<AnyView> = found.with(|drafts| drafts.iter().map(left_row).collect());
        (!rows.is_empty()).then(|| {
            view! {
                <section class="notice warning" aria-label="Đang viết dở">
                    <p><strong>"Bạn đang viết dở:"</strong></p>
                    <ul>{rows}</ul>
                </section>
            }
            .into_any()
        })
    })
}

fn left_row(draft: &Draft) -> AnyView {
    let when = time::since(draft.kept_at, browser::now_ms());
    let words = match begins(draft) {
        begins if begins.is_empty() => when,
        begins => format!("“{begins}”, {when}"),
    };
    let path = now_at(&draft.route).unwrap_or_else(|| draft.route.clone());
    view! { <li><a href=path data-test="draft-left">{words}</a></li> }.into_any()
}

impl Keeping {
    fn new(key: String, id: DocumentId, left: Option<Draft>) -> Self {
        let kept = StoredValue::new(Kept {
            key,
            route: browser::address(),
            left,
            heads: Vec::new(),
            fields: Vec::new(),
        });
        Self { kept, id }
    }

    /// The id of the one new document that the form writes: the same when its draft is opened again.
    #[must_use]
    pub fn id(self) -> DocumentId {
        self.id
    }

    /// The ids of several, each under a name of its own.
    #[must_use]
    pub fn id_of(self, name: &str) -> DocumentId {
        self.id.beside(name)
    }

    /// Puts what was left into the fields, before they are shown, and keeps from now on what is typed. `heads` is the
    /// version of the document that is changed; empty for a new one.
    pub fn keep(self, heads: &[ChangeHash], fields: &[Field]) {
        self.kept.update_value(|kept| {
            kept.fields = fields.iter().map(|field| (*field, field.exact())).collect();
            kept.heads = heads.to_vec();
            if let Some(left) = &kept.left {
                kept.heads.clone_from(&left.heads);
                for edit in &left.fields {
                    let field = fields.iter().find(|field| field.key() == edit.field);
                    if let (Some(field), Some(text)) = (field, edit.value.as_text()) {
                        field.set(text);
                    }
                }
            }
        });
        let fields = fields.to_vec();
        Effect::new(move |before: Option<Vec<String>>| {
            let now: Vec<String> = fields.iter().map(|field| field.watched()).collect();
            if before.is_some_and(|before| before != now) {
                self.note();
            }
            now
        });
    }

    /// What is typed, or all that the fields hold; none once the page is gone.
    fn draft(self, all: bool) -> Option<Draft> {
        self.kept.try_with_value(|kept| {
            let typed = kept
                .fields
                .iter()
                .map(|(field, began)| (field.key(), field.exact(), began));
            let typed = typed.filter(|(_, text, began)| all || text != *began);
            Draft {
                key: kept.key.clone(),
                route: kept.route.clone(),
                fields: typed.map(|(key, text, _)| Edit::new(key, text)).collect(),
                kept_at: 0,
                heads: kept.heads.clone(),
                id: Some(self.id),
            }
        })
    }

    fn note(self) {
        match self.draft(false) {
            // What is again as it was at first is nothing to come back to.
            Some(draft) if draft.fields.is_empty() => drafts::throw_away(&draft.key),
            Some(draft) => drafts::note(draft),
            None => {}
        }
    }

    /// Has the documents written, the draft going with the last of them; what could not be written is kept on. The first
    /// is written before the others, which may speak of it.
    ///
    /// # Errors
    /// Why they are not written.
    pub async fn save(self, mut saves: Vec<Save>) -> Result<(), Failure> {
        saves.retain(|save| save.fresh || !save.edits.is_empty());
        // What stands in a field by itself may be another tomorrow, when the first of several is written already.
        let all = saves.len() > 1;
        let draft = self.draft(all);
        if let Some(draft) = &draft {
            self.hand_in(draft, &mut saves);
        }
        let saved = save_in_order(saves).await;
        if let (Err(_), Some(draft)) = (&saved, self.draft(all).or(draft)) {
            drafts::note(draft);
        }
        saved
    }

    /// Has the draft go with the last of what is written.
    fn hand_in(self, draft: &Draft, saves: &mut [Save]) {
        if saves.len() > 1 {
            // Kept before the first is written: a page that is killed between two of them finds it again.
            drafts::note(draft.clone());
            drafts::flush();
        }
        let Some(last) = saves.last_mut() else {
            return drafts::throw_away(&draft.key);
        };
        last.draft = Some(draft.key.clone());
        if !last.heads.is_empty() && !draft.heads.is_empty() {
            // What others wrote since is not undone.
            last.heads.clone_from(&draft.heads);
        }
        if self.kept.with_value(|kept| kept.left.is_some()) {
            // They may have been written before the form was opened again. Of what carries a petition others may have
            // written meanwhile: what was not seen is not written over.
            let own = |save: &&mut Save| save.kind != Kind::Consolidation;
            saves
                .iter_mut()
                .filter(own)
                .for_each(|save| save.fresh = false);
        }
        drafts::forget();
    }
}
