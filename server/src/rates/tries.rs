//! Tries at a secret, such as an account's password: a few are free, then each failure must wait
//! twice as long as the one before.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::recent::Recent;

/// Keys that are remembered, of some 60 bytes each.
const KEYS_MAX: usize = 20_000;
/// Somebody who mistypes is not made to wait.
const FREE: u32 = 5;
const FIRST_WAIT_MS: i64 = 1_000;
const WAIT_MS_MAX: i64 = 15 * 60 * 1000;
/// Failures are forgotten when nobody tried for so long.
const FORGOTTEN_AFTER_MS: i64 = 60 * 60 * 1000;

#[derive(Debug, Default)]
struct Failures {
    count: u32,
    last_ms: i64,
}

/// Counts failures by key, whatever the key is: an account's name, or one that does not exist.
#[derive(Debug)]
pub struct Tries(Mutex<Recent<[u8; 16], Failures>>);

/// A try under way, which counts as a failure until it is said that it was none.
#[derive(Debug)]
pub struct Try {
    tries: Arc<Tries>,
    key: [u8; 16],
}

impl Tries {
    /// Nobody has failed yet.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Recent::new(KEYS_MAX))))
    }

    /// Begins a try. It counts at once, so that many at the same time gain nothing.
    ///
    /// # Errors
    /// How long to wait, when there were too many failures lately. That it was asked does not count.
    pub fn begin(self: &Arc<Self>, key: &str, now_ms: i64) -> Result<Try, Duration> {
        // A key takes the same room, however long it is.
        let digest = Sha256::digest(key.as_bytes());
        let key = std::array::from_fn(|index| digest[index]);
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let failures = tries.touch(key);
        let since_ms = now_ms - failures.last_ms;
        // A clock that was set back is no reason to wait for it.
        if !(0..FORGOTTEN_AFTER_MS).contains(&since_ms) {
            failures.count = 0;
        }
        let left_ms = wait_ms(failures.count) - since_ms;
        if failures.count > 0 && left_ms > 0 {
            return Err(Duration::from_millis(left_ms.unsigned_abs()));
        }
        failures.count += 1;
        failures.last_ms = now_ms;
        drop(tries);
        Ok(Try {
            tries: Arc::clone(self),
            key,
        })
    }
}

impl Try {
    /// The secret was right: earlier failures are forgotten.
    pub fn succeeded(self) {
        let mut tries = self.tries.0.lock().unwrap_or_else(PoisonError::into_inner);
        tries.forget(&self.key);
    }
}

fn wait_ms(failures: u32) -> i64 {
    match failures.checked_sub(FREE) {
        None => 0,
        Some(doublings) => (FIRST_WAIT_MS << doublings.min(20)).min(WAIT_MS_MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_750_000_000_000;

    #[test]
    fn waits_grow_and_end_with_success() {
        let tries = Tries::new();
        let mut now_ms = NOW;
        for _ in 0..FREE {
            tries.begin("an", now_ms).expect("free");
        }
        for seconds in [1, 2, 4, 8, 16] {
            let wait = tries.begin("an", now_ms).expect_err("too many");
            assert_eq!(wait, Duration::from_secs(seconds));
            tries
                .begin("bình", now_ms)
                .expect("somebody else")
                .succeeded();
            now_ms += seconds as i64 * 1000;
            tries.begin("an", now_ms).expect("waited");
        }
        now_ms += 32_000;
        tries.begin("an", now_ms).expect("waited").succeeded();
        for _ in 0..FREE {
            tries.begin("an", now_ms).expect("free again");
        }
        assert!(tries.begin("an", now_ms).is_err());
    }

    #[test]
    fn no_wait_is_longer_than_a_quarter_of_an_hour() {
        let tries = Tries::new();
        let mut now_ms = NOW;
        for _ in 0..100 {
            match tries.begin("an", now_ms) {
                Ok(_) => {}
                Err(wait) => {
                    assert!(wait <= Duration::from_secs(15 * 60), "{wait:?}");
                    now_ms += i64::try_from(wait.as_millis()).expect("short");
                }
            }
        }
        now_ms += FORGOTTEN_AFTER_MS;
        for _ in 0..FREE {
            tries.begin("an", now_ms).expect("forgotten");
        }
        tries
            .begin("an", 0)
            .expect("a clock set back locks nobody out");
    }
}
