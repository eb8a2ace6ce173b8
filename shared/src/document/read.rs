//! Reading a document by its kind's schema.

use std::collections::BTreeMap;

use automerge::{ObjId, ObjType, ROOT, ReadDoc, ScalarValue, Value as AutomergeValue};

use super::{Document, from_scalar, is_prose};
use crate::id::ActorId;
use crate::record::{FieldChange, HistoryEntry, Record, Value, Version};
use crate::schema::{Field, Kind, Misfit, Shape, VERSION, VERSION_KEY};

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

impl Document {
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

fn is_known_scalar(scalar: &ScalarValue) -> bool {
    matches!(
        scalar,
        ScalarValue::Str(_) | ScalarValue::Int(_) | ScalarValue::Null
    )
}
