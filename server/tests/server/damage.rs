//! Damage is found by `verify`, and snapshots that are not sound by compaction.

use std::path::Path;

use kiennghi_server::auth::exported;
use kiennghi_server::store::sqlite::{FILE_NAME, verify};
use kiennghi_server::store::{Action, AuditEvent, Store};
use rusqlite::Connection;

use crate::district::{Bench, NOW, stamp};
use crate::safekeeping::{alter, bench, crashed, filled, folder, last_seq, verified};

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
            "INSERT INTO petition_words (rowid, words) VALUES (3, 'x')",
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
        match verify(copy.path(), &[], &[]) {
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
    let bench = crate::safekeeping::bench(crashed.path());
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

#[test]
fn compaction_writes_what_is_missing_and_drops_what_is_unsound() {
    let data = folder();
    let drafts = filled(&bench(data.path()));
    let id = drafts[1].header.id;
    let database = data.path().join(FILE_NAME);
    let snapshot = |store: &dyn Store| {
        let stored = store.documents(&[id]).expect("read").remove(0);
        (stored.changes, stored.snapshot)
    };
    let (changes, written) = snapshot(&*bench(data.path()).store);
    assert!(written.is_some());
    for damage in [
        "DELETE FROM snapshots",
        "UPDATE snapshots SET change_count = 9, bytes = x'00'",
    ] {
        alter(&database, damage);
        let bench = bench(data.path());
        let done = bench.store.compact(10).expect("compacted");
        assert_eq!((done.written, done.unsound), (1, vec![]), "{damage}");
        assert_eq!(
            snapshot(&*bench.store),
            (changes.clone(), written.clone()),
            "{damage}"
        );
        assert_eq!(bench.store.compact(10).expect("compacted").written, 0);
    }
    let storage = bench(data.path()).store.storage(1).expect("read");
    assert_eq!((storage.documents, storage.changes), (3, 14));
    assert_eq!(storage.largest.len(), 1);
    let largest = &storage.largest[0];
    assert_eq!((largest.id, largest.changes), (id, 12));
    let bytes: usize = changes.iter().map(Vec::len).sum();
    assert_eq!(largest.change_bytes, bytes as u64);
    assert_eq!(
        (storage.snapshots, storage.snapshot_bytes),
        (1, largest.snapshot_bytes)
    );

    alter(
        &database,
        "UPDATE documents SET heads = zeroblob(32) WHERE number = 2;
         UPDATE snapshots SET change_count = 9;",
    );
    let bench = bench(data.path());
    let done = bench.store.compact(10).expect("compacted");
    assert_eq!((done.written, done.unsound), (0, vec![id]));
    assert_eq!(snapshot(&*bench.store), (changes, None));
    assert_eq!(bench.store.storage(0).expect("read").snapshots, 0);
}

#[test]
fn a_record_that_was_tampered_with_shows_it() {
    let data = folder();
    {
        let bench = bench(data.path());
        let device = bench.phone("a-1").caller.device;
        for at in [NOW, NOW + 24 * 60 * 60 * 1000] {
            let event = AuditEvent::new(Action::Export, device.0);
            bench.store.record(event, &stamp(at)).expect("recorded");
            let event = AuditEvent::new(Action::SignOut, device.0);
            bench.store.record(event, &stamp(at)).expect("recorded");
        }
    }
    assert_eq!(verified(data.path(), &[]), "");
    for (sql, expected) in [
        (
            "UPDATE audit SET by_user = 'a-2', via = 'user' WHERE seq = 2",
            "row 2 was altered or moved",
        ),
        (
            "UPDATE audit SET at = at + 1 WHERE seq = 4",
            "row 4 was altered or moved",
        ),
        (
            "UPDATE audit SET detail = 'x' WHERE seq = 1",
            "row 1 was altered or moved",
        ),
        ("DELETE FROM audit WHERE seq = 3", "rows 3 to 3 are missing"),
        (
            "DELETE FROM audit WHERE seq = 5",
            "the newest rows are missing",
        ),
        ("DELETE FROM audit", "the newest rows are missing"),
        (
            "UPDATE audit SET seq = 9 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3;
             UPDATE audit SET seq = 3 WHERE seq = 9",
            "row 2 was altered or moved",
        ),
        (
            "UPDATE audit_heads SET seq = 2",
            "is not signed by this server",
        ),
        (
            "DELETE FROM audit_heads",
            "the end of 2025-06-15 was never signed",
        ),
        (
            "DELETE FROM meta WHERE key = 'audit_end'",
            "the number of its last row is missing",
        ),
        (
            "UPDATE audit_heads SET signature = zeroblob(64)",
            "is not signed by this server",
        ),
    ] {
        let harmed = crashed(data.path());
        let database = harmed.path().join(FILE_NAME);
        let open = "DROP TRIGGER audit_is_kept; DROP TRIGGER audit_is_not_altered;";
        alter(&database, &format!("{open} {sql}"));
        let told = verified(harmed.path(), &[]);
        assert!(told.contains(expected), "{sql}: {told}");
    }
}

#[test]
fn a_record_whose_newest_days_were_cut_off_shows_it_beside_an_exported_one() {
    let data = folder();
    let export = |bench: &Bench| {
        let mut text = String::new();
        let written = exported(&*bench.store, &mut |line| text = format!("{text}{line}\n"));
        written.expect("read");
        text
    };
    let days = [NOW, NOW + 24 * 60 * 60 * 1000, NOW + 48 * 60 * 60 * 1000];
    let kept = {
        let bench = bench(data.path());
        for at in days {
            let event = AuditEvent::new(Action::Export, "audit");
            bench.store.record(event, &stamp(at)).expect("recorded");
        }
        export(&bench)
    };
    let other = folder();
    let others = export(&bench(other.path()));
    let compared = |folder: &Path, exported: &str| {
        let (report, _) = verify(folder, &[], &[exported.to_owned()]).expect("read");
        let told = report.problems.iter().map(|problem| problem.what.as_str());
        told.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(compared(data.path(), &kept), "");
    let older: Vec<&str> = kept
        .lines()
        .filter(|line| !line.contains("2025-06-17"))
        .collect();
    assert_eq!(compared(data.path(), &older.join("\n")), "");

    // Rows, signed ends and the number of the last row: what is left is sound in itself.
    let cut = crashed(data.path());
    let sql = "DROP TRIGGER audit_is_kept; DELETE FROM audit WHERE seq > 2;
               DELETE FROM audit_heads WHERE seq > 2;
               UPDATE meta SET value = 2 WHERE key = 'audit_end'";
    alter(&cut.path().join(FILE_NAME), sql);
    assert_eq!(verified(cut.path(), &[]), "");
    let told = compared(cut.path(), &kept);
    assert!(
        told.contains("row 3 and later ones, which were exported, are missing"),
        "{told}"
    );

    let forged = kept.replace("\"signature\":\"", "\"signature\":\"00");
    let told = compared(data.path(), &forged);
    assert!(told.contains("is not signed by this server"), "{told}");
    for (other, expected) in [
        (others.as_str(), "another server's"),
        ("", "another server's"),
        ("[]", "line 1 is none"),
    ] {
        let told = compared(data.path(), other);
        assert!(told.contains(expected), "{told}");
    }
}
