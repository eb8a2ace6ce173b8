//! What a form holds while it is on the screen.
//!
//! Fields are uncontrolled: the browser owns the text, and this only listens. It keeps a draft at
//! every keystroke, and turns what was typed into edits: for a document that exists, only of the
//! fields that a person changed.

use std::collections::BTreeMap;

use kiennghi_messages::{Answer, Cause, Command, Detail, Draft, Failure, RefusedRow, Save};
use kiennghi_shared::id::{ChangeHash, DocumentId, UnitCode};
use kiennghi_shared::record::{Edit, Value};
use kiennghi_shared::schema::{Field, Kind, PETITIONER, Shape};
use leptos::prelude::*;

use crate::browser;
use crate::components::form_page::Start;
use crate::components::petitioner;
use crate::drafts;
use crate::worker;

/// Texts by field key, as they stand in the fields.
pub(crate) type Texts = BTreeMap<String, String>;

/// What a form holds. Copied into the handlers of its fields.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    kind: Kind,
    texts: StoredValue<Texts>,
    stored: StoredValue<Texts>,
    heads: StoredValue<Vec<ChangeHash>>,
    keep: StoredValue<(String, String)>,
    again: Option<u64>,
    /// What is wrong, by field key.
    pub(crate) errors: RwSignal<BTreeMap<String, String>>,
    /// Why saving failed.
    pub(crate) failure: RwSignal<Option<String>>,
    /// Whether saving is under way.
    pub(crate) busy: RwSignal<bool>,
}

impl Form {
    /// A form of a document: `stored` is what the document holds, `shown` what the fields begin
    /// with, `start` under what name to keep it and which version of the document it is about.
    pub(crate) fn new(kind: Kind, stored: Texts, shown: Texts, start: &Start) -> Self {
        Self {
            kind,
            texts: StoredValue::new(shown),
            stored: StoredValue::new(stored),
            heads: StoredValue::new(start.heads()),
            keep: StoredValue::new((start.key.clone(), start.route.clone())),
            again: start.again.as_ref().map(|row| row.order),
            errors: RwSignal::new(BTreeMap::new()),
            failure: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    /// What a field holds.
    pub(crate) fn text(self, key: &str) -> String {
        self.texts
            .try_with_value(|texts| texts.get(key).cloned())
            .flatten()
            .unwrap_or_default()
    }

    /// Whether a field holds something else than the document.
    pub(crate) fn differs(self, key: &str) -> bool {
        let stored = self.stored.get_value();
        stored.get(key).map_or("", |old| old.trim()) != self.text(key).trim()
    }

    /// Takes in what was typed, and has it kept.
    pub(crate) fn typed(self, key: &str, text: String) {
        self.put(key, text);
        if self
            .errors
            .with_untracked(|errors| errors.contains_key(key))
        {
            self.errors.update(|errors| {
                errors.remove(key);
            });
        }
        self.note();
    }

    /// Changes a field without a keystroke.
    pub(crate) fn put(self, key: &str, text: String) {
        self.texts
            .try_update_value(|texts| texts.insert(key.to_owned(), text));
    }

    /// Has the present texts kept as a draft.
    pub(crate) fn note(self) {
        if let Some(draft) = self.draft().filter(|draft| !draft.fields.is_empty()) {
            drafts::note(draft);
        }
    }

    /// What is kept of it; none when the page is gone.
    fn draft(self) -> Option<Draft> {
        let (key, route) = self.keep.try_get_value()?;
        Some(Draft {
            key,
            route,
            fields: self.fields()?,
            kept_at: 0,
            heads: self.heads.try_get_value()?,
            id: None,
        })
    }

    /// What a draft keeps. What stands where a register's number belongs and is none may be a name, which
    /// is not kept even for a while.
    fn fields(self) -> Option<Vec<Edit>> {
        let may_be_kept = |edit: &Edit| {
            let field = self.kind.field(&edit.field);
            field.is_none_or(|field| {
                !matches!(field.shape, Shape::RegisterNumbers(_))
                    || field.accepts(&edit.value).is_ok()
            })
        };
        self.texts.try_with_value(|texts| {
            let texts = texts.iter();
            texts
                .map(|(key, text)| Edit::new(key, text.as_str()))
                .filter(may_be_kept)
                .collect()
        })
    }

    /// Marks a field as wrong.
    pub(crate) fn refuse(self, key: &str, reason: &str) {
        self.errors.update(|errors| {
            errors.insert(key.to_owned(), reason.to_owned());
        });
    }

    /// What shall change; none when a field is wrong, which is then marked and focused.
    pub(crate) fn edits(self) -> Option<Vec<Edit>> {
        self.errors.set(BTreeMap::new());
        let (texts, stored) = (self.texts.get_value(), self.stored.get_value());
        let mut edits = Vec::new();
        for field in self.kind.fields() {
            let Some(text) = texts.get(field.key).map(|text| text.trim()) else {
                continue;
            };
            if field.required && text.is_empty() {
                self.refuse(
                    field.key,
                    &format!("Hãy ghi: {}", field.name.to_lowercase()),
                );
            } else if stored.get(field.key).map_or("", |old| old.trim()) != text {
                match value_of(field, text) {
                    Ok(value) => edits.push(Edit::new(field.key, value)),
                    Err(reason) => self.refuse(field.key, &reason),
                }
            }
        }
        if let Err((key, reason)) = petitioner::said(&texts, &stored) {
            self.refuse(key, &reason);
        }
        self.focus_first_error().then_some(edits)
    }

    /// Focuses the first wrong field; true when there is none.
    pub(crate) fn focus_first_error(self) -> bool {
        let wrong = self.errors.with_untracked(|errors| {
            let fields = self.kind.fields().iter().map(|field| field.key);
            let mut keys = fields.chain(petitioner::KEYS);
            keys.find(|key| errors.contains_key(*key))
        });
        if let Some(key) = wrong {
            browser::focus(&control_id(key));
        }
        wrong.is_none()
    }

    /// Saves; the document's id, or none with the reason shown and the text left where it is. None
    /// also when the page was left meanwhile: whoever waits must then not lead away from another.
    pub(crate) async fn save(
        self,
        id: Option<DocumentId>,
        unit: UnitCode,
        edits: Vec<Edit>,
    ) -> Option<DocumentId> {
        let draft = self.draft()?;
        let person = petitioner::said(&self.texts.get_value(), &self.stored.get_value());
        let person = person.ok().flatten();
        let person = person.and_then(|person| minicbor::to_vec(person).ok());
        let is_same = edits.is_empty() && person.is_none() && self.again.is_none();
        if let Some(unchanged) = id.filter(|_| is_same) {
            drafts::throw_away(&draft.key);
            return Some(unchanged);
        }
        self.busy.set(true);
        self.failure.set(None);
        drafts::forget();
        let answered = worker::call(Command::Save(Save {
            id,
            kind: self.kind,
            unit,
            edits,
            draft: Some(draft.key.clone()),
            heads: draft.heads.clone(),
            again: self.again,
            person: person.map(Into::into),
            fresh: false,
        }))
        .await;
        let is_here = self.busy.try_get_untracked().is_some();
        self.busy.set(false);
        let failure = match answered {
            Ok(Answer::Saved(id)) => return Some(id).filter(|_| is_here),
            Ok(_) => worker::unexpected(),
            Err(failure) => failure,
        };
        self.failure.set(Some(not_saved(&failure)));
        if is_here {
            self.note();
        } else {
            drafts::note(draft);
        }
        None
    }
}

/// What a person is told when saving failed.
fn not_saved(failure: &Failure) -> String {
    match failure.cause {
        Cause::Invalid => failure.message.clone(),
        Cause::Storage => "Chưa lưu được – chữ bạn viết vẫn còn trên màn hình.".to_owned(),
        _ => format!(
            "Chưa lưu được – chữ bạn viết vẫn còn trên màn hình. {}",
            failure.message
        ),
    }
}

/// The id of a field's control in the page.
pub(crate) fn control_id(key: &str) -> String {
    format!("field-{key}")
}

fn value_of(field: &Field, text: &str) -> Result<Value, String> {
    if text.is_empty() {
        return Ok(match field.shape {
            Shape::Prose(_) => Value::from(""),
            _ => Value::Empty,
        });
    }
    let too_long = |max: usize| format!("Dài quá {max} ký tự");
    match field.shape {
        Shape::Number(max) => {
            let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '.')).collect();
            match digits.parse::<i64>() {
                Ok(number) if (0..=max).contains(&number) => Ok(Value::Number(number)),
                _ => Err("Hãy ghi một số, ví dụ 12".to_owned()),
            }
        }
        Shape::Prose(max) | Shape::Line(max) if text.chars().count() > max => Err(too_long(max)),
        Shape::RegisterNumbers(_) if field.accepts(&Value::from(text)).is_err() => {
            Err("Không ghi tên ở đây. Chỉ ghi số vào sổ, ví dụ 12/TC".to_owned())
        }
        Shape::Lines(_) => {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            Ok(Value::from(lines.collect::<Vec<_>>().join("\n")))
        }
        _ => Ok(Value::from(text)),
    }
}

