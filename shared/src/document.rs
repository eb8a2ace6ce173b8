//! One automerge document: typed reading and editing by the kind's schema.
//!
//! Text positions count Unicode code points, on the phone and on the server alike. Bytes from a
//! client must have passed [`validate`](crate::validate) before they come here: automerge checks
//! the encoding of a change, not its meaning.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{
    Automerge, Change, LoadOptions, ObjId, ObjType, OnPartialLoad, ROOT, ReadDoc, SaveOptions,
    ScalarValue, TextEncoding, Value as AutomergeValue,
};

use crate::id::{ActorId, ChangeHash, UserName};
use crate::record::{Edit, FieldChange, HistoryEntry, Record, Value, Version};
use crate::schema::{Field, Kind, Misfit, Shape, VERSION, VERSION_KEY};
use crate::text::normalise;

/// Why bytes are not a document, or changes do not make one.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// automerge could not read or apply them.
    #[error("automerge: {0}")]
    Automerge(String),
    /// A change was taken without an error and yet is not in the document.
    #[error("a change is not in the document after it was applied")]
    NotApplied,
}

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

/// Why a document does not fit its kind.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// It carries a key that its kind does not know.
    #[error("unknown key")]
    UnknownKey,
    /// It has no schema version, or one that is not known here.
    #[error("schema version")]
    Version,
    /// A field holds an object where a scalar belongs, or the other way round.
    #[error("{0}: wrong type")]
    Type(&'static str),
    /// A value does not fit its field.
    #[error(transparent)]
    Misfit(#[from] Misfit),
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

/// An automerge document.
#[derive(Debug, Clone)]
pub struct Document {
    inner: Automerge,
}

fn automerge_error(error: impl std::fmt::Display) -> DocumentError {
    DocumentError::Automerge(error.to_string())
}

fn edit_error(error: impl std::fmt::Display) -> EditError {
    EditError::Automerge(error.to_string())
}

impl Document {
    /// An empty document that `actor` will write.
    #[must_use]
    pub fn new(actor: ActorId) -> Self {
        let inner = Automerge::new_with_encoding(TextEncoding::UnicodeCodePoint);
        Self {
            inner: inner.with_actor(automerge::ActorId::from(actor.0)),
        }
    }

    /// Reads what [`Document::save`] wrote.
    ///
    /// # Errors
    /// When the bytes are not one whole document.
    pub fn load(saved: &[u8]) -> Result<Self, DocumentError> {
        let options = LoadOptions::new()
            .text_encoding(TextEncoding::UnicodeCodePoint)
            .on_partial_load(OnPartialLoad::Error);
        Automerge::load_with_options(saved, options)
            .map(|inner| Self { inner })
            .map_err(automerge_error)
    }

    /// Builds a document from all its changes.
    ///
    /// # Errors
    /// When one does not apply.
    pub fn from_changes<'a>(
        raw: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, DocumentError> {
        let mut document = Self::new(ActorId([0; 16]));
        document.apply(raw)?;
        Ok(document)
    }

    /// Applies changes, in whatever order.
    ///
    /// # Errors
    /// When automerge refuses, or a change is not in the document afterwards. The document must
    /// be dropped then.
    pub fn apply<'a>(
        &mut self,
        raw: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<(), DocumentError> {
        let changes = raw
            .into_iter()
            .map(|bytes| Change::from_bytes(bytes.to_vec()).map_err(automerge_error))
            .collect::<Result<Vec<_>, _>>()?;
        let hashes: Vec<_> = changes.iter().map(Change::hash).collect();
        self.inner.apply_changes(changes).map_err(automerge_error)?;
        if hashes
            .iter()
            .all(|hash| self.inner.get_change_meta_by_hash(hash).is_some())
        {
            Ok(())
        } else {
            Err(DocumentError::NotApplied)
        }
    }

    /// The actor of the edits to come. Must never have written this document in another life.
    pub fn set_actor(&mut self, actor: ActorId) {
        self.inner.set_actor(automerge::ActorId::from(actor.0));
    }

    /// The whole document, not compressed: it travels and rests in compressed surroundings.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        self.inner.save_with_options(SaveOptions {
            deflate: false,
            retain_orphans: false,
        })
    }

    /// All changes, each after those it depends on, not compressed.
    #[must_use]
    pub fn raw_changes(&self) -> Vec<Vec<u8>> {
        let changes = self.inner.get_changes(&[]);
        changes
            .iter()
            .map(|change| change.raw_bytes().to_vec())
            .collect()
    }

    /// All changes with their names, each after those it depends on, not compressed.
    #[must_use]
    pub fn named_changes(&self) -> Vec<(ChangeHash, Vec<u8>)> {
        let changes = self.inner.get_changes(&[]);
        changes
            .iter()
            .map(|change| (ChangeHash(change.hash().0), change.raw_bytes().to_vec()))
            .collect()
    }

    /// The changes that are not among `left_out`, as [`Document::raw_changes`] gives them.
    #[must_use]
    pub fn changes_beside(&self, left_out: &HashSet<ChangeHash>) -> Vec<Vec<u8>> {
        let named = self.named_changes().into_iter();
        named
            .filter(|(hash, _)| !left_out.contains(hash))
            .map(|(_, raw)| raw)
            .collect()
    }

    /// The newest changes when those of `left_out`, on which nothing else depends, are not counted.
    #[must_use]
    pub fn heads_beside(&self, left_out: &HashSet<ChangeHash>) -> Vec<ChangeHash> {
        if left_out.is_empty() {
            return self.heads();
        }
        let changes = self.inner.get_changes(&[]);
        let mut heads = BTreeSet::new();
        for change in &changes {
            let hash = ChangeHash(change.hash().0);
            if !left_out.contains(&hash) {
                for dep in change.deps() {
                    heads.remove(&ChangeHash(dep.0));
                }
                heads.insert(hash);
            }
        }
        heads.into_iter().collect()
    }

    /// The hashes of the newest changes, in the order of their bytes.
    #[must_use]
    pub fn heads(&self) -> Vec<ChangeHash> {
        let heads = self.inner.get_heads();
        let mut heads: Vec<_> = heads.iter().map(|hash| ChangeHash(hash.0)).collect();
        heads.sort_unstable();
        heads
    }

    /// Whether the change is in the document.
    #[must_use]
    pub fn contains(&self, hash: &ChangeHash) -> bool {
        self.inner
            .get_change_meta_by_hash(&automerge::ChangeHash(hash.0))
            .is_some()
    }

    /// Sets fields in one change; `None` when nothing was different.
    ///
    /// Prose is changed as a text edit, so that it merges with others'. The first edit of an
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
        let edits = edits
            .iter()
            .map(|edit| {
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
            })
            .collect::<Result<Vec<_>, EditError>>()?;
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
                let text = prose(&transaction, field.key)
                    .ok_or_else(|| edit_error(format!("{} is not text", field.key)))?;
                transaction
                    .update_text(&text, value.as_text().unwrap_or_default())
                    .map_err(edit_error)?;
            } else if !holds(&transaction, field.key, value) {
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

    /// The fields as people see them.
    #[must_use]
    pub fn record(&self, kind: Kind) -> Record {
        let schema = match self.inner.get(ROOT, VERSION_KEY) {
            Ok(Some((AutomergeValue::Scalar(scalar), _))) => scalar.as_i64().unwrap_or_default(),
            _ => 0,
        };
        let fields = kind
            .fields()
            .iter()
            .map(|field| (field.key, self.versions(field)))
            .filter(|(_, versions)| !versions.is_empty())
            .collect();
        Record {
            kind,
            schema,
            fields,
        }
    }

    /// The values of a field, the one that automerge shows first.
    fn versions(&self, field: &Field) -> Vec<Version> {
        let mut values = self.inner.get_all(ROOT, field.key).unwrap_or_default();
        values.reverse();
        self.versions_of(values)
    }

    fn versions_of(&self, values: Vec<(AutomergeValue<'_>, ObjId)>) -> Vec<Version> {
        let several = values.len() > 1;
        let mut versions: Vec<Version> = Vec::with_capacity(values.len());
        for (value, id) in values {
            let value = match value {
                AutomergeValue::Object(ObjType::Text) => {
                    Value::Text(self.inner.text(&id).unwrap_or_default())
                }
                AutomergeValue::Scalar(scalar) => from_scalar(&scalar),
                AutomergeValue::Object(_) => continue,
            };
            let (author, at) = if several {
                self.origin(&id)
            } else {
                (String::new(), 0)
            };
            if value != Value::Empty || several {
                versions.push(Version { value, author, at });
            }
        }
        // Two people who set the same value do not disagree.
        if versions
            .iter()
            .all(|version| version.value == versions[0].value)
        {
            versions.truncate(1);
        }
        versions
    }

    fn origin(&self, operation: &ObjId) -> (String, i64) {
        let hash = self.inner.hash_for_opid(operation);
        let change = hash.and_then(|hash| self.inner.get_change_meta_by_hash(&hash));
        change
            .map(|change| {
                (
                    change.message.unwrap_or_default().into_owned(),
                    change.timestamp,
                )
            })
            .unwrap_or_default()
    }

    /// Who changed what, and when: the changes in the order they are replayed.
    #[must_use]
    pub fn history(&self, kind: Kind) -> Vec<HistoryEntry> {
        let mut replay = Self::new(ActorId([0; 16]));
        let mut before = replay.record(kind);
        let mut entries = Vec::new();
        for change in self.inner.get_changes(&[]) {
            let entry = (
                change.message().unwrap_or_default().to_owned(),
                change.timestamp(),
            );
            if replay.inner.apply_changes([change]).is_err() {
                break;
            }
            let after = replay.record(kind);
            let fields = kind
                .fields()
                .iter()
                .map(|field| FieldChange {
                    field: field.key.to_owned(),
                    before: shown(&before, field.key),
                    after: shown(&after, field.key),
                })
                .filter(|change| change.before != change.after)
                .collect();
            entries.push(HistoryEntry {
                author: entry.0,
                at: entry.1,
                fields,
            });
            before = after;
        }
        entries
    }

    /// Asks whether the document fits its kind: keys, types, values and schema version.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn check(&self, kind: Kind) -> Result<(), SchemaError> {
        self.read(kind).1
    }

    /// What [`Document::record`] and [`Document::check`] say, in one pass over the document.
    pub fn read(&self, kind: Kind) -> (Record, Result<(), SchemaError>) {
        let mut record = Record {
            kind,
            schema: 0,
            fields: BTreeMap::new(),
        };
        let mut fits = Ok(());
        let mut seen = 0;
        for item in self.inner.map_range(ROOT, ..) {
            let values = if item.conflict {
                let key: &str = &item.key;
                let mut values = self.inner.get_all(ROOT, key).unwrap_or_default();
                values.reverse();
                values
            } else {
                let id = item.id();
                vec![(item.value.into_value(), id)]
            };
            let fitting = if item.key == VERSION_KEY {
                seen += 1;
                let scalar = values.first().and_then(|(value, _)| value.as_scalar());
                record.schema = scalar.and_then(ScalarValue::as_i64).unwrap_or_default();
                check_version(&values)
            } else if let Some(field) = kind.field(&item.key) {
                seen += usize::from(is_prose(field));
                let typed = check_types(field, &values);
                let versions = self.versions_of(values);
                let fitting = typed.and_then(|()| check_values(field, &versions));
                if !versions.is_empty() {
                    record.fields.insert(field.key, versions);
                }
                fitting
            } else {
                Err(SchemaError::UnknownKey)
            };
            fits = fits.and(fitting);
        }
        // The schema version and each prose text are there from the document's first change on.
        let needed = 1 + kind.fields().iter().filter(|field| is_prose(field)).count();
        if seen < needed {
            fits = fits.and(Err(SchemaError::Version));
        }
        (record, fits)
    }
}

