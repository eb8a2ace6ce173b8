//! Places for connections: so many in all, and so many from one address, so that nobody takes the
//! places of all others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::client::AddressGroup;

/// Counts connections by where they come from.
#[derive(Debug)]
pub(super) struct Places {
    each_max: usize,
    taken: Mutex<HashMap<AddressGroup, usize>>,
}

/// One connection's place; free again when dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    group: AddressGroup,
}

impl Places {
    /// Lets each group of addresses hold so many.
    pub(super) fn new(each_max: usize) -> Arc<Self> {
        Arc::new(Self {
            each_max,
            taken: Mutex::default(),
        })
    }

    /// A place, unless the group has as many as it may.
    pub(super) fn take(self: &Arc<Self>, group: AddressGroup) -> Option<Place> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(group).or_default();
        if *count >= self.each_max {
            return None;
        }
        *count += 1;
        Some(Place {
            places: Arc::clone(self),
            group,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self
            .places
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.group) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.group);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::client::ClientAddress;

    #[test]
    fn one_address_does_not_take_the_places_of_others() {
        let group = |text: &str| ClientAddress(text.parse().expect("an address")).group();
        let places = Places::new(2);
        let first = places.take(group("192.0.2.1")).expect("free");
        let _second = places.take(group("192.0.2.1")).expect("free");
        assert!(places.take(group("192.0.2.1")).is_none());
        let _other = places.take(group("192.0.2.2")).expect("another's");
        drop(first);
        assert!(places.take(group("192.0.2.1")).is_some());
        assert_eq!(
            places.taken.lock().expect("no panic").len(),
            2,
            "none is left behind"
        );
    }
}
