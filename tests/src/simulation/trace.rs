//! What happened, as a number that tells two runs apart and as the last words of a failed one.

use std::collections::VecDeque;
use std::fmt::{Arguments, Write};

/// Events that a failure shows.
const SHOWN: usize = 60;

/// The events of a run.
#[derive(Debug)]
pub(super) struct Trace {
    hash: u64,
    recent: VecDeque<String>,
}

impl Trace {
    pub(super) fn new() -> Self {
        Self {
            hash: 0xcbf2_9ce4_8422_2325,
            recent: VecDeque::with_capacity(SHOWN),
        }
    }

    /// Notes an event.
    pub(super) fn note(&mut self, event: Arguments<'_>) {
        let full = self.recent.len() == SHOWN;
        let mut line = full.then(|| self.recent.pop_front()).flatten();
        let line = line.get_or_insert_default();
        line.clear();
        // Writing into a string cannot fail.
        let _ = line.write_fmt(event);
        for byte in line.bytes().chain([b'\n']) {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        self.recent.push_back(std::mem::take(line));
    }

    /// A number that two equal runs share (FNV-1a over all events).
    pub(super) fn hash(&self) -> u64 {
        self.hash
    }

    /// The last events, the oldest first.
    pub(super) fn recent(&self) -> Vec<String> {
        self.recent.iter().cloned().collect()
    }
}
