//! A log that a failing disk left behind.

use kiennghi_disk::{Disk, Faults, Image, VFS};
use kiennghi_server::store::sqlite::{Options, SqliteStore};
use kiennghi_server::store::{Scope, Store, StoreError};

fn open(disk: &Disk) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(&Options {
        readers: 1,
        vfs: Some(VFS.to_owned()),
        ..Options::new(&disk.folder())
    })
}

/// Failed syncs leave a log that reads well and is not on the platter: what is stored after the next
/// start must not hang on it.
#[test]
fn what_is_stored_upon_a_log_that_failed_to_sync_survives_a_power_cut() {
    for seed in 0..60 {
        let disk = Disk::new(&Image::default(), seed);
        let mut stored = Vec::new();
        let mut write = |store: &SqliteStore, versions: std::ops::Range<u64>| {
            for version in versions {
                if store.remember_scope(version, &Scope::default()).is_ok() {
                    stored.push(version);
                }
            }
        };
        let store = open(&disk).expect("a new disk");
        write(&store, 1..4);
        disk.set_faults(Faults {
            syncs: 10_000,
            ..Faults::default()
        });
        write(&store, 4..6);
        drop(store);
        disk.set_faults(Faults::default());
        let store = open(&disk).expect("a disk that works again");
        write(&store, 6..10);
        disk.crash();
        drop(store);
        let disk = Disk::new(&disk.survivors(seed), 0);
        let store = open(&disk).expect("what survived");
        assert!(stored.len() >= 7, "seed {seed}: {stored:?}");
        for version in &stored {
            let scope = store.scope(*version).expect("read");
            assert!(scope.is_some(), "seed {seed}: {version} of {stored:?}");
        }
    }
}
