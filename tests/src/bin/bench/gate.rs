//! What one change costs the server: a small edit, and a new petition, twenty in a push, the server
//! otherwise idle. All of it is counted: HTTP, the gate with its trial, the commit and the index.

use std::time::{Duration, Instant};

use kiennghi_shared::record::Edit;
use kiennghi_tests::harness::{Petitions, Server};
use kiennghi_tests::phone::Phone;

use super::cpu;
use super::table::{Row, Table};

const PUSH: usize = 20;

pub(crate) async fn measure(table: &mut Table, quick: bool) {
    let rounds = if quick { 2 } else { 50 };
    let server = Server::start();
    let mut phone = server.phone("quang-lam-1").await;
    phone.sync().await.expect("in step");
    let unit = phone.unit();
    let mut petitions = Petitions::seeded(7);
    let mut ids = Vec::new();
    let mut record = |phone: &mut Phone, _| {
        for sample in petitions.by_ref().take(PUSH) {
            let id = phone.record_petition(&unit, sample.edits());
            ids.push(id.expect("recorded"));
        }
    };
    // The first push starts the workers.
    record(&mut phone, 0);
    phone.sync().await.expect("in step");
    push(table, &server, &mut phone, rounds, "new petition", record).await;
    let edit = |phone: &mut Phone, round: usize| {
        let edited = ids.iter().skip(round * PUSH).take(PUSH);
        for (number, id) in edited.enumerate() {
            let place = Edit::new("place", format!("nhà số {number}"));
            phone.edit(*id, &[place]).expect("edited");
        }
    };
    push(table, &server, &mut phone, rounds, "small edit", edit).await;
}

async fn push(
    table: &mut Table,
    server: &Server,
    phone: &mut Phone,
    rounds: usize,
    what: &str,
    mut write: impl FnMut(&mut Phone, usize),
) {
    let changes = (rounds * PUSH) as u32;
    let mut wall = Duration::ZERO;
    let whole = cpu::of_threads(server.pid());
    let trial = cpu::of_workers(server.pid());
    let writer = cpu::of_writer(server.pid());
    for round in 0..rounds {
        write(phone, round);
        let begun = Instant::now();
        let report = phone.sync().await.expect("in step");
        wall += begun.elapsed();
        assert_eq!(report.acked, PUSH as u64);
    }
    let each_ms =
        |before, now: Duration| (now.saturating_sub(before) / changes).as_secs_f64() * 1e3;
    let trial = each_ms(trial, cpu::of_workers(server.pid()));
    let writer = each_ms(writer, cpu::of_writer(server.pid()));
    table.add(Row {
        what: format!("one {what}, {PUSH} in a push"),
        wall: Some(wall / changes),
        cpu: Some(cpu::of_threads(server.pid()).saturating_sub(whole) / changes),
        notes: format!(
            "mean of {changes}; trial workers {trial:.2} ms of it, the writer {writer:.2} ms"
        ),
        ..Row::default()
    });
}
