//! What a document's changes have made so far: the ground on which a further change is judged.

use std::collections::HashMap;
use std::sync::Arc;

use super::change::{Action, Key, Op, OpId, ParsedChange, Scalar};
use crate::code::Code;
use crate::id::{ActorId, ChangeHash};
use crate::limits::{
    DOCUMENT_ACTORS_MAX, DOCUMENT_BYTES_MAX, DOCUMENT_CHANGES_MAX, ELEMENT_CHARS_MAX,
};

/// Why a change cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// It depends on changes that are not here.
    Missing(Vec<ChangeHash>),
    /// It is not sound.
    Refused(Code),
}

impl From<Code> for Rejection {
    fn from(code: Code) -> Self {
        Rejection::Refused(code)
    }
}

#[derive(Debug, Clone)]
struct Admitted {
    max_op: u64,
    /// For each actor, the last sequence number among this change and its ancestors.
    clock: HashMap<ActorId, u64>,
}

/// The changes of one document, in a form that answers whether another one is sound.
#[derive(Debug, Clone, Default)]
pub struct DocumentIndex {
    changes: HashMap<ChangeHash, Admitted>,
    /// For each actor, its changes: an operation is found by its number.
    actors: HashMap<ActorId, Vec<Arc<ParsedChange>>>,
    in_order: Vec<Arc<ParsedChange>>,
    bytes: usize,
}

impl DocumentIndex {
    /// An empty document.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads changes that were judged before, each after those it depends on.
    ///
    /// # Errors
    /// When one cannot even be parsed.
    pub fn from_changes<'a>(raw: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, Code> {
        let mut index = Self::new();
        for bytes in raw {
            index.admit(Arc::new(ParsedChange::parse(bytes)?));
        }
        Ok(index)
    }

    /// The changes, each after those it depends on.
    #[must_use]
    pub fn changes(&self) -> &[Arc<ParsedChange>] {
        &self.in_order
    }

    /// How many operations they have.
    #[must_use]
    pub fn op_count(&self) -> usize {
        self.in_order.iter().map(|change| change.op_count()).sum()
    }

    /// Whether the change is among them.
    #[must_use]
    pub fn contains(&self, hash: &ChangeHash) -> bool {
        self.changes.contains_key(hash)
    }

    /// Judges a change that is not among them yet.
    ///
    /// # Errors
    /// Why it cannot be taken.
    pub fn check(&self, change: &ParsedChange) -> Result<(), Rejection> {
        let missing: Vec<_> = change
            .deps
            .iter()
            .filter(|hash| !self.contains(hash))
            .copied()
            .collect();
        if !missing.is_empty() {
            return Err(Rejection::Missing(missing));
        }
        if self.changes.len() >= DOCUMENT_CHANGES_MAX
            || self.bytes + change.raw().len() > DOCUMENT_BYTES_MAX
        {
            return Err(Code::TooLarge.into());
        }
        let known = self.actors.get(&change.actor);
        if known.is_none() && self.actors.len() >= DOCUMENT_ACTORS_MAX {
            return Err(Code::TooLarge.into());
        }
        let done = known.map_or(0, Vec::len) as u64;
        if change.seq <= done {
            return Err(Code::Equivocation.into());
        }
        let clock = self.clock_before(change);
        // A gap, or a change that was not made on top of the actor's previous one.
        if change.seq != done + 1 || clock.get(&change.actor).copied().unwrap_or(0) != done {
            return Err(Code::BadSequence.into());
        }
        let max_op = change.deps.iter().filter_map(|hash| self.changes.get(hash));
        if change.start_op != max_op.map(|dep| dep.max_op).max().unwrap_or(0) + 1 {
            return Err(Code::BadOperation.into());
        }
        for (taken, op) in change.ops.iter().enumerate() {
            let ground = Ground {
                index: self,
                clock: &clock,
                change,
                taken,
            };
            match op.object {
                None => ground.check_root(op)?,
                Some(object) => ground.check_text(object, op)?,
            }
        }
        Ok(())
    }

    /// Adds a change that was judged sound.
    pub fn admit(&mut self, change: Arc<ParsedChange>) {
        let mut clock = self.clock_before(&change);
        clock.insert(change.actor, change.seq);
        let max_op = change.max_op();
        self.changes.insert(change.hash, Admitted { max_op, clock });
        self.bytes += change.raw().len();
        let made = self.actors.entry(change.actor).or_default();
        made.push(Arc::clone(&change));
        self.in_order.push(change);
    }

    fn clock_before(&self, change: &ParsedChange) -> HashMap<ActorId, u64> {
        let mut deps = change.deps.iter().filter_map(|hash| self.changes.get(hash));
        let mut clock = deps.next().map(|dep| dep.clock.clone()).unwrap_or_default();
        for dep in deps {
            for (actor, seq) in &dep.clock {
                let known = clock.entry(*actor).or_default();
                *known = (*known).max(*seq);
            }
        }
        clock
    }
}

