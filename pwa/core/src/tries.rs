//! How long to wait after wrong passphrases. Pure: the clock is passed in, and is not believed when it
//! goes backwards.

use minicbor::{Decode, Encode};

/// Tries that cost no wait.
const FREE: u32 = 5;

/// The waits after those, in seconds; the last holds for all that follow.
const WAITS_S: [i64; 5] = [30, 60, 300, 900, 3_600];

/// Wrong tries since the last good one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Tries {
    #[n(0)]
    count: u32,
    /// When the last one was, by the phone's clock.
    #[n(1)]
    last_at: i64,
}

impl Tries {
    /// Counts a try; whoever guesses right sets it back to none.
    pub(crate) fn count(&mut self, now_ms: i64) {
        self.count = self.count.saturating_add(1);
        self.last_at = now_ms;
    }

    /// Begins the wait anew when the clock stands before the last try: setting it back gains nothing.
    /// Says whether it did.
    pub(crate) fn heed_clock(&mut self, now_ms: i64) -> bool {
        let back = self.count > 0 && now_ms < self.last_at;
        if back {
            self.last_at = now_ms;
        }
        back
    }

    /// Milliseconds until the next try may be made; none when it may be made now.
    pub(crate) fn wait_ms(self, now_ms: i64) -> Option<u32> {
        let over = self.count.checked_sub(FREE)?;
        let wait_s = WAITS_S[(over as usize).min(WAITS_S.len() - 1)];
        let left = wait_s * 1_000 - (now_ms - self.last_at).max(0);
        u32::try_from(left).ok().filter(|left| *left > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(tries: u32) -> Tries {
        let mut all = Tries::default();
        (0..tries).for_each(|_| all.count(1_000_000));
        all
    }

    #[test]
    fn waits_grow_after_five_tries() {
        assert_eq!(after(4).wait_ms(1_000_000), None);
        let waits: Vec<_> = (5..12).map(|n| after(n).wait_ms(1_000_000)).collect();
        let seconds = [30, 60, 300, 900, 3_600, 3_600, 3_600];
        assert_eq!(waits, seconds.map(|s| Some(s * 1_000)));
        assert_eq!(after(5).wait_ms(1_029_999), Some(1));
        assert_eq!(after(5).wait_ms(1_030_000), None, "the wait is over");
    }

    #[test]
    fn a_clock_set_back_begins_the_wait_anew() {
        let mut tries = after(6);
        assert!(tries.heed_clock(5_000));
        assert_eq!(tries.wait_ms(5_000), Some(60_000));
        assert!(!tries.heed_clock(5_000));
        assert_eq!(tries.wait_ms(64_999), Some(1));
        // Set forward and back again: no shorter than the wait.
        assert!(!tries.heed_clock(9_000_000));
        assert_eq!(after(6).wait_ms(0), Some(60_000));
    }
}