fn check_version(values: &[(AutomergeValue<'_>, ObjId)]) -> Result<(), SchemaError> {
    let known = |value: &AutomergeValue<'_>| matches!(value, AutomergeValue::Scalar(s) if s.as_ref() == &ScalarValue::Int(VERSION));
    if values.iter().all(|(value, _)| known(value)) {
        Ok(())
    } else {
        Err(SchemaError::Version)
    }
}

fn check_types(field: &Field, values: &[(AutomergeValue<'_>, ObjId)]) -> Result<(), SchemaError> {
    let typed = |(value, _): &(AutomergeValue<'_>, ObjId)| match value {
        AutomergeValue::Object(ObjType::Text) => is_prose(field),
        AutomergeValue::Scalar(scalar) => !is_prose(field) && is_known_scalar(scalar),
        AutomergeValue::Object(_) => false,
    };
    if values.iter().all(typed) && (values.len() == 1 || !is_prose(field)) {
        Ok(())
    } else {
        Err(SchemaError::Type(field.key))
    }
}

fn check_values(field: &Field, versions: &[Version]) -> Result<(), SchemaError> {
    for Version { value, .. } in versions {
        match value {
            Value::Text(text) if is_prose(field) => check_prose(field, text)?,
            value => field.accepts(value)?,
        }
    }
    Ok(())
}

/// Merged prose may be out of normal form where two edits meet, and longer than one person may
/// write: that harms nobody, and must not make a change refused that was sound when it was made.
fn check_prose(field: &Field, text: &str) -> Result<(), Misfit> {
    let bound = if let Shape::Prose(max) = field.shape {
        max * 4
    } else {
        0
    };
    if text.chars().count() <= bound
        && !text
            .chars()
            .any(|c| c.is_control() && c != '\n' && c != '\t')
    {
        return Ok(());
    }
    Err(Misfit {
        field: field.key.to_owned(),
        reason: "văn bản không hợp lệ",
    })
}

/// The value of a field with empty prose as nothing at all.
fn shown(record: &Record, key: &str) -> Value {
    match record.value(key) {
        Some(Value::Text(text)) if text.is_empty() => Value::Empty,
        Some(value) => value.clone(),
        None => Value::Empty,
    }
}

fn is_prose(field: &Field) -> bool {
    matches!(field.shape, Shape::Prose(_))
}

fn is_known_scalar(scalar: &ScalarValue) -> bool {
    matches!(
        scalar,
        ScalarValue::Str(_) | ScalarValue::Int(_) | ScalarValue::Null
    )
}

fn prose(document: &impl ReadDoc, key: &str) -> Option<ObjId> {
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

fn from_scalar(scalar: &ScalarValue) -> Value {
    match scalar {
        ScalarValue::Str(text) => Value::Text(text.to_string()),
        ScalarValue::Int(number) => Value::Number(*number),
        _ => Value::Empty,
    }
}

#[cfg(test)]
mod tests;
