//! The poke that tells a listening phone to sync.

use std::time::Duration;

use kiennghi_tests::harness::Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::record;

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

#[tokio::test]
async fn a_listening_phone_is_poked_when_another_one_syncs() {
    let server = Server::start();
    let listener = server.phone("quang-lam-1").await;
    let mut stream = TcpStream::connect(server.address())
        .await
        .expect("a connection");
    let request = format!(
        "GET /api/v1/events HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\r\n",
        server.address(),
        listener.account().token
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut seen = String::new();
    read_until(&mut stream, &mut seen, "\r\n\r\n", 1).await;
    assert!(seen.starts_with("HTTP/1.1 200"), "{seen}");
    let pokes = seen.matches("\"seq\"").count();
    let mut writer = server.phone("quang-lam-2").await;
    record(&mut writer, 20, 1);
    writer.sync().await.expect("in step");
    read_until(&mut stream, &mut seen, "\"seq\"", pokes + 1).await;
    assert!(seen.contains("\"epoch\""), "{seen}");
}