/// The texts of a draft.
pub(crate) fn texts_of_draft(draft: &Draft) -> Texts {
    let text = |edit: &Edit| edit.value.as_text().unwrap_or_default().to_owned();
    draft
        .fields
        .iter()
        .map(|edit| (edit.field.clone(), text(edit)))
        .collect()
}

/// The texts of refused work: over those that its document holds, or for a new document without what
/// is the old one's own.
pub(crate) fn texts_again(row: &RefusedRow, stored: &Texts) -> Texts {
    let mut again = stored.clone();
    for edit in &row.work.fields {
        let fits = match edit.field.as_str() {
            key if row.is_edit => stored.contains_key(key),
            "recorder" | "recorded_at" | "code" | PETITIONER => false,
            "meeting" => row.meeting.is_some(),
            _ => true,
        };
        if fits {
            again.insert(edit.field.clone(), text_of(&edit.value));
        }
    }
    again
}

/// Fields that no form has.
const NOT_TYPED: [&str; 7] = [
    "code",
    "meeting",
    "position",
    "attachments",
    "recorder",
    "recorded_at",
    PETITIONER,
];

/// The texts of a document, of the fields that its form has.
pub(crate) fn texts_of(detail: &Detail) -> Texts {
    let keys = detail.header.kind.fields().iter().map(|field| field.key);
    let typed = keys.filter(|key| !NOT_TYPED.contains(key));
    let text = |key| detail.fields.value(key).map(text_of).unwrap_or_default();
    texts(typed.map(|key| (key, text(key))))
}

/// A value as it stands in a form.
fn text_of(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Empty => String::new(),
    }
}

/// Texts by field key.
pub(crate) fn texts<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>) -> Texts {
    pairs
        .into_iter()
        .map(|(key, text)| (key.to_owned(), text))
        .collect()
}
