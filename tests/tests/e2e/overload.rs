//! More at once than the server takes: it says so, and those who were sent away come again.

use std::fs;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use kiennghi_shared::code::Code;
use kiennghi_tests::harness::{Demo, Server, eventually_async};
use kiennghi_tests::phone::{Ahead, Client, Packed, Phone};

use crate::support::{assert_in_step, assert_settled, assert_verified, exported, heads, record};

/// Phones that come at once, where one write may wait for the disk.
const CROWD: u64 = 8;
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends a phone's next request once; gives the phone back with the answer.
async fn knock(mut phone: Phone) -> (Phone, Ahead, Packed) {
    let ahead = phone.pack_ahead().expect("packed");
    let account = phone.account();
    let mut client: Client = account.connect(phone.meter()).await.expect("a connection");
    let packed = ahead.send(&mut client).await.expect("an answer");
    (phone, ahead, packed)
}

#[tokio::test]
async fn who_is_sent_away_comes_again_and_loses_nothing() {
    let data = Demo::new();
    fs::write(data.path().join("kiennghi.toml"), "queue_length = 1").expect("a file");
    let server = Server::start_on(data);
    let mut made = Vec::new();
    let mut crowd = Vec::new();
    for number in 0..=CROWD {
        let mut phone = server.phone("quang-lam-1").await;
        phone.sync().await.expect("in step");
        made.extend(record(&mut phone, 110 + number, 2));
        crowd.push(phone);
    }
    let mut late = crowd.pop().expect("one more");
    let stalled = server.stall();

    let mut knocking: FuturesUnordered<_> = crowd.into_iter().map(knock).collect();
    let first = tokio::time::timeout(PATIENCE, knocking.next()).await;
    let (sent_away, _, packed) = first.expect("in time").expect("somebody");
    assert_eq!(packed.status, 503);
    assert_eq!(packed.retry_after_s, Some(5));
    assert_eq!(packed.unpack().code(), Some(Code::Busy));

    let meter = late.meter().clone();
    let (asked, heard) = (meter.requests(), meter.down());
    let began = Instant::now();
    let (report, others) = tokio::join!(late.sync_patiently(8), async {
        eventually_async("the answer to the late one", PATIENCE, async || {
            (meter.down() > heard).then_some(())
        })
        .await;
        drop(stalled);
        knocking.collect::<Vec<_>>().await
    });
    let report = report.expect("in step at last");
    assert_eq!((report.acked, report.refused), (2, 0), "{report:?}");
    // It did not knock again at once, nor many times.
    assert!(began.elapsed() >= Duration::from_secs(2));
    let times = meter.requests() - asked;
    assert!((2..=8).contains(&times), "{times} requests");

    let mut phones = vec![late, sent_away];
    for (mut phone, ahead, packed) in others {
        match packed.status {
            200 => assert_eq!(phone.take_reply(&ahead, packed).expect("taken").acked, 2),
            503 => assert_eq!(packed.retry_after_s, Some(5)),
            other => panic!("{other}"),
        }
        phones.push(phone);
    }
    for phone in &mut phones {
        phone.sync_patiently(8).await.expect("in step");
        assert_settled(phone);
    }
    // Those that came first pull what the others brought.
    let wanted = heads(phones.last().expect("a phone"));
    for phone in &mut phones {
        phone.sync_patiently(8).await.expect("in step");
        assert_in_step(phone, &wanted);
    }
    let exported = exported(&server);
    for id in made {
        assert_eq!(exported.iter().filter(|one| **one == id).count(), 1, "{id}");
    }
    assert_verified(&server);
}