/// The ancestors of the change that is judged, and its own operations so far.
struct Ground<'a> {
    index: &'a DocumentIndex,
    clock: &'a HashMap<ActorId, u64>,
    change: &'a ParsedChange,
    /// How many of the change's own operations were judged.
    taken: usize,
}

impl Ground<'_> {
    /// An operation among the ancestors (not merely on this replica) or among the change's own.
    fn op(&self, id: &OpId) -> Option<&Op> {
        if id.actor == self.change.actor && id.counter >= self.change.start_op {
            let place = usize::try_from(id.counter - self.change.start_op).ok()?;
            return self.change.ops[..self.taken].get(place);
        }
        let seq = usize::try_from(*self.clock.get(&id.actor)?).ok()?;
        let made = self.index.actors.get(&id.actor)?.get(..seq)?;
        let after = made.partition_point(|made| made.max_op() < id.counter);
        let made = made.get(after)?;
        let place = usize::try_from(id.counter.checked_sub(made.start_op)?).ok()?;
        made.ops.get(place)
    }

    /// An operation that leaves a value; deletions leave none.
    fn value(&self, id: &OpId) -> Option<&Op> {
        self.op(id).filter(|op| op.action != Action::Delete)
    }

    fn is_at_key(&self, id: &OpId, key: &str) -> bool {
        self.value(id).is_some_and(|op| {
            op.object.is_none() && matches!(&op.key, Key::Map(at) if at.as_ref() == key)
        })
    }

    fn is_element(&self, id: &OpId, object: OpId) -> bool {
        self.value(id).is_some_and(|op| {
            op.object == Some(object) && matches!(op.key, Key::Head | Key::Element(_))
        })
    }

    fn is_text(&self, id: &OpId) -> bool {
        self.op(id).is_some_and(|op| op.action == Action::MakeText)
    }

    fn check_root(&self, op: &Op) -> Result<(), Code> {
        let Key::Map(key) = &op.key else {
            return Err(Code::BadOperation);
        };
        let same_key = |id| self.is_at_key(id, key);
        let sound = !key.is_empty()
            && !op.insert
            && op.predecessors.iter().all(same_key)
            && match op.action {
                Action::Put => true,
                Action::Delete => !op.predecessors.is_empty() && op.value == Scalar::Null,
                Action::MakeText => op.value == Scalar::Null,
            };
        if sound {
            Ok(())
        } else {
            Err(Code::BadOperation)
        }
    }

    fn check_text(&self, object: OpId, op: &Op) -> Result<(), Code> {
        let is_element = |id: &OpId| self.is_element(id, object);
        let sound = self.is_text(&object)
            && match (op.action, op.insert, &op.key) {
                (Action::Put, true, Key::Head) => true,
                (Action::Put, true, Key::Element(after)) => is_element(after),
                (Action::Delete, false, Key::Element(element)) => {
                    is_element(element) && op.value == Scalar::Null && op.predecessors == [*element]
                }
                _ => false,
            }
            && (!op.insert
                || op.predecessors.is_empty()
                    && matches!(op.value, Scalar::Text(1..=ELEMENT_CHARS_MAX)));
        if sound {
            Ok(())
        } else {
            Err(Code::BadOperation)
        }
    }
}
