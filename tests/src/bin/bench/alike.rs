//! Petitions that say the same as another one are looked for among fifty thousand: long ones, made up, and
//! those that people labelled, of which it is known what should be found.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::Edit;
use kiennghi_tests::harness::{Petitions, Server};
use kiennghi_tests::phone::{Client, Phone};
use serde_json::Value;

use super::cpu;
use super::stock::COMMITTEE;
use super::table::{Row, Table};

const LABELLED: &str = include_str!("../../../../server/tests/fixtures/alike.txt");

pub(crate) async fn measure(table: &mut Table, quick: bool) {
    let (petitions, questions) = if quick { (500, 20) } else { (50_000, 200) };
    let server = Server::start();
    let mut phone = server.phone(COMMITTEE).await;
    phone.sync().await.expect("in step");
    let made_up = record(&mut phone, petitions);
    let labelled = record_labelled(&mut phone);
    let report = phone.sync().await.expect("in step");
    assert_eq!(report.refused, 0);
    eprintln!("stocked {petitions} petitions in {} ms", report.ms);
    let connected = phone.account().connect(phone.meter()).await;
    let mut asked = Asked::new(connected.expect("a connection"), &server);

    let spread = made_up.iter().step_by(petitions / questions);
    for id in spread.take(questions) {
        asked.ask(*id).await;
    }
    let what = format!("similar petitions of a long one, {petitions} petitions");
    asked.tell(table, what, String::new());

    let mut recall = 0.0;
    let mut mated = 0;
    for (id, matter) in labelled.iter().take(questions) {
        let found = asked.ask(*id).await;
        let right = found
            .iter()
            .take(5)
            .filter(|id| labelled.get(*id) == Some(matter));
        let mates = labelled.values().filter(|other| *other == matter).count() - 1;
        if mates > 0 {
            recall += right.count() as f64 / mates.min(5) as f64;
            mated += 1;
        }
    }
    let what = format!("similar petitions of a labelled one, {petitions} petitions");
    let recall = recall / f64::from(mated);
    asked.tell(table, what, format!("; recall@5 {recall:.2}"));
}

fn record(phone: &mut Phone, petitions: usize) -> Vec<DocumentId> {
    let below = phone.account().profile.units.iter().skip(1);
    let units: Vec<_> = below.map(|unit| unit.code.clone()).collect();
    let samples = Petitions::seeded(22)
        .take(petitions)
        .zip(units.iter().cycle());
    samples
        .map(|(sample, unit)| {
            phone
                .record_petition(unit, sample.edits())
                .expect("recorded")
        })
        .collect()
}

/// The labelled petitions, each with its matter.
fn record_labelled(phone: &mut Phone) -> HashMap<DocumentId, &'static str> {
    let units = phone.account().profile.units.clone();
    let lines = LABELLED.lines().filter(|line| line.contains(" | "));
    lines
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut parts = line.splitn(3, " | ");
            let mut next = || parts.next().expect("three parts");
            let (matter, village, content) = (next(), next(), next());
            let unit = units
                .iter()
                .find(|unit| unit.villages.iter().any(|known| known == village));
            let edits = vec![Edit::new("content", content), Edit::new("village", village)];
            let unit = &unit.expect("a village of the district").code;
            (
                phone.record_petition(unit, edits).expect("recorded"),
                matter,
            )
        })
        .collect()
}

/// Questions asked one after the other, and what each took.
struct Asked {
    client: Client,
    pid: u32,
    cpu: Duration,
    walls: Vec<Duration>,
}

impl Asked {
    fn new(client: Client, server: &Server) -> Self {
        Self {
            client,
            pid: server.pid(),
            cpu: cpu::of_threads(server.pid()),
            walls: Vec::new(),
        }
    }

    /// What is suggested, the likeliest first.
    async fn ask(&mut self, id: DocumentId) -> Vec<DocumentId> {
        let begun = Instant::now();
        let replied = self
            .client
            .get(&format!("/api/v1/petitions/{id}/similar"))
            .await;
        let replied = replied.expect("a reply");
        self.walls.push(begun.elapsed());
        assert_eq!(replied.status, 200);
        let list: Value = serde_json::from_slice(&replied.body).expect("JSON");
        let found = list["petitions"].as_array().expect("a list").iter();
        let id = |found: &Value| found["row"]["id"].as_str().and_then(|id| id.parse().ok());
        found.map(|found| id(found).expect("an id")).collect()
    }

    /// Adds a row of the questions since the last one.
    fn tell(&mut self, table: &mut Table, what: String, notes: String) {
        let mut walls = std::mem::take(&mut self.walls);
        walls.sort();
        let count = walls.len();
        let at = |percent: usize| walls[(count * percent).div_ceil(100) - 1];
        let now = cpu::of_threads(self.pid);
        table.add(Row {
            what,
            wall: Some(at(50)),
            cpu: Some(now.saturating_sub(self.cpu) / count as u32),
            notes: format!(
                "median of {count}; p95 {} ms, longest {} ms{notes}",
                at(95).as_millis(),
                at(100).as_millis()
            ),
            ..Row::default()
        });
        self.cpu = now;
    }
}
