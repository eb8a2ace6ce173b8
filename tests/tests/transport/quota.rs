//! A phone that asks too often is told to wait, does, and loses nothing.

use std::time::{Duration, Instant};

use kiennghi_shared::code::Code;
use kiennghi_tests::harness::{Server, exported};
use kiennghi_tests::phone::PhoneError;

/// Requests a minute, all of which may come at once.
const ALLOWED: u64 = 20;

#[tokio::test]
async fn who_asks_too_often_waits_and_loses_nothing() {
    let server = Server::start_with(&format!("device_requests_per_minute = {ALLOWED}"));
    let before = exported(&server).len() as u64;
    let mut phone = server.phone("quang-lam-1").await;
    let mut other = server.phone("quang-lam-2").await;
    phone.sync().await.expect("in step");
    let (mut number, began) = (0, Instant::now());
    let failure = loop {
        crate::record(&mut phone, number);
        number += 1;
        assert!(number <= ALLOWED + 2, "it may ask for ever");
        if let Err(failure) = phone.sync().await {
            break failure;
        }
    };
    let told = PhoneError::Answered {
        status: 429,
        code: Some(Code::TooManyRequests),
    };
    assert_eq!(failure.error.to_string(), told.to_string());
    assert!(phone.refused().expect("a shelf").is_empty());
    assert_eq!(phone.session().outbox().len(), 1, "it waits here");
    other.sync().await.expect("another device is not kept out");

    let report = phone.sync_patiently(8).await.expect("in step at last");
    assert_eq!((report.acked, report.refused), (1, 0), "{report:?}");
    assert!(began.elapsed() >= Duration::from_secs(2), "it came at once");
    other.sync().await.expect("in step");
    assert_eq!(exported(&server).len() as u64, before + number);
}
