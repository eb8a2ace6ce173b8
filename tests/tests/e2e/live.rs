//! The poke that tells a listening phone to sync.

use std::fs;
use std::time::Duration;

use hyper::Method;
use kiennghi_tests::harness::{Demo, Server};
use kiennghi_tests::phone::Phone;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{ask, record};

const PATIENCE: Duration = Duration::from_secs(20);

/// Reads on until `wanted` has been seen so many times.
async fn read_until(stream: &mut TcpStream, seen: &mut String, wanted: &str, times: usize) {
    let reading = async {
        while seen.matches(wanted).count() < times {
            let mut buffer = [0; 1024];
            let count = stream.read(&mut buffer).await.expect("an open stream");
            assert!(count > 0, "the stream ended: {seen}");
            seen.push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
    };
    let waited = tokio::time::timeout(PATIENCE, reading).await;
    assert!(waited.is_ok(), "no {wanted:?} in {seen}");
}

/// Listens with a phone's token; what was heard includes the first poke.
async fn listen(server: &Server, phone: &Phone) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(server.address())
        .await
        .expect("a connection");
    let request = format!(
        "GET /api/v1/events HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\r\n",
        server.address(),
        phone.account().token
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut seen = String::new();
    read_until(&mut stream, &mut seen, "\r\n\r\n", 1).await;
    assert!(seen.starts_with("HTTP/1.1 200"), "{seen}");
    read_until(&mut stream, &mut seen, "\"seq\"", 1).await;
    (stream, seen)
}

#[tokio::test]
async fn a_listening_phone_is_poked_when_another_one_syncs() {
    let server = Server::start();
    let listener = server.phone("quang-lam-1").await;
    let (mut stream, mut seen) = listen(&server, &listener).await;
    let pokes = seen.matches("\"seq\"").count();
    let mut writer = server.phone("quang-lam-2").await;
    record(&mut writer, 20, 1);
    writer.sync().await.expect("in step");
    read_until(&mut stream, &mut seen, "\"seq\"", pokes + 1).await;
    assert!(seen.contains("\"epoch\""), "{seen}");
}

#[tokio::test]
async fn a_revoked_device_is_cut_off_and_hears_no_more() {
    let data = Demo::new();
    fs::write(data.path().join("kiennghi.toml"), "recheck_seconds = 1").expect("a file");
    let server = Server::start_on(data);
    let lost = server.phone("quang-lam-1").await;
    let kept = server.phone("quang-lam-1").await;
    let (mut cut, mut heard) = listen(&server, &lost).await;
    let (mut stream, mut seen) = listen(&server, &kept).await;
    let devices = server.command("devices", &["--user", "quang-lam-1"]);
    // The last two are those that were enrolled here.
    let numbers: Vec<&str> = devices
        .lines()
        .filter_map(|line| line.split('\t').next())
        .collect();
    let [.., first, _] = numbers.as_slice() else {
        panic!("{devices}");
    };
    let _ = server.command("revoke", &["--device", first]);
    // The chunk without content that ends an answer.
    read_until(&mut cut, &mut heard, "\r\n0\r\n\r\n", 1).await;
    let again = ask(&lost, Method::GET, "/api/v1/events").await;
    assert_eq!(again.status, 401);
    // The other device goes on listening.
    let mut writer = server.phone("quang-lam-2").await;
    record(&mut writer, 22, 1);
    writer.sync().await.expect("in step");
    read_until(&mut stream, &mut seen, "\"seq\"", 2).await;
}
