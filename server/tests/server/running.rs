//! A server that listens: what goes over the line, and how it goes down.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use kiennghi_server::app::{Running, open_store, serve};
use kiennghi_server::auth::Token;
use kiennghi_server::clock::SystemClock;
use kiennghi_server::config::{Config, Settings};
use kiennghi_server::gate::{Pool, Trial};
use kiennghi_shared::wire::{Hello, Hold, Reply, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::district::Bench;

fn config(folder: &Path) -> Config {
    let settings = Settings {
        listen: Some(SocketAddr::from(([127, 0, 0, 1], 0))),
        ..Settings::default()
    };
    Config::load(folder, settings).expect("configuration")
}

/// Trial workers of the program that is built beside these tests.
fn workers() -> Box<dyn Trial> {
    Box::new(Pool::of_program(env!("CARGO_BIN_EXE_kiennghi").into(), 1))
}

/// A server, and the token of a delegate's device.
async fn start(folder: &Path) -> (Running, String) {
    let config = config(folder);
    let token = Token::random().expect("randomness");
    {
        let bench = Bench::on(open_store(&config).expect("opens"));
        bench
            .store
            .add_device(&"a-1".into(), "máy", Some(token.hash()), 0)
            .expect("device");
        let phone = bench.phone("a-1");
        for n in 0..20 {
            bench.push(
                &phone,
                vec![phone.petition("P-D-A", &format!("Ý kiến {n}")).take()],
            );
        }
    }
    let running = serve(&config, workers(), Arc::new(SystemClock))
        .await
        .expect("serves");
    (running, token.to_string())
}

fn sync_request(token: &str, cursor: Option<Vec<u8>>) -> Vec<u8> {
    let hello = Hello {
        cursor,
        ..Hello::new(Hold::Scope, 1_750_000_000_000)
    };
    let body = Request::new(hello, Vec::new()).encode();
    let head = format!(
        "POST /api/v1/sync HTTP/1.1\r\nHost: kiennghi.example.vn\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/vnd.kiennghi.sync\r\nAccept-Encoding: gzip, br\r\n\
         Connection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body].concat()
}

/// Sends bytes and reads the answer to its end.
async fn exchange(address: SocketAddr, request: &[u8]) -> Vec<u8> {
    let mut line = TcpStream::connect(address).await.expect("connects");
    line.write_all(request).await.expect("sent");
    let mut answer = Vec::new();
    line.read_to_end(&mut answer).await.expect("answered");
    answer
}

fn body(answer: &[u8]) -> &[u8] {
    let end = answer
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .expect("head");
    &answer[end + 4..]
}

#[tokio::test]
async fn coming_back_costs_few_bytes() {
    let folder = tempfile::tempdir().expect("folder");
    let (running, token) = start(folder.path()).await;
    let first = exchange(running.address(), &sync_request(&token, None)).await;
    assert!(first.starts_with(b"HTTP/1.1 200"));
    let mut unpacked = Vec::new();
    std::io::Read::read_to_end(
        &mut brotli::Decompressor::new(body(&first), 4096),
        &mut unpacked,
    )
    .expect("brotli");
    let reply = Reply::decode(&unpacked).expect("reply");
    let cursor = reply
        .chunks
        .last()
        .and_then(|chunk| chunk.cursor.clone())
        .expect("cursor");

    let request = sync_request(&token, Some(cursor.cursor));
    let answer = exchange(running.address(), &request).await;
    assert!(Reply::decode(body(&answer)).expect("reply").complete);
    assert!(
        request.len() <= 600,
        "{} bytes to the server",
        request.len()
    );
    assert!(
        answer.len() <= 600,
        "{} bytes from the server",
        answer.len()
    );
    running.shut_down().await.expect("shuts down");
}

#[tokio::test]
async fn listeners_hear_of_each_commit_and_of_the_end() {
    let folder = tempfile::tempdir().expect("folder");
    let (running, token) = start(folder.path()).await;
    let mut line = TcpStream::connect(running.address())
        .await
        .expect("connects");
    let request =
        format!("GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n");
    line.write_all(request.as_bytes()).await.expect("sent");
    let mut heard = String::new();
    hear(&mut line, &mut heard, "\"seq\":20}").await;
    assert!(heard.contains("text/event-stream"), "{heard}");

    let bench = Bench::on(open_store(&config(folder.path())).expect("opens"));
    let device = bench
        .store
        .signed_in(&token.parse::<Token>().expect("token").hash());
    let phone = bench.phone_on(device.expect("read").expect("known").device, "a-1");
    let hello = Hello::new(Hold::Asked(vec![]), 0);
    let push = vec![phone.petition("P-D-A", "Mới").take()];
    let body = Request::new(hello, push).encode();
    let head = format!(
        "POST /api/v1/sync HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Connection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    exchange(running.address(), &[head.into_bytes(), body].concat()).await;
    hear(&mut line, &mut heard, "\"seq\":21}").await;
    assert!(
        heard.contains(&format!("\"epoch\":\"{}\"", bench.store.epoch())),
        "{heard}"
    );

    let (down, end) = tokio::join!(running.shut_down(), async {
        let mut rest = Vec::new();
        line.read_to_end(&mut rest).await
    });
    down.expect("shuts down");
    end.expect("the stream ends");
}

/// Reads until `wanted` was heard.
async fn hear(line: &mut TcpStream, heard: &mut String, wanted: &str) {
    let mut buffer = [0; 1024];
    while !heard.contains(wanted) {
        let read = line.read(&mut buffer).await.expect("reads");
        assert!(read > 0, "the stream ended: {heard}");
        heard.push_str(std::str::from_utf8(&buffer[..read]).expect("text"));
    }
}

#[tokio::test]
async fn the_demo_comes_through_the_gate_and_up() {
    let folder = tempfile::tempdir().expect("folder");
    let config = config(folder.path());
    let documents = {
        let store = open_store(&config).expect("opens");
        let documents = kiennghi_server::commands::demo::set_up(&store, 1_750_000_000_000);
        assert!(
            kiennghi_server::commands::demo::set_up(&store, 0).is_err(),
            "only once"
        );
        assert!(store.last_seq().expect("read") > documents.as_ref().copied().unwrap_or(0) as u64);
        documents.expect("set up")
    };
    let running = serve(&config, workers(), Arc::new(SystemClock))
        .await
        .expect("serves");
    let ready = exchange(
        running.address(),
        b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    assert!(ready.await.ends_with(b"ready\n"));
    running.shut_down().await.expect("shuts down");
    assert_eq!(
        open_store(&config).expect("opens").rebuild_projections(),
        Ok(documents as u64)
    );
}
