//! What only SQLite's files can show: older databases, and what erasing leaves on the disk.

use std::path::Path;

use kiennghi_server::store::Letters;
use kiennghi_server::store::sqlite::{FILE_NAME, Restored, backup, restore};
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::Verdict;
use rusqlite::Connection;

use crate::district::{Draft, NOW, district, stamp};
use crate::http::Server;
use crate::office::Office;
use crate::safekeeping::{alter, bench, restore_with_people, verified};

/// Everything that the first version of the database had, as it had it.
const FIRST: &str = include_str!("../../migrations/sqlite/0001-first.sql");

/// Turns a folder's database into one that the first version of the program made.
fn turn_back(folder: &Path) {
    let (path, old) = (folder.join(FILE_NAME), folder.join("old.sqlite"));
    let database = Connection::open(&old).expect("opens");
    database.execute_batch(FIRST).expect("the first migration");
    database
        .execute("ATTACH ?1 AS new", [path.to_str().expect("a path")])
        .expect("attached");
    let tables = "meta units villages terms council_sessions users grants devices documents actors \
                  changes snapshots refusals meetings petitions";
    for table in tables.split_whitespace() {
        let columns = match table {
            "actors" => "actor, device",
            "devices" => "id, user, name, token_hash, created_at, last_seen_at, revoked_at",
            "grants" => "user, unit, role",
            "units" => "code, name, tier, parent, position, valid_from, valid_to",
            "users" => "name, display",
            "meetings" => "number, unit, session, date, village, updated_at, conflicts, record",
            "petitions" => {
                "number, unit, created_seq, village, field, competence, petition_kind, meeting, \
                 voters, updated_at, conflicts, record"
            }
            _ => "*",
        };
        let copy = format!("INSERT INTO main.{table} SELECT {columns} FROM new.{table}");
        database.execute(&copy, []).expect("copied");
    }
    database
        .execute_batch(
            "INSERT INTO meta SELECT 'epoch', epoch FROM new.epochs;
             DELETE FROM meta WHERE key IN ('receipt_seed', 'audit_end');
             PRAGMA main.user_version = 1;",
        )
        .expect("turned back");
    drop(database);
    std::fs::rename(&old, &path).expect("in its place");
}

