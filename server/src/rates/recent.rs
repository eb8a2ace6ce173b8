//! A map that remembers what was touched lately and forgets the rest, so that nobody fills the
//! memory by coming under ever new names.

use std::collections::HashMap;
use std::hash::Hash;

/// Holds at least the last `generation_max` keys that were touched, and at most twice as many.
#[derive(Debug)]
pub(super) struct Recent<K, V> {
    generation_max: usize,
    young: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K: Eq + Hash, V: Default> Recent<K, V> {
    pub(super) fn new(generation_max: usize) -> Self {
        Self {
            generation_max,
            young: HashMap::new(),
            old: HashMap::new(),
        }
    }

    /// What is remembered of a key; the default of one that is new or forgotten.
    pub(super) fn touch(&mut self, key: K) -> &mut V {
        if !self.young.contains_key(&key) && self.young.len() >= self.generation_max {
            self.old = std::mem::take(&mut self.young);
        }
        let old = &mut self.old;
        self.young
            .entry(key)
            .or_insert_with_key(|key| old.remove(key).unwrap_or_default())
    }

    pub(super) fn forget(&mut self, key: &K) {
        self.young.remove(key);
        self.old.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_remembered_and_the_memory_is_bounded() {
        let mut recent = Recent::<u32, u32>::new(10);
        for key in 0..1000 {
            *recent.touch(7) += 1;
            *recent.touch(key) += 1;
            assert!(recent.young.len() + recent.old.len() <= 20);
        }
        assert_eq!(*recent.touch(7), 1001, "touched all the time");
        assert_eq!(*recent.touch(999), 1, "touched last");
        assert_eq!(*recent.touch(500), 0, "forgotten");
        recent.forget(&7);
        assert_eq!(*recent.touch(7), 0);
    }
}
