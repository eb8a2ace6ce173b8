//! Whose word counts where: units seen through the tree, with those that took the place of others.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::access::{self, STEPS_MAX, Tree};
use crate::id::UnitCode;

type Reaches<'a> = dyn Fn(&UnitCode, &UnitCode) -> bool + 'a;
type Followed<'a> = dyn Fn(&UnitCode) -> Option<UnitCode> + 'a;

/// Answers questions about units, each once.
pub(super) struct Say<'a> {
    reaches: Box<Reaches<'a>>,
    successor: Box<Followed<'a>>,
    known: RefCell<HashMap<(UnitCode, UnitCode), bool>>,
}

impl<'a> Say<'a> {
    pub(super) fn in_tree<T: Tree + ?Sized>(tree: &'a T) -> Self {
        Self {
            reaches: Box::new(|from, to| access::reaches(tree, from, to)),
            successor: Box::new(|unit| tree.place(unit)?.successor.cloned()),
            known: RefCell::default(),
        }
    }

    /// Whether what was written in `from` has a say in `to`.
    pub(super) fn reaches(&self, from: &UnitCode, to: &UnitCode) -> bool {
        let question = (from.clone(), to.clone());
        if let Some(answer) = self.known.borrow().get(&question) {
            return *answer;
        }
        let answer = (self.reaches)(from, to);
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
