//! A new phone fetches everything that it may see.

use std::time::Duration;

use kiennghi_tests::harness::Server;

use super::cpu;
use super::stock::{COMMITTEE, gzip_len_of};
use super::table::{Row, Table};

const ROUNDS: u32 = 5;

pub(crate) async fn measure(table: &mut Table, server: &Server, documents: usize) {
    let enrolled = server.phone(COMMITTEE).await;
    let mut walls = Vec::new();
    let mut row = Row::default();
    let before = cpu::of_threads(server.pid());
    for _ in 0..ROUNDS {
        let mut phone = enrolled.emptied().expect("memory");
        let report = phone.sync().await.expect("in step");
        assert_eq!(phone.ids().expect("memory").len(), documents);
        walls.push(Duration::from_millis(report.ms));
        row = Row {
            requests: Some(report.requests as f64),
            up: Some(report.bytes_up),
            down: Some(report.bytes_down),
            ratio: Some(report.bytes_down as f64 / gzip_len_of(&phone) as f64),
            ..Row::default()
        };
    }
    let cpu = cpu::of_threads(server.pid()).saturating_sub(before) / ROUNDS;
    walls.sort();
    table.add(Row {
        what: format!("new phone, {documents} documents"),
        wall: Some(walls[walls.len() / 2]),
        cpu: Some(cpu),
        notes: format!("median of {ROUNDS}, the phone's own work included"),
        ..row
    });
}
