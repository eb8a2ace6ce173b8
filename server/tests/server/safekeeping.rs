//! Backup, restore and verify: copies that are whole, and damage that is found.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kiennghi_server::store::StoreError;
use kiennghi_server::store::sqlite::{
    FILE_NAME, Forgotten, KEYS_FILE_NAME, Lock, Options, Report, Restored, SqliteStore, Step,
    backup, backup_keys, remember_erasures, restore, verify,
};
use kiennghi_shared::receipt::Receipt;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::district::{Bench, Draft, NOW, stamp};

pub(crate) fn bench(folder: &Path) -> Bench {
    Bench::on(Arc::new(
        SqliteStore::open(&Options::new(folder)).expect("opens"),
    ))
}

/// Restores a file that keeps the people of this folder.
pub(crate) fn restore_with_people(folder: &Path, file: &Path) {
    let restored = restore(folder, file, NOW, &mut go_on).expect("restored");
    assert!(
        matches!(
            restored,
            Restored::Done {
                people_kept: true,
                ..
            }
        ),
        "{restored:?}"
    );
}

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().expect("folder")
}

/// Three petitions, of 1, 12 and 1 changes, the last of which was erased as number 15.
pub(crate) fn filled(bench: &Bench) -> Vec<Draft> {
    let phone = bench.phone("a-1");
    let mut drafts: Vec<_> = ["Cầu", "Đường", "Chợ"]
        .map(|content| phone.petition("P-D-A", content))
        .into();
    for n in 0..11 {
        drafts[1].set(&phone, "place", &format!("đoạn {n}"));
    }
    for draft in &mut drafts {
        bench.push(&phone, vec![draft.take()]);
    }
    bench
        .store
        .erase(drafts[2].header.id, "thử", &stamp(NOW))
        .expect("erased");
    drafts
}

fn told(report: &Report) -> String {
    let lines = report
        .problems
        .iter()
        .map(|problem| match problem.document {
            Some(document) => format!("{document}: {}", problem.what),
            None => problem.what.clone(),
        });
    lines.collect::<Vec<_>>().join("\n")
}

pub(crate) fn verified(folder: &Path, receipts: &[Receipt]) -> String {
    told(&verify(folder, receipts, &[]).expect("can be opened").0)
}

/// What is in a folder after its server was killed: the files as they are, no goodbye.
pub(crate) fn crashed(folder: &Path) -> TempDir {
    let copy = self::folder();
    for name in [FILE_NAME.to_owned(), format!("{FILE_NAME}-wal")] {
        std::fs::copy(folder.join(&name), copy.path().join(&name)).expect("copied");
    }
    copy
}

fn go_on(_: Step) -> Result<(), StoreError> {
    Ok(())
}

pub(crate) fn last_seq(folder: &Path) -> u64 {
    bench(folder).store.last_seq().expect("read")
}

#[test]
fn a_backup_is_made_beside_a_writer_and_is_whole() {
    let (data, files) = (folder(), folder());
    let bench = bench(data.path());
    filled(&bench);
    let stop = AtomicBool::new(false);
    let backups: Vec<Report> = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let phone = bench.phone("a-2");
            while !stop.load(Ordering::SeqCst) {
                bench.push(&phone, vec![phone.petition("P-D-A", "Trong khi đó").take()]);
            }
        });
        let reports = (0..5).map(|n| {
            let before = bench.store.last_seq().expect("read");
            let report = backup(data.path(), &files.path().join(n.to_string())).expect("written");
            assert_eq!(told(&report), "");
            assert!(
                report.last_seq >= before,
                "all that was acknowledged before"
            );
            assert_eq!(
                bench.store.chain_at(report.last_seq),
                Ok(Some(report.chain))
            );
            report
        });
        let reports = reports.collect();
        stop.store(true, Ordering::SeqCst);
        writer.join().expect("no panic");
        reports
    });
    for (n, report) in backups.iter().enumerate() {
        let file = files.path().join(n.to_string());
        let mode = std::fs::metadata(&file)
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        let restored = folder();
        restore(restored.path(), &file, NOW, &mut go_on).expect("restored");
        assert_eq!(last_seq(restored.path()), report.last_seq);
    }
    // Nothing else was left there, and nothing is overwritten.
    assert_eq!(std::fs::read_dir(files.path()).expect("read").count(), 5);
    let taken = files.path().join("0");
    let bytes = std::fs::read(&taken).expect("read");
    assert!(backup(data.path(), &taken).is_err());
    assert_eq!(std::fs::read(&taken).expect("read"), bytes);
}

