//! Networks that refuse, say nothing, are slow or far away.

use std::time::{Duration, Instant};

use kiennghi_shared::session::Delivery;
use kiennghi_tests::harness::{Mode, Proxy, Server};
use kiennghi_tests::phone::PhoneError;

use crate::support::{back_in_step, record};

#[tokio::test]
async fn work_waits_for_the_network_and_then_goes() {
    let server = Server::start();
    let proxy = Proxy::start(server.address()).await;
    let mut phone = server.phone_by("quang-lam-1", &proxy.url()).await;
    phone.set_patience(Duration::from_millis(300));
    let ids = record(&mut phone, 31, 5);
    for mode in [Mode::Refuse, Mode::Blackhole, Mode::CutUp(100)] {
        proxy.set(mode);
        let failure = phone.sync().await.expect_err("nobody answers");
        let offline = matches!(failure.error, PhoneError::Offline(_));
        assert!(offline, "{mode:?}: {}", failure.error);
        for id in &ids {
            assert_eq!(phone.session().delivery(*id), Delivery::Saved, "{mode:?}");
        }
    }
    proxy.set(Mode::Pass);
    phone.set_patience(Duration::from_secs(60));
    let report = back_in_step(&mut phone).await;
    assert_eq!(report.acked, 5);
    assert_eq!(phone.session().delivery(ids[0]), Delivery::Received);
}

#[tokio::test]
async fn a_slow_or_distant_server_is_still_a_server() {
    let server = Server::start();
    let proxy = Proxy::start(server.address()).await;
    let mut phone = server.phone_by("quang-lam-1", &proxy.url()).await;
    phone.sync().await.expect("in step");

    let latency = Duration::from_millis(150);
    proxy.set(Mode::Latency(latency));
    record(&mut phone, 32, 3);
    let begun = Instant::now();
    let report = phone.sync().await.expect("in step");
    assert_eq!((report.acked, report.requests), (3, 1));
    assert!(begun.elapsed() >= 2 * latency, "there and back");

    let rate = 8_000;
    proxy.set(Mode::Rate(rate));
    record(&mut phone, 33, 20);
    let begun = Instant::now();
    let report = phone.sync().await.expect("in step");
    assert_eq!(report.acked, 20);
    let least = Duration::from_millis(report.bytes_up * 1_000 / rate / 2);
    assert!(begun.elapsed() >= least, "{report:?}");
}
