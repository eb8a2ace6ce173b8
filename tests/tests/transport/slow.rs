//! Clients that are slow on purpose, as slowhttptest plays them: honest phones go on meanwhile, what
//! the attackers hold stays bounded, and in the end they hold nothing.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kiennghi_tests::harness::{Proxy, Server, eventually_async, handles, memory_peak};
use kiennghi_tests::phone::Client;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Connections that the attacker wants, and may have.
const WANTED: usize = 200;
const ALLOWED: usize = 60;
const SETTINGS: &str = "connections_of_address_max = 60\nhead_seconds = 3\nidle_seconds = 3\n\
    device_requests_per_minute = 1000000";
/// Longer than any of it may last.
const ATTACK_SECONDS: &str = "90";
/// Between two syncs of the honest phone.
const PACE: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(40);
/// The longest that an honest sync may take.
const SYNC_TIME_MAX: Duration = Duration::from_secs(5);
const MEMORY_BYTES_MAX: u64 = 256 << 20;

/// The attack, from 127.0.0.1; ended when dropped.
struct Attack(Child);

impl Attack {
    fn begin(server: &Server, path: &str, kind: &[&str]) -> Self {
        let wanted = WANTED.to_string();
        let child = Command::new("slowhttptest")
            .args(kind)
            .args(["-c", &wanted, "-r", &wanted, "-v", "0"])
            .args(["-l", ATTACK_SECONDS])
            .args(["-u", &format!("{}{path}", server.url())])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self(child.expect("slowhttptest is there: apt-get install slowhttptest"))
    }

    fn goes_on(&mut self) -> bool {
        self.0.try_wait().expect("a child").is_none()
    }
}

impl Drop for Attack {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A phone at another address syncs new work while the attack lasts, until the server has let go of
/// everything that the attacker held; then the attacker's own neighbour does.
/// An attack that `holds` nothing ends by itself.
async fn withstand(
    path: impl AsyncFnOnce(&mut Client) -> String,
    kind: &[&str],
    time_max: Duration,
    holds: bool,
) {
    let server = Server::start_with(SETTINGS);
    let path = path(&mut server.client().await).await;
    let elsewhere = "127.0.0.9".parse().expect("an address");
    let proxy = Proxy::start_from(elsewhere, server.address()).await;
    let mut phone = server.phone_by("quang-lam-1", &proxy.url()).await;
    phone.sync().await.expect("in step");
    let before = handles(server.pid());

    let mut attack = Attack::begin(&server, &path, kind);
    let began = Instant::now();
    let mut pace = tokio::time::interval(PACE);
    let (mut syncs, mut handles_max) = (0, 0);
    loop {
        pace.tick().await;
        crate::record(&mut phone, syncs);
        let asked = Instant::now();
        let report = phone.sync().await.expect("in step, attack or not");
        let took = asked.elapsed();
        assert!(took < SYNC_TIME_MAX, "a sync took {took:?}");
        assert_eq!((report.acked, report.refused), (1, 0), "{report:?}");
        syncs += 1;
        let now = handles(server.pid());
        handles_max = handles_max.max(now);
        assert!(now <= before + ALLOWED + 10, "{now} handles");
        let attacked = handles_max >= before + ALLOWED / 2;
        if attacked && now <= before + 2 {
            break;
        }
        if !attack.goes_on() && !attacked {
            assert!(!holds, "this was no attack");
            break;
        }
        assert!(
            began.elapsed() < time_max,
            "the attacker still holds {now} of {before} handles"
        );
    }
    assert!(syncs >= 5, "{syncs} syncs");
    let memory = memory_peak(server.pid());
    assert!(memory < MEMORY_BYTES_MAX, "{memory} bytes");
    let mut neighbour = server.phone("quang-lam-2").await;
    neighbour.sync().await.expect("in step");
}

const QUICKLY: Duration = Duration::from_secs(20);
/// The time of a whole request, and some more.
const IN_THE_END: Duration = Duration::from_secs(50);

#[tokio::test]
async fn slow_heads() {
    withstand(async |_| "/".to_owned(), &["-H", "-i", "1"], QUICKLY, true).await;
}

#[tokio::test]
async fn bodies_that_stand_still() {
    let path = async |_: &mut Client| "/api/v1/enrolments".to_owned();
    withstand(path, &["-B", "-i", "15", "-s", "8000"], QUICKLY, true).await;
}

#[tokio::test]
async fn bodies_that_trickle() {
    let path = async |_: &mut Client| "/api/v1/enrolments".to_owned();
    withstand(path, &["-B", "-i", "1", "-s", "8000"], IN_THE_END, true).await;
}

#[tokio::test]
async fn slow_readers() {
    let small = [
        "-X", "-w", "10", "-y", "20", "-n", "1", "-z", "10", "-k", "3",
    ];
    withstand(largest_file, &small, QUICKLY, true).await;
}

#[tokio::test]
async fn many_ranges() {
    withstand(largest_file, &["-R"], QUICKLY, false).await;
}

/// The path of the app's largest file.
async fn largest_file(client: &mut Client) -> String {
    let list = client.get("/sw.js").await.expect("a reply");
    let list = String::from_utf8(list.body).expect("text");
    let path = list
        .split('"')
        .find(|part| part.starts_with("/core-") && part.ends_with(".wasm"));
    path.expect("the app is embedded: cargo xtask build")
        .to_owned()
}

#[tokio::test]
async fn who_takes_nothing_of_an_answer_is_cut_off_while_it_waits() {
    let server = Server::start_with("idle_seconds = 2");
    // It stays open, so that what is counted is the other one alone.
    let mut honest = server.client().await;
    let path = largest_file(&mut honest).await;
    let before = handles(server.pid());
    let mut line = TcpStream::connect(server.address())
        .await
        .expect("connects");
    // Many answers to one who takes none of them.
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").repeat(50);
    line.write_all(request.as_bytes()).await.expect("sent");
    eventually_async("the connection to begin", PATIENCE, async || {
        (handles(server.pid()) > before).then_some(())
    })
    .await;
    eventually_async("the connection to end", PATIENCE, async || {
        (handles(server.pid()) <= before).then_some(())
    })
    .await;
    // What had been sent can still be read; the rest never comes.
    let mut taken = Vec::new();
    let _ = line.read_to_end(&mut taken).await;
    let whole = server
        .client()
        .await
        .get(&path)
        .await
        .expect("a reply")
        .body
        .len();
    assert!(taken.len() < whole * 50);
}
