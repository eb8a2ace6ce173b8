//! An honest phone at work, and raw bodies sent in a phone's name.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kiennghi_shared::id::DocumentId;
use kiennghi_tests::harness::Petitions;
use kiennghi_tests::phone::{Phone, Replied};

/// Records so many petitions in the phone's own unit.
pub(crate) fn record(phone: &mut Phone, seed: u64, count: usize) -> Vec<DocumentId> {
    let unit = phone.unit();
    let samples = Petitions::seeded(seed).take(count);
    samples
        .map(|sample| {
            phone
                .record_petition(&unit, sample.edits())
                .expect("recorded")
        })
        .collect()
}

/// Sends a packed body on a connection of its own.
pub(crate) async fn send(phone: &Phone, packed: Vec<u8>) -> Replied {
    let client = phone.account().connect(phone.meter()).await;
    let mut client = client.expect("the server answers");
    client.sync_packed(packed).await.expect("a reply")
}

/// How long honest syncs took, in milliseconds.
pub(crate) struct Honest {
    latencies: Vec<u64>,
}

impl Honest {
    /// Records a petition, syncs, and again, until it is told to stop but at least `least` times.
    pub(crate) async fn work(phone: &mut Phone, least: usize, stop: Arc<AtomicBool>) -> Self {
        let mut latencies = Vec::new();
        let unit = phone.unit();
        for sample in Petitions::seeded(18) {
            if latencies.len() >= least && stop.load(Ordering::Relaxed) {
                break;
            }
            phone
                .record_petition(&unit, sample.edits())
                .expect("recorded");
            let report = phone.sync().await.expect("the honest phone is served");
            assert_eq!((report.acked, report.refused), (1, 0));
            latencies.push(report.ms);
        }
        latencies.sort_unstable();
        Self { latencies }
    }

    /// How many syncs there were.
    pub(crate) fn count(&self) -> usize {
        self.latencies.len()
    }

    /// The time that half of them did not pass.
    pub(crate) fn median(&self) -> u64 {
        self.latencies[self.latencies.len() / 2]
    }

    /// The longest of them.
    pub(crate) fn longest(&self) -> u64 {
        self.latencies[self.latencies.len() - 1]
    }
}
