//! What lies of petitioners on the disk: sealed rows, their keys apart from them, and nothing of the erased,
//! whatever comes back.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kiennghi_server::store::sqlite::{
    KEYS_FILE_NAME, Options, Restored, SqliteStore, backup, backup_keys, remember_erasures,
    restore, restore_keys,
};
use kiennghi_server::store::{Petitioners, Put};
use kiennghi_shared::id::DocumentId;
use tempfile::TempDir;

use crate::district::{Bench, NOW, new_id, stamp};
use crate::petitioners::{CANARY, sending};

fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(&Options::new(folder)).expect("opens")
}

/// The files below a folder that hold one of the words, as UTF-8 or in the folder's names.
fn holding(folder: &Path, words: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(holding(&path, words));
            continue;
        }
        let bytes = std::fs::read(&path).expect("readable");
        let holds = |word: &&str| {
            bytes
                .windows(word.len())
                .any(|window| window == word.as_bytes())
        };
        if words.iter().any(holds) {
            found.push(path);
        }
    }
    found
}

pub(crate) fn key_of(folder: &Path, id: DocumentId) -> Option<Vec<u8>> {
    let keys = rusqlite::Connection::open(folder.join(KEYS_FILE_NAME)).expect("opens");
    keys.query_row(
        "SELECT key FROM keys WHERE id = ?1",
        [id.as_bytes()],
        |row| row.get(0),
    )
    .ok()
}

#[test]
fn what_was_planted_and_erased_is_nowhere_even_after_the_oldest_backup_is_restored() {
    let (data, files) = (
        TempDir::new().expect("folder"),
        TempDir::new().expect("folder"),
    );
    let (file, keys) = (files.path().join("backup"), files.path().join("keys"));
    let (erased, kept) = (new_id(), new_id());
    let key = {
        let store = open(data.path());
        Bench::on(Arc::new(open(data.path())));
        for id in [erased, kept] {
            let put = store.put_petitioner(id, &sending("P-D-A", 0, CANARY[0]), &stamp(NOW));
            assert_eq!(put, Ok(Put::Stored(1)));
        }
        let key = key_of(data.path(), erased).expect("a key");
        assert_eq!(
            holding(data.path(), &CANARY),
            Vec::<PathBuf>::new(),
            "sealed"
        );
        backup(data.path(), &file).expect("written");
        assert_eq!(backup_keys(data.path(), &keys), Ok(true));
        let row = store.petitioner(erased).expect("read").expect("a row");
        assert_eq!(
            store
                .erase_petitioner(&row, "đơn số 7", &stamp(NOW + 1))
                .expect("store")
                .at,
            NOW + 1
        );
        key
    };
    assert_eq!(key_of(data.path(), erased), None);
    let has_key = |folder: &Path| -> Vec<PathBuf> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let bytes = std::fs::read(entry.path()).unwrap_or_default();
            if bytes.windows(32).any(|window| window == key) {
                found.push(entry.path());
            }
        }
        found
    };
    assert_eq!(has_key(data.path()), Vec::<PathBuf>::new(), "overwritten");
    assert_eq!(
        has_key(files.path()),
        vec![keys.clone()],
        "the search finds a key"
    );

    // The oldest backup with the keys of then, over the database of now and on a machine that lost all.
    let list = open(data.path()).petitioner_erasures().expect("read");
    let fresh = TempDir::new().expect("folder");
    remember_erasures(fresh.path(), &list).expect("noted");
    for folder in [data.path(), fresh.path()] {
        let done = restore(folder, &file, NOW + 2, &mut |_| Ok(())).expect("restored");
        assert!(matches!(done, Restored::Done { .. }), "{done:?}");
        restore_keys(folder, &keys).expect("taken");
        assert_eq!(key_of(folder, erased), None);
        let store = open(folder);
        assert_eq!(store.read_petitioner(erased, &stamp(NOW)), Ok(None));
        let row = store.petitioner(erased).expect("read").expect("a row");
        assert_eq!(row.erased_at, Some(NOW + 1));
        let (_, person) = store
            .read_petitioner(kept, &stamp(NOW))
            .expect("read")
            .expect("there");
        assert_eq!(person.name, CANARY[0], "the other is as it was");
        assert_eq!(
            store.put_petitioner(erased, &sending("P-D-A", 1, "x"), &stamp(NOW)),
            Ok(Put::Erased)
        );
        drop(store);
        assert_eq!(holding(folder, &CANARY), Vec::<PathBuf>::new());
        let kept_old = |path: &PathBuf| !path.to_string_lossy().contains("before-restore");
        let left: Vec<_> = has_key(folder).into_iter().filter(kept_old).collect();
        assert_eq!(left, Vec::<PathBuf>::new());
    }
}

#[test]
fn a_key_that_outlived_its_row_is_destroyed_when_the_store_is_opened() {
    let folder = TempDir::new().expect("folder");
    let keys = folder.path().join(KEYS_FILE_NAME);
    let (erased, kept) = (new_id(), new_id());
    let store = open(folder.path());
    Bench::on(Arc::new(open(folder.path())));
    for id in [erased, kept] {
        let put = store.put_petitioner(id, &sending("P-D-A", 0, CANARY[0]), &stamp(NOW));
        assert_eq!(put, Ok(Put::Stored(1)));
    }
    let before = std::fs::read(&keys).expect("keys");
    let row = store.petitioner(erased).expect("read").expect("a row");
    let done = store.erase_petitioner(&row, "đơn số 7", &stamp(NOW + 1));
    drop(store);
    // The row is empty, the keys are as they were.
    std::fs::write(&keys, before).expect("written");
    assert!(key_of(folder.path(), erased).is_some());

    let store = open(folder.path());
    assert_eq!(key_of(folder.path(), erased), None);
    assert!(key_of(folder.path(), kept).is_some(), "the other's stays");
    assert_eq!(store.petitioner_erasures(), done.map(|one| vec![one]));
}
