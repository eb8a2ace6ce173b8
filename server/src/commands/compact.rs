//! `kiennghi compact`.

use std::collections::BTreeSet;
use std::io::Write;

use super::Data;

/// Documents compacted before it is looked again which are left.
const ROUND: u64 = 100;

pub(super) fn run(data: &Data, list: u64) -> anyhow::Result<()> {
    let store = data.open()?;
    let mut stdout = std::io::stdout().lock();
    let (mut written, mut unsound) = (0, BTreeSet::new());
    loop {
        let round = store.compact(ROUND)?;
        written += round.written;
        unsound.extend(round.unsound);
        // Those without a sound snapshot come again: a round that wrote nothing is the last.
        if round.written == 0 {
            break;
        }
    }
    for document in &unsound {
        writeln!(
            stdout,
            "{document}: no sound snapshot can be made of its changes"
        )?;
    }
    let storage = store.storage(list)?;
    writeln!(stdout, "{written} snapshots written")?;
    writeln!(
        stdout,
        "{} documents: {} changes of {} bytes, {} snapshots of {} bytes",
        storage.documents,
        storage.changes,
        storage.change_bytes,
        storage.snapshots,
        storage.snapshot_bytes
    )?;
    for document in storage.largest {
        writeln!(
            stdout,
            "{}\t{} bytes\t{} changes\tsnapshot {} bytes",
            document.id, document.change_bytes, document.changes, document.snapshot_bytes
        )?;
    }
    anyhow::ensure!(
        unsound.is_empty(),
        "some documents are not sound: see `kiennghi verify`"
    );
    Ok(())
}
