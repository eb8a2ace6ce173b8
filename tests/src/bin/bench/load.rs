//! A whole province's phones come back within minutes: the queue is bounded, those that are told to come
//! later do so with jitter, and each gets its turn.

use std::time::{Duration, Instant};

use kiennghi_shared::record::Edit;
use kiennghi_shared::session::retry_after_ms;
use kiennghi_tests::harness::{Petitions, Server, memory_peak};
use kiennghi_tests::phone::{Ahead, Packed, Phone, PhoneError, SyncReport};
use kiennghi_tests::random::Random;

use super::table::{Row, Table};
use super::{cpu, rush};

/// What a run is made of.
pub(crate) struct Load {
    /// Phones that come back.
    pub(crate) phones: usize,
    /// Changes that each brings: petitions, and an edit of each.
    pub(crate) changes: usize,
    /// The time over which they come, evenly at random.
    pub(crate) spread: Duration,
}

/// What one phone saw.
struct Seen {
    /// From its first try to the word that all is stored.
    until_stored: Duration,
    /// The request that was answered with verdicts.
    answered: Duration,
    turned_away: u32,
    without_retry_after: u32,
    counted: SyncReport,
}

pub(crate) async fn measure(table: &mut Table, load: &Load) {
    let server = Server::start();
    let mut phones = rush::phones(&server, load.phones, 0).await;
    for (index, phone) in phones.iter_mut().enumerate() {
        record(phone, 5_000 + index as u64, load.changes);
    }
    let before = cpu::of_processes(server.pid());
    let mut random = Random::new(500);
    let spread_ms = load.spread.as_millis() as u64;
    let begun = Instant::now();
    let tasks: Vec<_> = phones
        .into_iter()
        .map(|phone| {
            let arrival = Duration::from_millis(random.below(spread_ms.max(1)));
            tokio::spawn(come_back(phone, load.changes, arrival, random.number()))
        })
        .collect();
    let mut seen = Vec::with_capacity(load.phones);
    for task in tasks {
        seen.push(task.await.expect("every change of every phone was stored"));
    }
    let wall = begun.elapsed();
    let cpu = cpu::of_processes(server.pid()).saturating_sub(before);
    let sum = |count: fn(&Seen) -> u64| seen.iter().map(count).sum::<u64>();
    let asked_in_vain = sum(|seen| u64::from(seen.without_retry_after));
    assert_eq!(asked_in_vain, 0, "503 without Retry-After");
    let requests = percentiles(seen.iter().map(|seen| seen.answered).collect());
    let stored = percentiles(seen.iter().map(|seen| seen.until_stored).collect());
    table.add(Row {
        what: format!(
            "{} phones × {} changes within {} s",
            load.phones,
            load.changes,
            load.spread.as_secs_f64()
        ),
        requests: Some(sum(|seen| seen.counted.requests) as f64),
        up: Some(sum(|seen| seen.counted.bytes_up)),
        down: Some(sum(|seen| seen.counted.bytes_down)),
        wall: Some(wall),
        cpu: Some(cpu),
        notes: format!(
            "all stored; a request: {requests}; from a phone's first try to stored: {stored}; {} times 503; \
             server at most {} MiB",
            sum(|seen| u64::from(seen.turned_away)),
            memory_peak(server.pid()) >> 20,
        ),
        ..Row::default()
    });
}

fn percentiles(mut durations: Vec<Duration>) -> String {
    durations.sort();
    let at = |percent: usize| durations[(durations.len() * percent).div_ceil(100) - 1].as_millis();
    format!(
        "p50 {} ms, p99 {} ms, longest {} ms",
        at(50),
        at(99),
        at(100)
    )
}

/// New petitions, and an edit of each.
fn record(phone: &mut Phone, seed: u64, changes: usize) {
    let unit = phone.unit();
    let samples = Petitions::seeded(seed).take(changes.div_ceil(2));
    let made: Vec<_> = samples
        .map(|sample| {
            phone
                .record_petition(&unit, sample.edits())
                .expect("recorded")
        })
        .collect();
    for id in made.iter().take(changes / 2) {
        let edit = Edit::new("place", "đã xem lại tại chỗ");
        phone.edit(*id, &[edit]).expect("edited").expect("a change");
    }
}

async fn come_back(mut phone: Phone, changes: usize, arrival: Duration, seed: u64) -> Seen {
    let ahead = phone.pack_ahead().expect("memory");
    assert_eq!(ahead.changes(), changes as u64);
    tokio::time::sleep(arrival).await;
    let mut random = Random::new(seed);
    let meter = phone.meter().clone();
    let before = (meter.up(), meter.down(), meter.requests());
    let begun = Instant::now();
    let (mut turned_away, mut without_retry_after) = (0, 0);
    let (reply, answered) = loop {
        let asked = Instant::now();
        let wait_s = match send(&phone, &ahead).await {
            Ok(reply) if reply.status == 200 => break (reply, asked.elapsed()),
            Ok(reply) => {
                assert_eq!(
                    reply.status, 503,
                    "nothing else is an answer to an honest phone"
                );
                without_retry_after += u32::from(reply.retry_after_s.is_none());
                reply.retry_after_s.unwrap_or_default()
            }
            // A connection that was not taken: as good as no network.
            Err(_) => 0,
        };
        let jitter = retry_after_ms(turned_away, random.number() as u32);
        turned_away += 1;
        tokio::time::sleep(Duration::from_millis(1_000 * wait_s + jitter)).await;
    };
    let until_stored = begun.elapsed();
    let taken = phone.take_verdicts(&ahead, reply).expect("verdicts");
    assert_eq!((taken.acked, taken.refused), (changes as u64, 0));
    Seen {
        until_stored,
        answered,
        turned_away,
        without_retry_after,
        counted: SyncReport {
            bytes_up: meter.up() - before.0,
            bytes_down: meter.down() - before.1,
            requests: meter.requests() - before.2,
            ..SyncReport::default()
        },
    }
}

async fn send(phone: &Phone, ahead: &Ahead) -> Result<Packed, PhoneError> {
    let mut client = phone.account().connect(phone.meter()).await?;
    ahead.send(&mut client).await
}