#[test]
fn a_damaged_database_gives_no_backup_and_a_damaged_backup_is_not_restored() {
    let (data, files) = (folder(), folder());
    let file = files.path().join("backup");
    filled(&bench(data.path()));
    backup(data.path(), &file).expect("written");
    let damage = "UPDATE changes SET user = 'x' WHERE seq = 3";
    alter(&data.path().join(FILE_NAME), damage);
    let report = backup(data.path(), &files.path().join("second")).expect("read");
    assert!(told(&report).contains("number 3 is not as it was stored"));
    assert!(!files.path().join("second").exists());

    alter(&file, "UPDATE changes SET bytes = x'00' WHERE seq = 3");
    let refused = restore(data.path(), &file, NOW, &mut go_on).expect("read");
    assert!(matches!(refused, Restored::Refused(_)), "{refused:?}");
    for (name, bytes) in [
        ("empty", &b""[..]),
        ("text", b"not a database at all, to be sure"),
    ] {
        let other = files.path().join(name);
        std::fs::write(&other, bytes).expect("written");
        restore(data.path(), &other, NOW, &mut go_on).expect_err(name);
    }
    assert!(!kept(data.path()).exists());
    assert_eq!(last_seq(data.path()), 15, "the old one is in place");
}

pub(crate) fn alter(database: &Path, sql: &str) {
    let connection = Connection::open(database).expect("opens");
    connection
        .pragma_update(None, "foreign_keys", false)
        .expect("off");
    connection.execute_batch(sql).expect("altered");
}

fn kept(data: &Path) -> PathBuf {
    data.join(format!("{FILE_NAME}.before-restore-1"))
}

#[test]
fn a_restore_begins_an_epoch_and_keeps_the_old_database() {
    let (data, files) = (folder(), folder());
    let file = files.path().join("backup");
    let (first, receipt) = {
        let bench = bench(data.path());
        filled(&bench);
        backup(data.path(), &file).expect("written");
        let phone = bench.phone("a-1");
        bench.push(&phone, vec![phone.petition("P-D-A", "Sau đó").take()]);
        let running = restore(data.path(), &file, NOW, &mut go_on);
        assert_eq!(running.expect_err("it is open"), StoreError::Busy);
        (bench.store.epoch(), bench.store.receipt().expect("signed"))
    };
    let restored = restore(data.path(), &file, NOW, &mut go_on).expect("restored");
    let Restored::Done { epoch, old, .. } = restored else {
        panic!("{restored:?}");
    };
    assert_eq!(old, Some(kept(data.path())));
    let bench = bench(data.path());
    assert_eq!(bench.store.last_seq(), Ok(15));
    assert_eq!(bench.store.epoch(), epoch);
    let epochs = bench.store.epochs().expect("read");
    let begun: Vec<_> = epochs
        .iter()
        .map(|row| (row.epoch, row.after_seq))
        .collect();
    assert_eq!(begun, [(first, 0), (epoch, 15)]);
    // What came after the backup was given up knowingly: that is no damage.
    assert_eq!(verified(data.path(), &[receipt]), "");
    drop(bench);
    // The old database is whole under its other name.
    let again = folder();
    restore(again.path(), &kept(data.path()), NOW, &mut go_on).expect("restored");
    assert_eq!(last_seq(again.path()), 16);
}

