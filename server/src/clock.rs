//! The server's clock, passed in so that tests decide what time it is.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::{SignedDuration, Timestamp};

/// Vietnam's clocks.
const OFFSET: SignedDuration = SignedDuration::from_hours(7);

/// The day of an instant in UTC+7, `yyyy-mm-dd`.
#[must_use]
pub fn day_of(at_ms: i64) -> String {
    let local = Timestamp::from_millisecond(at_ms)
        .ok()
        .and_then(|at| at.checked_add(OFFSET).ok());
    let local = local.unwrap_or(Timestamp::UNIX_EPOCH);
    local.strftime("%Y-%m-%d").to_string()
}

/// The hour of an instant in UTC+7, from 0 to 23.
#[must_use]
pub fn hour_of(at_ms: i64) -> u8 {
    let hours = (at_ms + OFFSET.as_millis() as i64).div_euclid(60 * 60 * 1000);
    hours.rem_euclid(24) as u8
}

/// Tells the time.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// Milliseconds since 1970.
    fn now_ms(&self) -> i64;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |elapsed| {
                i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
            })
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug, Default)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `now_ms`.
    #[must_use]
    pub fn new(now_ms: i64) -> Self {
        Self(AtomicI64::new(now_ms))
    }

    /// Moves the clock on.
    pub fn advance(&self, by_ms: i64) {
        self.0.fetch_add(by_ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_vietnam() {
        assert_eq!(day_of(1_751_302_799_999), "2025-06-30");
        assert_eq!(day_of(1_751_302_800_000), "2025-07-01");
        assert_eq!(hour_of(1_751_302_799_999), 23);
        assert_eq!(hour_of(1_751_302_800_000), 0);
    }
}
