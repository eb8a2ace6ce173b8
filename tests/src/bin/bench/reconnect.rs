//! A phone comes back: nothing has changed, or five documents have.

use std::time::{Duration, Instant};

use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_tests::harness::{Server, memory_peak};
use kiennghi_tests::phone::{Phone, SyncReport};

use super::cpu;
use super::stock::COMMITTEE;
use super::table::{Row, Table};

pub(crate) async fn measure(table: &mut Table, server: &Server, documents: usize, quick: bool) {
    let rounds = if quick { 20 } else { 200 };
    let mut phone = server.phone(COMMITTEE).await;
    phone.sync().await.expect("in step");
    assert_eq!(phone.ids().expect("memory").len(), documents);

    let mut last = SyncReport::default();
    let begun = Instant::now();
    let before = cpu::of_threads(server.pid());
    for _ in 0..rounds {
        last = phone.sync().await.expect("in step");
        assert_eq!((last.pulled, last.requests), (0, 1));
    }
    let cpu = cpu::of_threads(server.pid()).saturating_sub(before) / rounds;
    let wall = begun.elapsed() / rounds;
    let what = format!("reconnect, {documents} documents, nothing changed");
    // The phone has loaded all of them before.
    let memory_mib = memory_peak(server.pid()) >> 20;
    let notes = format!("mean of {rounds}; server at most {memory_mib} MiB");
    table.add(row(what, &last, wall, cpu, notes));

    let rounds = rounds / 4;
    let mut other = server.phone(COMMITTEE).await;
    other.sync().await.expect("in step");
    let petitions = petitions_of(&other);
    let (mut wall, mut cpu) = (Duration::ZERO, Duration::ZERO);
    for round in 0..rounds as usize {
        for place in 0..5 {
            let id = petitions[(round * 5 + place) % petitions.len()];
            let edit = Edit::new("voters", (1_000 + round) as i64);
            other.edit(id, &[edit]).expect("edited").expect("a change");
        }
        other.sync().await.expect("in step");
        let (begun, before) = (Instant::now(), cpu::of_threads(server.pid()));
        last = phone.sync().await.expect("in step");
        cpu += cpu::of_threads(server.pid()).saturating_sub(before);
        wall += begun.elapsed();
        assert_eq!(last.pulled, 5);
    }
    let what = format!("reconnect, {documents} documents, five changed");
    let notes = format!("mean of {rounds}");
    table.add(row(what, &last, wall / rounds, cpu / rounds, notes));
}

fn row(what: String, last: &SyncReport, wall: Duration, cpu: Duration, notes: String) -> Row {
    Row {
        what,
        requests: Some(last.requests as f64),
        up: Some(last.bytes_up),
        down: Some(last.bytes_down),
        wall: Some(wall),
        cpu: Some(cpu),
        notes,
        ..Row::default()
    }
}

fn petitions_of(phone: &Phone) -> Vec<kiennghi_shared::id::DocumentId> {
    let mut ids = phone.ids().expect("memory");
    ids.retain(|id| phone.document(*id).expect("held").0.kind == Kind::Petition);
    ids
}