#[test]
fn a_restore_that_is_killed_leaves_the_old_or_the_new_database() {
    let (data, files) = (folder(), folder());
    let file = files.path().join("backup");
    let bench = bench(data.path());
    filled(&bench);
    backup(data.path(), &file).expect("written");
    let phone = bench.phone("a-1");
    bench.push(&phone, vec![phone.petition("P-D-A", "Sau đó").take()]);
    let steps = [
        (Step::Copied, 16),
        (Step::Verified, 16),
        (Step::Prepared, 16),
        (Step::KeptOld, 16),
        (Step::FoldedOld, 16),
        (Step::Replaced, 15),
    ];
    for (last, expected) in steps {
        let crashed = crashed(data.path());
        let mut kill = |step| match step == last {
            true => Err(StoreError::Stale),
            false => Ok(()),
        };
        let killed = restore(crashed.path(), &file, NOW, &mut kill);
        assert_eq!(killed.expect_err("killed"), StoreError::Stale, "{last:?}");
        assert_eq!(last_seq(crashed.path()), expected, "{last:?}");
        assert_eq!(verified(crashed.path(), &[]), "", "{last:?}");
        // Done again it comes to its end, whatever was left.
        restore(crashed.path(), &file, NOW, &mut go_on).expect("restored");
        assert_eq!(last_seq(crashed.path()), 15, "{last:?}");
        assert_eq!(verified(crashed.path(), &[]), "", "{last:?}");
    }
}

/// Restores, and says how many documents were erased again and why there may be more.
fn restored(data: &Path, file: &Path) -> (u64, Option<Forgotten>) {
    let restored = restore(data, file, NOW, &mut go_on).expect("restored");
    let Restored::Done {
        erased_again,
        forgotten,
        ..
    } = restored
    else {
        panic!("{restored:?}");
    };
    assert_eq!(verified(data, &[]), "");
    (erased_again, forgotten)
}

#[test]
fn what_was_erased_since_the_backup_is_erased_again() {
    let (data, files) = (folder(), folder());
    let file = files.path().join("backup");
    let (known, unknown, reviewed) = {
        let bench = bench(data.path());
        let drafts = filled(&bench);
        backup(data.path(), &file).expect("written");
        let phone = bench.phone("a-1");
        let mut new = phone.petition("P-D-A", "Sau đó");
        bench.push(&phone, vec![new.take()]);
        for (id, why) in [(drafts[1].header.id, "một"), (new.header.id, "hai")] {
            bench.store.erase(id, why, &stamp(NOW + 1)).expect("erased");
        }
        (drafts[1].header.id, new.header.id, drafts[2].header.id)
    };
    // Twice: the second time all of it is known already.
    for _ in 0..2 {
        assert_eq!(restored(data.path(), &file).0, 2);
        let bench = bench(data.path());
        let stones = bench.store.tombstones(0).expect("read");
        let stones: Vec<_> = stones
            .iter()
            .map(|stone| (stone.seq, stone.header.id, stone.why.as_str(), stone.at))
            .collect();
        let expected = [
            (15, reviewed, "thử", NOW),
            (16, known, "một", NOW + 1),
            (17, unknown, "hai", NOW + 1),
        ];
        assert_eq!(stones, expected);
        assert_eq!(bench.store.documents(&[known, unknown]), Ok(vec![]));
    }
}

#[test]
fn who_was_revoked_since_the_backup_stays_revoked() {
    let (data, files) = (folder(), folder());
    let file = files.path().join("backup");
    let device = {
        let bench = bench(data.path());
        let device = bench.phone("a-1").caller.device;
        backup(data.path(), &file).expect("written");
        assert_eq!(bench.store.revoke_device(device, &stamp(NOW)), Ok(true));
        device
    };
    // Twice: the second time another epoch stands between.
    for _ in 0..2 {
        restore_with_people(data.path(), &file);
        let bench = bench(data.path());
        let devices = bench.store.devices().expect("read");
        let row = devices.iter().find(|row| row.id == device).expect("there");
        assert_eq!(row.revoked_at, Some(NOW));
        assert_eq!(verified(data.path(), &[]), "");
        let altered = Connection::open(data.path().join(FILE_NAME)).expect("opens");
        altered
            .execute("DELETE FROM audit", [])
            .expect_err("it is only added to");
    }
    // Another installation's database has nothing to say.
    let other = folder();
    bench(other.path());
    let restored = restore(other.path(), &file, NOW, &mut go_on).expect("restored");
    assert!(
        matches!(
            restored,
            Restored::Done {
                people_kept: false,
                ..
            }
        ),
        "{restored:?}"
    );
}

