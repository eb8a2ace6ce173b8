//! Hazards 4, 5, 8 and 10: few bytes that become many, and chunks that are something else than one
//! change.

use super::ground::Ground;
use super::{Entry, Harm};
use crate::hostile::chunk::{Draft, prefixed, seal_deflated};
use crate::hostile::operations::{Row, repeated};

pub(super) fn entries() -> Vec<Entry> {
    vec![
        operations(),
        sync_message(
            "05-sync-message-divides-by-zero",
            "a sync message of ten bytes with a filter of no bits",
            Harm::SyncPanic,
            &[1, 0, 7],
        ),
        sync_message(
            "05-sync-message-wants-17-gib",
            "a sync message of fifteen bytes whose filter asks for 2^32 probes",
            Harm::SyncMemory,
            &[1, 8, 0xff, 0xff, 0xff, 0xff, 0x0f, 0],
        ),
        good_bad_good(),
        deflated(),
    ]
}

/// Ten million times the same operation, by the lengths of two runs.
fn operations() -> Entry {
    let ground = Ground::new("04-operation-bomb");
    let draft = Draft {
        columns: repeated(10_000_000),
        deps: Vec::new(),
        start_op: 1,
        others: Vec::new(),
        ..ground.draft(&[])
    };
    ground.entry(
        "ten million operations in a few bytes",
        Harm::Memory,
        &draft,
        "too_large",
    )
}

/// A message of automerge's own sync protocol in place of a change.
fn sync_message(name: &'static str, what: &str, harm: Harm, filter: &[u8]) -> Entry {
    let mut message = vec![0x42, 0, 0, 1, 0];
    prefixed(&mut message, filter);
    message.push(0);
    Ground::new(name).entry_of(what, harm, vec![message], "bad_change")
}

fn good_bad_good() -> Entry {
    let ground = Ground::new("08-good-bad-good");
    let first = ground.innocent("first", super::VILLAIN);
    let last = ground.innocent("last", super::VILLAIN);
    let bad = ground.draft(&[Row::put("place", "x")]).seal();
    let bad = &bad[..bad.len() - 1];
    let together = [first.as_slice(), bad, &last].concat();
    ground.entry_of(
        "a good change, a broken one and a good one in one frame",
        Harm::SilentLoss,
        vec![together],
        "bad_change",
    )
}

fn deflated() -> Entry {
    let ground = Ground::new("10-deflate-bomb");
    let mut chunk = seal_deflated(&vec![0; 64 << 20]);
    // Not even the checksum must be right.
    chunk[4] ^= 1;
    ground.entry_of(
        "a compressed change of 64 KiB that inflates to 64 MiB, its checksum wrong",
        Harm::Inflates,
        vec![chunk],
        "too_large",
    )
}
