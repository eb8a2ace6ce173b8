//! One automerge document: loading and saving, its changes; editing by the kind's schema in `edit`,
//! typed reading in `read`.
//!
//! Text positions count Unicode code points, on the phone and on the server alike. Bytes from a
//! client must have passed [`validate`](crate::validate) before they come here: automerge checks
//! the encoding of a change, not its meaning.

mod edit;
mod prose;
mod read;

use std::collections::{BTreeSet, HashSet};

use automerge::{
    Automerge, Change, LoadOptions, OnPartialLoad, SaveOptions, ScalarValue, TextEncoding,
};

pub use self::edit::{EditError, NewChange};
pub use self::read::SchemaError;
use crate::id::{ActorId, ChangeHash};
use crate::record::Value;
use crate::schema::{Field, Shape};

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

/// An automerge document.
#[derive(Debug, Clone)]
pub struct Document {
    inner: Automerge,
}

fn automerge_error(error: impl std::fmt::Display) -> DocumentError {
    DocumentError::Automerge(error.to_string())
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
}

fn is_prose(field: &Field) -> bool {
    matches!(field.shape, Shape::Prose(_))
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
