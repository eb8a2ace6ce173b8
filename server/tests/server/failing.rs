//! When the disk or the database fails: nothing is acknowledged, the door says why, and work goes
//! on by itself where that can be.

use std::sync::Arc;

use axum::http::StatusCode;
use kiennghi_server::auth::Token;
use kiennghi_server::store::StoreError;
use kiennghi_server::store::sqlite::{FILE_NAME, Options, SqliteStore, verify};
use kiennghi_shared::wire::{DocumentChanges, Hello, Hold, Reply, Request, Verdict};

use crate::district::{Bench, NOW, bulky};
use crate::http::{Server, sync_request};
use crate::program::Program;

fn hello(hold: Hold) -> Hello {
    Hello::new(hold, NOW)
}

fn sync_body(push: Vec<DocumentChanges>) -> Vec<u8> {
    let hello = hello(Hold::Asked(vec![]));
    Request::new(hello, push).encode()
}

#[test]
fn a_disk_that_fails_acknowledges_nothing_and_is_used_again() {
    let folder = tempfile::tempdir().expect("folder");
    let token = Token::random().expect("randomness");
    let phone = {
        let store = SqliteStore::open(&Options::new(folder.path())).expect("opens");
        let bench = Bench::on(Arc::new(store));
        let device = bench
            .store
            .add_device(&"a-1".into(), "máy", Some(token.hash()), 0)
            .expect("device");
        bench.phone_on(device, "a-1")
    };
    let program = Program::start(folder.path());
    let head = format!(
        "POST /api/v1/sync HTTP/1.1\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/vnd.kiennghi.sync"
    );
    let mut acknowledged = 0;
    let mut push = |draft: &DocumentChanges| {
        let (head, body) = program.ask(&head, &sync_body(vec![draft.clone()]));
        if !head.starts_with("http/1.1 200") {
            return Err(head);
        }
        let reply = Reply::decode(&body).expect("a reply");
        acknowledged += 1;
        Ok(reply.acks.expect("verdicts").verdicts)
    };
    assert_eq!(push(&bulky(&phone, "P-D-A").take()), Ok(vec![Verdict::Ok]));

    program.let_files_grow_to("400000");
    let (lost, refused) = loop {
        let draft = bulky(&phone, "P-D-A").take();
        match push(&draft) {
            Ok(verdicts) => assert_eq!(verdicts, [Verdict::Ok]),
            Err(head) => break (draft, head),
        }
    };
    assert!(refused.starts_with("http/1.1 503"), "{refused}");
    assert!(refused.contains("\r\nretry-after: "), "{refused}");
    let (head, why) = program.ask("GET /readyz HTTP/1.1", b"");
    assert!(head.starts_with("http/1.1 503"), "{head}");
    let why = String::from_utf8(why).expect("text");
    assert!(
        why.starts_with("Storage does not work: the disk fails"),
        "{why}"
    );
    assert!(!why.contains(FILE_NAME) && !why.contains("tmp"), "{why}");
    assert!(push(&lost).is_err(), "and again");

    program.let_files_grow_to("unlimited");
    let (head, why) = program.ask("GET /readyz HTTP/1.1", b"");
    assert!(head.starts_with("http/1.1 200"), "{head}{why:?}");
    // What was not acknowledged is sent again; whichever way the failed commit went is right.
    let verdicts = push(&lost).expect("taken");
    assert!(verdicts[0].is_stored(), "{verdicts:?}");
    drop(program);
    let (report, _) = verify(folder.path(), &[], &[]).expect("read");
    assert_eq!(report.problems, []);
    assert_eq!(report.changes, acknowledged);
}

#[test]
fn a_full_database_is_written_again_once_there_is_room() {
    let mut folder = None;
    let server = Server::with(|options| {
        options.bytes_max = Some(1 << 20);
        folder = Some(options.folder.clone());
    });
    let database = folder.expect("told").join(FILE_NAME);
    let other = rusqlite::Connection::open(database).expect("opens");
    other
        .execute_batch("INSERT INTO meta VALUES ('filler', zeroblob(600000))")
        .expect("filled");
    let phone = server.bench.phone("a-1");
    let full = loop {
        let push = vec![bulky(&phone, "P-D-A").take()];
        if let Err(error) = server.bench.gate.admit(&phone.caller, push, NOW) {
            break error;
        }
    };
    assert!(full.to_string().contains("disk is full"), "{full}");
    assert!(server.bench.store.health().is_err());
    other
        .execute_batch("DELETE FROM meta WHERE key = 'filler'")
        .expect("room");
    assert_eq!(server.bench.store.health(), Ok(()));
    let push = vec![bulky(&phone, "P-D-A").take()];
    assert_eq!(server.bench.push(&phone, push).verdicts, [Verdict::Ok]);
}

#[tokio::test]
async fn a_damaged_database_is_touched_no_more() {
    let mut folder = None;
    let server = Server::with(|options| {
        // As left by an earlier run, so that nothing of it is in memory yet.
        let bench = Bench::on(Arc::new(SqliteStore::open(options).expect("opens")));
        let phone = bench.phone("a-1");
        for _ in 0..40 {
            bench.push(&phone, vec![bulky(&phone, "P-D-A").take()]);
        }
        folder = Some(options.folder.clone());
    });
    let folder = folder.expect("told");
    let device = server.device("a-1");
    let database = folder.join(FILE_NAME);
    let good = std::fs::read(&database).expect("read");
    // All but the schema's pages, below a log that holds only what was written since.
    let mut damaged = good.clone();
    damaged[40 * 4096..].fill(0xa5);
    std::fs::write(&database, &damaged).expect("written");

    let pull = Request::new(hello(Hold::Scope), vec![]);
    let answer = server
        .call(sync_request(&device.token, &pull.encode()))
        .await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers.contains_key("retry-after"));
    // The damage itself undone, what was read before may still be wrong: a restart is wanted.
    std::fs::write(&database, &good).expect("written");
    let push = vec![device.phone.petition("P-D-A", "Không được nhận").take()];
    let answer = server
        .call(sync_request(&device.token, &sync_body(push)))
        .await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    let ready = server.get("/readyz", "").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    let why = String::from_utf8(ready.body).expect("text");
    assert!(
        why.starts_with("The database is damaged: stop the server"),
        "{why}"
    );
    assert!(matches!(
        server.bench.store.last_seq(),
        Err(StoreError::Corrupt(_))
    ));
    let again = SqliteStore::open(&Options::new(&folder)).expect("opens");
    let bench = Bench::on(Arc::new(again));
    assert_eq!(bench.store.last_seq(), Ok(40));
}
