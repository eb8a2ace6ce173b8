//! Where one request ends and the next begins: a request that could be read in two ways is the last of
//! its connection, so that nobody hides another behind it.

use kiennghi_tests::harness::Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The status of each answer to bytes sent at once.
async fn answers(server: &Server, bytes: &str) -> Vec<String> {
    let mut line = TcpStream::connect(server.address())
        .await
        .expect("connects");
    line.write_all(bytes.as_bytes()).await.expect("sent");
    let mut said = Vec::new();
    // The server may close before all was taken.
    let _ = line.read_to_end(&mut said).await;
    let said = String::from_utf8_lossy(&said).into_owned();
    let heads = said.split("HTTP/1.1 ").skip(1);
    heads.map(|head| head.chars().take(3).collect()).collect()
}

const HIDDEN: &str = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

#[tokio::test]
async fn an_ambiguous_request_hides_no_other() {
    let server = Server::start_with("head_seconds = 2");
    let post = "POST /api/v1/enrolments HTTP/1.1\r\nHost: x\r\n";
    // Two requests that are none the less clear come both to be answered.
    let clear = format!("{post}Content-Length: 2\r\n\r\n{{}}{HIDDEN}");
    assert_eq!(answers(&server, &clear).await, ["400", "200"]);
    for lengths in [
        "Transfer-Encoding: chunked\r\nContent-Length: 4",
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
    ] {
        let both = format!("{post}{lengths}\r\n\r\n0\r\n\r\n{HIDDEN}");
        assert_eq!(answers(&server, &both).await, ["400"], "{lengths}");
    }
    for lengths in [
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: +5",
        "Content-Length: 5, 5",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding : chunked",
    ] {
        let odd = format!("{post}{lengths}\r\n\r\n{HIDDEN}");
        assert_eq!(answers(&server, &odd).await, ["400"], "{lengths}");
    }
}
