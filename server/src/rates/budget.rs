//! So many requests a minute for each key: all of them at once if need be, then as they come back.

use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::recent::Recent;

/// Keys that are remembered: each takes some 50 bytes, so a few megabytes at most.
const KEYS_MAX: usize = 50_000;
const MINUTE_US: i64 = 60_000_000;

/// A budget for each key, such as an address or a device. One number is kept for each: the time at
/// which its budget is whole again.
#[derive(Debug)]
pub struct Budgets<K> {
    /// How long one request takes to come back, in microseconds.
    each_us: i64,
    whole_at_us: Mutex<Recent<K, i64>>,
}

impl<K: Eq + Hash> Budgets<K> {
    /// Lets each key have this many requests a minute.
    #[must_use]
    pub fn per_minute(count: u32) -> Self {
        Self {
            each_us: MINUTE_US / i64::from(count.max(1)),
            whole_at_us: Mutex::new(Recent::new(KEYS_MAX)),
        }
    }

    /// Takes one request off a budget.
    ///
    /// # Errors
    /// How long to wait, when nothing is left.
    pub fn take(&self, key: K, now_ms: i64) -> Result<(), Duration> {
        let now_us = now_ms.saturating_mul(1000);
        let mut budgets = self.lock();
        let whole_at_us = budgets.touch(key);
        // A clock that was set back must not lock anybody out for longer than a whole budget takes.
        *whole_at_us = (*whole_at_us).clamp(now_us, now_us + MINUTE_US);
        let after_us = *whole_at_us + self.each_us;
        let over_us = after_us - (now_us + MINUTE_US);
        if over_us > 0 {
            return Err(Duration::from_micros(over_us.unsigned_abs()));
        }
        *whole_at_us = after_us;
        Ok(())
    }

    /// Puts one request back.
    pub fn give_back(&self, key: K) {
        *self.lock().touch(key) -= self.each_us;
    }

    fn lock(&self) -> MutexGuard<'_, Recent<K, i64>> {
        self.whole_at_us
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_750_000_000_000;

    #[test]
    fn a_minute_s_worth_may_come_at_once_and_then_one_by_one() {
        let budgets = Budgets::per_minute(60);
        for _ in 0..60 {
            budgets.take("a", NOW).expect("within");
        }
        assert_eq!(budgets.take("a", NOW), Err(Duration::from_secs(1)));
        budgets.take("b", NOW).expect("another's");
        assert_eq!(budgets.take("a", NOW + 999), Err(Duration::from_millis(1)));
        budgets.take("a", NOW + 1000).expect("one came back");
        assert!(budgets.take("a", NOW + 1000).is_err());
        budgets.give_back("a");
        budgets.take("a", NOW + 1000).expect("it was given back");
        for _ in 0..60 {
            budgets
                .take("a", NOW + 120_000)
                .expect("whole again, no more than that");
        }
        assert!(budgets.take("a", NOW + 120_000).is_err());
    }

    #[test]
    fn a_clock_set_back_locks_nobody_out() {
        let budgets = Budgets::per_minute(60);
        budgets.take("a", NOW).expect("within");
        let earlier = NOW - 86_400_000;
        let wait = budgets.take("a", earlier).expect_err("set back");
        assert!(wait <= Duration::from_secs(1), "{wait:?}");
        budgets.take("a", earlier + 1000).expect("soon");
    }
}
