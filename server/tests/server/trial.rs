//! Trials in worker processes: what harms automerge ends a worker at most, never the server, and never
//! an innocent change beside it.

use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use kiennghi_server::gate::{Answer, Finding, Gate, InProcess, Pool, Specimen, Trial, TrialError};
use kiennghi_server::store::sqlite::{Options, SqliteStore};
use kiennghi_shared::code::Code;
use kiennghi_shared::document::Document;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::{self, Hello, Hold, Verdict};

use crate::district::{Bench, NOW, new_actor};
use crate::http::{Server, request, sync_request};
use crate::poison;

fn pool(workers: usize) -> Pool {
    Pool::of_program(env!("CARGO_BIN_EXE_kiennghi").into(), workers)
}

/// A document after so many changes, saved.
fn honest(changes: usize) -> Vec<u8> {
    let mut document = Document::new(new_actor());
    for number in 0..changes {
        let edit = Edit::new("content", format!("Đường hỏng, lần {number}").as_str());
        let change = document.edit(Kind::Petition, &[edit], &"a-1".into(), NOW);
        change.expect("fits").expect("something changed");
    }
    document.save()
}

fn petition(bytes: &[u8]) -> Specimen<'_> {
    let kind = Kind::Petition;
    Specimen { kind, bytes }
}

fn found(answer: Result<Answer, TrialError>) -> Vec<Finding> {
    match answer.expect("tried") {
        Answer::Found(findings) => findings,
        Answer::Killed => panic!("it died"),
    }
}

#[test]
fn workers_say_what_the_trial_in_this_process_says() {
    let documents = [honest(1), honest(7)];
    let alien = Specimen {
        kind: Kind::Meeting,
        bytes: &documents[1],
    };
    let specimens = [petition(&documents[0]), petition(&documents[1]), alien];
    let here = found(InProcess.run(&specimens));
    assert!(matches!(&here[0], Finding::Fits(record) if record.value("content").is_some()));
    assert_eq!(here[2], Finding::Unfit(Code::SchemaMismatch));
    assert_eq!(found(pool(1).run(&specimens)), here);
}

#[test]
fn unsound_documents_harm_neither_neighbours_nor_those_that_follow() {
    let pool = pool(1);
    let honest = [honest(1), honest(3)];
    for (name, bytes) in [
        ("maps in maps", poison::nested_maps(100_000)),
        ("an insertion nowhere", poison::insertion_nowhere()),
        ("bytes", vec![0x85; 300]),
        ("half a document", honest[1][..honest[1].len() / 2].to_vec()),
    ] {
        let specimens = [&honest[0], &bytes, &honest[1]].map(|bytes| petition(bytes));
        let findings = found(pool.run(&specimens));
        assert!(matches!(findings[0], Finding::Fits(_)), "{name}");
        assert!(matches!(findings[1], Finding::Unfit(_)), "{name}");
        assert!(matches!(findings[2], Finding::Fits(_)), "{name}");
        assert_eq!(pool.health(), Ok(()));
    }
}

#[test]
fn what_kills_kills_a_worker_and_the_next_one_is_well() {
    let pool = pool(1);
    pool.health().expect("starts");
    let before = pool.idle();
    let (honest, bomb) = (honest(2), poison::operation_bomb());
    let answer = pool.run(&[petition(&honest), petition(&bomb)]);
    assert_eq!(answer, Ok(Answer::Killed));
    let findings = found(pool.run(&[petition(&honest)]));
    assert!(matches!(findings[..], [Finding::Fits(_)]));
    assert_ne!(pool.idle(), before, "a worker has died of it");
}

#[test]
fn a_worker_killed_from_outside_blames_no_change() {
    let pool = Arc::new(pool(1));
    pool.health().expect("starts");
    let [worker] = pool.idle()[..] else {
        panic!("one worker waits");
    };
    signal("STOP", worker);
    let honest = honest(4);
    std::thread::scope(|scope| {
        let trial = scope.spawn(|| pool.run(&[petition(&honest)]));
        eventually("the worker is asked", || pool.idle().is_empty());
        signal("KILL", worker);
        let findings = found(trial.join().expect("no panic"));
        assert!(matches!(findings[..], [Finding::Fits(_)]));
    });
    assert!(!pool.idle().contains(&worker));
}