#[test]
fn a_database_that_cannot_tell_what_it_erased_makes_the_backup_all_there_is() {
    let (data, files) = (folder(), folder());
    let file = files.path().join("backup");
    let kept = {
        let bench = bench(data.path());
        let drafts = filled(&bench);
        backup(data.path(), &file).expect("written");
        let id = drafts[0].header.id;
        bench.store.erase(id, "thử", &stamp(NOW)).expect("erased");
        id
    };
    let there = |data: &Path| bench(data).store.documents(&[kept]).expect("read").len();
    let shared = |data: &Path| {
        let epochs = bench(data).store.epochs().expect("read");
        epochs.last().map(|row| row.after_seq)
    };

    let empty = folder();
    assert_eq!(restored(empty.path(), &file), (0, Some(Forgotten::Missing)));
    assert_eq!((there(empty.path()), shared(empty.path())), (1, Some(0)));

    let unreadable = folder();
    let rubbish = "Không phải là cơ sở dữ liệu.".repeat(100);
    std::fs::write(unreadable.path().join(FILE_NAME), rubbish).expect("written");
    let (again, why) = restored(unreadable.path(), &file);
    assert!(matches!(why, Some(Forgotten::Unreadable(_))), "{why:?}");
    assert_eq!((again, there(unreadable.path())), (0, 1));
    assert_eq!(shared(unreadable.path()), Some(0));

    // One that was begun anew on another machine knows what it erased itself.
    let another = folder();
    drop(bench(another.path()));
    assert_eq!(
        restored(another.path(), &file),
        (0, Some(Forgotten::Another))
    );
    assert_eq!(shared(another.path()), Some(0));

    // The one that went on from the backup knows all.
    assert_eq!(restored(data.path(), &file), (1, None));
    assert_eq!((there(data.path()), shared(data.path())), (0, Some(15)));
}

#[test]
fn one_server_works_in_a_folder() {
    let data = folder();
    let first = Lock::serving(data.path()).expect("free");
    assert_eq!(
        Lock::serving(data.path()).expect_err("held"),
        StoreError::Busy
    );
    drop(first);
    let _again = Lock::serving(data.path()).expect("free again");
    let _open = bench(data.path());
    assert_eq!(
        Lock::alone(data.path()).expect_err("open"),
        StoreError::Busy
    );
}

fn mode(path: &Path) -> u32 {
    let metadata = std::fs::metadata(path).expect("there");
    metadata.permissions().mode() & 0o777
}

#[test]
fn nobody_else_on_the_machine_reads_any_of_it() {
    let above = folder();
    let data = above.path().join("new/data");
    let bench = bench(&data);
    filled(&bench);
    assert_eq!(mode(&data), 0o700);
    assert_eq!(mode(&data.join(format!("{FILE_NAME}-wal"))), 0o600);
    remember_erasures(&data, &[]).expect("made");
    let (copy, keys) = (above.path().join("copy"), above.path().join("keys"));
    backup(&data, &copy).expect("written");
    assert!(backup_keys(&data, &keys).expect("written"));
    let restored = above.path().join("restored");
    restore(&restored, &copy, NOW, &mut go_on).expect("restored");
    assert_eq!(mode(&restored), 0o700);
    for file in [
        data.join(FILE_NAME),
        data.join(KEYS_FILE_NAME),
        copy,
        keys,
        restored.join(FILE_NAME),
    ] {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }

    // What an earlier version left open is closed.
    drop(bench);
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(data.join(FILE_NAME), open).expect("opened");
    SqliteStore::open(&Options::new(&data)).expect("opens");
    assert_eq!(mode(&data.join(FILE_NAME)), 0o600);
}
