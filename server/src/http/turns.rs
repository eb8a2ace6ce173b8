//! How many requests of one kind a device may have under way at once, so that one device cannot
//! take the memory or the connections of all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use kiennghi_shared::code::Code;

use crate::error::ApiError;
use crate::store::DeviceId;

/// Counts requests under way by device.
#[derive(Debug)]
pub(crate) struct Turns {
    each_max: usize,
    under_way: Mutex<HashMap<DeviceId, usize>>,
}

/// One request under way; over when dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    turns: Arc<Turns>,
    device: DeviceId,
}

impl Turns {
    /// Lets each device have this many at once.
    pub(crate) fn new(each_max: usize) -> Arc<Self> {
        Arc::new(Self {
            each_max,
            under_way: Mutex::default(),
        })
    }

    /// Begins a request of a device.
    ///
    /// # Errors
    /// [`Code::Busy`] when it has as many as it may.
    pub(crate) fn take(self: &Arc<Self>, device: DeviceId) -> Result<Turn, ApiError> {
        let mut under_way = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let count = under_way.entry(device).or_default();
        if *count >= self.each_max {
            return Err(ApiError(Code::Busy));
        }
        *count += 1;
        Ok(Turn {
            turns: Arc::clone(self),
            device,
        })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut under_way = self
            .turns
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = under_way.get_mut(&self.device) {
            *count -= 1;
            if *count == 0 {
                under_way.remove(&self.device);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_waits_for_its_own_requests_alone() {
        let turns = Turns::new(2);
        let first = turns.take(DeviceId(1)).expect("free");
        let _second = turns.take(DeviceId(1)).expect("free");
        assert_eq!(
            turns.take(DeviceId(1)).expect_err("taken"),
            ApiError(Code::Busy)
        );
        let _other = turns.take(DeviceId(2)).expect("another device");
        drop(first);
        let _third = turns.take(DeviceId(1)).expect("free again");
    }
}