/// Makes of a database one of before there were columns for whom a letter goes to, and without what such a one
/// does not have.
const BEFORE_LETTERS: &str = "DROP INDEX papers_by_addressee;
     ALTER TABLE papers DROP COLUMN to_unit;
     ALTER TABLE papers DROP COLUMN to_role;
     DROP TABLE cases_to_derive;
     DROP TABLE case_agencies;
     DROP TABLE results;
     CREATE TABLE results (unit TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
     DROP TABLE alert_papers;
     DROP TABLE alert_people;
     DROP TABLE alert_subscriptions;
     DROP TABLE fields_of_work;
     DROP INDEX consolidations_contested;
     DELETE FROM meta WHERE key = 'ground';
     PRAGMA user_version = 13;";

#[tokio::test]
async fn a_database_of_before_finds_letters_by_whom_they_go_to() {
    let office = Office::new();
    let case = office.matter(&[]);
    let petition = office.voice("a-1", "P-D-A", &[]);
    office.consolidate(petition, "P-D-A", Some(case));
    office.letter("committee", "P-D", case, "2025-06-02");
    office.assigned(case, &[]);
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join(FILE_NAME);
    backup(office.server.folder.path(), &file).expect("written");
    alter(&file, BEFORE_LETTERS);
    let seen = |office: &Office| {
        let letters = Letters::To(vec!["P-D".into()]);
        let letters = office.server.bench.store.dispatches(&letters, 0, 10);
        (letters.expect("read").0, office.stored(case))
    };
    let before = seen(&office);
    assert_eq!((before.0, before.1.voices.len()), (1, 1));
    let server = Server::on(folder);
    let office = Office { server };
    assert_eq!(seen(&office), before);
    let agency = office.server.device("agency");
    let cases = office.get(&agency, "/api/v1/cases?desk=agency").await;
    assert_eq!(cases["total"], 1);
    assert_eq!(verified(office.server.folder.path(), &[]), "");
}

/// The same of before lists were narrowed by what supervision picks from.
const BEFORE_SUPERVISION: &str = "DROP TABLE fields_of_work;
     DROP INDEX cases_listed;
     CREATE INDEX cases_listed ON cases (created_seq, unit);
     ALTER TABLE cases DROP COLUMN raised_on;
     ALTER TABLE cases DROP COLUMN resolved;
     PRAGMA user_version = 17;";

#[tokio::test]
async fn a_database_of_before_finds_cases_by_what_supervision_picks_from() {
    let office = Office::new();
    let case = office.matter(&[]);
    let petition = office.voice("a-1", "P-D-A", &[]);
    office.consolidate(petition, "P-D-A", Some(case));
    let carried = case.to_string();
    let finding = [
        ("case", carried.as_str()),
        ("date", "2025-06-05"),
        ("resolved", "not-for-good"),
    ];
    office.write("board", Kind::Finding, "P-D", &finding);
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join(FILE_NAME);
    backup(office.server.folder.path(), &file).expect("written");
    alter(&file, BEFORE_SUPERVISION);
    let before = office.stored(case);
    assert_ne!(before.row.raised_on, "");
    let office = Office {
        server: Server::on(folder),
    };
    assert_eq!(office.stored(case), before);
    let committee = office.server.device("committee");
    let cases = office.get(&committee, "/api/v1/cases?unsettled=true").await;
    assert_eq!(cases["total"], 1);
    assert_eq!(verified(office.server.folder.path(), &[]), "");
}

const BEFORE_ALERTS: &str = "DROP INDEX papers_by_programme;
     DROP INDEX cases_listed;
     DROP INDEX consolidations_contested;
     ALTER TABLE cases DROP COLUMN closed_on;
     ALTER TABLE cases DROP COLUMN particular;
     ALTER TABLE cases DROP COLUMN raised_on;
     ALTER TABLE cases DROP COLUMN resolved;
     CREATE INDEX cases_by_unit ON cases (unit, state, due);
     CREATE INDEX cases_by_addressee ON cases (addressee, state, due);
     DROP INDEX petitions_by_unit;
     CREATE INDEX petitions_by_unit ON petitions (unit, created_seq);
     CREATE INDEX petitions_by_field ON petitions (unit, field);
     DROP INDEX petitions_by_day;
     CREATE INDEX petitions_by_day ON petitions (unit, day, session, voters, case_number);
     DROP TABLE alert_papers;
     DROP TABLE alert_people;
     DROP TABLE alert_subscriptions;
     DROP TABLE fields_of_work;
     DROP INDEX papers_by_update;
     DELETE FROM meta WHERE key = 'alert_seed';
     PRAGMA user_version = 15;";

#[test]
fn what_a_database_of_before_knows_of_people_is_taken_over_by_a_restore() {
    let (data, files) = (
        tempfile::tempdir().expect("folder"),
        tempfile::tempdir().expect("folder"),
    );
    let file = files.path().join("backup");
    let device = {
        let bench = bench(data.path());
        let device = bench.phone("a-1").caller.device;
        backup(data.path(), &file).expect("written");
        assert_eq!(bench.store.revoke_device(device, &stamp(NOW)), Ok(true));
        device
    };
    alter(&data.path().join(FILE_NAME), BEFORE_ALERTS);
    restore_with_people(data.path(), &file);
    let devices = bench(data.path()).store.devices().expect("read");
    let row = devices.iter().find(|row| row.id == device).expect("there");
    assert_eq!(row.revoked_at, Some(NOW));
}

#[test]
fn a_database_of_the_first_version_gets_its_chain() {
    let folder = tempfile::tempdir().expect("folder");
    let (epoch, links, changes) = {
        let bench = bench(folder.path());
        let phone = bench.phone("a-1");
        let mut draft = phone.petition("P-D-A", "Đường đất");
        draft.set(&phone, "place", "dốc Ba Tầng");
        bench.push(
            &phone,
            vec![draft.take(), phone.petition("P-D-A", "Cầu").take()],
        );
        let links: Vec<_> = (0..=3).map(|seq| bench.store.chain_at(seq)).collect();
        (bench.store.epoch(), links, bench.pull_all(&phone, 1 << 20))
    };
    turn_back(folder.path());
    // As a backup of those days, without its search index, it is brought up to date as well.
    let restored = tempfile::tempdir().expect("folder");
    let backup = folder.path().join(FILE_NAME);
    let done = restore(restored.path(), &backup, NOW, &mut |_| Ok(())).expect("restored");
    assert!(matches!(done, Restored::Done { .. }), "{done:?}");
    let again: Vec<_> = {
        let bench = bench(restored.path());
        (0..=3).map(|seq| bench.store.chain_at(seq)).collect()
    };
    assert_eq!(again, links);
    let bench = bench(folder.path());
    assert_eq!(bench.store.epoch(), epoch, "phones' cursors stay good");
    assert_eq!(bench.store.district().expect("read"), district());
    let epochs = bench.store.epochs().expect("read");
    assert_eq!(epochs.len(), 1);
    assert_eq!((epochs[0].after_seq, epochs[0].began_at), (0, 0));
    let again: Vec<_> = (0..=3).map(|seq| bench.store.chain_at(seq)).collect();
    assert_eq!(again, links, "the links that it would always have had");
    let phone = bench.phone("a-1");
    assert_eq!(bench.pull_all(&phone, 1 << 20), changes);
    bench.push(&phone, vec![phone.petition("P-D-A", "Kênh").take()]);
    assert_eq!(bench.store.last_seq(), Ok(4));
}

fn contains(folder: &Path, words: &str) -> bool {
    let files = [FILE_NAME.to_owned(), format!("{FILE_NAME}-wal")];
    files.iter().any(|name| {
        let bytes = std::fs::read(folder.join(name)).unwrap_or_default();
        bytes
            .windows(words.len())
            .any(|window| window == words.as_bytes())
    })
}

#[test]
fn erasing_leaves_no_word_on_the_disk() {
    let folder = tempfile::tempdir().expect("folder");
    let bench = bench(folder.path());
    let phone = bench.phone("a-1");
    for n in 0..40 {
        bench.push(
            &phone,
            vec![phone.petition("P-D-A", &format!("Ý kiến {n}")).take()],
        );
    }
    let secret = "bantinhkhongduocke";
    let mut draft = phone.petition("P-D-A", secret);
    // Snapshots come and go as the document grows.
    for n in 0..30 {
        draft.set(&phone, "place", &format!("{secret} {n}"));
        bench.push(&phone, vec![draft.take()]);
    }
    assert!(contains(folder.path(), secret));
    let erased = bench.store.erase(draft.header.id, "thử", &stamp(NOW));
    assert_eq!(erased, Ok(Some(72)));
    assert!(!contains(folder.path(), secret));
}

/// How many pieces the index of words has.
fn pieces(folder: &Path) -> i64 {
    Connection::open(folder.join(FILE_NAME))
        .and_then(|database| {
            let sql = "SELECT count(DISTINCT segid) FROM petition_words_idx";
            database.query_row(sql, [], |row| row.get(0))
        })
        .expect("counted")
}

#[test]
fn a_commit_adds_one_piece_to_the_index_of_words_and_only_for_new_words() {
    let folder = tempfile::tempdir().expect("folder");
    let bench = bench(folder.path());
    let phone = bench.phone("a-1");
    let mut drafts: Vec<_> = (0..20)
        .map(|n| phone.petition("P-D-A", &format!("Đường số {n}")))
        .collect();
    let push = |drafts: &mut Vec<Draft>| {
        let changes = drafts.iter_mut().map(Draft::take).collect();
        let verdicts = bench.push(&phone, changes).verdicts;
        assert_eq!(verdicts, vec![Verdict::Ok; 20]);
        pieces(folder.path())
    };
    assert_eq!(push(&mut drafts), 1);
    for draft in &mut drafts {
        draft.set(&phone, "field", "transport");
    }
    assert_eq!(push(&mut drafts), 1, "no word is another");
    for draft in &mut drafts {
        draft.set(&phone, "place", "dốc Ba Tầng");
    }
    assert_eq!(push(&mut drafts), 2);
}