#[test]
fn a_worker_may_do_nothing_but_compute() {
    let pool = pool(1);
    pool.health().expect("starts");
    let worker = pool.idle()[0];
    let read = |name: &str| fs::read_to_string(format!("/proc/{worker}/{name}")).expect("readable");
    let limits = read("limits");
    let limit = |name: &str| {
        let line = limits.lines().find(|line| line.starts_with(name));
        let rest = line.expect("a limit")[name.len()..].split_whitespace();
        rest.take(2).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(limit("Max file size"), ["0", "0"]);
    assert_eq!(limit("Max core file size"), ["0", "0"]);
    assert_eq!(limit("Max processes"), ["0", "0"]);
    assert_eq!(limit("Max open files"), ["4", "4"]);
    assert_eq!(limit("Max address space"), ["536870912", "536870912"]);
    assert!(limit("Max cpu time")[0].parse::<u64>().expect("bounded") <= 10);
    assert!(read("status").contains("NoNewPrivs:\t1"));
    let environment = read("environ");
    let only_tunables = environment
        .strip_prefix("GLIBC_TUNABLES=")
        .expect("nothing of the server's environment");
    let mut tunables = only_tunables.trim_end_matches('\0').split(['\0', ':']);
    assert!(tunables.all(|tunable| tunable.starts_with("glibc.malloc.")));
    let cwd = fs::read_link(format!("/proc/{worker}/cwd")).expect("readable");
    assert_eq!(cwd.to_str(), Some("/"));
    // It ends with the pool.
    drop(pool);
    eventually("the worker is gone", || {
        !fs::exists(format!("/proc/{worker}")).expect("readable")
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_worker_starts_nothing_is_refused_and_readyz_says_why() {
    let broken = Pool::of_program("/nonexistent/kiennghi".into(), 1);
    let server = Server::trying_by(Box::new(broken), |_| {});
    let device = server.device("a-1");
    let hello = Hello::new(Hold::Scope, 0);
    let push = vec![device.phone.petition("P-D-A", "Nước sạch").take()];
    let body = wire::Request::new(hello, push).encode();
    let answer = server.call(sync_request(&device.token, &body)).await;
    assert_eq!(answer.refusal(), (503, "unavailable".to_owned()));
    assert_eq!(answer.header("retry-after"), "5");
    assert_eq!(server.bench.store.last_seq(), Ok(0));
    let ready = server.call(request(axum::http::Method::GET, "/readyz", "", vec![]));
    let ready = ready.await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    let said = String::from_utf8(ready.body).expect("text");
    assert!(said.contains("changes cannot be tried"), "{said}");
}

#[test]
fn a_push_goes_through_the_gate_by_one_worker() {
    let folder = tempfile::tempdir().expect("folder");
    let store = SqliteStore::open(&Options::new(folder.path())).expect("opens");
    let mut bench = Bench::on(Arc::new(store));
    bench.gate = Gate::new(Arc::clone(&bench.store), Box::new(pool(2)));
    let phone = bench.phone("a-1");
    let mut drafts: Vec<_> = (0..5)
        .map(|number| phone.petition("P-D-A", &format!("Ý kiến {number}")))
        .collect();
    let push = drafts
        .iter_mut()
        .map(crate::district::Draft::take)
        .collect();
    assert_eq!(bench.push(&phone, push).verdicts, vec![Verdict::Ok; 5]);
    drafts[2].set(&phone, "place", "đầu thôn");
    let push = vec![drafts[2].take()];
    assert_eq!(bench.push(&phone, push).verdicts, [Verdict::Ok]);
}

fn signal(name: &str, pid: u32) {
    let mut kill = Command::new("kill");
    kill.args([format!("-{name}"), pid.to_string()]);
    assert!(kill.status().expect("kill is there").success());
}

fn eventually(what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::yield_now();
    }
}
