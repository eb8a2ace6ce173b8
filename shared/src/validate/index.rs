//! What a document's changes have made so far: the ground on which a further change is judged.

use std::collections::{HashMap, HashSet};

use super::change::{Action, Key, Op, OpId, ParsedChange, Scalar};
use crate::code::Code;
use crate::id::{ActorId, ChangeHash};
use crate::limits::{DOCUMENT_ACTORS_MAX, DOCUMENT_CHANGES_MAX};

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

/// Where an operation wrote: the place that a predecessor must share.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Slot {
    Key(Box<str>),
    Element { object: OpId, element: OpId },
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
    /// For each actor, the last operation counter of each of its changes in turn.
    actors: HashMap<ActorId, Vec<u64>>,
    texts: HashSet<OpId>,
    slots: HashMap<OpId, Slot>,
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
            index.admit(&ParsedChange::parse(bytes)?);
        }
        Ok(index)
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
        if self.changes.len() >= DOCUMENT_CHANGES_MAX {
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
        let mut ground = Ground {
            index: self,
            clock: &clock,
            texts: HashSet::new(),
            slots: HashMap::new(),
        };
        for (counter, op) in (change.start_op..).zip(&change.ops) {
            ground.take(
                OpId {
                    counter,
                    actor: change.actor,
                },
                op,
            )?;
        }
        Ok(())
    }

    /// Adds a change that was judged sound.
    pub fn admit(&mut self, change: &ParsedChange) {
        let mut clock = self.clock_before(change);
        clock.insert(change.actor, change.seq);
        for (counter, op) in (change.start_op..).zip(&change.ops) {
            let id = OpId {
                counter,
                actor: change.actor,
            };
            if op.action == Action::MakeText {
                self.texts.insert(id);
            }
            if let Some(slot) = slot_of(id, op) {
                self.slots.insert(id, slot);
            }
        }
        self.actors
            .entry(change.actor)
            .or_default()
            .push(change.max_op());
        self.changes.insert(
            change.hash,
            Admitted {
                max_op: change.max_op(),
                clock,
            },
        );
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

/// Where an operation leaves a value; deletions leave none.
fn slot_of(id: OpId, op: &Op) -> Option<Slot> {
    match (op.action, &op.key, op.object) {
        (Action::Delete, ..) => None,
        (_, Key::Map(key), None) => Some(Slot::Key(key.clone())),
        (_, Key::Head | Key::Element(_), Some(object)) => Some(Slot::Element {
            object,
            element: id,
        }),
        _ => None,
    }
}

/// The ancestors of the change that is judged, and its own operations so far.
struct Ground<'a> {
    index: &'a DocumentIndex,
    clock: &'a HashMap<ActorId, u64>,
    texts: HashSet<OpId>,
    slots: HashMap<OpId, Slot>,
}

impl Ground<'_> {
    /// Whether the operation is among the ancestors, not merely on this replica.
    fn is_ancestor(&self, id: &OpId) -> bool {
        let Some(seq) = self.clock.get(&id.actor) else {
            return false;
        };
        let max_ops = self
            .index
            .actors
            .get(&id.actor)
            .map_or(&[][..], Vec::as_slice);
        usize::try_from(*seq - 1)
            .ok()
            .and_then(|last| max_ops.get(last))
            .is_some_and(|max_op| id.counter <= *max_op)
    }

    fn slot(&self, id: &OpId) -> Option<&Slot> {
        self.slots
            .get(id)
            .or_else(|| self.index.slots.get(id).filter(|_| self.is_ancestor(id)))
    }

    fn is_text(&self, id: &OpId) -> bool {
        self.texts.contains(id) || self.index.texts.contains(id) && self.is_ancestor(id)
    }

    fn take(&mut self, id: OpId, op: &Op) -> Result<(), Code> {
        match op.object {
            None => self.check_root(op)?,
            Some(object) => self.check_text(object, op)?,
        }
        if op.action == Action::MakeText {
            self.texts.insert(id);
        }
        if let Some(slot) = slot_of(id, op) {
            self.slots.insert(id, slot);
        }
        Ok(())
    }

    fn check_root(&self, op: &Op) -> Result<(), Code> {
        let Key::Map(key) = &op.key else {
            return Err(Code::BadOperation);
        };
        let same_key = |id| matches!(self.slot(id), Some(Slot::Key(at)) if at == key);
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
        let is_element = |id: &OpId| matches!(self.slot(id), Some(Slot::Element { object: at, .. }) if *at == object);
        let sound = self.is_text(&object)
            && match (op.action, op.insert, &op.key) {
                (Action::Put, true, Key::Head) => true,
                (Action::Put, true, Key::Element(after)) => is_element(after),
                (Action::Delete, false, Key::Element(element)) => {
                    is_element(element) && op.value == Scalar::Null && op.predecessors == [*element]
                }
                _ => false,
            }
            && (!op.insert || op.predecessors.is_empty() && matches!(op.value, Scalar::Text(1)));
        if sound {
            Ok(())
        } else {
            Err(Code::BadOperation)
        }
    }
}
