//! A hundred phones come back at once, each with twenty petitions, to a server that is not empty.
//!
//! Their requests were made and packed before, as after a day without a network, and their replies are
//! read when all have come: what is timed is the server, not a hundred phones on the same machine.

use std::sync::Arc;
use std::time::{Duration, Instant};

use kiennghi_tests::harness::{Petitions, Server, memory_peak};
use kiennghi_tests::phone::{Ahead, Packed, Phone, SyncReport};
use tokio::sync::Barrier;

use super::stock::Stock;
use super::table::{Row, Table};
use super::{cpu, fsyncs};

struct Rush {
    wall: Duration,
    cpu: Duration,
    fsyncs: Option<u64>,
    latencies: Vec<Duration>,
    memory_mib: u64,
    sum: SyncReport,
}

/// Rounds of which the median by CPU is told: one is a sixth off now and then.
const ROUNDS: usize = 5;

pub(crate) async fn measure(table: &mut Table, stock: &Stock, documents: usize, quick: bool) {
    let (phones, petitions, rounds) = if quick { (10, 5, 1) } else { (100, 20, ROUNDS) };
    let mut timed = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        timed.push(run(stock, phones, petitions, false).await);
    }
    timed.sort_by_key(|rush| rush.cpu);
    let cpu = |rush: &Rush| rush.cpu.as_millis();
    let (least, most) = (cpu(&timed[0]), cpu(&timed[rounds - 1]));
    let timed = timed.swap_remove(rounds / 2);
    let traced = run(stock, phones, petitions, true).await;
    let latencies = &timed.latencies;
    let at = |percent: usize| latencies[(latencies.len() * percent).div_ceil(100) - 1].as_millis();
    table.add(Row {
        what: format!("{phones} phones × {petitions} petitions at once, {documents} documents"),
        requests: Some(timed.sum.requests as f64),
        up: Some(timed.sum.bytes_up),
        down: Some(timed.sum.bytes_down),
        wall: Some(timed.wall),
        cpu: Some(timed.cpu),
        fsyncs: traced.fsyncs.map(|count| count as f64),
        notes: format!(
            "the median by CPU of {rounds} rounds, {least} to {most} ms of it; a phone's sync: \
             p50 {} ms, p99 {} ms, longest {} ms; server at most {} MiB",
            at(50),
            at(99),
            at(100),
            timed.memory_mib,
        ),
        ..Row::default()
    });
}

async fn run(stock: &Stock, count: usize, petitions: usize, traced: bool) -> Rush {
    let server = Server::start_on(stock.data());
    let phones = phones(&server, count, petitions).await;
    let counter = traced.then(|| fsyncs::Count::begin(server.pid())).flatten();
    let before = cpu::of_processes(server.pid());
    let start = Arc::new(Barrier::new(count + 1));
    let tasks: Vec<_> = phones
        .into_iter()
        .map(|phone| tokio::spawn(come_back(phone, start.clone())))
        .collect();
    start.wait().await;
    let begun = Instant::now();
    let mut back = Vec::with_capacity(count);
    for task in tasks {
        back.push(task.await.expect("no panic"));
    }
    let wall = begun.elapsed();
    let cpu = cpu::of_processes(server.pid()).saturating_sub(before);
    let mut latencies: Vec<Duration> = back.iter().map(|back| back.latency).collect();
    latencies.sort();
    let mut sum = SyncReport::default();
    for mut back in back {
        let taken = back.phone.take_reply(&back.ahead, back.reply);
        assert_eq!(taken.expect("taken").acked, petitions as u64);
        sum.requests += back.counted.requests;
        sum.bytes_up += back.counted.bytes_up;
        sum.bytes_down += back.counted.bytes_down;
    }
    Rush {
        wall,
        cpu,
        fsyncs: counter.and_then(fsyncs::Count::end),
        latencies,
        memory_mib: memory_peak(server.pid()) >> 20,
        sum,
    }
}

/// A phone whose reply has come.
struct Back {
    phone: Phone,
    ahead: Ahead,
    reply: Packed,
    latency: Duration,
    counted: SyncReport,
}

async fn come_back(mut phone: Phone, start: Arc<Barrier>) -> Back {
    let ahead = phone.pack_ahead().expect("memory");
    let meter = phone.meter().clone();
    let before = (meter.up(), meter.down(), meter.requests());
    start.wait().await;
    let begun = Instant::now();
    let client = phone.account().connect(&meter).await;
    let reply = ahead.send(&mut client.expect("the server answers")).await;
    Back {
        latency: begun.elapsed(),
        reply: reply.expect("a reply"),
        counted: SyncReport {
            bytes_up: meter.up() - before.0,
            bytes_down: meter.down() - before.1,
            requests: meter.requests() - before.2,
            ..SyncReport::default()
        },
        phone,
        ahead,
    }
}

/// Phones of delegates all over the district, in step, each with its petitions in the outbox.
pub(crate) async fn phones(server: &Server, count: usize, petitions: usize) -> Vec<Phone> {
    let users = server.command("users", &[]);
    let delegates: Vec<&str> = users
        .lines()
        .filter(|line| line.contains("\tdelegate\t"))
        .filter_map(|line| line.split('\t').next())
        .collect();
    let mut phones = Vec::with_capacity(count);
    for (index, user) in delegates.iter().cycle().take(count).enumerate() {
        let mut phone = server.phone(user).await;
        phone.sync().await.expect("in step");
        let unit = phone.unit();
        for sample in Petitions::seeded(1_000 + index as u64).take(petitions) {
            phone
                .record_petition(&unit, sample.edits())
                .expect("recorded");
        }
        phones.push(phone);
    }
    phones
}
