//! How long the server takes to answer questions, asked one after the other.

use std::time::{Duration, Instant};

use kiennghi_tests::harness::Server;
use kiennghi_tests::phone::{Client, Phone};

use super::cpu;
use super::table::{Row, Table};

/// Questions asked one after the other, and what each took.
pub(crate) struct Asked {
    client: Client,
    pid: u32,
    cpu: Duration,
    walls: Vec<Duration>,
}

impl Asked {
    /// Asks in the name of a phone.
    pub(crate) async fn of(phone: &Phone, server: &Server) -> Self {
        let connected = phone.account().connect(phone.meter()).await;
        Self {
            client: connected.expect("a connection"),
            pid: server.pid(),
            cpu: cpu::of_threads(server.pid()),
            walls: Vec::new(),
        }
    }

    /// Asks for a path, which must be there.
    pub(crate) async fn ask(&mut self, path: &str) {
        let begun = Instant::now();
        let replied = self.client.get(path).await.expect("a reply");
        self.walls.push(begun.elapsed());
        assert_eq!(replied.status, 200, "{path}");
    }

    /// Adds a row of the questions since the last one.
    pub(crate) fn tell(&mut self, table: &mut Table, what: String) {
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
