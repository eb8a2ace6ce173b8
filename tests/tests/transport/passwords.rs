//! Many who sign in at once: a password costs memory and a processor, so few are worked on at once, and
//! others are answered meanwhile.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::join_all;
use http::{Method, Request};
use http_body_util::Full;
use kiennghi_shared::code::Code;
use kiennghi_tests::harness::{Server, memory_peak};
use kiennghi_tests::phone::{Client, Meter, Replied};
use serde_json::json;

/// What argon2id takes for one password.
const PASSWORD_BYTES: u64 = 19 << 20;
/// So many are worked on at once.
const AT_ONCE: u64 = 2;
const CROWD: u64 = 48;
const ANSWER_TIME_MAX: Duration = Duration::from_secs(3);

/// Tries a wrong password of a name of its own, on a connection of its own.
async fn sign_in(url: &str, number: u64) -> Replied {
    let form = json!({ "user": format!("nobody-{number}"), "password": "sai rồi", "device": "" });
    let request = Request::builder()
        .method(Method::POST)
        .uri("/api/v1/sign-in")
        .header("content-type", "application/json")
        .header("sec-fetch-site", "same-origin")
        .body(Full::new(Bytes::from(form.to_string())))
        .expect("a request");
    let client = Client::connect(url, None, &Meter::default()).await;
    let mut client = client.expect("the server answers");
    client.send(request).await.expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_that_signs_in_takes_the_memory_of_two_and_others_are_answered() {
    let server = Server::start_with("wrong_secrets_per_minute = 1000");
    let url = server.url();
    let mut visitor = server.client().await;
    let mut phone = server.phone("quang-lam-1").await;
    crate::record(&mut phone, 0);
    phone.sync().await.expect("in step");
    let before = memory_peak(server.pid());

    let crowd =
        tokio::spawn(async move { join_all((0..CROWD).map(|number| sign_in(&url, number))).await });
    let mut answered = 0;
    while !crowd.is_finished() {
        let asked = Instant::now();
        let health = visitor.get("/readyz").await.expect("an answer");
        assert_eq!(health.status, 200);
        crate::record(&mut phone, answered + 1);
        let report = phone.sync().await.expect("in step");
        assert_eq!((report.acked, report.refused), (1, 0), "{report:?}");
        let took = asked.elapsed();
        assert!(took < ANSWER_TIME_MAX, "answered after {took:?}");
        answered += 1;
    }
    assert!(answered >= 3, "{answered} syncs while passwords were tried");

    let answers = crowd.await.expect("all answered");
    let wrong = |answer: &&Replied| answer.code() == Some(Code::WrongCredentials);
    let looked_at = answers.iter().filter(wrong).count() as u64;
    assert!(
        looked_at > 2 * AT_ONCE,
        "{looked_at} passwords are no crowd"
    );
    // Whoever waited for too long is told to come again.
    let away = |answer: &&Replied| answer.code() == Some(Code::Busy);
    let sent_away = answers.iter().filter(away).count() as u64;
    assert_eq!(looked_at + sent_away, CROWD);
    let taken = memory_peak(server.pid()) - before;
    assert!(taken > PASSWORD_BYTES, "{taken} bytes show no password");
    assert!(taken < (AT_ONCE + 1) * PASSWORD_BYTES, "{taken} bytes");
}
