//! Trials in worker processes: what harms automerge ends a worker at most, never the server, and never
//! an innocent change beside it.

use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use kiennghi_server::gate::{Gate, InProcess, Outcome, Pool, Trial, TrialBatch, TrialChange};
use kiennghi_server::store::sqlite::{Options, SqliteStore};
use kiennghi_shared::code::Code;
use kiennghi_shared::document::Document;
use kiennghi_shared::id::ChangeHash;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::{self, Hello, Hold, Verdict};

use crate::district::{Bench, NOW, new_actor};
use crate::http::{Server, request, sync_request};
use crate::poison;

const REFUSED: Verdict = Verdict::Refused(Code::TrialFailed);

fn pool(workers: usize) -> Pool {
    Pool::of_program(env!("CARGO_BIN_EXE_kiennghi").into(), workers)
}

/// Changes of one document, each made on top of the one before.
struct Work(Vec<(ChangeHash, Vec<ChangeHash>, Vec<u8>)>);

impl Work {
    fn honest(changes: usize) -> Self {
        let mut document = Document::new(new_actor());
        let mut work = Vec::new();
        for number in 0..changes {
            let deps = document.heads();
            let edit = Edit::new("content", format!("Đường hỏng, lần {number}").as_str());
            let change = document.edit(Kind::Petition, &[edit], &"a-1".into(), NOW);
            let change = change.expect("fits").expect("something changed");
            work.push((change.hash, deps, change.bytes));
        }
        Self(work)
    }

    fn poison(bytes: Vec<u8>) -> Self {
        Self(vec![(ChangeHash([0xbd; 32]), Vec::new(), bytes)])
    }

    fn batch(&self) -> TrialBatch<'_> {
        TrialBatch {
            kind: Kind::Petition,
            base: Vec::new(),
            snapshot: None,
            changes: (self.0.iter())
                .map(|(hash, deps, bytes)| TrialChange {
                    hash: *hash,
                    deps: deps.clone(),
                    bytes,
                })
                .collect(),
        }
    }
}

fn verdicts(outcomes: &[Outcome]) -> Vec<Verdict> {
    let all = outcomes.iter().flat_map(|outcome| &outcome.verdicts);
    all.cloned().collect()
}

#[test]
fn workers_say_what_the_trial_in_this_process_says() {
    let works = [Work::honest(1), Work::honest(7)];
    let mut batches: Vec<_> = works.iter().map(Work::batch).collect();
    let base = Work::honest(3);
    let mut further = base.batch();
    further.base = (further.changes.drain(..2))
        .map(|change| change.bytes.into())
        .collect();
    batches.push(further);
    let mut alien = works[1].batch();
    alien.kind = Kind::Meeting;
    batches.push(alien);
    let here = InProcess.run(&batches).expect("tried");
    assert_eq!(here[2].verdicts, [Verdict::Ok]);
    assert_eq!(here[3].verdicts[0], Verdict::Refused(Code::SchemaMismatch));
    assert_eq!(pool(1).run(&batches), Ok(here));
}

#[test]
fn poison_harms_neither_neighbours_nor_the_next_batch() {
    let pool = pool(1);
    let honest = [Work::honest(1), Work::honest(3)];
    for (name, bytes) in [
        ("an operation bomb", poison::operation_bomb()),
        (
            "start_op near its end",
            poison::one_put(1, u64::from(u32::MAX) - 1),
        ),
        ("sequence numbers from 2", poison::one_put(2, 1)),
        ("maps in maps", poison::nested_maps(100_000)),
        ("an insertion nowhere", poison::insertion_nowhere()),
        ("bytes", vec![0x85; 300]),
    ] {
        let poison = Work::poison(bytes);
        let batches = [honest[0].batch(), poison.batch(), honest[1].batch()];
        let outcomes = pool.run(&batches).expect("tried");
        let verdicts = verdicts(&outcomes);
        let refused = matches!(verdicts[1], Verdict::Refused(_));
        assert!(refused, "{name}: {:?}", verdicts[1]);
        assert!(outcomes[1].tried.is_none(), "{name}");
        let [first, _, third @ ..] = verdicts.as_slice() else {
            panic!("{name}: {verdicts:?}");
        };
        assert!((third.iter().chain([first])).all(|verdict| *verdict == Verdict::Ok));
        let next = pool.run(&[honest[1].batch()]).expect("tried");
        assert_eq!(next[0].verdicts, [Verdict::Ok, Verdict::Ok, Verdict::Ok]);
        assert_eq!(pool.health(), Ok(()));
    }
}

#[test]
fn a_change_that_kills_is_found_among_those_of_its_document() {
    let pool = pool(1);
    let before = {
        pool.health().expect("starts");
        pool.idle()
    };
    let honest = Work::honest(6);
    let mut batch = honest.batch();
    let bomb = poison::operation_bomb();
    let (hash, deps) = (ChangeHash([0xbd; 32]), Vec::new());
    let killer = TrialChange {
        hash,
        deps,
        bytes: &bomb,
    };
    batch.changes.insert(3, killer);
    // What builds upon it is missing something; what stands beside it is not.
    batch.changes[6].deps = vec![hash];
    let outcome = pool.run(&[batch]).expect("tried").remove(0);
    let mut wanted = vec![Verdict::Ok; 7];
    wanted[3] = REFUSED;
    wanted[6] = Verdict::Missing(vec![hash]);
    assert_eq!(outcome.verdicts, wanted);
    let heads = outcome.tried.expect("five are good").heads;
    assert_eq!(heads, [honest.0[4].0]);
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
    let honest = Work::honest(4);
    std::thread::scope(|scope| {
        let trial = scope.spawn(|| pool.run(&[honest.batch()]));
        eventually("the worker is asked", || pool.idle().is_empty());
        signal("KILL", worker);
        let outcomes = trial.join().expect("no panic").expect("tried");
        assert_eq!(outcomes[0].verdicts, vec![Verdict::Ok; 4]);
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
    assert_eq!(read("environ"), "");
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
