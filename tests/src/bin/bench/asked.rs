//! How long the server takes to answer questions, asked one after the other.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Full;
use kiennghi_tests::harness::Server;
use kiennghi_tests::phone::{Client, Phone};

use super::cpu;
use super::table::{Row, Table, milliseconds};

/// How long a device whose budget is used up waits.
const PAUSE: Duration = Duration::from_secs(5);

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
        self.get(path).await;
    }

    /// Hands in a file.
    pub(crate) async fn hand_in(&mut self, path: &str, file: Vec<u8>) {
        let request = Request::post(path).body(Full::new(Bytes::from(file)));
        self.send(request.expect("a request"), path).await;
    }

    /// How many rows a list has on all its pages; not counted.
    pub(crate) async fn total(&mut self, path: &str) -> u64 {
        let list = self.get(path).await;
        self.begin();
        let list: serde_json::Value = serde_json::from_slice(&list).expect("JSON");
        list["total"].as_u64().expect("a number")
    }

    async fn get(&mut self, path: &str) -> Vec<u8> {
        let request = Request::get(path).body(Full::default());
        self.send(request.expect("a request"), path).await
    }

    /// Sends until the device's budget of requests allows it; only what was answered is counted.
    async fn send(&mut self, request: Request<Full<Bytes>>, path: &str) -> Vec<u8> {
        loop {
            let begun = Instant::now();
            let replied = self.client.send(request.clone()).await.expect("a reply");
            let took = begun.elapsed();
            if replied.status == StatusCode::TOO_MANY_REQUESTS {
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            assert_eq!(replied.status, 200, "{path}");
            self.walls.push(took);
            return replied.body;
        }
    }

    /// Counts from here on.
    fn begin(&mut self) {
        self.walls.clear();
        self.cpu = cpu::of_threads(self.pid);
    }

    /// Adds a row of the questions since the last one.
    pub(crate) fn tell(&mut self, table: &mut Table, what: String) {
        let mut walls = self.walls.clone();
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
                milliseconds(at(95)),
                milliseconds(at(100))
            ),
            ..Row::default()
        });
        self.begin();
    }
}
