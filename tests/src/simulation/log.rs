//! A log that a failing disk left behind: it reads well and is not on the platter. What is stored
//! after the next start must not hang on it.

use std::ops::Range;

use kiennghi_disk::{Disk, Faults, Image};
use kiennghi_server::store::{Scope, Store};

use super::server::open_store;

/// Stores, fails to sync, stores on after a start, and cuts the power. Gives how many writes were
/// acknowledged.
///
/// # Errors
/// The first acknowledged write that did not survive.
pub fn check_failed_log(seed: u64) -> Result<u64, String> {
    let said = |error| format!("seed {seed}: {error}");
    let disk = Disk::new(&Image::default(), seed);
    let mut stored = Vec::new();
    let mut write = |store: &dyn Store, versions: Range<u64>| {
        let done = |version: &u64| store.remember_scope(*version, &Scope::default()).is_ok();
        stored.extend(versions.filter(done));
    };
    let store = open_store(&disk).map_err(said)?;
    write(&*store, 1..4);
    disk.set_faults(Faults {
        syncs: 10_000,
        ..Faults::default()
    });
    write(&*store, 4..6);
    drop(store);
    disk.set_faults(Faults::default());
    let store = open_store(&disk).map_err(said)?;
    write(&*store, 6..10);
    disk.crash();
    drop(store);
    let disk = Disk::new(&disk.survivors(seed), 0);
    let store = open_store(&disk).map_err(said)?;
    for version in &stored {
        if store.scope(*version).map_err(said)?.is_none() {
            return Err(format!("seed {seed}: {version} of {stored:?} is lost"));
        }
    }
    Ok(stored.len() as u64)
}
