//! Editing a document by its kind's schema: one change a save.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ObjId, ObjType, ROOT, ReadDoc, ScalarValue, Value as AutomergeValue};

use super::{Document, from_scalar, is_prose, prose};
use crate::id::{ActorId, ChangeHash, UserName};
use crate::record::{Edit, Value};
use crate::schema::{Field, Kind, Misfit, VERSION, VERSION_KEY};
use crate::text::normalise;

/// Why an edit was not made. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The kind has no such field.
    #[error("no field {0}")]
    UnknownField(String),
    /// A value does not fit its field.
    #[error(transparent)]
    Misfit(#[from] Misfit),
    /// automerge refused it.
    #[error("automerge: {0}")]
    Automerge(String),
}

/// A change that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChange {
    /// Its name.
    pub hash: ChangeHash,
    /// Who made it.
    pub actor: ActorId,
    /// Its number among the actor's changes to this document, from 1.
    pub seq: u64,
    /// The change chunk, not compressed.
    pub bytes: Vec<u8>,
}

pub(super) fn edit_error(error: impl std::fmt::Display) -> EditError {
    EditError::Automerge(error.to_string())
}

impl Document {
    /// Whether edits fit their kind, as far as that shows before they are made.
    ///
    /// # Errors
    /// When a field is unknown or a value does not fit.
    pub fn check_edits(kind: Kind, edits: &[Edit]) -> Result<(), EditError> {
        fitting(kind, edits).map(|_| ())
    }

    /// Sets fields in one change; `None` when nothing was different.
    ///
    /// Prose is changed word by word, so that it merges with others'. The first edit of an
    /// empty document creates its prose fields and schema version. Values are normalised.
    ///
    /// # Errors
    /// When a field is unknown or a value does not fit; nothing is changed then.
    pub fn edit(
        &mut self,
        kind: Kind,
        edits: &[Edit],
        author: &UserName,
        now_ms: i64,
    ) -> Result<Option<NewChange>, EditError> {
        let edits = fitting(kind, edits)?;
        let create = self.inner.get_heads().is_empty();
        let mut transaction = self.inner.transaction();
        if create {
            transaction
                .put(ROOT, VERSION_KEY, VERSION)
                .map_err(edit_error)?;
            for field in kind.fields().iter().filter(|field| is_prose(field)) {
                transaction
                    .put_object(ROOT, field.key, ObjType::Text)
                    .map_err(edit_error)?;
            }
        }
        for (field, value) in &edits {
            if is_prose(field) {
                let text = text_object(&transaction, field.key)
                    .ok_or_else(|| edit_error(format!("{} is not text", field.key)))?;
                let words = value.as_text().unwrap_or_default();
                prose::rewrite(&mut transaction, &text, words).map_err(edit_error)?;
            } else if !holds(&transaction, field.key, value) {
                // Of several values, automerge would keep the one that is put again as it was: a choice that somebody else
                // made at once would then pass over this one.
                if transaction
                    .get_all(ROOT, field.key)
                    .map_err(edit_error)?
                    .len()
                    > 1
                {
                    transaction.delete(ROOT, field.key).map_err(edit_error)?;
                }
                transaction
                    .put(ROOT, field.key, scalar(value))
                    .map_err(edit_error)?;
            }
        }
        if transaction.pending_ops() == 0 {
            transaction.rollback();
            return Ok(None);
        }
        let options = CommitOptions::default()
            .with_message(author.0.clone())
            .with_time(now_ms);
        let (Some(hash), _) = transaction.commit_with(options) else {
            return Ok(None);
        };
        let change = self
            .inner
            .get_change_by_hash(&hash)
            .ok_or_else(|| edit_error("the change is gone"))?;
        Ok(Some(NewChange {
            hash: ChangeHash(hash.0),
            actor: ActorId::from_slice(change.actor_id().to_bytes()).map_err(edit_error)?,
            seq: change.seq(),
            bytes: change.raw_bytes().to_vec(),
        }))
    }

    /// Makes the edit that a person made while looking at an earlier version: it is written on top of
    /// `heads` by `fresh`, an actor that was never used before, and merged with what came since. So
    /// prose merges, and a field that somebody else changed meanwhile shows both versions.
    ///
    /// Writes on top of today's version when `heads` are today's, empty, or not known here.
    ///
    /// # Errors
    /// As [`Document::edit`]; when the merge fails, the document must be dropped.
    pub fn edit_at(
        &mut self,
        heads: &[ChangeHash],
        fresh: ActorId,
        kind: Kind,
        edits: &[Edit],
        author: &UserName,
        now_ms: i64,
    ) -> Result<Option<NewChange>, EditError> {
        let theirs: Vec<_> = heads
            .iter()
            .map(|hash| automerge::ChangeHash(hash.0))
            .collect();
        let mut earlier = match self.inner.fork_at(&theirs) {
            Ok(inner) if !heads.is_empty() && inner.get_heads() != self.inner.get_heads() => {
                Self { inner }
            }
            _ => return self.edit(kind, edits, author, now_ms),
        };
        earlier.set_actor(fresh);
        let change = earlier.edit(kind, edits, author, now_ms)?;
        if let Some(change) = &change {
            self.apply([change.bytes.as_slice()]).map_err(edit_error)?;
        }
        Ok(change)
    }
}

/// The fields and the values that they shall have, normalised.
fn fitting(kind: Kind, edits: &[Edit]) -> Result<Vec<(&'static Field, Value)>, EditError> {
    let fits = |edit: &Edit| {
        let field = kind
            .field(&edit.field)
            .ok_or_else(|| EditError::UnknownField(edit.field.clone()))?;
        let value = match &edit.value {
            Value::Text(text) => match normalise(text) {
                empty if empty.is_empty() && !is_prose(field) => Value::Empty,
                text => Value::Text(text),
            },
            other => other.clone(),
        };
        field.accepts(&value)?;
        Ok((field, value))
    };
    edits.iter().map(fits).collect()
}

fn text_object(document: &impl ReadDoc, key: &str) -> Option<ObjId> {
    match document.get(ROOT, key) {
        Ok(Some((AutomergeValue::Object(ObjType::Text), id))) => Some(id),
        _ => None,
    }
}

/// Whether the field holds this value and no other, so that nothing needs to be written.
fn holds(document: &impl ReadDoc, key: &str, value: &Value) -> bool {
    match document.get_all(ROOT, key).unwrap_or_default().as_slice() {
        [] => value == &Value::Empty,
        [(AutomergeValue::Scalar(scalar), _)] => &from_scalar(scalar) == value,
        _ => false,
    }
}

fn scalar(value: &Value) -> ScalarValue {
    match value {
        Value::Text(text) => ScalarValue::Str(text.as_str().into()),
        Value::Number(number) => ScalarValue::Int(*number),
        Value::Empty => ScalarValue::Null,
    }
}
