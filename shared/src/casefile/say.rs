//! Whose word counts where: units seen through the tree, with those that took the place of others.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::access::{self, Relation, STEPS_MAX, Tree};
use crate::id::UnitCode;

type Related<'a> = dyn Fn(&UnitCode, &UnitCode) -> Option<Relation> + 'a;
type Followed<'a> = dyn Fn(&UnitCode) -> Option<UnitCode> + 'a;

/// Answers questions about units, each once.
pub(super) struct Say<'a> {
    relation: Box<Related<'a>>,
    successor: Box<Followed<'a>>,
    known: RefCell<HashMap<(UnitCode, UnitCode), bool>>,
}

impl<'a> Say<'a> {
    pub(super) fn in_tree<T: Tree + ?Sized>(tree: &'a T) -> Self {
        Self {
            relation: Box::new(|from, to| access::relation(tree, from, to)),
            successor: Box::new(|unit| tree.place(unit)?.successor.cloned()),
            known: RefCell::default(),
        }
    }

    /// Whether whoever may write in `from` and all below it may do so where `to` is today.
    pub(super) fn reaches(&self, from: &UnitCode, to: &UnitCode) -> bool {
        let question = (from.clone(), to.clone());
        if let Some(answer) = self.known.borrow().get(&question) {
            return *answer;
        }
        let relation = (self.relation)(&self.standing(from), to);
        let answer = relation.is_some_and(|relation| relation != Relation::Elsewhere);
        self.known.borrow_mut().insert(question, answer);
        answer
    }

    /// Whether two units are one, or have become one.
    pub(super) fn is_same(&self, a: &UnitCode, b: &UnitCode) -> bool {
        a == b || self.standing(a) == self.standing(b)
    }

    /// The unit that has a unit's place today.
    fn standing(&self, unit: &UnitCode) -> UnitCode {
        let mut standing = unit.clone();
        for _ in 0..STEPS_MAX {
            match (self.successor)(&standing) {
                Some(successor) => standing = successor,
                None => break,
            }
        }
        standing
    }
}
