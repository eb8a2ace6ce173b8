//! Petitions that say the same as another one are looked for among fifty thousand: as a long one, made up, and as
//! a labelled one, which is short. How good what is found is, is told by the server's tests: the made-up ones each
//! name a quarter of all subjects there are.

use std::time::{Duration, Instant};

use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::Edit;
use kiennghi_tests::harness::{Petitions, Server};
use kiennghi_tests::phone::{Client, Phone};

use super::cpu;
use super::stock::COMMITTEE;
use super::table::{Row, Table};

/// Suggestions that are asked for.
const LIMIT: usize = 20;
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
    asked.tell(table, what);

    for id in labelled.iter().take(questions) {
        asked.ask(*id).await;
    }
    let what = format!("similar petitions of a labelled one, {petitions} petitions");
    asked.tell(table, what);
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

/// The labelled petitions.
fn record_labelled(phone: &mut Phone) -> Vec<DocumentId> {
    let units = phone.account().profile.units.clone();
    let lines = LABELLED.lines().filter(|line| line.contains(" | "));
    lines
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut parts = line.splitn(3, " | ");
            let mut next = || parts.next().expect("three parts");
            let (_matter, village, content) = (next(), next(), next());
            let unit = units
                .iter()
                .find(|unit| unit.villages.iter().any(|known| known == village));
            let edits = vec![Edit::new("content", content), Edit::new("village", village)];
            let unit = &unit.expect("a village of the district").code;
            phone.record_petition(unit, edits).expect("recorded")
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

    async fn ask(&mut self, id: DocumentId) {
        let path = format!("/api/v1/petitions/{id}/similar?limit={LIMIT}");
        let begun = Instant::now();
        let replied = self.client.get(&path).await.expect("a reply");
        self.walls.push(begun.elapsed());
        assert_eq!(replied.status, 200);
    }

    /// Adds a row of the questions since the last one.
    fn tell(&mut self, table: &mut Table, what: String) {
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
                "median of {count}; p95 {} ms, longest {} ms",
                at(95).as_millis(),
                at(100).as_millis()
            ),
            ..Row::default()
        });
        self.cpu = now;
    }
}
