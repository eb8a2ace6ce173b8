//! Health, readiness and stopping.

use std::time::Duration;

use kiennghi_tests::harness::{Server, eventually_async};

#[tokio::test]
async fn a_server_says_that_it_is_well_and_stops_when_asked() {
    let mut server = Server::start();
    for path in ["/healthz", "/readyz"] {
        let reply = server.client().await.get(path).await.expect("a reply");
        assert_eq!(reply.status, 200, "{path}");
    }
    assert!(server.stop().success(), "SIGINT ends it with 0");
    server.restart();
    let reply = server.client().await.get("/readyz").await.expect("a reply");
    assert_eq!(reply.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listening_phone_does_not_keep_a_server_from_stopping() {
    let mut server = Server::start();
    let phone = server.phone("quang-lam-1").await;
    let account = phone.account().clone();
    let meter = phone.meter().clone();
    let listening = tokio::spawn(async move {
        let mut client = account.connect(&meter).await.expect("a connection");
        client.get("/api/v1/events").await
    });
    eventually_async("the stream to begin", Duration::from_secs(10), async || {
        (phone.meter().down() > 0).then_some(())
    })
    .await;
    assert!(tokio::task::block_in_place(|| server.stop()).success());
    listening
        .await
        .expect("no panic")
        .expect("a stream that ended");
}
