//! What the server stored, read back by an honest phone.

use std::collections::BTreeSet;

use kiennghi_shared::document::Document;
use kiennghi_shared::validate::ParsedChange;

use super::{Stored, same_in_any_order};
use crate::harness::Server;

/// Fetches every touched document through a new phone of another user; gives their number.
///
/// # Panics
/// When one lacks a change that the server said it stored, does not load, does not come out the
/// same from its own save or in another order, or does not fit its kind.
pub(super) async fn read_back(seed: u64, server: &Server, stored: &Stored) -> u64 {
    let mut phone = server.phone("quang-lam-1").await;
    let synced = phone.sync().await;
    synced.unwrap_or_else(|failure| panic!("seed {seed}: {failure}"));
    for (id, hashes) in stored {
        let (header, document) = phone
            .document(*id)
            .unwrap_or_else(|error| panic!("seed {seed}: {id}: {error}"));
        let raw = document.raw_changes();
        let there: BTreeSet<_> = raw
            .iter()
            .map(|raw| ParsedChange::parse(raw).map(|change| change.hash))
            .collect::<Result<_, _>>()
            .unwrap_or_else(|code| panic!("seed {seed}: {id}: {code:?}"));
        let told: BTreeSet<_> = hashes.iter().copied().collect();
        assert_eq!(there, told, "seed {seed}: {id}");
        let again = Document::load(&document.save());
        let again = again.unwrap_or_else(|error| panic!("seed {seed}: {id}: {error}"));
        assert_eq!(again.heads(), document.heads(), "seed {seed}: {id}");
        assert_eq!(
            again.record(header.kind),
            document.record(header.kind),
            "seed {seed}: {id}"
        );
        let fits = document.check(header.kind);
        fits.unwrap_or_else(|error| panic!("seed {seed}: {id}: {error}"));
        assert!(same_in_any_order(&document, &raw), "seed {seed}: {id}");
    }
    stored.len() as u64
}
