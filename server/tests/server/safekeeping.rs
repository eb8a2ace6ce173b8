//! Backup, restore and verify: copies that are whole, and damage that is found.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kiennghi_server::store::StoreError;
use kiennghi_server::store::sqlite::{
    FILE_NAME, Lock, Options, Report, Restored, SqliteStore, Step, backup, restore, verify,
};
use kiennghi_shared::receipt::Receipt;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::district::{Bench, Draft, NOW};

fn bench(folder: &Path) -> Bench {
    Bench::on(Arc::new(
        SqliteStore::open(&Options::new(folder)).expect("opens"),
    ))
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("folder")
}

/// Three petitions, of 1, 12 and 1 changes, the last of which was erased as number 15.
fn filled(bench: &Bench) -> Vec<Draft> {
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
        .erase(drafts[2].header.id, "thử", NOW)
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

fn verified(folder: &Path, receipts: &[Receipt]) -> String {
    told(&verify(folder, receipts).expect("can be opened").0)
}

/// What is in a folder after its server was killed: the files as they are, no goodbye.
fn crashed(folder: &Path) -> TempDir {
    let copy = self::folder();
    for name in [FILE_NAME.to_owned(), format!("{FILE_NAME}-wal")] {
        std::fs::copy(folder.join(&name), copy.path().join(&name)).expect("copied");
    }
    copy
}

fn go_on(_: Step) -> Result<(), StoreError> {
    Ok(())
}

fn last_seq(folder: &Path) -> u64 {
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

fn alter(database: &Path, sql: &str) {
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

#[test]
fn damage_of_every_kind_is_found() {
    let data = folder();
    let drafts = filled(&bench(data.path()));
    assert_eq!(verified(data.path(), &[]), "");
    let (id, erased) = (drafts[1].header.id, drafts[2].header.id);
    let of = |what: &str| format!("{id}: {what}");
    let cases = [
        (
            "DELETE FROM changes WHERE seq = 1",
            "number 1 is missing".to_owned(),
        ),
        ("DELETE FROM tombstones", "number 15 is missing".to_owned()),
        (
            "DELETE FROM changes WHERE seq IN (5, 6)",
            "numbers 5 to 6 are missing".to_owned(),
        ),
        (
            "DELETE FROM changes WHERE seq = 13",
            of("11 changes are there, 12 were counted"),
        ),
        (
            "UPDATE changes SET user = 'a-2' WHERE seq = 4",
            of("number 4 is not as it was stored"),
        ),
        (
            "UPDATE changes SET received_at = 1 WHERE seq = 4",
            of("number 4 is not as"),
        ),
        (
            "UPDATE chain SET link = zeroblob(32) WHERE seq = 4",
            of("number 4 is not as"),
        ),
        (
            "UPDATE tombstones SET why = 'y'",
            format!("{erased}: number 15 is not as"),
        ),
        (
            "UPDATE changes SET bytes = (SELECT bytes FROM changes WHERE seq = 2) WHERE seq = 4",
            of("the bytes of change 4 are not as stored"),
        ),
        (
            "UPDATE changes SET bytes = x'85' WHERE seq = 14",
            format!("{erased}: the bytes of"),
        ),
        (
            "UPDATE documents SET heads = zeroblob(32) WHERE number = 2",
            of("its heads are not"),
        ),
        (
            "UPDATE documents SET heads = x'00' WHERE number = 2",
            of("stored data is damaged: heads"),
        ),
        (
            "UPDATE documents SET created_seq = 3 WHERE number = 2",
            of("number 2 is not its first"),
        ),
        (
            "UPDATE snapshots SET bytes = zeroblob(99)",
            of("its snapshot is not what"),
        ),
        (
            "UPDATE petitions SET village = 'x' WHERE number = 2",
            of("list: not what"),
        ),
        (
            "DELETE FROM petitions WHERE number = 2",
            of("list: not what"),
        ),
        (
            "DELETE FROM petition_words WHERE rowid = 2",
            of("search: not what"),
        ),
        (
            "INSERT INTO petition_words (rowid, exact, folded) VALUES (3, 'x', 'x')",
            format!("{erased}: search: not what"),
        ),
        (
            "UPDATE changes SET actor = zeroblob(16) WHERE seq = 4",
            "names one of actors".to_owned(),
        ),
        (
            "DELETE FROM documents WHERE number = 2",
            "names one of documents".to_owned(),
        ),
    ];
    for (sql, expected) in cases {
        let copy = folder();
        let database = copy.path().join(FILE_NAME);
        std::fs::copy(data.path().join(FILE_NAME), &database).expect("copied");
        alter(&database, sql);
        let found = verified(copy.path(), &[]);
        assert!(found.contains(&expected), "{sql}: {expected}: {found}");
    }
}

#[test]
fn a_page_of_rubbish_is_found() {
    let data = folder();
    filled(&bench(data.path()));
    let bytes = std::fs::read(data.path().join(FILE_NAME)).expect("read");
    let mut found = 0;
    // Free pages hold nothing that could be damaged.
    let free: i64 = Connection::open(data.path().join(FILE_NAME))
        .and_then(|database| database.query_row("PRAGMA freelist_count", [], |row| row.get(0)))
        .expect("read");
    let pages = bytes.len() / 4096;
    for page in 1..pages {
        let copy = folder();
        let mut rubbish = bytes.clone();
        rubbish[page * 4096..(page + 1) * 4096].fill(0xa5);
        std::fs::write(copy.path().join(FILE_NAME), rubbish).expect("written");
        match verify(copy.path(), &[]) {
            Ok((report, _)) => found += usize::from(!report.problems.is_empty()),
            Err(_) => found += 1,
        }
    }
    assert!(
        found + free as usize >= pages - 1,
        "{found} of {pages}, {free} free"
    );
}

#[test]
fn rows_that_a_flipped_bit_in_the_log_lost_are_found_by_a_receipt() {
    let data = folder();
    let bench = bench(data.path());
    let phone = bench.phone("a-1");
    let mut receipts = Vec::new();
    for n in 0..10 {
        bench.push(
            &phone,
            vec![phone.petition("P-D-A", &format!("Ý kiến {n}")).take()],
        );
        receipts.push(bench.store.receipt().expect("signed"));
    }
    let crashed = crashed(data.path());
    let log = crashed.path().join(format!("{FILE_NAME}-wal"));
    let mut bytes = std::fs::read(&log).expect("read");
    let middle = bytes.len() - bytes.len() / 4;
    bytes[middle] ^= 1;
    std::fs::write(&log, bytes).expect("written");

    let left = last_seq(crashed.path());
    assert!((1..10).contains(&left), "{left} of 10 are left");
    assert_eq!(verified(crashed.path(), &[]), "", "sound in itself");
    let known = &receipts[left as usize - 1];
    assert_eq!(verified(crashed.path(), std::slice::from_ref(known)), "");
    let found = verified(crashed.path(), &[receipts[9].clone()]);
    let expected = format!("receipt: 10 numbers were on the disk, {left} are there");
    assert_eq!(found, expected);
    // Nor do other rows under the same numbers pass.
    let bench = self::bench(crashed.path());
    let phone = bench.phone("a-2");
    for n in left..12 {
        bench.push(
            &phone,
            vec![phone.petition("P-D-A", &format!("Khác {n}")).take()],
        );
    }
    let found = verified(crashed.path(), &[receipts[9].clone()]);
    assert_eq!(found, "receipt: the history up to number 10 is another");
    let mut forged = receipts[9].clone();
    forged.seq = 12;
    assert_eq!(
        verified(crashed.path(), &[forged]),
        "receipt: this store did not sign it"
    );
}
