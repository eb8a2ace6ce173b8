//! What a sync costs on the wire, every byte counted, headers included.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use kiennghi_shared::record::Edit;
use kiennghi_tests::harness::{Petitions, Server};

use crate::support::record;

#[tokio::test]
async fn a_phone_in_step_reconnects_for_less_than_600_bytes_each_way() {
    let server = Server::start();
    let mut phone = server.phone("quang-lam-1").await;
    record(&mut phone, 7, 30);
    phone.sync().await.expect("in step");
    let report = phone.sync().await.expect("in step");
    assert_eq!((report.pushed, report.pulled, report.requests), (0, 0, 1));
    assert!(report.bytes_up <= 600, "{report:?}");
    assert!(report.bytes_down <= 600, "{report:?}");
}

#[tokio::test]
async fn a_days_work_goes_in_one_request_about_as_small_as_gzip_makes_it() {
    let server = Server::start();
    let mut phone = server.phone("quang-lam-1").await;
    let earlier = record(&mut phone, 8, 20);
    phone.sync().await.expect("in step");
    record(&mut phone, 9, 40);
    let mut sentences = Petitions::seeded(10);
    for id in earlier {
        let content = phone.fields(id).expect("held").text("content");
        let longer = format!("{content} {}", sentences.sentence());
        phone
            .edit(id, &[Edit::new("content", longer)])
            .expect("edited");
    }
    let outbox = phone.session().outbox();
    assert_eq!(outbox.len(), 60);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::new(6));
    for outgoing in outbox.values() {
        gzip.write_all(&outgoing.bytes).expect("packs");
    }
    let packed = gzip.finish().expect("packs").len() as u64;
    let report = phone.sync().await.expect("in step");
    assert_eq!((report.acked, report.requests), (60, 1));
    println!(
        "{} bytes up; gzip of the raw changes {packed}",
        report.bytes_up
    );
    assert!(
        report.bytes_up * 10 <= packed * 13,
        "{report:?}, gzip {packed}"
    );
}
